"""The clocks of a task: by when it starts, is done, is filed, is approved; what is due and what is overdue. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspection.kernel.calendar import DueDate, WorkCalendar
from inspection.kernel.calendar.rules import local_day
from inspection.planning.facts import TaskFacts
from inspection.planning.task_states import TaskState
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode


class ClockKind(StrEnum):
    """What is due."""

    APPROVAL = "approval"  # 补办审批, of an emergency
    JOINT_START = "joint_start"  # 抽取后 5 个工作日内组织联合检查 (安岳 二(二))
    LIST_FILING = "list_filing"  # 到法制备案 (兴隆台 六(三))
    COMPLETION = "completion"  # 自抽查实施之日起 90 天内完成 (兴隆台 六(五))
    WINDOW = "window"  # the last day that the task itself states


class ClockState(StrEnum):
    DONE = "done"
    LATE = "late"  # done after its day
    OPEN = "open"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a task. `due` is None where the rule-set states no day; `days` are left until it, negative when it
    is past.

    `provisional`: the day crosses a year whose holidays are not announced yet.
    """

    kind: ClockKind
    article: str
    due: date | None
    provisional: bool
    done_on: date | None
    state: ClockState
    days: int | None


OVER = frozenset({TaskState.CANCELLED, TaskState.CLOSED})


def counts_from_first_visit(task: TaskFacts, rules: RuleSet) -> bool:
    """Whether a clock waits for the first visit or runs from it: of other tasks nobody has to look for one."""
    rule = rules.task
    joint = task.drawn_at is not None and task.draw_mode is DrawMode.CROSS_DEPARTMENT
    starts = joint and rule.joint_start_within_working_days is not None
    return task.state not in OVER and (starts or rule.complete_within_days is not None)


def task_clocks(
    task: TaskFacts, first_visit: date | None, rules: RuleSet, calendar: WorkCalendar, today: date
) -> list[Clock]:
    """The clocks that run for a task as of `today`; none for one that was cancelled or closed.

    `first_visit` is the day of its first visit that was carried out.
    """
    if task.state in OVER:
        return []
    return [_clock(*one, today) for one in _running(task, first_visit, rules, calendar)]


_Running = tuple[ClockKind, str, DueDate | None, date | None]


def _running(task: TaskFacts, first_visit: date | None, rules: RuleSet, calendar: WorkCalendar) -> Iterator[_Running]:
    rule, done = rules.task, local_day(task.completed_at) if task.completed_at else None
    if task.approve_by is not None:
        kind = rules.outside_draw.of(task.kind)
        article = kind.article if kind else rules.outside_draw.article
        reviewed = local_day(task.reviewed_at) if task.reviewed_at else None
        yield ClockKind.APPROVAL, article, DueDate(task.approve_by, provisional=False), reviewed
    if task.drawn_at is not None:
        drawn = local_day(task.drawn_at)
        if task.draw_mode is DrawMode.CROSS_DEPARTMENT and rule.joint_start_within_working_days is not None:
            due = calendar.add_working_days(drawn, rule.joint_start_within_working_days)
            yield ClockKind.JOINT_START, rule.article, due, first_visit
        if rule.drawn_list_filed_with is not None:
            yield ClockKind.LIST_FILING, rule.article, None, local_day(task.filed_at) if task.filed_at else None
    if first_visit is not None and rule.complete_within_days is not None:
        yield ClockKind.COMPLETION, rule.article, calendar.add_days(first_visit, rule.complete_within_days), done
    if task.state is not TaskState.RETURNED:
        yield ClockKind.WINDOW, rule.article, DueDate(task.ends_on, provisional=False), done


def _clock(kind: ClockKind, article: str, due: DueDate | None, done: date | None, today: date) -> Clock:
    day = due.day if due else None
    if done is not None:
        state = ClockState.LATE if day is not None and done > day else ClockState.DONE
    else:
        state = ClockState.OVERDUE if day is not None and today > day else ClockState.OPEN
    days = (day - today).days if day is not None and done is None else None
    return Clock(kind, article, day, due is not None and due.provisional, done, state, days)
