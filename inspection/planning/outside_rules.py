"""Rules of a task made outside the draw (兴隆台 五, 安岳 一(一)): its reason and basis, its objects, its team. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.materials import check_materials, tidied
from inspection.planning.task_rules import Needs, Papers, check_papers
from inspection.policy.clauses.planning import OutsideKind
from inspection.policy.model import RuleSet
from inspection.policy.terms import ApprovalTime, TaskKind


@dataclass(frozen=True, slots=True)
class OutsideDraft:
    """What is set of a task outside the draw before it is reviewed.

    `reason`: why it is made; `basis`: the document, clause and number it rests on; `source`: what it came from (the
    number of a complaint, a transfer, an order). `objects` and `inspectors` are named; without inspectors the team is
    designated later, within `needs`. `approve_by`: until when an emergency's approval is made up for. `cap_override`:
    why an object is inspected although it has had its visits of the year. `materials`: what the notice asks the party
    to have ready. `name` '' and `team_size` 0 are filled in.
    """

    name: str
    kind: TaskKind
    reason: str
    basis: str
    source: str
    objects: tuple[UUID, ...]
    team_size: int
    scheme: str
    starts_on: date
    ends_on: date
    inspectors: tuple[UUID, ...] = ()
    needs: Needs = field(default=Needs())
    approve_by: date | None = None
    cap_override: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedObject:
    """An object of such a task as the rules see it.

    `visits`: those that count towards its cap and are known; `exempt`: a ground of the rule-set lifts the cap.
    """

    code: str
    in_directory: bool = True
    gone: bool = False
    visits: int = 0
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class NamedInspector:
    """An inspector named for such a task; `bars` are the sentences of what speaks against sending the person."""

    name: str
    bars: tuple[str, ...] = ()


def filled(draft: OutsideDraft, item_name: str, rules: RuleSet) -> OutsideDraft:
    """The draft with a name (事项 + 任务类型) and a team size where none is given: the inspectors named, at least the
    rule-set's least."""
    kind = rules.outside_draw.of(draft.kind)
    name = draft.name.strip() or f"{item_name}（{kind.text.zh if kind else draft.kind.value}）"[:200]
    size = draft.team_size or max(len(draft.inspectors), rules.team.minimum_size)
    return replace(draft, name=name, team_size=size, materials=tidied(draft.materials))


def check_outside(
    draft: OutsideDraft,
    rules: RuleSet,
    papers: Papers,
    objects: Sequence[NamedObject],
    team: Sequence[NamedInspector],
    today: date,
    *,
    begun: bool = False,
) -> list[Finding]:
    """Everything wrong with a task outside the draw; empty when it may go to its review.

    Every kind but the random one needs a clause of the rule-set, a reason and a basis (安岳 一(一): 除特殊重点领域外，
    行政检查原则上均通过双随机抽查进行). `begun`: its visit has taken place and is filed afterwards: its days may be
    past.
    """
    kind = rules.outside_draw.of(draft.kind)
    if kind is None:
        return [finding(Fault.KIND_NOT_ALLOWED, rules.outside_draw.article, kind=draft.kind.value)]
    return [
        *_check_grounds(draft, kind),
        *_check_objects(draft, kind, objects),
        *check_team(team, rules),
        *_check_size(draft, rules),
        *check_papers(draft.scheme, rules, papers),
        *check_materials(draft.materials),
        *_check_days(draft, kind, today, begun=begun),
        *_check_cap(draft, kind, rules, objects),
    ]


def check_team(team: Sequence[NamedInspector], rules: RuleSet) -> Iterator[Finding]:
    """A named team: no fewer than the rule-set asks for, nobody twice, everybody may be sent (国办发〔2024〕54号)."""
    article = rules.team.article
    if team and len(team) < rules.team.minimum_size:
        yield finding(Fault.TEAM_TOO_SMALL, article, size=len(team), least=rules.team.minimum_size)
    for person in team:
        if person.bars:
            yield finding(Fault.INSPECTOR_BARRED, article, name=person.name, why=" ".join(person.bars))


def over_cap(rules: RuleSet, kind: OutsideKind, objects: Sequence[NamedObject]) -> list[NamedObject]:
    """Those objects that have had their visits of the year, where the cap binds a task of this kind."""
    most = rules.visit_cap.maximum
    if not kind.limited_by_cap or most is None:
        return []
    return [one for one in objects if one.visits >= most and not one.exempt]


def _check_grounds(draft: OutsideDraft, kind: OutsideKind) -> Iterator[Finding]:
    for fault, text in (
        (Fault.REASON_MISSING, draft.reason),
        (Fault.BASIS_MISSING, draft.basis),
        (Fault.SOURCE_MISSING, draft.source),
    ):
        if not text.strip():
            yield finding(fault, kind.article)


def _check_objects(draft: OutsideDraft, kind: OutsideKind, objects: Sequence[NamedObject]) -> Iterator[Finding]:
    if not objects:
        yield finding(Fault.OBJECTS_MISSING, kind.article)
    for code, times in Counter(one.code for one in objects).items():
        if times > 1:
            yield finding(Fault.OBJECT_TWICE, kind.article, object=code)
    if len(set(draft.inspectors)) != len(draft.inspectors):
        yield finding(Fault.INSPECTOR_TWICE, kind.article)
    for one in objects:
        if not one.in_directory:
            yield finding(Fault.OBJECT_NOT_IN_DIRECTORY, kind.article, object=one.code)
        if one.gone:
            yield finding(Fault.OBJECT_GONE, kind.article, object=one.code)


def _check_size(draft: OutsideDraft, rules: RuleSet) -> Iterator[Finding]:
    if draft.team_size < rules.team.minimum_size:
        least = rules.team.minimum_size
        yield finding(Fault.TEAM_TOO_SMALL, rules.team.article, size=draft.team_size, least=least)


def _check_days(draft: OutsideDraft, kind: OutsideKind, today: date, *, begun: bool) -> Iterator[Finding]:
    days = {"item": draft.name, "first": draft.starts_on.isoformat(), "last": draft.ends_on.isoformat()}
    if draft.ends_on < draft.starts_on:
        yield finding(Fault.WINDOW_REVERSED, kind.article, **days)
    elif draft.ends_on < today and not begun:
        yield finding(Fault.WINDOW_PAST, kind.article, **days, today=today.isoformat())
    afterwards = kind.approval is ApprovalTime.AFTERWARDS
    if draft.approve_by is not None and not afterwards:
        yield finding(Fault.APPROVED_BEFORE_ONLY, kind.article, kind=draft.kind.value)
    if afterwards and (draft.approve_by is None or draft.approve_by < today):
        yield finding(Fault.APPROVE_BY_MISSING, kind.article, kind=draft.kind.value)


def _check_cap(
    draft: OutsideDraft, kind: OutsideKind, rules: RuleSet, objects: Sequence[NamedObject]
) -> Iterator[Finding]:
    if draft.cap_override.strip():
        return
    for one in over_cap(rules, kind, objects):
        yield finding(
            Fault.CAP_REACHED,
            rules.visit_cap.article,
            object=one.code,
            visits=one.visits,
            most=rules.visit_cap.maximum,
        )
