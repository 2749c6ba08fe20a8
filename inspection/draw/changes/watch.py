"""Recusals over all draws of an authority, for its office."""

from uuid import UUID

from inspection.draw.changes import store as changes
from inspection.draw.changes.alerts import Recusals, recusals, recused
from inspection.draw.changes.terms import ChangeState


async def recusals_of(authority: UUID) -> Recusals:
    """How often who was recused from what, and whom it keeps favouring. Objects by id."""
    found = []
    for row, thing in await changes.of_authority(authority):
        if row.state is ChangeState.SETTLED:
            one = recused(row.happened, row.result, str(thing))
            found += [one] if one is not None else []
    return recusals(found)
