"""Make a picture for the public: boxes painted over, then everything but its pixels left behind (media.md §8).

Runs in a worker process only. The boxes are painted before the picture is made smaller: no pixel beneath them has a
part in any pixel that leaves. No blur and no mosaic: both can be undone.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from media.boxes import Box, as_stored
from media.findings import Look
from media.image import describe, drawable, fit, jpeg, open_image, plain, read, upright, why

LONGEST: Final = 1600
_BLACK: Final[dict[str, int | tuple[int, ...]]] = {"L": 0, "LA": (0, 255), "RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255)}


def redact(path: Path, boxes: Sequence[Box]) -> Look:
    """The picture at `path`, its first one, with `boxes` black, as the copy `public`; a finding when it is none."""
    told = Look()
    try:
        data = read(path)
        image = open_image(data)
        told = describe(image, data)
        painted = _paint(drawable(image), boxes, told.orientation)
        small = upright(plain(painted, fit(painted.size, LONGEST)), told.orientation)
        return replace(told, copies=(jpeg("public", small),))
    except Exception as error:  # noqa: BLE001  decoders raise whatever comes to them for bad bytes
        return replace(told, findings=(*told.findings, why(error)))


def _paint(image: Image.Image, boxes: Sequence[Box], orientation: int) -> Image.Image:
    brush = ImageDraw.Draw(image)
    for box in boxes:
        brush.rectangle(as_stored(box, *image.size, orientation).corners, fill=_BLACK[image.mode])
    return image
