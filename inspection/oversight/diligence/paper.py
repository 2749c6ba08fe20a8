"""尽职履职证明: the evidence of one person's diligence as a paper. Pure."""

from inspection.documents.blocks import Block, Cell, Grid, Heading, Paper, Para
from inspection.documents.forms import FOUR, field, paper, sealed
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.oversight.diligence.facts import Diligence, Duty, Proof

HEX = 16
"""Of a hash, as much as an eye compares; the journal has the whole."""


def diligence_paper(told: Diligence, lang: str) -> Paper:
    """Who, how much in time, each duty with its day and its proof, and what else was done."""
    words = Words("oversight.diligence_", lang)
    rows = [
        (*field(words("name"), told.name), *field(words("role"), text(f"oversight.role_{told.role.value}", lang))),
        (*field(words("unit"), words.none(told.unit)), *field(words("span"), words.days(told.first, told.last))),
        field(words("certificates"), words.none("\n".join(told.certificates)), 3),
        (*field(words("duties"), str(len(told.duties))), *field(words("done"), str(told.done))),
        (*field(words("late"), str(told.late)), *field(words("at"), words.moment(told.at))),
    ]
    blocks: list[Block | None] = [
        Grid(FOUR, tuple(rows)),
        Heading(words("list")),
        _duties(words, told) if told.duties else Para(words.shared("none")),
        *_proofs(words, told),
        *_others(words, told),
        Para(words("note")),
        sealed(words, told.authority, words.day(local_day(told.at))),
    ]
    return paper(words, told.authority, "", told.at, blocks)


def _duties(words: Words, told: Diligence) -> Grid:
    head = tuple(Cell(words(key), label=True) for key in ("number", "duty", "about", "due", "done_at", "result"))
    rows = [
        (
            Cell(str(number)),
            Cell(text(f"oversight.duty_{one.kind.value}", words.lang)),
            Cell(_about(words, one)),
            Cell(words.day(one.due_on) if one.due_on else words("no_day")),
            Cell(words.moment(one.done_at) if one.done_at else words("not_done")),
            Cell(_result(words, one)),
        )
        for number, one in enumerate(told.duties, 1)
    ]
    return Grid((1, 3, 6, 3, 4, 4), (head, *rows), head=1)


def _about(words: Words, one: Duty) -> str:
    items = [words("item", code=code, name=name) for code, name in one.items]
    public = [words("public_as", number=number) for number in one.public_as]
    return "\n".join((one.name, *items, *public))


def _result(words: Words, one: Duty) -> str:
    if one.days_late is None:
        return words("without_day")
    if not one.late:
        return words("in_time") if one.done_at else words("open")
    told = words("days_late", days=one.days_late)
    return f"{told}\n{words('because', reason=one.reason)}" if one.reason else told


def _proofs(words: Words, told: Diligence) -> list[Block]:
    found = [(number, one) for number, one in enumerate(told.duties, 1) if one.proofs or one.written]
    if not found:
        return []
    head = tuple(Cell(words(key), label=True) for key in ("number", "proof"))
    rows = [(Cell(str(number)), Cell("\n".join(_lines(words, one)))) for number, one in found]
    return [Heading(words("proofs")), Grid((1, 20), (head, *rows), head=1)]


def _lines(words: Words, one: Duty) -> list[str]:
    lines = [_line(words, proof) for proof in one.proofs]
    if one.written is None:
        return lines
    since, until = words.moment(one.written.first_at), words.moment(one.written.last_at)
    entries = words("entries", count=one.written.entries, since=since, until=until, digest=one.written.digest[:HEX])
    submitted = [words("submitted", at=words.moment(one.written.submitted_at))] if one.written.submitted_at else []
    return [entries, *submitted, *lines]


def _line(words: Words, proof: Proof) -> str:
    at, hash_ = words.moment(proof.at), proof.hash[:HEX]
    return words("line", at=at, kind=proof.kind, stream=proof.stream, seq=proof.seq, hash=hash_)


def _others(words: Words, told: Diligence) -> list[Block]:
    if not told.other_acts:
        return []
    head = tuple(Cell(words(key), label=True) for key in ("act", "times"))
    rows = [(Cell(kind), Cell(str(count))) for kind, count in told.other_acts]
    return [Heading(words("others")), Grid((12, 3), (head, *rows), head=1)]
