"""拒签说明: what stands in the record's place for a signature (威海 第二十四条)."""

from inspection.documents.blocks import Cell, Grid, Paper, Para
from inspection.documents.forms import FOUR, field, ground_rows, paper, party_rows, signing
from inspection.documents.views import RefusalView
from inspection.documents.words import Words

INSPECTORS = 2


def refusal_note(view: RefusalView, lang: str) -> Paper:
    """Who did not sign, or refused what, why, who saw it; signed by two inspectors at least, and by the witness."""
    words = Words("documents.refusal.", lang)
    rows: list[tuple[Cell, ...]] = [
        *ground_rows(words, view.ground),
        *party_rows(words, view.party),
        field(words("what"), view.what, 3),
        (
            *field(words("by"), words.none(view.refused_by)),
            *field(words("when"), words.none(words.told(view.happened))),
        ),
        field(words("reason"), view.reason, 3),
        (
            *field(words("witness"), words.none(view.witness)),
            *field(words("recordings"), words("recordings_count", count=view.recordings)),
        ),
    ]
    witness = () if view.witness_signed is None else (view.witness_signed,)
    blocks = (
        Para(words(f"clause_{view.outcome}", reason=view.reason)),
        Grid(FOUR, tuple(rows)),
        signing(words, words("inspectors_block"), words("inspectors_say"), view.officers, rooms=INSPECTORS),
        signing(words, words("witness_block"), "", witness),
    )
    return paper(words, view.authority, view.number, view.at, blocks, words("foot", digest=view.digest))
