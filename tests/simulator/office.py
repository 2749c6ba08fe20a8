"""What the office does, by the verbs of production: the same on every server."""

from __future__ import annotations

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits import store
from inspection.visits.changes import store as store_changes
from inspection.visits.entries.admit import readmit_waiting
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.states import VisitState
from inspection.visits.team import RECUSAL


async def send_away(cmd: Command, visit: UUID, inspector: UUID, *, recused: bool) -> None:
    """An inspector leaves the team: recused, or reassigned."""
    await in_unit(_leave, cmd, visit, inspector, RECUSAL if recused else "swapped")


async def _leave(cmd: Command, visit: UUID, inspector: UUID, reason: str) -> None:
    await store.lock_visit(visit)
    await store_changes.leave(visit, inspector, cmd.now, reason)
    await append(cmd.event(EventKind.VISIT_TEAM_CHANGED, f"visit:{visit}", left=1, joined=0))


async def send(cmd: Command, visit: UUID, inspector: UUID) -> None:
    """An inspector joins the team, or comes back into it."""
    await in_unit(_join, cmd, visit, inspector)


async def _join(cmd: Command, visit: UUID, inspector: UUID) -> None:
    await store.lock_visit(visit)
    slot = 1 + max((member.slot for member in await store.members(visit)), default=0)
    await store_changes.join(visit, cmd.new_id(), (inspector, slot, "lot"), cmd.now)
    await append(cmd.event(EventKind.VISIT_TEAM_CHANGED, f"visit:{visit}", left=0, joined=1))


async def announce(cmd: Command, visit: UUID) -> None:
    """A new visit is unsealed; what waited for it is admitted, as the worker does."""
    await in_unit(_announce, cmd, visit)
    await readmit_waiting(cmd)


async def _announce(cmd: Command, visit: UUID) -> None:
    await append(cmd.event(EventKind.VISIT_UNSEALED, f"visit:{visit}"))


async def approve(cmd: Command, visit: UUID) -> None:
    """The leader approves what there is."""
    await in_unit(_approve, cmd, visit)


async def _approve(cmd: Command, visit: UUID) -> None:
    row = await store.lock_visit(visit)
    if row is not None and row.state is not VisitState.APPROVED:
        await store.change_visit(visit, state=VisitState.APPROVED.value, approved_at=cmd.now, approved_by="leader")
        await append(cmd.event(EventKind.VISIT_APPROVED, f"visit:{visit}"))


async def open_question(visit: UUID) -> tuple[str, tuple[str, ...]] | None:
    """The first conflict on a check point that the leader sees on the screen: (item, all heads)."""
    record = (await fold_visit(await known_visit(visit))).record
    return next(((one.topic, one.heads) for one in record.conflicts if one.topic != "signature"), None)
