from collections.abc import Sequence
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.intake.run import one_at_a_time
from inspection.registry.items import store
from inspection.registry.items.checklist_changes import checklist_changes
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


async def release_next(cmd: Command, *, authority: UUID, checklist: Checklist) -> ChecklistFacts:
    """Release the next version of a checklist, made out of the newest one, or the first of a new one.

    Raises:
        StaleScreen: `registry.checklist_stale`: its version does not follow the newest one by now.
        Conflict: `registry.checklist_unchanged`.
    """
    async with unit_of_work():
        await one_at_a_time(authority)
        newest = await store.newest_checklist(authority, checklist.code)
        known = newest.version if newest else 0
        if checklist.version != known + 1:
            raise StaleScreen(ProblemCode.STALE_SCREEN, "registry.checklist_stale", code=checklist.code, version=known)
        if newest and not checklist_changes(newest.checklist, checklist).any:
            raise Conflict(ProblemCode.CONFLICT, "registry.checklist_unchanged", code=checklist.code)
        (released,) = await release_checklists(cmd, authority=authority, checklists=[checklist])
        return released


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
