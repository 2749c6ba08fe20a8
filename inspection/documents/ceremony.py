"""摇号见证单: the draw as its witnesses saw it, to be signed and kept."""

from inspection.documents.blocks import Block, Cell, Grid, Heading, Paper, Para
from inspection.documents.forms import FOUR, code_of, field, listed, paper, signing
from inspection.documents.views import CellLine, CeremonyView
from inspection.documents.words import Words

PLACES = 3
HEX_GROUP = 8
ON_LINE = 4
BLANK = "\u3000"
"""Room for a digit written by hand."""


def ceremony(view: CeremonyView, lang: str) -> Paper:
    """The frozen list with its fingerprint, the layers with their chances, what made the seed, and who was there."""
    words = Words("documents.ceremony.", lang)
    rows = [
        field(words("name"), view.name, 3),
        field(words("task"), view.task, 3),
        (
            *field(words("frame"), words("objects", count=view.frame_size)),
            *field(words("excluded"), words("objects", count=view.excluded)),
        ),
        field(words("held"), words.none(words.moment(view.held)), 3),
        field(words("fingerprint"), hex_groups(view.fingerprint), 3),
        field(words("seed"), words.none(hex_groups(view.seed)), 3),
        field(words("root"), words.none(hex_groups(view.root)), 3),
    ]
    head = tuple(Cell(words(key), label=True) for key in ("cell", "population", "drawn", "chance"))
    blocks = (
        Grid(FOUR, tuple(rows)),
        Heading(words("cells")),
        Grid((6, 3, 3, 3), (head, *map(_cell, view.cells)), head=1),
        *listed(words, words("contributions"), view.contributions),
        *_dice(words, view.boxes),
        Para("\n".join(view.notes), plain=True) if view.notes else None,
        Para(words("statement")),
        signing(words, words("present"), "", view.present, rooms=PLACES),
        code_of(words, view.verify, "verify"),
    )
    return paper(words, view.authority, view.number, view.at, blocks)


def _cell(one: CellLine) -> tuple[Cell, ...]:
    drawn = "" if one.drawn is None else str(one.drawn)
    return (Cell(one.name), Cell(str(one.population)), Cell(drawn), Cell(one.chance))


def _dice(words: Words, boxes: tuple[str, ...]) -> tuple[Block, ...]:
    """A box for each throw, twice: two persons write down what they see."""
    if not boxes:
        return ()
    row = tuple(Cell(digit or BLANK) for digit in boxes)
    return (Heading(words("dice")), Grid((1,) * len(boxes), (row, row)))


def hex_groups(digest: str) -> str:
    """A digest in groups that an eye can compare, four on a line."""
    groups = [digest[start : start + HEX_GROUP] for start in range(0, len(digest), HEX_GROUP)]
    return "\n".join(" ".join(groups[line : line + ON_LINE]) for line in range(0, len(groups), ON_LINE))
