"""Every clock that runs for an authority on one page: what is due, what is late, and whose it is."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.kernel.command import Role
from inspection.oversight.reports.clock import reports_due
from inspection.oversight.reports.rules import ReportDuty, ReportState
from inspection.planning.plan_review import plan_duties
from inspection.planning.plan_rules import DutyState, PlanDuty
from inspection.planning.task_clocks import Clock, ClockKind
from inspection.publicity.due_list import DueItem, DueWithdrawal, due_results, due_withdrawals
from inspection.publicity.objections.due import DueObjection, ToDo, due_objections
from inspection.publicity.release import Hindrance
from inspection.visits.due import TaskDue, besides_windows, windows_due
from inspection.visits.follow_up.due import FollowUpDue, NextStep, follow_ups_due
from inspection.visits.follow_up.rows import MatterKind
from inspection.visits.late_filing.listing import FilingDue, filings_due
from inspection.visits.review.queue import CorrectionDue, corrections_due


class Matter(StrEnum):
    """What the clock is about."""

    PLAN = "plan"  # 年度抽查工作计划
    APPROVAL = "approval"  # 紧急检查补办审批
    JOINT_START = "joint_start"  # 抽取后组织联合检查
    LIST_FILING = "list_filing"  # 抽取名单备案
    COMPLETION = "completion"  # 自抽查实施之日起完成
    WINDOW = "window"  # 任务规定的检查期限
    FILING = "filing"  # 未赋码检查补录
    PUBLICATION = "publication"  # 结果公示
    WITHDRAWAL = "withdrawal"  # 撤回、撤下
    OBJECTION = "objection"  # 异议复核
    CORRECTION = "correction"  # 退回更正
    REFERRAL = "referral"  # 移送及其回执
    RECTIFICATION = "rectification"  # 整改
    RECHECK = "recheck"  # 整改复查
    REPORT = "report"  # 季度进展、年度总结


Place = tuple[date, str, str]
"""The day of a clock, or the last of all days where it has none, its matter and its subject."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One thing that somebody still has to do.

    `subject`: the id of what it is about (the plan's year for a plan that does not exist yet); `name`: for people;
    `to_do`: the step that comes next, in the words of the matter's own room; `whose`: the role it waits for; `person`:
    the name of who took it on. `due_on` is None where no day is set; `days` are left, negative when it is late;
    `provisional` while the holidays it was counted with are not announced; `visit`: of what is about a visit.
    """

    matter: Matter
    subject: str
    name: str
    to_do: str
    whose: Role
    person: str | None
    due_on: date | None
    days: int | None
    late: bool
    provisional: bool
    visit: UUID | None = None


WHOSE: Final = {
    ClockKind.APPROVAL: Role.APPROVER,
    ClockKind.JOINT_START: Role.SECTION_HEAD,
    ClockKind.LIST_FILING: Role.LEGAL,
    ClockKind.COMPLETION: Role.SECTION_HEAD,
    ClockKind.WINDOW: Role.SECTION_HEAD,
}
HINDERED: Final = {
    Hindrance.CLOCK_NOT_STARTED: Role.SECTION_HEAD,
    Hindrance.LEGAL_REVIEW: Role.LEGAL,
    Hindrance.LEGAL_OBJECTION: Role.SECTION_HEAD,
    Hindrance.NOT_APPROVED: Role.APPROVER,
    Hindrance.SAME_PERSON: Role.APPROVER,
    Hindrance.WITHHELD: Role.APPROVER,
    Hindrance.DEFERRED: Role.APPROVER,
    Hindrance.FACTS_INCOMPLETE: Role.PLANNER,
}
"""Who clears a hindrance; a result without any waits for the publisher."""
_FOLLOWED: Final[dict[MatterKind | None, Matter]] = {
    MatterKind.PUT_RIGHT: Matter.RECTIFICATION,
    MatterKind.RECHECK: Matter.RECHECK,
}
"""What follows a result; the rest is about a referral."""
_PLAN_STEPS: Final = {DutyState.UNPUBLISHED: Role.APPROVER}


_REPORT_STEPS: Final = {ReportState.DRAFT: Role.APPROVER}


@dataclass(frozen=True, slots=True)
class Summary:
    """How many clocks of a matter run, and how many of them are late."""

    matter: Matter
    running: int
    late: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks that run, the most urgent first, and how many of each matter there are."""

    summaries: tuple[Summary, ...]
    clocks: tuple[RunningClock, ...]


async def running_clocks(authority: UUID, today: date, *, within: int | None = None) -> Clocks:
    """All clocks that run for an authority, the most urgent first.

    `within`: only those that are due in so many calendar days, are late, or have no day.
    """
    found = [one for read in (*READERS.values(), _publications, _windows) for one in await read(authority, today)]
    clocks = tuple(sorted((one for one in found if _asked(one, within)), key=place_of))
    return Clocks(summaries(clocks), clocks)


def place_of(one: RunningClock) -> Place:
    """Where a clock stands among all: what is late stands first, since its day is past. Pure."""
    return one.due_on or date.max, one.matter.value, one.subject


def summaries(clocks: Iterable[RunningClock]) -> tuple[Summary, ...]:
    """One line a matter, those without any clock included. Pure."""
    held = tuple(clocks)
    return tuple(
        Summary(
            matter,
            sum(one.matter is matter for one in held),
            sum(one.late for one in held if one.matter is matter),
        )
        for matter in Matter
    )


def _asked(one: RunningClock, within: int | None) -> bool:
    return within is None or one.days is None or one.days <= within


def _plan(duty: PlanDuty, today: date) -> RunningClock:
    year = str(duty.year)
    return RunningClock(
        matter=Matter.PLAN,
        subject=str(duty.plan or year),
        name=year,
        to_do=duty.state.value,
        whose=_PLAN_STEPS.get(duty.state, Role.PLANNER),
        person=None,
        due_on=duty.due_on,
        days=(duty.due_on - today).days,
        late=today > duty.due_on,
        provisional=duty.provisional,
    )


def _report(duty: ReportDuty, today: date) -> RunningClock:
    return RunningClock(
        matter=Matter.REPORT,
        subject=duty.period.name,
        name=duty.period.name,
        to_do=duty.state.value,
        whose=_REPORT_STEPS.get(duty.state, Role.PLANNER),
        person=None,
        due_on=duty.due_on,
        days=(duty.due_on - today).days,
        late=today > duty.due_on,
        provisional=False,
    )


def clocks_of_tasks(tasks: Iterable[TaskDue]) -> list[RunningClock]:
    """The clocks of these tasks. Pure."""
    return [_task(task, clock) for task in tasks for clock in task.clocks]


def _task(task: TaskDue, clock: Clock) -> RunningClock:
    return RunningClock(
        matter=Matter(clock.kind.value),
        subject=str(task.task),
        name=f"{task.number} {task.name}",
        to_do=task.state.value,
        whose=WHOSE[clock.kind],
        person=None,
        due_on=clock.due,
        days=clock.days,
        late=clock.days is not None and clock.days < 0,
        provisional=clock.provisional,
    )


def _follow_up(due: FollowUpDue) -> RunningClock:
    return RunningClock(
        matter=_FOLLOWED.get(due.matter, Matter.REFERRAL),
        subject=str(due.subject),
        name=due.name,
        to_do=due.step.value,
        whose=Role.APPROVER if due.step is NextStep.APPROVE else Role.SECTION_HEAD,
        person=due.person,
        due_on=due.due_on,
        days=due.days,
        late=due.late,
        provisional=False,
        visit=due.visit,
    )


def _filing(due: FilingDue) -> RunningClock:
    return RunningClock(
        matter=Matter.FILING,
        subject=str(due.visit),
        name=due.begun_on.isoformat(),
        to_do="file",
        whose=Role.PLANNER,
        person=None,
        due_on=due.due_on,
        days=due.days,
        late=due.late,
        provisional=due.provisional,
    )


def _correction(due: CorrectionDue, today: date) -> RunningClock:
    days = (due.correct_by - today).days if due.correct_by is not None else None
    return RunningClock(
        matter=Matter.CORRECTION,
        subject=str(due.visit),
        name=due.object_name,
        to_do="correct",
        whose=Role.INSPECTOR,
        person=None,
        due_on=due.correct_by,
        days=days,
        late=days is not None and days < 0,
        provisional=False,
        visit=due.visit,
    )


def _withdrawal(due: DueWithdrawal) -> RunningClock:
    return RunningClock(
        matter=Matter.WITHDRAWAL,
        subject=str(due.publication),
        name=f"{due.number} {due.object_name}",
        to_do=due.ground.value,
        whose=Role.APPROVER,
        person=None,
        due_on=due.due_on,
        days=due.days_left,
        late=due.overdue,
        provisional=due.provisional,
        visit=due.visit,
    )


def clock_of_result(due: DueItem) -> RunningClock:
    """The clock of what is not out. Pure."""
    first = due.why[0] if due.why else None
    return RunningClock(
        matter=Matter.PUBLICATION,
        subject=str(due.publication),
        name=f"{due.object_name} {due.item_name}",
        to_do=first.value if first else "publish",
        whose=HINDERED[first] if first else Role.PLANNER,
        person=None,
        due_on=due.due_on,
        days=due.days_left,
        late=due.overdue,
        provisional=due.provisional,
        visit=due.visit,
    )


def _objection(due: DueObjection) -> RunningClock:
    return RunningClock(
        matter=Matter.OBJECTION,
        subject=str(due.objection),
        name=f"{due.number} {due.object_name}",
        to_do=due.to_do.value,
        whose=Role.PLANNER if due.to_do is ToDo.PUBLISH else Role.LEGAL,
        person=due.reviewer_name,
        due_on=due.due_on,
        days=due.days_left,
        late=due.overdue,
        provisional=due.provisional,
        visit=due.visit,
    )


async def _plans(authority: UUID, today: date) -> list[RunningClock]:
    return [_plan(duty, today) for duty in await plan_duties(today, authority)]


async def _besides_windows(authority: UUID, today: date) -> list[RunningClock]:
    return clocks_of_tasks(await besides_windows(authority, today))


async def _windows(authority: UUID, today: date) -> list[RunningClock]:
    return clocks_of_tasks(await windows_due(authority, today))


async def _filings(authority: UUID, today: date) -> list[RunningClock]:
    return [_filing(due) for due in await filings_due(authority, today)]


async def _publications(authority: UUID, today: date) -> list[RunningClock]:
    return [clock_of_result(due) for due in await due_results(authority, today)]


async def _objections(authority: UUID, today: date) -> list[RunningClock]:
    return [_objection(due) for due in await due_objections(authority=authority, on=today)]


async def _withdrawals(authority: UUID, today: date) -> list[RunningClock]:
    return [_withdrawal(due) for due in await due_withdrawals(authority, today)]


async def _reports(authority: UUID, today: date) -> list[RunningClock]:
    return [_report(duty, today) for duty in await reports_due(authority, today)]


async def _corrections(authority: UUID, today: date) -> list[RunningClock]:
    return [_correction(due, today) for due in await corrections_due(authority)]


async def _follow_ups(authority: UUID, today: date) -> list[RunningClock]:
    return [_follow_up(due) for due in await follow_ups_due(authority, today)]


Reader = Callable[[UUID, date], Awaitable[list[RunningClock]]]
READERS: Final[Mapping[frozenset[Matter], Reader]] = MappingProxyType(
    {
        frozenset({Matter.PLAN}): _plans,
        frozenset({Matter.APPROVAL, Matter.JOINT_START, Matter.LIST_FILING, Matter.COMPLETION}): _besides_windows,
        frozenset({Matter.FILING}): _filings,
        frozenset({Matter.OBJECTION}): _objections,
        frozenset({Matter.WITHDRAWAL}): _withdrawals,
        frozenset({Matter.REPORT}): _reports,
        frozenset({Matter.CORRECTION}): _corrections,
        frozenset({Matter.REFERRAL, Matter.RECTIFICATION, Matter.RECHECK}): _follow_ups,
    }
)
"""By the matters they tell of. Of results and of windows there are too many to be read whole for a page."""
