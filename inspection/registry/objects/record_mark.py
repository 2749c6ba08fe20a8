from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.terms import Mark
from inspection.registry.intake.run import one_at_a_time
from inspection.registry.objects import store, store_marks
from inspection.registry.objects.marks import MarkDraft, MarkFacts, days_wrong
from inspection.registry.objects.texts import line
from mobile_contract.problems import ProblemCode


async def record_mark(
    cmd: Command,
    *,
    authority: UUID,
    object_id: UUID,
    mark: Mark,
    since: date,
    until: date | None = None,
    reference: str = "",
    source: str | None = None,
    note: str | None = None,
) -> MarkFacts:
    """Record a dated fact about an object (安岳 一(五), 威海 第六条). Recording the same one again changes nothing.

    Raises:
        NotFound: `registry.object_unknown`.
        Invalid: a day after today, a last day before the first, a text too long or with control characters.
        Conflict: `registry.mark_recorded`: the same mark is recorded with another last day, source or note.
    """
    async with unit_of_work():
        await one_at_a_time(authority)
        facts = (await store.objects([object_id])).get(object_id)
        if facts is None or facts.authority != authority:
            raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(object_id))
        draft = MarkDraft(
            facts.code,
            mark,
            since,
            until,
            line("reference", reference, 120),
            line("source", source or "", 200) or None,
            line("note", note or "", 500) or None,
        )
        _check_days(cmd, since, until, None)
        new_id = cmd.new_id()
        if await store_marks.add_marks(authority, {new_id: (object_id, draft)}, cmd.now, cmd.actor.id, cmd.actor.name):
            stream = f"registry:{authority}"
            told = {"until": until.isoformat() if until else None, "source": draft.source}
            await append(cmd.event(EventKind.MARK_RECORDED, stream, mark=str(new_id), key=draft.key, facts=told))
        held = (await store_marks.marks_of([object_id]))[object_id]
    same = next(one for one in held if (one.mark, one.since, one.reference) == (mark, since, draft.reference))
    if (same.until, same.source, same.note) != (draft.until, draft.source, draft.note):
        raise Conflict(ProblemCode.CONFLICT, "registry.mark_recorded", mark=str(same.id))
    return same


async def lift_mark(
    cmd: Command, *, authority: UUID, mark_id: UUID, on: date, reason: str, reference: str | None = None
) -> MarkFacts:
    """Record that a mark no longer stands from a day on (移出、撤销、修复); the mark itself stays as it was.

    Raises:
        NotFound: `registry.mark_not_found`.
        Invalid: no reason; a day after today or before the mark's first.
        Conflict: `registry.mark_lifted`: it has been lifted before, by another day or reason.
    """
    async with unit_of_work():
        await one_at_a_time(authority)
        mark = await store_marks.mark(mark_id)
        if mark is None or mark.authority != authority:
            raise NotFound(ProblemCode.NOT_FOUND, "registry.mark_not_found", mark=str(mark_id))
        reason, reference = line("reason", reason, 500, required=True), line("reference", reference or "", 120) or None
        _check_days(cmd, mark.since, None, on)
        row = (cmd.new_id(), mark_id, on, reason, reference)
        if await store_marks.lift_marks([row], cmd.now, cmd.actor.id, cmd.actor.name):
            told = {"code": mark.code, "on": on.isoformat(), "reason": reason}
            await append(cmd.event(EventKind.MARK_LIFTED, f"registry:{authority}", mark=str(mark_id), facts=told))
        lifted = await store_marks.mark(mark_id)
    if lifted is None or (lifted.lifted_on, lifted.lifted_reason) != (on, reason):
        raise Conflict(ProblemCode.CONFLICT, "registry.mark_lifted", mark=str(mark_id))
    return lifted


def _check_days(cmd: Command, since: date, until: date | None, lifted: date | None) -> None:
    if wrong := days_wrong(since, until, lifted, local_day(cmd.now)):
        raise Invalid(ProblemCode.INVALID, wrong[0].key.value, **wrong[0].facts)
