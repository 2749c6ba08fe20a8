from collections.abc import Sequence
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.items import store
from inspection.registry.items.facts import ChecklistFacts
from mobile_contract.checklist import Checklist
from mobile_contract.problems import ProblemCode


async def release_checklists(
    cmd: Command, *, authority: UUID, checklists: Sequence[Checklist]
) -> tuple[ChecklistFacts, ...]:
    """Release versions of checklists, all or none; returns them. One that was released before with this content stays.

    A released version never changes: visits pin it by its digest. A change is a new version.

    Raises:
        Conflict: `registry.checklist_immutable`: a released version with other content.
    """
    async with unit_of_work():
        for checklist in checklists:
            await _release(cmd, authority, checklist)
    found = [await store.checklist_version(authority, one.code, one.version) for one in checklists]
    return tuple(one for one in found if one is not None)


async def _release(cmd: Command, authority: UUID, checklist: Checklist) -> None:
    digest = await store.checklist_digest(authority, checklist.code, checklist.version)
    if digest == checklist.digest():
        return
    if digest is not None:
        raise Conflict(
            ProblemCode.CHECKLIST_IMMUTABLE,
            "registry.checklist_immutable",
            code=checklist.code,
            version=checklist.version,
            released=digest,
        )
    await store.add_checklist(cmd.new_id(), authority, checklist, cmd.now)
    await append(
        cmd.event(
            EventKind.CHECKLIST_RELEASED,
            f"registry:{authority}",
            code=checklist.code,
            version=checklist.version,
            digest=checklist.digest(),
        )
    )
