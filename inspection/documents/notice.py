"""抽查告知书: what the party is handed before anything is inspected."""

from inspection.documents.blocks import Block, Heading, Numbered, Paper, Para
from inspection.documents.forms import (
    bases,
    code_of,
    contact_lines,
    item_lines,
    listed,
    officer_grid,
    paper,
    sealed,
)
from inspection.documents.views import NoticeView
from inspection.documents.words import Words

BANS = 5
MUST_NOTS = 8
RIGHTS = 5


def notice(view: NoticeView, lang: str) -> Paper:
    """The notice. It prints the frequency and the inspectors' discipline (国办发〔2024〕54号; 司法部 formats 2025)."""
    words = Words("documents.notice.", lang)
    return paper(words, view.authority, view.number, view.at, (*_body(words, view), *_end(words, view)))


def _body(words: Words, view: NoticeView) -> tuple[Block | None, ...]:
    ground = view.ground
    drawn = words("drawn", draw=ground.draw_number) if ground.draw_number else ""
    return (
        Para(words("to", name=view.party.name, code=view.party.code), plain=True),
        Para(view.text),
        Para(words("ahead", reason=view.advance_reason)) if view.advance_reason else None,
        *listed(words, words("basis"), bases(view.items)),
        Heading(words("source")),
        Para(
            words(
                "source_text", kind=ground.kind, source=ground.source, task=ground.task_name, number=ground.task_number
            )
            + drawn
        ),
        Heading(words("items")),
        item_lines(words, view.items),
        Heading(words("when")),
        Para(words("when_text", days=words.days(view.opens, view.closes), methods=list(view.methods))),
        *listed(words, words("materials"), view.materials),
        Heading(words("officers")),
        officer_grid(words, view.officers),
        Para(words("assistants", count=view.assistants)) if view.assistants else None,
    )


def _end(words: Words, view: NoticeView) -> tuple[Block | None, ...]:
    return (
        Heading(words("frequency")),
        Para(view.frequency),
        Heading(words("rights")),
        Numbered(tuple(words(f"right_{number}") for number in range(1, RIGHTS + 1))),
        Heading(words("discipline")),
        Para(words("bans_title"), plain=True),
        Numbered(tuple(words(f"ban_{number}") for number in range(1, BANS + 1))),
        Para(words("must_nots_title"), plain=True),
        Numbered(tuple(words(f"must_not_{number}") for number in range(1, MUST_NOTS + 1))),
        contact_lines(words, view.contact),
        code_of(words, view.link, "link"),
        sealed(words, view.authority, words.day(view.at.date())),
    )
