"""From tasks, plan lines, items and the rule-set to the numbers of a draw (draw.md §4.4, §4.7, §4.8, §4.11). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from inspection.draw.lot.strata import Base, Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.rules import Continuity, MatchRules, Seat, seats_at
from inspection.draw.terms import TaskTerms, Window
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.planning.facts import PlanLineFacts, TaskFacts
from inspection.planning.line_ratio import line_ratio
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, ItemClass, MatchKind, MatchMode, RatioBase
from inspection.registry.items.facts import ItemFacts
from mobile_contract.problems import ProblemCode

HIGH_RATIO = Fraction(1, 2)
"""安岳 一(三) lets the lot decide the order of batches where the ratio is high; from which one on is our decision."""
MOST_BATCHES = 52
MOST_OBJECTS = 10_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator sets of one task's draw; all of it may be left to plan and rule-set.

    `count`: number of objects instead of a share; `by` and `floors`: strata, and the least number of each by its name;
    `batches`: into how many batches the drawn objects are cut.
    """

    count: int | None = None
    by: StrataBy | None = None
    floors: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    batches: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task to be drawn with what it rests on."""

    task: TaskFacts
    item: ItemFacts
    line: PlanLineFacts | None
    asked: Asked = Asked()


def task_terms(drawn: Drawn, rules: RuleSet) -> TaskTerms:
    """Size, strata and batches of one task.

    Raises:
        Invalid: a number, floor or batch that cannot be used.
        Refused: `draw.batches_not_offered`: the rule-set or the item knows no order of batches.
        Conflict: `draw.count_below_plan`: fewer objects than the plan promises.
    """
    task, asked = drawn.task, drawn.asked
    if asked.count is not None and not 1 <= asked.count <= MOST_OBJECTS:
        raise Invalid(ProblemCode.INVALID, "draw.count_out_of_range", most=MOST_OBJECTS)
    planned = drawn.line.quantity if drawn.line else None
    if asked.count is not None and planned is not None and asked.count < planned:
        raise Conflict(ProblemCode.CONFLICT, "draw.count_below_plan", count=asked.count, planned=planned)
    base = Base.ELIGIBLE if rules.ratio.base is RatioBase.ELIGIBLE else Base.DIRECTORY
    size, strata = _strata(drawn, Size(task.ratio, base, asked.count))
    windows = _batches(drawn, rules)
    return TaskTerms(size, strata, asked.batches, windows, rules.visit_cap.maximum)


def _strata(drawn: Drawn, size: Size) -> tuple[Size, StrataRule]:
    task, line, asked = drawn.task, drawn.line, drawn.asked
    if not all(0 <= floor <= MOST_OBJECTS for floor in asked.floors.values()) or (asked.floors and asked.by is None):
        raise Invalid(ProblemCode.INVALID, "draw.floors_out_of_range", most=MOST_OBJECTS)
    if asked.by is not None:
        return size, StrataRule(Rule.PROPORTIONAL, asked.by, floors=dict(asked.floors))
    if size.count is not None or line is None or not line.strata or task.scope.grades:
        return size, StrataRule()
    # 安岳 一(五): every grade by its own ratio; a task that draws more than its line asks for draws no grade less.
    least = task.ratio if task.ratio > line_ratio(line, task.scope) else Fraction(0)
    ratios = {stratum.grade: max(stratum.ratio, least) for stratum in line.strata}
    return Size(max(line.ratio, least), size.base), StrataRule(Rule.OWN_RATIO, StrataBy.GRADE, ratios)


def _batches(drawn: Drawn, rules: RuleSet) -> tuple[Window, ...]:
    task, count = drawn.task, drawn.asked.batches
    if count == 1:
        return ()
    days = (task.ends_on - task.starts_on).days + 1
    if not 1 <= count <= min(MOST_BATCHES, days):
        raise Invalid(ProblemCode.INVALID, "draw.batches_out_of_range", most=min(MOST_BATCHES, days))
    if (
        not rules.items.key_batch_order
        or drawn.item.item_class is not ItemClass.KEY
        or (drawn.asked.count is None and task.ratio < HIGH_RATIO)
    ):
        raise Refused(ProblemCode.REFUSED, "draw.batches_not_offered", article=rules.items.article)
    return even_windows((task.starts_on, task.ends_on), count)


def even_windows(window: Window, count: int) -> tuple[Window, ...]:
    """The window cut into `count` windows that follow each other, each as many days as the others or one more."""
    first, last = window
    days = (last - first).days + 1
    edges = [first + timedelta(days=days * number // count) for number in range(count + 1)]
    return tuple((start, end - timedelta(days=1)) for start, end in pairwise(edges))


def match_rules(
    drawn: Sequence[Drawn], rules: RuleSet, *, delta: int = 1, max_load: int | None = None, area: bool = False
) -> MatchRules:
    """How inspectors will be matched with what these tasks draw, the same for all of them.

    Raises:
        Conflict: `draw.joint_differs`: tasks of one draw that are to be matched differently.
        Refused: `draw.mode_not_offered`: a mode the rule-set does not know; `draw.area_not_offered`: areas bind
            inspectors only where the match is constrained (手动匹配).
        Invalid: loads that cannot be used.
    """
    if not 0 <= delta <= MOST_OBJECTS or not (max_load is None or 1 <= max_load <= MOST_OBJECTS):
        raise Invalid(ProblemCode.INVALID, "draw.load_out_of_range")
    mode, kind = _alike(drawn)
    if mode not in rules.draw.match_modes or kind not in rules.draw.match_kinds:
        raise Refused(ProblemCode.REFUSED, "draw.mode_not_offered", mode=mode.value, kind=kind.value)
    if area and kind is not MatchKind.CONSTRAINED:
        raise Refused(ProblemCode.REFUSED, "draw.area_not_offered")
    named = {inspector for one in drawn for inspector in one.task.inspectors}
    seats = _merged([seat for number, one in enumerate(drawn) for seat in _seats(number, one)])
    every_task = range(len(drawn))
    kept = rules.continuity
    return MatchRules(
        mode=mode.value,
        kind=kind.value,
        delta=delta,
        max_load=max_load,
        area=area,
        seats=seats,
        candidates=len(named) if kind is MatchKind.CONSTRAINED and named else None,
        group_size=sum(here.slots for here in seats_at(seats, every_task)) if mode is MatchMode.GROUPED else None,
        continuity=Continuity(kept.most_share, kept.most_periods) if kept.most_share and kept.most_periods else None,
    )


def _alike(drawn: Sequence[Drawn]) -> tuple[MatchMode, MatchKind]:
    modes, kinds = {one.task.match_mode for one in drawn}, {one.task.match_kind for one in drawn}
    named = {bool(one.task.inspectors) for one in drawn}
    mode, kind = modes.pop(), kinds.pop()
    if modes or kinds or len(named) > 1:
        raise Conflict(ProblemCode.CONFLICT, "draw.joint_differs", tasks=[one.task.number for one in drawn])
    if mode is None or kind is None:  # a task made outside the draw
        origin = drawn[0].task.kind.value
        raise Refused(ProblemCode.REFUSED, "draw.mode_not_offered", mode=origin, kind=origin)
    return mode, kind


def _seats(number: int, drawn: Drawn) -> list[Seat]:
    """What a task needs at its doors: one seat, or one for each department of a cross-department task.

    The item's own qualification is asked of the department that leads; what was set by hand (手动匹配, 威海 第十六条)
    of everybody, the specialist of the leading department.
    """
    task, needs = drawn.task, drawn.task.needs
    own = (drawn.item.qualification,) if drawn.item.qualification else ()
    required = tuple(dict.fromkeys((*own, *needs.qualifications)))
    expert = {"experts": 1, "expertise": needs.expertise} if needs.expertise else {}
    joint = task.draw_mode is DrawMode.CROSS_DEPARTMENT
    first = Seat((number,), task.lead.strip() if joint else None, required, task.team_size, **expert)  # type: ignore[arg-type]
    if not joint:
        return [first]
    others = dict.fromkeys(name.strip() for name in task.participants)
    return [
        first,
        *(
            Seat((number,), name, needs.qualifications, task.team_size)
            for name in others
            if name and name != first.unit
        ),
    ]


def _merged(seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """Tasks that need the same of the same department share a seat: one person can sit in it for both."""
    found: dict[tuple[object, ...], Seat] = {}
    for seat in seats:
        key = (seat.unit, seat.required, seat.experts, seat.expertise)
        before = found.get(key)
        tasks = (*before.tasks, *seat.tasks) if before else seat.tasks
        slots = max(before.slots, seat.slots) if before else seat.slots
        found[key] = Seat(tasks, seat.unit, seat.required, slots, seat.experts, seat.expertise)
    return tuple(found.values())


def offices_missing(rules: RuleSet, names: Sequence[str]) -> dict[str, str]:
    """Offices that must supervise a draw (泉州 二(二)3) and are in nobody's name, by language; empty if none."""
    missing = [
        office.text for office in rules.supervision.required if not any(office.text.zh in name for name in names)
    ]
    if not missing:
        return {}
    return {"zh_CN": "、".join(text.zh for text in missing), "en": ", ".join(text.en for text in missing)}
