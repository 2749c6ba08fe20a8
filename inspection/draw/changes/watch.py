"""Changes over all draws of an authority: rates for everybody, and for its office whom recusals favour."""

from uuid import UUID

from inspection.draw.changes import store as changes
from inspection.draw.changes.alerts import Recusals, recusals, recused
from inspection.draw.changes.terms import RECUSALS, ChangeKind, ChangeState, Fresh
from inspection.kernel.canonical import JSON


async def rates_of(authority: UUID) -> dict[str, JSON]:
    """What anybody may know of an authority's changes: numbers only. `doors` and `places` that its draws gave; how many
    objects were replaced, inspectors replaced and recused; and for how many nobody independent brought the chance.
    """
    kinds, chances = await changes.counted(authority)
    doors, places = await changes.drawn(authority)
    return {
        "doors": doors,
        "places": places,
        "objects_replaced": kinds[ChangeKind.REPLACE_OBJECT],
        "inspectors_replaced": kinds[ChangeKind.REPLACE_INSPECTOR],
        "recused": sum(kinds[one] for one in RECUSALS),
        "without_independent_chance": chances[Fresh.KEY],
    }


async def recusals_of(authority: UUID) -> Recusals:
    """How often who was recused from what, and whom it keeps favouring. Objects by id."""
    found = []
    for row, thing in await changes.of_authority(authority):
        if row.state is ChangeState.SETTLED:
            one = recused(row.happened, row.result, str(thing))
            found += [one] if one is not None else []
    return recusals(found)
