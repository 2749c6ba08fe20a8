"""异议受理回执 and 异议复核决定: that an objection was received, and what became of it (威海 第二十六条)."""

from inspection.documents.blocks import Heading, Paper, Para
from inspection.documents.forms import contact_lines, listed, paper, sealed
from inspection.documents.views import ObjectionDecisionView, ObjectionReceiptView
from inspection.documents.words import Words


def objection_receipt(view: ObjectionReceiptView, lang: str) -> Paper:
    """That it was received, and by when it is answered."""
    words = Words("documents.objection_receipt.", lang)
    due = "due_provisional" if view.provisional else "due"
    blocks = (
        Para(words("to", name=view.party.name, code=view.party.code), plain=True),
        Para(words("received", when=words.moment(view.received), about=view.about)),
        Heading(words("grounds")),
        Para(view.grounds),
        *listed(words, words("attachments"), view.attachments),
        Heading(words("review")),
        Para(words(due, day=words.day(view.due))),
        contact_lines(words, view.contact),
        sealed(words, view.authority, words.day(view.at.date())),
    )
    return paper(words, view.authority, view.number, view.at, blocks)


def objection_decision(view: ObjectionDecisionView, lang: str) -> Paper:
    """What the review found, whether the result stands, and what is corrected; where it is about no result, nothing
    is published anew."""
    words = Words("documents.objection_decision.", lang)
    decided = "upheld" if view.upheld else "corrected" if view.corrected else "succeeds"
    blocks = (
        Para(words("to", name=view.party.name, code=view.party.code), plain=True),
        Para(words("opening", when=words.moment(view.received), about=view.about)),
        Heading(words("facts")),
        Para(view.facts),
        Heading(words("reasons")),
        Para(view.reasons),
        Heading(words("decision")),
        Para(words(decided)),
        *(() if view.upheld else listed(words, words("corrections"), view.corrected)),
        Para(words("reviewer", name=view.reviewer)),
        Para(words("remedies")),
        sealed(words, view.authority, words.day(view.at.date())),
    )
    return paper(words, view.authority, view.number, view.at, blocks)
