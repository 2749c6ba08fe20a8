"""Rules of a task of the plan (威海 第十四、十六、二十条 and their like): its draw, its papers, its number. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.materials import check_materials
from inspection.planning.plan_rules import percent
from inspection.planning.scope import Scope
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, MatchKind, MatchMode


@dataclass(frozen=True, slots=True)
class Needs:
    """What narrows the lot of inspectors (手动匹配, 威海 第十六条; 专业要求, 安岳 二(二)).

    `qualifications`: everybody of the team holds each; `expertise`: at least one of the team has it.
    """

    qualifications: tuple[str, ...] = ()
    expertise: str | None = None

    def __bool__(self) -> bool:
        return bool(self.qualifications or self.expertise)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What is set of a task before it is reviewed. `ratio` is the share of the base that the draw takes.

    `lead` and `participants` are the departments of a joint task (谁发起、谁牵头, 安岳 二(二)). `inspectors`: ids of
    those among whom alone the lot decides (手动匹配, 威海 第十六条); none: the whole register. `materials`: what the
    notice asks the party to have ready.
    """

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
    needs: Needs = field(default=Needs())
    lead: str = ""
    participants: tuple[str, ...] = ()
    inspectors: tuple[UUID, ...] = ()
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """What the plan line of the task allows."""

    ratio: Fraction
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Papers:
    """What the item of a task has: a released checklist, an operable procedure, a place in the joint list."""

    checklist: bool
    procedure: bool = False
    joint: bool = False


def check_task(draft: TaskDraft, frame: PlanFrame, rules: RuleSet, papers: Papers) -> list[Finding]:
    """Everything wrong with a task; empty when it may go to its review."""
    found = [
        *_check_draw(draft, rules),
        *_check_parties(draft, rules, papers),
        *_check_window(draft, frame, rules),
        *check_papers(draft.scheme, rules, papers),
        *check_materials(draft.materials),
    ]
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


def check_papers(scheme: str, rules: RuleSet, papers: Papers) -> Iterator[Finding]:
    """The papers without which no task starts (兴隆台 六: 监管方案; 威海 第二十条, 金凤 第九条: 工作方案)."""
    article = rules.task.scheme_article
    if rules.task.scheme_required and not scheme.strip():
        yield finding(Fault.SCHEME_MISSING, article)
    if rules.task.procedure_required and not papers.procedure:
        yield finding(Fault.PROCEDURE_MISSING, article)
    if not papers.checklist:
        yield finding(Fault.CHECKLIST_MISSING, article)


def _check_draw(draft: TaskDraft, rules: RuleSet) -> Iterator[Finding]:
    article = rules.draw.article
    if draft.draw_mode not in rules.draw.modes:
        yield finding(Fault.DRAW_MODE_NOT_ALLOWED, article, mode=draft.draw_mode.value)
    if draft.match_kind not in rules.draw.match_kinds:
        yield finding(Fault.MATCH_KIND_NOT_ALLOWED, article, kind=draft.match_kind.value)
    elif draft.match_kind is MatchKind.AUTOMATIC and (draft.needs or draft.inspectors):
        yield finding(Fault.NEEDS_NOT_ALLOWED, article)
    if draft.match_mode not in rules.draw.match_modes:
        yield finding(Fault.MATCH_MODE_NOT_ALLOWED, article, mode=draft.match_mode.value)
    used = draft.scope.dimensions
    if draft.draw_mode is DrawMode.TARGETED and not used:
        yield finding(Fault.CONDITION_MISSING, article)
    if draft.draw_mode is DrawMode.UNTARGETED and used:
        yield finding(Fault.CONDITION_NOT_ALLOWED, article)
    for name in used:
        if name not in rules.draw.dimensions:
            yield finding(Fault.DIMENSION_UNKNOWN, article, dimension=name)
    for name, values in draft.scope.unknown.items():
        yield finding(Fault.CONDITION_VALUE_UNKNOWN, article, dimension=name, values="、".join(values))


def _check_parties(draft: TaskDraft, rules: RuleSet, papers: Papers) -> Iterator[Finding]:
    """Who leads a joint task and who takes part (安岳 二(二), 金凤 第八条); any other task has no such parties."""
    article = rules.draw.article
    if draft.draw_mode is not DrawMode.CROSS_DEPARTMENT:
        if draft.lead or draft.participants:
            yield finding(Fault.PARTIES_NOT_ALLOWED, article, mode=draft.draw_mode.value)
        return
    if not draft.lead.strip():
        yield finding(Fault.LEAD_MISSING, article)
    others = [name for name in draft.participants if name.strip() and name.strip() != draft.lead.strip()]
    if not others:
        yield finding(Fault.PARTICIPANTS_MISSING, article)
    if not papers.joint:
        yield finding(Fault.ITEM_NOT_JOINT, article)


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
