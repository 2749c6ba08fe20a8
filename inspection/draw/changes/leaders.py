"""Who is proposed to lead a team: the first in lot order of those who may lead (draw.md §4.11, Leader)."""

from collections.abc import Collection
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.lot.chunks import unsqueezed
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.salts import salt
from inspection.draw.supervision.gone_key import read_gone
from inspection.draw.teams.roster import read_roster
from inspection.kernel.errors import NotFound


async def leader_order(draw_id: UUID) -> tuple[UUID, ...]:
    """Everybody of the draw's roster who may lead, in lot order (tag 22). The section head decides; this only proposes.

    Nobody before the draw has its seed.
    """
    try:
        kept = await store_secrets.kept(draw_id)
    except NotFound:
        return ()
    row = await store.draw_row(draw_id)
    if row.seed is None:
        return ()
    h, seed, secret = hash_named(row.terms.hash_alg), row.seed, kept.key or read_gone(kept.salts)
    able = [one for one in read_roster(unsqueezed(kept.roster), b"").rows if one.leader]
    ordered = sorted(able, key=lambda one: (h(b"\x22" + seed + salt(h, secret, one.name)), one.line()))
    return tuple(UUID(one.inspector) for one in ordered)


def proposed(order: Collection[UUID], team: Collection[UUID]) -> UUID | None:
    """The first of the team in this order; None when nobody in it may lead."""
    return next((one for one in order if one in team), None)
