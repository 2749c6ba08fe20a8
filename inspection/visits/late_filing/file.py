"""补录: a visit that nobody assigned is entered afterwards, with its task, and what waited for it counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import find as planning
from inspection.planning.facts import TaskFacts
from inspection.planning.outside_rules import OutsideDraft
from inspection.planning.task_states import TaskState
from inspection.policy.model import RuleSet
from inspection.policy.terms import ApprovalTime, TaskKind
from inspection.registry import find as registry
from inspection.registry.rules_in_force import rules_today
from inspection.visits import store as visits
from inspection.visits.late_filing import store
from inspection.visits.late_filing.dismiss import my_filing
from inspection.visits.late_filing.rows import FilingRow, LateTaskRow
from inspection.visits.late_filing.rules import RECALL, authors_of, opening_of, said_last
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.opening.preset_outside import preset_outside_task
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Filing:
    """What the office enters of such a visit. `items`: codes; `inspectors`: who came, those who wrote entries unless
    given; `visited_on`: the day, as the tablet tells it unless given. The rest as of a task outside the draw.
    """

    items: tuple[str, ...]
    object: UUID
    kind: TaskKind
    reason: str
    basis: str
    source: str
    scheme: str = ""
    inspectors: tuple[UUID, ...] = ()
    visited_on: date | None = None
    approve_by: date | None = None
    cap_override: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of it. `opened`: the visit is there; otherwise its tasks wait for their approval, and the team's
    designation makes it. `beside`: visits of the same object on the same day that it may have to be linked to.
    """

    visit: UUID
    tasks: tuple[UUID, ...]
    opened: bool
    late: bool
    due_on: date
    beside: tuple[UUID, ...]


async def file_late(cmd: Command, filing: Filing, *, visit_id: UUID, unit: UUID | None = None) -> Filed:
    """File the visit: its tasks outside the draw, and the visit under the tablet's id, at once where the rule-set has
    such a task approved afterwards. Late ones are taken and marked.

    Raises:
        NotFound: `visits.no_filing`; as `preset_outside_task`: `registry.object_unknown`, people of another authority.
        Conflict: `visits.filed_already`, `visits.filing_object_differs`, `visits.filing_author_missing`.
        Invalid: `visits.filing_day`, `visits.filing_team_short`; as `preset_outside_task`.
    """
    async with unit_of_work():
        row = await my_filing(cmd, visit_id)
        await _check_open(row)
        rules = await rules_today(cmd, row.authority)
        day = filing.visited_on or row.begun_on
        if not row.begun_on - RECALL <= day <= local_day(cmd.now):
            raise Invalid(ProblemCode.INVALID, "visits.filing_day", day=day.isoformat())
        await _check_object(row, filing.object)
        team = await _team(row, filing, rules)
        tasks = [await _preset(cmd, row, filing, code, team, day, unit) for code in dict.fromkeys(filing.items)]
        await store.change_filing(visit_id, filed_at=cmd.now, filed_by=cmd.actor.id, reason=filing.reason)
        late = local_day(cmd.now) > row.due_on
        ids: list[JSON] = [str(one.id) for one in tasks]
        told: dict[str, JSON] = {"tasks": ids, "due_on": row.due_on.isoformat(), "late": late}
        await append(cmd.under(rules.name).event(EventKind.LATE_FILING_DONE, f"visit:{visit_id}", lane=None, **told))
        opened = _at_once(rules, filing.kind)
        for one in tasks if opened else ():
            await assign_outside(cmd, task_id=one.id)
        beside = await store.beside({visit_id: (filing.object, day)}, row.authority)
        return Filed(visit_id, tuple(one.id for one in tasks), opened, late, row.due_on, beside[visit_id])


async def _check_open(row: FilingRow) -> None:
    """Not filed yet; or all that it was filed with was given up before there was a visit."""
    if row.filed_at is None:
        return
    made = (await store.tasks_of([row.visit])).get(row.visit, [])
    given_up = [(await planning.task(one.task)).state is TaskState.CANCELLED for one in made]
    if not all(given_up) or await visits.visit(row.visit) is not None:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.filed_already", visit=str(row.visit))


async def _check_object(row: FilingRow, named: UUID) -> None:
    """What tablets named, as far as it stands in this authority's register, is what is filed."""
    said = [opening_of(one) for one in (await store.openings([row.visit])).get(row.visit, [])]
    last = {one.object for one in said_last(one for one in said if one is not None).values()}
    known = await registry.objects(last - {named})
    others = sorted(facts.code for facts in known.values() if facts.authority == row.authority)
    if others:
        raise Conflict(ProblemCode.CONFLICT, "visits.filing_object_differs", objects="、".join(others))


async def _team(row: FilingRow, filing: Filing, rules: RuleSet) -> tuple[UUID, ...]:
    """Who came: everybody who wrote, and no fewer than the rule-set wants."""
    authors = authors_of((await store.waiting([row.visit])).get(row.visit, []))
    own = await _of_authority(row.authority, authors)
    team = filing.inspectors or own
    missing = [one for one in own if one not in team]
    if missing:
        people = await registry.named_people(missing)
        names = "、".join(people[one][0] for one in missing)
        raise Conflict(ProblemCode.CONFLICT, "visits.filing_author_missing", names=names)
    if len(set(team)) < rules.team.minimum_size:
        least = rules.team.minimum_size
        raise Invalid(ProblemCode.TASK_RULE_BROKEN, "visits.filing_team_short", size=len(set(team)), least=least)
    return team


async def _of_authority(authority: UUID, people: Collection[UUID]) -> tuple[UUID, ...]:
    known = await registry.inspectors(people)
    return tuple(one for one in people if one in known and known[one].authority == authority)


async def _preset(
    cmd: Command, row: FilingRow, filing: Filing, item: str, team: tuple[UUID, ...], day: date, unit: UUID | None
) -> TaskFacts:
    draft = OutsideDraft(
        name="",
        kind=filing.kind,
        reason=filing.reason,
        basis=filing.basis,
        source=filing.source,
        objects=(filing.object,),
        team_size=len(team),
        scheme=filing.scheme,
        starts_on=day,
        ends_on=day,
        inspectors=team,
        approve_by=filing.approve_by,
        cap_override=filing.cap_override,
    )
    made = await preset_outside_task(cmd, draft, authority=row.authority, item_code=item, unit=unit, begun=True)
    await store.add_task(LateTaskRow(made.id, row.visit, day))
    return made


def _at_once(rules: RuleSet, kind: TaskKind) -> bool:
    clause = rules.outside_draw.of(kind)
    return clause is not None and clause.approval is ApprovalTime.AFTERWARDS
