"""档案封面 and 卷内目录: what a dossier is, and every file in it by the three parts (泉州 二(四)3)."""

from inspection.documents.blocks import Cell, Grid, Paper, Para
from inspection.documents.forms import FOUR, field, paper
from inspection.documents.views import DossierView, FileLine
from inspection.documents.words import Words

MIB = 1024 * 1024
SHORT = 16
BY_HAND = "\u3000"


def dossier_cover(view: DossierView, lang: str) -> Paper:
    """The cover: whose, what, when, how long it is kept."""
    words = Words("documents.cover.", lang)
    rows = [
        field(words("of"), view.title, 3),
        (*field(words.shared("party"), view.party.name), *field(words.shared("code"), view.party.code)),
        (*field(words("opened"), words.day(view.opened)), *field(words("closed"), words.day(view.closed))),
        field(words("results"), words.none("\n".join(view.results)), 3),
        field(words("officers"), words.none(words.shared("between").join(view.officers)), 3),
        (*field(words("files"), str(len(view.files))), *field(words("retention"), view.retention or BY_HAND)),
    ]
    blocks = (Grid(FOUR, tuple(rows)), None if view.number else Para(words("number_later")))
    return paper(words, view.authority, view.number, view.at, blocks)


def dossier_index(view: DossierView, lang: str) -> Paper:
    """The index: every file with its size and the beginning of its SHA-256; the whole digests stand in the manifest."""
    words = Words("documents.index.", lang)
    head = tuple(Cell(words(key), label=True) for key in ("number", "file", "size", "digest"))
    rows: list[tuple[Cell, ...]] = []
    part = ""
    for number, one in enumerate(view.files, 1):
        if one.part != part:
            part = one.part
            rows.append((Cell(part, span=4, label=True),))
        rows.append((Cell(str(number)), Cell(one.path), Cell(_size(one)), Cell(one.digest[:SHORT])))
    blocks = (Grid((2, 12, 3, 6), (head, *rows), head=1), Para(words("not_listed")))
    return paper(words, view.authority, view.number, view.at, blocks)


def _size(file: FileLine) -> str:
    return f"{file.bytes / MIB:.1f} MiB" if file.bytes >= MIB else f"{file.bytes / 1024:.1f} KiB"
