from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.intake.run import one_at_a_time
from inspection.registry.objects import store_registers
from inspection.registry.objects.entries import EntryFacts
from inspection.registry.objects.texts import line
from mobile_contract.problems import ProblemCode


async def remove_entry(cmd: Command, *, authority: UUID, entry_id: UUID, reason: str) -> EntryFacts:
    """Take an object out of a special register or tag from today on; the entry stays, with the reason.

    Raises:
        NotFound: `registry.entry_not_found`.
        Invalid: no reason, or one too long.
        Conflict: `registry.entry_removed` before.
    """
    async with unit_of_work():
        await one_at_a_time(authority)
        entry = await store_registers.entry(entry_id)
        register = await store_registers.register(entry.register) if entry else None
        if entry is None or register is None or register.authority != authority:
            raise NotFound(ProblemCode.NOT_FOUND, "registry.entry_not_found", entry=str(entry_id))
        reason = line("reason", reason, 500, required=True)
        if entry.removed_on is not None:
            raise Conflict(ProblemCode.CONFLICT, "registry.entry_removed", on=entry.removed_on.isoformat())
        await store_registers.remove_entry(entry_id, local_day(cmd.now), reason, cmd.now, cmd.actor.name)
        told = {"register": register.name, "code": entry.code, "reason": reason}
        await append(cmd.event(EventKind.ENTRY_REMOVED, f"registry:{authority}", entry=str(entry_id), facts=told))
        removed = await store_registers.entry(entry_id)
    if removed is None:
        raise RuntimeError("an entry is never deleted")
    return removed
