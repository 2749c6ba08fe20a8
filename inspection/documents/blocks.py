"""What a paper is made of. A paper is a sequence of blocks; one template sets them all, so all papers look alike. Pure.

Every text in a block is set as it stands: nothing of it is ever markup.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; `plain`: without the indented first line, as an address line is set."""

    kind: ClassVar[str] = "para"
    text: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """Lines counted from 1."""

    kind: ClassVar[str] = "numbered"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a form. `span` in columns; `label`: what it is called rather than what it says."""

    text: str
    span: int = 1
    label: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A form with lines around its fields. `columns`: their widths as parts of the whole; `head`: rows that repeat on
    every page.
    """

    kind: ClassVar[str] = "grid"
    columns: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One who signs: `drawing` is the signature as SVG when it was made on a tablet; `on`: the day it was made, in
    words. Without them there is room for pen and stamp.
    """

    name: str = ""
    drawing: str | None = None
    on: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """A framed place to sign: whose, what they say above it (`opinion`), and the marks."""

    kind: ClassVar[str] = "signing"
    label: str
    opinion: str
    marks: tuple[Mark, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Who issues the paper, where the seal goes, and the day in words; at the right."""

    kind: ClassVar[str] = "seal"
    issuer: str
    place: str
    day: str


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as SVG, with what it opens and the code to type instead."""

    kind: ClassVar[str] = "code"
    drawing: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, wide enough for the words in it, with what it shows beneath it."""

    kind: ClassVar[str] = "picture"
    drawing: str
    caption: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""

    kind: ClassVar[str] = "break"


Block: TypeAlias = Heading | Para | Numbered | Grid | Signing | Seal | Code | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be set. `issuer`: the authority on top; `at`: the instant it speaks of, the only time in the
    file; `foot`: what stands at the bottom of each page beside its number.
    """

    title: str
    issuer: str
    number: str
    lang: str
    at: datetime
    foot: str
    blocks: tuple[Block, ...] = field(default=())

    def lines(self) -> Iterator[str]:
        """The words of the paper in reading order, a line each: what a test and a reader without pictures see."""
        yield from filter(None, (self.issuer, self.title, self.number))
        for block in self.blocks:
            yield from _lines(block)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text) | Para(text):
            yield text
        case Numbered(lines):
            yield from (f"{number}. {line}" for number, line in enumerate(lines, 1))
        case Grid(rows=rows):
            yield from (" | ".join(cell.text for cell in row) for row in rows)
        case Signing():
            marks = "; ".join(f"{mark.name}{' ✎' if mark.drawing else ''} {mark.on}".strip() for mark in block.marks)
            yield " | ".join((block.label, block.opinion, f"{block.caption}: {marks}"))
        case Seal():
            yield " · ".join(filter(None, (block.issuer, block.place, block.day)))
        case Code():
            yield block.text
        case Picture(caption=caption):
            yield from filter(None, (caption,))
        case PageBreak():
            yield "—"
