from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import preset_outside
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.outside_rules import OutsideDraft
from inspection.policy.load import rule_set_named
from inspection.registry.rules_in_force import rules_today
from inspection.visits.late_filing import store as late_filing
from inspection.visits.ledger.questions import known_visits
from inspection.visits.ledger.warn import warn_of
from inspection.visits.rules import first_day


async def preset_outside_task(
    cmd: Command,
    draft: OutsideDraft,
    *,
    authority: UUID,
    item_code: str,
    unit: UUID | None = None,
    begun: bool = False,
) -> TaskFacts:
    """Set up a task outside the draw, its objects held against the cap ledger as far as that is no secret.

    `begun`: its visit has taken place already and is filed afterwards.

    Raises:
        NotFound, Invalid: as `inspection.planning.preset_outside.preset_outside_task`.
    """
    async with unit_of_work():
        rules, today = await rules_today(cmd, authority), local_day(cmd.now)
        day = first_day((draft.starts_on, draft.ends_on), today)
        visits = await known_visits(draft.objects, rules, day, today)
        preset = await preset_outside.preset_outside_task(
            cmd, draft, authority=authority, item_code=item_code, unit=unit, visits=visits, begun=begun
        )
        window = (draft.starts_on, draft.ends_on)
        await warn_of(cmd, preset.id, draft.objects, rules, window, sealed=False)
        return preset


async def revise_outside_task(
    cmd: Command,
    task_id: UUID,
    *,
    scheme: str,
    name: str,
    starts_on: date,
    ends_on: date,
    materials: tuple[str, ...] | None = None,
) -> TaskFacts:
    """Mend a returned task outside the draw, its objects held against the cap ledger again.

    Raises:
        NotFound, Conflict, Invalid: as `inspection.planning.preset_outside.revise_outside_task`.
    """
    async with unit_of_work():
        found, today = await task(task_id), local_day(cmd.now)
        day = first_day((starts_on, ends_on), today)
        visits = await known_visits(found.objects, rule_set_named(found.rule_set), day, today)
        return await preset_outside.revise_outside_task(
            cmd,
            task_id,
            scheme=scheme,
            name=name,
            starts_on=starts_on,
            ends_on=ends_on,
            visits=visits,
            materials=materials,
            begun=await late_filing.late_task(task_id) is not None,
        )
