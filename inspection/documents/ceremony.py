"""摇号见证单: the draw as its witnesses saw it, to be signed and kept."""

from inspection.documents.blocks import Cell, Grid, Heading, Paper, Para
from inspection.documents.forms import FOUR, code_of, field, listed, paper, signing
from inspection.documents.views import CeremonyView
from inspection.documents.words import Words

PLACES = 3
HEX_GROUP = 8


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
    cells = [(Cell(one.name), Cell(str(one.population)), Cell(str(one.drawn)), Cell(one.chance)) for one in view.cells]
    blocks = (
        Grid(FOUR, tuple(rows)),
        Heading(words("cells")),
        Grid((6, 3, 3, 3), (head, *cells), head=1),
        *listed(words, words("contributions"), view.contributions),
        Para(words("statement")),
        signing(words, words("present"), "", view.present, rooms=PLACES),
        code_of(words, view.verify, "verify"),
    )
    return paper(words, view.authority, view.number, view.at, blocks)


def hex_groups(digest: str) -> str:
    """A digest in groups that an eye can compare."""
    return " ".join(digest[start : start + HEX_GROUP] for start in range(0, len(digest), HEX_GROUP))
