"""行政检查审批表: approved before the visit, or made up for after an emergency."""

from inspection.documents.blocks import Block, Grid, Heading, Paper, Para
from inspection.documents.forms import (
    FOUR,
    bases,
    field,
    ground_rows,
    item_lines,
    listed,
    officer_grid,
    opinion,
    paper,
    party_rows,
)
from inspection.documents.views import ApprovalView
from inspection.documents.words import Words


def approval(view: ApprovalView, lang: str) -> Paper:
    """What is to be inspected, why, by whom; who asked, reviewed and approved (司法部 basic formats 2025)."""
    words = Words("documents.approval.", lang)
    rows = [
        *ground_rows(words, view.ground),
        *party_rows(words, view.party),
        (
            *field(words("when"), words.days(view.opens, view.closes)),
            *field(words("methods"), words.none(words.shared("between").join(view.methods))),
        ),
    ]
    blocks: tuple[Block | None, ...] = (
        Grid(FOUR, tuple(rows)),
        Para(words("emergency", reason=view.emergency)) if view.emergency else None,
        Heading(words("items")),
        item_lines(words, view.items),
        *listed(words, words("basis"), bases(view.items)),
        Heading(words("officers")),
        officer_grid(words, view.officers),
        opinion(words, words("asked_block"), view.asked),
        opinion(words, words("reviewed_block"), view.reviewed),
        opinion(words, words("approved_block"), view.approved),
    )
    return paper(words, view.authority, view.number, view.at, blocks)
