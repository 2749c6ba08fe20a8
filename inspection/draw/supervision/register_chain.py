"""监督方随机链: a supervisor registers the head of its chain at the start of a year, and retires it when it is used up.

Only the head comes here: the start and all other links stay on the supervisor's own machine (`fieldcheck draw
make-chain`), so nobody of the office can look ahead (draw.md §4.3 SUPV).
"""

from uuid import UUID

from inspection.draw.lot.chain import LINK_BYTES, MOST_STEPS, steps_to
from inspection.draw.lot.digest import plain_text
from inspection.draw.standing import a_supervisor
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.store_supervisors import ChainRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def register_chain(cmd: Command, *, authority: UUID, name: str, head: bytes) -> ChainRow:
    """Register the last link of a chain under a name that draws and changes call it by. The actor becomes its holder.

    Raises:
        Refused: `draw.not_a_supervisor`.
        Invalid: `draw.chain_malformed`: no 32 bytes, or a name that cannot be printed.
        Conflict: `draw.chain_name_taken`: a chain in use has the name; `draw.chain_known`: it follows from a link that
            came out of another chain, so that its own next links may be known.
    """
    a_supervisor(cmd)
    if len(head) != LINK_BYTES or not plain_text(name):
        raise Invalid(ProblemCode.INVALID, "draw.chain_malformed")
    async with unit_of_work():
        for other in await store_supervisors.chains(authority):
            if other.name == name and other.retired_at is None:
                raise Conflict(ProblemCode.CONFLICT, "draw.chain_name_taken", name=name)
            if head == other.latest or steps_to(other.latest, head, other.used + MOST_STEPS) is not None:
                raise Conflict(ProblemCode.CONFLICT, "draw.chain_known", name=other.name)
        row = ChainRow(cmd.new_id(), authority, name, cmd.actor.id, head, head, 0, cmd.now, None)
        await store_supervisors.add_chain(row)
        await append(_event(cmd, EventKind.CHAIN_REGISTERED, row, head=head.hex()))
    return row


async def retire_chain(cmd: Command, *, chain_id: UUID) -> ChainRow:
    """Take a chain out of use: used up, lost or seen by somebody. A draw frozen on it can then only be voided.

    Doing it again changes nothing.

    Raises:
        NotFound: `draw.chain_unknown`.
        Refused: `draw.not_a_supervisor`; any supervisor may, so that a lost chain does not stay.
    """
    a_supervisor(cmd)
    return await withdraw_chain(cmd, chain_id=chain_id)


async def withdraw_chain(cmd: Command, *, chain_id: UUID) -> ChainRow:
    """`retire_chain` by the server itself, when its links may be known.

    Raises:
        NotFound: `draw.chain_unknown`.
    """
    async with unit_of_work():
        row = await store_supervisors.chain(chain_id, lock=True)
        if row.retired_at is None:
            await store_supervisors.change_chain(chain_id, {"retired_at": cmd.now})
            await append(_event(cmd, EventKind.CHAIN_RETIRED, row, used=row.used))
        return await store_supervisors.chain(chain_id)


async def chain_named(authority: UUID, name: str) -> ChainRow | None:
    """The chain in use that bears this name; None when there is none."""
    found = (row for row in await store_supervisors.chains(authority) if row.name == name and row.retired_at is None)
    return next(found, None)


def _event(cmd: Command, kind: EventKind, row: ChainRow, **facts: JSON) -> Event:
    return cmd.event(kind, f"chain:{row.id}", lane=None, name=row.name, **facts)
