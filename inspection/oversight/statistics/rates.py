"""How the counts of the stores become figures. Pure: rows in, figures out."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from uuid import UUID

from inspection.draw.ceremony import DrawState
from inspection.draw.changes.terms import RECUSALS, ChangeKind
from inspection.draw.told.monitoring import RESULT, PastDraw
from inspection.oversight.statistics.figures import (
    Burden,
    Counted,
    CoverageFigures,
    DrawFigures,
    Excess,
    Named,
    ObjectionFigures,
    ResultFigures,
    rate,
)
from inspection.oversight.statistics.spans import Span
from inspection.oversight.statistics.store_draws import Objections
from inspection.oversight.statistics.store_results import Correction, Formed
from inspection.oversight.statistics.store_visits import Day, Held
from inspection.planning.facts import PlanLineFacts
from inspection.policy.clauses.measure import WarningRule
from inspection.policy.clauses.visiting import ResultRule
from inspection.publicity.objections.rows import OPEN, ObjectionState
from inspection.registry.objects.store_census import Group
from inspection.registry.objects.store_coverage import THERE
from inspection.visits.ledger.warnings import exceeded
from inspection.visits.review.codes import BY_CODE, CodeClass, classes_of, implied, of_class
from inspection.visits.review.outcomes import OutcomeCode

SOUND = frozenset(code.value for code in of_class(CodeClass.NO_PROBLEM))
"""Codes that say that nothing was found."""
UNCLASSED = "other"
_CODES = {code.value: code for code in OutcomeCode}
Key = tuple[str, str, int]
"""(codes, measures, part of the span)."""


def draw_figures(draws: Iterable[PastDraw], changes: Mapping[ChangeKind, int], span: Span) -> DrawFigures:
    """The draws of the span, by the day of the freeze; a draw that was never frozen by the day it was planned."""
    here = [draw for draw in draws if span.first <= draw.on <= span.last]
    ended = [draw for draw in here if draw.state in RESULT]
    voided = sum(draw.state is DrawState.VOIDED for draw in here)
    doors, places = sum(draw.doors for draw in ended), sum(draw.places for draw in ended)
    return DrawFigures(
        draws=len(ended),
        waiting=len(here) - len(ended) - voided,
        doors=doors,
        places=places,
        voided=rate(voided, len(ended) + voided),
        recused=rate(sum(changes.get(kind, 0) for kind in RECUSALS), places),
        replaced_inspectors=rate(changes.get(ChangeKind.REPLACE_INSPECTOR, 0), places),
        replaced_objects=rate(changes.get(ChangeKind.REPLACE_OBJECT, 0), doors),
        designated=rate(sum(draw.how.get("designated", 0) for draw in ended), places),
        continued=rate(sum(draw.how.get("continuity", 0) for draw in ended), places),
    )


def planned(lines: Iterable[PlanLineFacts], span: Span) -> int:
    """抽查户数 of the lines whose window ends in the span: base × ratio, rounded up, for each draw of the year."""
    return sum(_quantity(line) * line.frequency for line in lines if span.first <= line.ends_on <= span.last)


def _quantity(line: PlanLineFacts) -> int:
    return line.quantity if line.quantity is not None else ceil(line.ratio * (line.base or 0))


def standing_results(formed: Iterable[Formed], corrections: Iterable[Correction], span: Span) -> Counter[Key]:
    """The results of the span with the codes that stand now."""
    found: Counter[Key] = Counter()
    for row in formed:
        found[row.codes, row.follow_up, row.part] += row.count
    ends = [part.last for part in span.parts]
    for one in corrections:
        if not span.begin <= one.formed_at < span.end:
            continue
        part = sum(one.formed_at >= Span(end, end).end for end in ends[:-1])
        found[one.codes, one.follow_up, part] -= 1
        found[one.now_codes, one.now_follow_up, part] += 1
    return +found


def result_figures(results: Mapping[Key, int], rules: ResultRule) -> ResultFigures:
    """By code and by the rule-set's classes."""
    codes, classes = Counter[str](), Counter[str]()
    formed = problems = pending = 0
    for (text, _, _), count in results.items():
        held = codes_in(text)
        formed += count
        problems += 0 if set(held) <= SOUND else count
        pending += count if is_pending(text) else 0
        for code in held:
            codes[code] += count
        for cls in _classes(held, rules):
            classes[cls] += count
    return ResultFigures(
        formed=formed,
        by_code=counted(codes),
        by_class=counted(classes),
        problems=rate(problems, formed),
        pending=pending,
    )


@lru_cache(maxsize=4096)
def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a stored result (JSON)."""
    return tuple(json.loads(text))


@lru_cache(maxsize=4096)
def is_pending(codes: str) -> bool:
    """Whether a stored result says 发现问题待后续处理, by itself or by what it says more exactly (违反…)."""
    return OutcomeCode.PROBLEM_PENDING in implied(_CODES[code] for code in codes_in(codes) if code in _CODES)


def is_sound(codes: Iterable[str]) -> bool:
    """Whether these codes say that nothing was found."""
    return set(codes) <= SOUND


def _classes(codes: Sequence[str], rules: ResultRule) -> tuple[str, ...]:
    known = [_CODES[code] for code in codes if code in _CODES]
    if not rules.classes:
        return tuple(dict.fromkeys(BY_CODE[code].cls.value for code in known))
    return tuple(one.code for one in classes_of(known, rules)) or (UNCLASSED,)


def counted(counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """Most frequent first."""
    return tuple(Counted(key, counts[key]) for key in sorted(counts, key=lambda key: (-counts[key], key)))


def coverage(held: Sequence[Held], register: Iterable[Group], by_item: Sequence[Named]) -> CoverageFigures:
    """Who was visited of those who stand in the register; objects that have left it since count nowhere."""
    areas, grades = Counter[str](), Counter[str]()
    for row in held:
        if row.there:
            areas[row.area] += row.objects
            grades[row.grade] += row.objects
    all_areas, all_grades = Counter[str](), Counter[str]()
    for one in register:
        if one.status in THERE:
            all_areas[one.area] += one.objects
            all_grades[one.grade] += one.objects
    return CoverageFigures(
        objects=rate(sum(areas.values()), sum(all_areas.values())),
        by_item=tuple(by_item),
        by_area=_named(areas, all_areas),
        by_grade=_named(grades, all_grades),
    )


def _named(visited: Mapping[str, int], there: Mapping[str, int]) -> tuple[Named, ...]:
    return tuple(Named(key, "", rate(visited.get(key, 0), there[key])) for key in sorted(there))


def burdens(held: Iterable[Held]) -> tuple[Burden, ...]:
    """How many objects were visited how often."""
    found: Counter[int] = Counter()
    for row in held:
        found[row.visits] += row.objects
    return tuple(Burden(visits, found[visits]) for visits in sorted(found))


def excesses(days: Iterable[Day], rule: WarningRule) -> tuple[Excess, ...]:
    """In how many periods one door had too many visits, by kind of period."""
    by_object: dict[UUID, list[Day]] = {}
    for day in days:
        by_object.setdefault(day.object, []).append(day)
    found: Counter[str] = Counter()
    for ones in by_object.values():
        windows = [(one.on, one.on) for one in ones for _ in range(one.visits)]
        if len(windows) > 1:
            found.update(over.period.value for over in exceeded(windows, rule))
    limits = {"day": rule.per_day, "week": rule.per_week, "month": rule.per_month}
    return tuple(Excess(period, limit, found[period]) for period, limit in limits.items())


def objection_figures(rows: Iterable[Objections]) -> ObjectionFigures:
    """Of every state how many; late ones are those decided, or still to be decided, after their day."""
    listed = list(rows)
    by_state = {one.state: one.count for one in listed}
    received = sum(by_state.values())
    return ObjectionFigures(
        received=received,
        upheld=by_state.get(ObjectionState.UPHELD, 0),
        corrected=by_state.get(ObjectionState.CORRECTED, 0),
        withdrawn=by_state.get(ObjectionState.WITHDRAWN, 0),
        open=sum(count for state, count in by_state.items() if state in OPEN),
        late=rate(sum(one.late for one in listed if one.state is not ObjectionState.WITHDRAWN), received),
    )
