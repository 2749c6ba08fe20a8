"""检查记录表: the record of a visit as a form, with its four places to sign in their order."""

from inspection.documents.blocks import Block, Cell, Grid, Heading, PageBreak, Paper, Para
from inspection.documents.forms import FOUR, field, ground_rows, opinion, paper, party_rows, signing
from inspection.documents.views import Answer, Finding, RecordView
from inspection.documents.words import Words

INSPECTORS = 2


def record_form(view: RecordView, lang: str) -> Paper:
    """The record: task and party, findings per item, methods, results, follow-up, then the signatures of the party, the
    inspectors, the leader and of who approved the publication; the answers of the checklist as an annex.
    """
    words = Words("documents.record.", lang)
    blocks = (_form(words, view), *_signatures(words, view), *_annex(words, view))
    return paper(words, view.authority, view.number, view.at, blocks, words("foot", digest=view.digest))


def _form(words: Words, view: RecordView) -> Grid:
    rows = [
        *ground_rows(words, view.ground),
        *party_rows(words, view.party),
        (
            *field(words("arrived"), words.none(words.told(view.arrived))),
            *field(words("left"), words.none(words.told(view.left))),
        ),
        tuple(Cell(words(key), label=True) for key in ("item", "problems", "handling", "result")),
        *(_finding(words, one) for one in view.findings),
        field(words("methods"), words.none(words.shared("between").join(view.methods)), 3),
        field(words("follow_up"), words.none(words.shared("between").join(view.follow_up)), 3),
        field(words("notes"), words.none("\n".join(view.notes)), 3),
        field(words("evidence"), words.none("\n".join(view.evidence)), 3),
    ]
    return Grid(FOUR, tuple(rows))


def _finding(words: Words, one: Finding) -> tuple[Cell, ...]:
    return (Cell(one.item), Cell(words.none(one.problems)), Cell(words.none(one.handling)), Cell(one.result))


def _signatures(words: Words, view: RecordView) -> tuple[Block, ...]:
    said = "\n".join(filter(None, (words.none(view.party_opinion), view.not_signed)))
    return (
        signing(words, words("party_block"), said, view.party_signed),
        signing(words, words("inspectors_block"), "", view.officers, rooms=INSPECTORS),
        opinion(words, words("leader_block"), view.leader),
        opinion(words, words("publication_block"), view.publication),
    )


def _annex(words: Words, view: RecordView) -> tuple[Block, ...]:
    if not view.answers:
        return ()
    head = tuple(Cell(words(key), label=True) for key in ("point", "answer", "remark"))
    return (
        PageBreak(),
        Heading(words("annex")),
        Grid((8, 3, 5), (head, *_answer_rows(view.answers)), head=1),
        Para(words("annex_note")),
    )


def _answer_rows(answers: tuple[Answer, ...]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    group = ""
    for one in answers:
        if one.group != group:
            group = one.group
            rows.append((Cell(group, span=3, label=True),))
        rows.append((Cell(one.text), Cell(one.answer), Cell(one.remark)))
    return rows
