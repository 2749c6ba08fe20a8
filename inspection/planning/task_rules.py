"""Rules of a task (威海 第十四、十六、二十条 and their like): its states, its frame, its number. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inspection.kernel.errors import Conflict
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.plan_rules import percent
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, MatchKind, MatchMode
from inspection.registry.objects.facts import DirectoryRow
from mobile_contract.problems import ProblemCode


class TaskState(StrEnum):
    """Where a task stands."""

    PRESET = "preset"  # 预先设置, waiting for review
    RETURNED = "returned"  # 审核退回
    APPROVED = "approved"  # 审核通过: may be drawn
    DRAWN = "drawn"  # objects drawn and inspectors matched: 任务生成
    COMPLETED = "completed"  # every visit is done: the publication clock may start


class TaskStep(StrEnum):
    """What happens to a task."""

    APPROVE = "approve"
    RETURN = "return"
    REVISE = "revise"
    DRAW = "draw"
    VOID_DRAW = "void_draw"
    COMPLETE = "complete"


_STEPS: Mapping[tuple[TaskState, TaskStep], TaskState] = {
    (TaskState.PRESET, TaskStep.APPROVE): TaskState.APPROVED,
    (TaskState.PRESET, TaskStep.RETURN): TaskState.RETURNED,
    (TaskState.RETURNED, TaskStep.REVISE): TaskState.PRESET,
    (TaskState.APPROVED, TaskStep.DRAW): TaskState.DRAWN,
    (TaskState.DRAWN, TaskStep.VOID_DRAW): TaskState.APPROVED,
    (TaskState.DRAWN, TaskStep.COMPLETE): TaskState.COMPLETED,
}
_REFUSALS: Mapping[TaskStep, ProblemCode] = {
    TaskStep.APPROVE: ProblemCode.TASK_NOT_OPEN,
    TaskStep.RETURN: ProblemCode.TASK_NOT_OPEN,
    TaskStep.REVISE: ProblemCode.TASK_NOT_OPEN,
    TaskStep.DRAW: ProblemCode.TASK_NOT_APPROVED,
    TaskStep.VOID_DRAW: ProblemCode.CONFLICT,
    TaskStep.COMPLETE: ProblemCode.CONFLICT,
}


def after(state: TaskState, step: TaskStep) -> TaskState:
    """The state after a step.

    Raises:
        Conflict: `planning.task_step` when the step does not follow from the state.
    """
    following = _STEPS.get((state, step))
    if following is None:
        raise Conflict(_REFUSALS[step], "planning.task_step", state=state.value, step=step.value)
    return following


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of the directory a targeted draw (定向) takes; a dimension without values lets every row pass.

    `kinds` are kinds or trades (主体类型), `scales` 经营规模, `areas` 地理区域.
    """

    kinds: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def dimensions(self) -> dict[str, tuple[str, ...]]:
        """The dimensions in use, by the rule-set's names."""
        named = {"kind": self.kinds, "scale": self.scales, "area": self.areas}
        return {name: values for name, values in named.items() if values}

    def holds(self, row: DirectoryRow) -> bool:
        """Whether the row meets every dimension in use."""
        return (
            (not self.kinds or row.kind.value in self.kinds or not set(row.trades).isdisjoint(self.kinds))
            and (not self.scales or row.scale in self.scales)
            and (not self.areas or row.area in self.areas)
        )


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What is set of a task before it is reviewed. `ratio` is the share of the base that the draw takes."""

    name: str
    ratio: Fraction
    team_size: int
    draw_mode: DrawMode
    match_kind: MatchKind
    match_mode: MatchMode
    scope: Scope
    scheme: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """What the plan line of the task allows."""

    ratio: Fraction
    starts_on: date
    ends_on: date


def check_task(draft: TaskDraft, frame: PlanFrame, rules: RuleSet, *, has_checklist: bool) -> list[Finding]:
    """Everything wrong with a task; empty when it may go to its review."""
    found = [*_check_draw(draft, rules), *_check_window(draft, frame, rules)]
    if rules.task.scheme_required and not draft.scheme.strip():
        found.append(finding(Fault.SCHEME_MISSING, rules.task.scheme_article))
    if not has_checklist:
        found.append(finding(Fault.CHECKLIST_MISSING, rules.task.scheme_article))
    if draft.team_size < rules.team.minimum_size:
        least = rules.team.minimum_size
        found.append(finding(Fault.TEAM_TOO_SMALL, rules.team.article, size=draft.team_size, least=least))
    if draft.ratio < frame.ratio:
        facts = {"ratio": percent(draft.ratio), "least": percent(frame.ratio), "item": draft.name}
        found.append(finding(Fault.RATIO_TOO_LOW, rules.ratio.article, **facts))
    if draft.ratio > 1:
        facts = {"ratio": percent(draft.ratio), "item": draft.name}
        found.append(finding(Fault.RATIO_ABOVE_ONE, rules.ratio.article, **facts))
    return found


def _check_draw(draft: TaskDraft, rules: RuleSet) -> Iterator[Finding]:
    article = rules.draw.article
    if draft.draw_mode not in rules.draw.modes:
        yield finding(Fault.DRAW_MODE_NOT_ALLOWED, article, mode=draft.draw_mode.value)
    if draft.match_kind not in rules.draw.match_kinds:
        yield finding(Fault.MATCH_KIND_NOT_ALLOWED, article, kind=draft.match_kind.value)
    used = draft.scope.dimensions
    if draft.draw_mode is DrawMode.TARGETED and not used:
        yield finding(Fault.CONDITION_MISSING, article)
    if draft.draw_mode is DrawMode.UNTARGETED and used:
        yield finding(Fault.CONDITION_NOT_ALLOWED, article)
    for name in used:
        if name not in rules.draw.dimensions:
            yield finding(Fault.DIMENSION_UNKNOWN, article, dimension=name)


def _check_window(draft: TaskDraft, frame: PlanFrame, rules: RuleSet) -> Iterator[Finding]:
    days = {"item": draft.name, "first": draft.starts_on.isoformat(), "last": draft.ends_on.isoformat()}
    if draft.ends_on < draft.starts_on:
        yield finding(Fault.WINDOW_REVERSED, rules.plan.article, **days)
    if draft.starts_on < frame.starts_on or draft.ends_on > frame.ends_on:
        yield finding(
            Fault.WINDOW_OUTSIDE_PLAN,
            rules.plan.article,
            **days,
            opens=frame.starts_on.isoformat(),
            closes=frame.ends_on.isoformat(),
        )


def task_number(short_name: str, year: int, serial: int) -> str:
    """组织简称 + 抽查 + 年度 + 序号, e.g. 商务抽查〔2026〕3号."""
    return f"{short_name}抽查〔{year}〕{serial}号"
