"""One link for one fingerprint or one change: asked for in the journal first, then given by the chain's holder.

The next link is the only one that is taken. Whoever holds the chain can therefore not choose among links, and nobody
else knows the next one before it is given (draw.md §4.3, §4.12).
"""

from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.lot.chain import LINK_BYTES, next_of, steps_to
from inspection.draw.lot.entropy import ContributionKind
from inspection.draw.standing import a_supervisor, event, past
from inspection.draw.store_secrets import ContributionRow
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.store_supervisors import ChainRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def ask_link(cmd: Command, *, draw_id: UUID, name: str) -> Ceremony:
    """Ask the holder of the chain called `name` for its next link, for this fingerprint. Asking again changes nothing.

    Raises:
        NotFound: `draw.contributor_unknown`: no chain of that name was agreed on.
        Conflict: the frame is not frozen yet, or the attempt is void.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        listed = await store_secrets.contributions(draw_id)
        asked = [c for c in listed if (c.kind, c.name) == (ContributionKind.LINK, name)]
        if not asked:
            raise NotFound(ProblemCode.NOT_FOUND, "draw.contributor_unknown", name=name)
        if not past(row, DrawState.FROZEN) and asked[0].typed_by is None:
            await store_secrets.change_contribution(asked[0].id, {"typed_by": cmd.actor.id})
            fingerprint = (row.fingerprint or b"").hex()
            await append(event(cmd, row, EventKind.DRAW_LINK_ASKED, name=name, fingerprint=fingerprint))
    return await store.ceremony(draw_id)


async def give_link(cmd: Command, given: ContributionRow, link: bytes, *, fingerprint: bytes) -> None:
    """Take the link that was asked for as a contribution. Inside a unit of work.

    Raises:
        Conflict: `draw.link_not_asked`.
        Refused, Invalid: as `take_link`.
    """
    if given.typed_by is None or given.chain is None:
        raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.link_not_asked", name=given.name)
    await take_link(cmd, given.chain, link, used_for=fingerprint)


async def take_link(cmd: Command, chain_id: UUID, link: bytes, *, used_for: bytes) -> ChainRow:
    """Take the next link of a chain, once. Inside a unit of work; the chain stays locked until it ends.

    `used_for`: the fingerprint of a draw, or the digest of a change's event, both in the journal already.

    Raises:
        NotFound: `draw.chain_unknown`.
        Refused: by anybody but the holder; `draw.link_reused`: it came out before; `draw.link_wrong`: it is not the
            next one.
        Conflict: `draw.chain_retired`.
        Invalid: `draw.link_malformed`: no 32 bytes.
    """
    a_supervisor(cmd)
    row = await store_supervisors.chain(chain_id, lock=True)
    if row.holder != cmd.actor.id:
        raise Refused(ProblemCode.FORBIDDEN, "draw.chain_not_holder", name=row.name)
    if row.retired_at is not None:
        raise Conflict(ProblemCode.CONFLICT, "draw.chain_retired", name=row.name)
    if len(link) != LINK_BYTES:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.link_malformed", name=row.name)
    if next_of(link) != row.latest:
        raise Refused(ProblemCode.DRAW_CONTRIBUTION_INVALID, _why(row, link), name=row.name)
    await store_supervisors.change_chain(chain_id, {"latest": link, "used": row.used + 1})
    told: dict[str, JSON] = {"name": row.name, "link": link.hex(), "number": row.used + 1, "used_for": used_for.hex()}
    await append(cmd.event(EventKind.CHAIN_LINK_GIVEN, f"chain:{chain_id}", lane=None, **told))
    return await store_supervisors.chain(chain_id)


def _why(row: ChainRow, link: bytes) -> str:
    """Links that came out lie between the latest and the head."""
    out = link in {row.head, row.latest} or steps_to(row.latest, link, row.used) is not None
    return "draw.link_reused" if out else "draw.link_wrong"
