"""The preview with a band below it that says when, where and by whom: to look at, never evidence (media.md §3.1).

Runs in a worker process only, because it decodes the preview again and draws with a font library. What is written comes
from signed entries and has been put into words by whoever asks; here it is only drawn.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from inspection.kernel.glyphs import visible
from media.findings import Look
from media.image import jpeg, open_image, read, why

MAX_LINES: Final = 12
MAX_LINE: Final = 200
"""Characters; a longer line is cut."""

_INK, _BAND = (255, 255, 255), (24, 28, 36)
_NARROWEST: Final = 640
"""Pixels: below a smaller picture the words would need too many lines, so it gets margins."""


def stamp(path: Path, lines: Sequence[str]) -> Look:
    """The picture at `path` (a preview of ours) above a band with `lines`, as the copy `stamped`."""
    try:
        picture = open_image(read(path)).convert("RGB")
        banded = jpeg("stamped", _banded(picture, lines))
        return Look(format="JPEG", width=picture.width, height=picture.height, frames=1, copies=(banded,))
    except Exception as error:  # noqa: BLE001  as in `look_at`: whatever is wrong is a finding
        return Look(findings=(why(error),))


def _banded(picture: Image.Image, lines: Sequence[str]) -> Image.Image:
    width = max(_NARROWEST, picture.width)
    size = max(18, width // 48)
    font = _font(size)
    rows = [row for line in lines[:MAX_LINES] for row in _rows(_visible(line[:MAX_LINE]), font, width - 2 * size)]
    height = picture.height + len(rows) * (size * 3 // 2) + size
    canvas = Image.new("RGB", (width, height), _BAND)
    canvas.paste(picture, ((width - picture.width) // 2, 0))
    brush = ImageDraw.Draw(canvas)
    for number, row in enumerate(rows):
        place = (size, picture.height + size // 2 + number * (size * 3 // 2))
        brush.text(place, row, font=font, fill=_INK)
    return canvas


def _rows(line: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """The line in pieces that fit: broken anywhere, as Chinese is."""
    row, used = "", 0.0
    for char in line:
        wide = font.getlength(char)
        if row and used + wide > width:
            yield row
            row, used = "", 0.0
        row, used = row + char, used + wide
    yield row


def _visible(line: str) -> str:
    return visible(line.replace("\n", " "), sans_path())


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The plain layout: what a complex one makes of the same text depends on the machine's libraries.
    return ImageFont.truetype(sans_path(), size, layout_engine=ImageFont.Layout.BASIC)
