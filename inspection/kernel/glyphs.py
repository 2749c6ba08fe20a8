"""Which characters a font can draw. Names have rare characters; a paper must show that one is missing, and which."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import ImageFont

MISSING: Final = "〓"
"""What printers set where they have no such character."""

_NO_CHARACTER: Final = "\uffff"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SPACES: Final = "\n \u3000"
_SIZE: Final = 16


def visible(text: str, font: Path) -> str:
    """The text as this font can draw it, in the order it is read: what is invisible or turns the direction of writing
    becomes a space, a character without a glyph is told by its code. Line feeds and wide spaces stay.
    """
    return text.translate(_glyphs(font))


class _Glyphs(dict[int, str]):
    """How each character is told with a font, as `str.translate` asks for it: looked up once, then a dictionary."""

    def __init__(self, font: Path) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        told = self[code] = _drawn(chr(code), self.font)
        return told


@cache
def _glyphs(font: Path) -> _Glyphs:
    return _Glyphs(font)


def _drawn(char: str, font: Path) -> str:
    if char in _SPACES:
        return char
    if unicodedata.category(char) in _UNSEEN or char.isspace():
        return " "
    return char if _mask(char, font) != _mask(_NO_CHARACTER, font) else f"{MISSING}(U+{ord(char):04X})"


def _mask(char: str, font: Path) -> bytes:
    return bytes(_face(font).getmask(char))


@cache
def _face(font: Path) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415  4 MB, for whom papers are printed

    # The plain layout: what a complex one makes of the same text depends on the machine's libraries.
    return ImageFont.truetype(font, _SIZE, layout_engine=ImageFont.Layout.BASIC)
