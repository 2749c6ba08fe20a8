from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store, store_lines
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plan_in_force
from inspection.planning.finding import Finding, refuse
from inspection.planning.plan_diff import fields_of
from inspection.planning.plan_lines import LineChange
from inspection.planning.plan_rules import PlanDates, PlanState, plan_due
from inspection.planning.sketch_plan import PlanSketch, PlanWish, sketch_plan
from inspection.policy.keep_rules import keep_rules
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def draft_plan(
    cmd: Command,
    *,
    authority: UUID,
    year: int,
    name: str | None = None,
    changes: Mapping[str, LineChange] | None = None,
    left_out: Collection[str] = (),
    left_out_why: Mapping[str, str] | None = None,
    revise: bool = False,
    reason: str | None = None,
) -> PlanFacts:
    """Draft the annual plan out of the published item list: one line for every item (威海 第十一、十二条).

    `changes` (by item code) sets lines otherwise than list and rule-set would; `left_out` names items without a line,
    where the rule-set does not ask for all, and `left_out_why` says of some of them why (by item code); what it says of
    an item that has a line is not kept. An item that a higher authority draws as a whole is left to it (兴隆台
    六(三)). A year that has a plan gets a new version only with `revise` and a `reason` (动态调整, 第十三条): it
    begins with the lines in force, which stay so until the new version is approved. A plan drafted after its due day
    is marked late, before the first day early; neither is refused.

    Raises:
        Conflict: `planning.plan_exists` without `revise`.
        Invalid: `planning.plan_rule_broken` with all findings; `planning.revision_reason_missing`.
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    if revise and not (reason or "").strip():
        raise Invalid(ProblemCode.INVALID, "planning.revision_reason_missing", year=year)
    wish = PlanWish(changes or {}, left_out)
    former = await plan_in_force(authority, year) if revise else None
    drafted = await sketch_plan(authority, year, rules, wish, former, counted_on=local_day(cmd.now))
    refuse(ProblemCode.PLAN_RULE_BROKEN, "planning.plan_rule_broken", drafted.findings)
    dates = plan_due(rules, year, await load_calendar())
    async with unit_of_work():
        # The counter's row lock lets two planners draft one after the other; a roll-back leaves no gap.
        version = await authorities.next_number(f"{authority}:plan:{year}")
        await _make_room(await store.newest_plan(authority, year), revise=revise)
        plan_id = cmd.new_id()
        await store.add_plan(
            store.NewPlan(
                id=plan_id,
                authority=authority,
                year=year,
                version=version,
                name=name or f"{year}年度随机抽查工作计划",
                rule_set=rules.name,
                rule_digest=await keep_rules(cmd, rules),
                opens_on=dates.opens.day if dates.opens else None,
                due_on=dates.due.day,
                reason=(reason or "").strip() or None,
                drafted_by=cmd.actor.id,
                drafted_at=cmd.now,
            )
        )
        why = _reasons(left_out, left_out_why or {})
        await _keep_lines(cmd, plan_id, drafted, why)
        told = _told(made := await plan(plan_id), dates, drafted.notes, why)
        await append(cmd.under(rules.name).event(EventKind.PLAN_DRAFTED, f"plan:{plan_id}", lane=None, **told))
    return made


async def _keep_lines(cmd: Command, plan_id: UUID, drafted: PlanSketch, why: Mapping[str, str]) -> None:
    lines = {cmd.new_id(): (drafted.items[line.item].id, line) for line in drafted.lines}
    await store_lines.add_lines(plan_id, lines, cmd.new_id)
    reasons = {drafted.items[code].id: reason for code, reason in why.items()}
    await store_lines.add_omissions(plan_id, reasons, cmd.new_id)


def _reasons(left_out: Collection[str], told: Mapping[str, str]) -> dict[str, str]:
    """By item code, why items are left out, without the blanks."""
    return {code: told[code].strip() for code in sorted(set(left_out)) if told.get(code, "").strip()}


async def _make_room(former: PlanFacts | None, *, revise: bool) -> None:
    if former is None:
        return
    if not revise and former.state is not PlanState.RETURNED:
        raise Conflict(
            ProblemCode.PLAN_EXISTS,
            "planning.plan_exists",
            year=former.year,
            plan=str(former.id),
            version=former.version,
        )
    if former.state in {PlanState.DRAFTED, PlanState.RETURNED}:
        await store.move_plan(former.id, PlanState.SUPERSEDED)


def _told(made: PlanFacts, dates: PlanDates, notes: Sequence[Finding], why: Mapping[str, str]) -> dict[str, JSON]:
    return {
        "year": made.year,
        "version": made.version,
        "reason": made.reason,
        "rule_digest": made.rule_digest,
        "opens": dates.opens.day.isoformat() if dates.opens else None,
        "due": dates.due.day.isoformat(),
        "provisional": dates.due.provisional or bool(dates.opens and dates.opens.provisional),
        "late": made.late,
        "early": made.early,
        "lines": {line.item_code: {"item": str(line.item), **fields_of(line)} for line in made.lines},
        "notes": [note.as_json() for note in notes],
        **({"left_out": {**why}} if why else {}),
    }
