"""What the product decides under each rule-set, asked of its own rules: `python -m tests.support.decisions` prints the
table that is kept in tests/golden/decisions.txt. A value of a rule-set stands in it only through a rule that obeys it.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from uuid import UUID

from inspection.draw.frozen.candidates import exclusion_of
from inspection.draw.lot.frame import Exclusion
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.seed import packaged_exceptions
from inspection.planning.facts import TaskFacts
from inspection.planning.finding import Fault
from inspection.planning.line_checks import check_joint, check_measures
from inspection.planning.outside_rules import NamedInspector, NamedObject, OutsideDraft, check_outside
from inspection.planning.plan_checks import check_plan
from inspection.planning.plan_lines import (
    Line,
    Party,
    least_frequency,
    least_ratio,
    line_for,
    most_ratio,
    settled,
)
from inspection.planning.plan_rules import PlanHead, PlanState, percent, plan_due, plan_duty
from inspection.planning.scope import Scope
from inspection.planning.task_clocks import ClockKind, task_clocks
from inspection.planning.task_rules import Needs, Papers, PlanFrame, TaskDraft, check_task
from inspection.planning.task_states import TaskState, first_state
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, ItemClass, Mark, MatchKind, MatchMode, Method, StaffCategory, TaskKind
from inspection.publicity.clock import Milestones, due
from inspection.publicity.objections.clock import due as objection_due
from inspection.registry.inspectors.dispatch import dispatch_rule, hindrances
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole
from inspection.registry.items import publishing
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.ratios import RatioBound
from inspection.registry.objects.census import Census
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.rules import Marked, lifting, object_grounds
from inspection.visits.late_filing.rules import filing_due
from inspection.visits.ledger.rules import burden_by_object
from inspection.visits.ledger.warnings import exceeded
from inspection.visits.review.codes import class_of
from inspection.visits.review.outcomes import OutcomeCode
from inspection.visits.rows import Burden
from tests.support.rulesets import ALL_RULE_SETS

TODAY = date(2026, 6, 15)
NOBODY, OBJECT = UUID(int=0), UUID(int=1)
ALL_PAPERS = Papers(checklist=True, procedure=True, joint=True)
WINDOW = (date(2026, 6, 16), date(2026, 6, 30))
Decide = Callable[[RuleSet], str]


@cache
def calendar() -> WorkCalendar:
    years = packaged_exceptions()
    return WorkCalendar({day: told[0] for days in years.values() for day, told in days.items()}, frozenset(years))


def yes(answer: object) -> str:
    return "yes" if answer else "no"


def faults(found: Sequence[object]) -> str:
    return ",".join(sorted({one.fault.name.lower() for one in found})) or "allowed"  # type: ignore[attr-defined]


# Things to decide about.

ITEM = ItemFacts(
    *(NOBODY, NOBODY, "X-1", 1, "事项", "法", "局", ("enterprise",), "企业", "内容", (Method.ON_SITE,), "实地核查"),
    *("", None, "", None, ItemClass.GENERAL, None, "网站", True, "X", datetime(2026, 1, 1, tzinfo=UTC)),
)
BARE = replace(ITEM, basis="", subject="", object_text="", content="", method_text="", channel="")
CAPPED = replace(ITEM, ratio_text="不超过100%", ratio_bound=RatioBound(most=Fraction(1)), class_text="一般")
STATED = replace(ITEM, ratio=Fraction(1, 10), ratio_bound=RatioBound(Fraction(1, 10), Fraction(1, 10)), frequency=3)
KEY = replace(CAPPED, item_class=ItemClass.KEY, class_text="重点")


def plan_line(rules: RuleSet, **changes: object) -> Line:
    """A line that states everything, a third drawn 12 times."""
    full = {"ratio": Fraction(1, 3), "frequency": 12, "quantity": 1, "lead": Party("牵头局"), "participants": ()}
    return replace(line_for(ITEM, rules, 2026), **(full | changes))


def task(rules: RuleSet, **changes: object) -> TaskDraft:
    """A task that every one of them allows, as far as there is one."""
    return replace(
        TaskDraft(
            *("任务", Fraction(1, 2), 3, rules.draw.modes[-1], rules.draw.match_kinds[0], rules.draw.match_modes[0]),
            *(Scope(), "方案", *WINDOW),
        ),
        **changes,
    )


def task_faults(rules: RuleSet, papers: Papers = ALL_PAPERS, **changes: object) -> list[object]:
    frame = PlanFrame(Fraction(1, 20), date(2026, 1, 1), date(2026, 12, 31))
    return list(check_task(task(rules, **changes), frame, rules, papers))


def allowed(found: Sequence[object], *over: Fault) -> str:
    """Whether none of these faults is found."""
    return yes(not {one.fault for one in found} & set(over))  # type: ignore[attr-defined]


def visits(*days: tuple[str, bool]) -> list[Burden]:
    """Visits of the object: the first day of their window of five days, and whether anybody came."""
    return [
        Burden(OBJECT, first := date.fromisoformat(day), first.replace(day=first.day + 4), first if came else None)
        for day, came in days
    ]


def drawable(
    rules: RuleSet, held: Sequence[Burden] = (), marks: Sequence[Marked] = (), *, targeted: bool = False
) -> str:
    """What the frame of a draw made today says of the object: may be drawn, or the code of its exclusion."""
    used = burden_by_object(held, rules, TODAY, TODAY).get(OBJECT, 0)
    grounds = object_grounds(marks, (), rules, TODAY)
    row = DirectoryRow(
        *(OBJECT, "1", ObjectKind.ENTERPRISE, (), None, None, None, ObjectStatus.ACTIVE), grounds=grounds.exempt
    )
    code = exclusion_of(row, Scope(), used, rules.visit_cap.maximum, lifting(rules, targeted=targeted))
    return "may be drawn" if code is Exclusion.NONE else f"excluded: {code.value}"


TWICE = visits(("2026-02-02", True), ("2026-04-06", True))
SIX_TIMES = visits(*((f"2026-0{month}-02", True) for month in range(1, 7)))
MISSED = visits(("2026-02-02", False), ("2026-04-06", False))
LAST_YEAR = visits(("2025-07-14", True), ("2025-09-14", True))


def of_mark(mark: Mark) -> list[Marked]:
    return [Marked(mark, date(2026, 5, day)) for day in (20, 25, 28)]


def person(category: StaffCategory, *, certified: bool, unreviewed: bool = False) -> InspectorFacts:
    held = CertificateFacts(
        *(NOBODY, "省政府", "1", date(2024, 1, 1), date(2028, 1, 1), (), (), CertificateStatus.VALID, None, None)
    )
    return InspectorFacts(
        *(
            NOBODY,
            NOBODY,
            "1",
            "某某",
            "科员",
            None,
            "一科",
            category.value,
            InspectorRole.INSPECTOR,
            (),
            (),
            None,
            None,
        ),
        *(None, None, False, True, None, (held,) if certified else (), (), (), unreviewed),
    )


def sent(rules: RuleSet, category: StaffCategory, **facts: bool) -> str:
    bars = hindrances(person(category, **facts), WINDOW, rule=dispatch_rule(rules))
    return ",".join(sorted(bar.key.name.lower() for bar in bars)) or "may be sent"


def published(rules: RuleSet, milestones: Milestones) -> str:
    found = due(rules.publication, milestones, calendar())
    return f"{found.day}{' provisional' if found.provisional else ''}" if found else "clock not started"


def outside(rules: RuleSet, kind: TaskKind, visits: int = 0, approve_by: date | None = None) -> str:
    draft = OutsideDraft("任务", kind, "线索", "文件", "12345", (OBJECT,), 3, "方案", *WINDOW, approve_by=approve_by)
    team = [NamedInspector(name) for name in "甲乙丙"]
    return faults(check_outside(draft, rules, ALL_PAPERS, [NamedObject("1", visits=visits)], team, TODAY))


def quantity(rules: RuleSet) -> str:
    """Of 1,001 rows of the register, in an area of 20,020 entities."""
    census = Census({"X-1": {"": 1001}}, {"": 20020})
    return str(settled(line_for(ITEM, rules, 2026), ITEM, rules, census).quantity or "planner decides")


def strata(rules: RuleSet) -> str:
    census = Census({"X-1": {"A": 100, "B": 100, "C": 100, "D": 100}}, {"A": 100, "B": 100, "C": 100, "D": 100})
    line = settled(replace(line_for(ITEM, rules, 2026), ratio=Fraction(1, 5), frequency=2), ITEM, rules, census)
    return " ".join(f"{one.grade}:{percent(one.ratio)}×{one.frequency}" for one in line.strata) or "all alike"


def opening(rules: RuleSet, year: int) -> str:
    opens = plan_due(rules, year, calendar()).opens
    return f"{opens.day}{' provisional' if opens.provisional else ''}" if opens else "any time"


def duty(rules: RuleSet, on: date, *, approved: bool = False) -> str:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    heads = [PlanHead(NOBODY, NOBODY, 2026, 1, PlanState.APPROVED, at, None)] if approved else []
    found = plan_duty(NOBODY, rules, 2026, heads, plan_due(rules, 2026, calendar()), on)
    return found.state.value if found else "not yet"


def deadline(rules: RuleSet, kind: ClockKind) -> str:
    """Of a joint task drawn on 1 June 2026 and first carried out on 4 June."""
    facts = dict.fromkeys(one.name for one in fields(TaskFacts)) | {
        "kind": TaskKind.RANDOM,
        "draw_mode": DrawMode.CROSS_DEPARTMENT,
        "drawn_at": datetime(2026, 6, 1, 4, tzinfo=UTC),
        "state": TaskState.DRAWN,
        "ends_on": WINDOW[1],
    }
    running = task_clocks(TaskFacts(**facts), date(2026, 6, 4), rules, calendar(), TODAY)
    found = [clock for clock in running if clock.kind is kind]
    return str(found[0].due or "no day") if found else "no clock"


def result_class(rules: RuleSet, outcome: OutcomeCode) -> str:
    found = class_of(outcome, rules.results)
    return found.code if found else outcome.value


MODES = {
    "untargeted": {"draw_mode": DrawMode.UNTARGETED},
    "targeted by area": {"draw_mode": DrawMode.TARGETED, "scope": Scope(areas=("东区",))},
    "targeted by trade": {"draw_mode": DrawMode.TARGETED, "scope": Scope(trades=("零售",))},
    "targeted by scale": {"draw_mode": DrawMode.TARGETED, "scope": Scope(scales=("大型",))},
    "targeted by kind": {"draw_mode": DrawMode.TARGETED, "scope": Scope(kinds=("enterprise",))},
    "targeted by mark": {"draw_mode": DrawMode.TARGETED, "scope": Scope(marks=("complaint",))},
    "targeted by grade": {"draw_mode": DrawMode.TARGETED, "scope": Scope(grades=("D",))},
    "targeted by risk": {"draw_mode": DrawMode.TARGETED, "scope": Scope(risks=("high",))},
    "targeted by register": {"draw_mode": DrawMode.TARGETED, "scope": Scope(registers=("成品油",))},
    "targeted by subordination": {"draw_mode": DrawMode.TARGETED, "scope": Scope(subordinations=("市属",))},
    "targeted by progress of a project": {"draw_mode": DrawMode.TARGETED, "scope": Scope(progress=("在建",))},
    "targeted without a condition": {"draw_mode": DrawMode.TARGETED},
    "cross-department": {"draw_mode": DrawMode.CROSS_DEPARTMENT, "lead": "牵头局", "participants": ("另一局",)},
}


def decisions() -> dict[str, Decide]:
    """Every decision by the question it answers, in the order of the work."""
    return {**_of_items(), **_of_plans(), **_of_tasks(), **_of_draws(), **_of_people(), **_of_results()}


def _of_items() -> dict[str, Decide]:
    return {
        "publish a bare item": lambda r: (
            ",".join(str(one.facts.get("column", one.fault.name)) for one in publishing.findings([BARE], r))
            or "allowed"
        ),
        "publish a general item without an upper ratio": lambda r: faults(publishing.findings([ITEM], r)),
        "publish a general item of at most 100%": lambda r: faults(publishing.findings([CAPPED], r)),
        "publish a key item with an upper ratio": lambda r: faults(publishing.findings([KEY], r)),
    }


def _of_plans() -> dict[str, Decide]:
    due_on = {f"plan {y}: last day": lambda r, y=y: str(plan_due(r, y, calendar()).due.day) for y in (2026, 2027)}
    opens = {f"plan {y}: first day": lambda r, y=y: opening(r, y) for y in (2026, 2027)}
    return {
        **opens,
        **due_on,
        "plan 2026, none on 5 January 2026": lambda r: duty(r, date(2026, 1, 5)),
        "plan 2026, none on 20 January 2026": lambda r: duty(r, date(2026, 1, 20)),
        "plan 2026, approved and not published": lambda r: duty(r, date(2026, 3, 1), approved=True),
        "least ratio of an item whose list is silent": lambda r: _share(least_ratio(ITEM, r)),
        "least ratio of an item whose list says 10%": lambda r: _share(least_ratio(STATED, r)),
        "highest ratio of a general item of at most 100%": lambda r: _share(most_ratio(CAPPED, r)),
        "highest ratio of a key item": lambda r: _share(most_ratio(KEY, r)),
        "least frequency of an item whose list is silent": lambda r: str(least_frequency(ITEM, r) or "planner decides"),
        "least frequency of an item whose list says 3": lambda r: str(least_frequency(STATED, r)),
        "quantity of a silent item, 1,001 rows, 20,020 entities": quantity,
        "ratio by credit grade, 20% twice a year asked": strata,
        "ratio of 1% without a reason": lambda r: faults(_measured(r, ratio=Fraction(1, 100))),
        "ratio of 1% with a reason": lambda r: faults(_measured(r, ratio=Fraction(1, 100), reason="人手不足")),
        "one draw a year without a reason": lambda r: faults(_measured(r, frequency=1)),
        "one draw a year with a reason": lambda r: faults(_measured(r, frequency=1, reason="人手不足")),
        "ratio of 100% for an uncapped general item": lambda r: faults(_measured(r, ratio=Fraction(1))),
        "a plan that leaves an item out": lambda r: allowed(check_plan([], [CAPPED], r, 2026), Fault.ITEM_NOT_COVERED),
        "a plan line without departments or quantity": lambda r: faults(
            check_plan([plan_line(r, lead=None, quantity=None)], [CAPPED], r, 2026)
        ),
        "a joint line": lambda r: faults(
            list(check_joint(plan_line(r, joint=True, participants=(Party("另一局"),)), ITEM, r))
        ),
    }


def _measured(rules: RuleSet, **changes: object) -> list[object]:
    return list(check_measures(plan_line(rules, **changes), ITEM, rules))


def _share(ratio: Fraction | None) -> str:
    return percent(ratio) if ratio is not None else "not bound"


def _of_tasks() -> dict[str, Decide]:
    modes: dict[str, Decide] = {
        f"draw {name}": lambda r, given=given: faults(task_faults(r, **given)) for name, given in MODES.items()
    }
    sizes: dict[str, Decide] = {
        f"team of {n}": lambda r, n=n: allowed(task_faults(r, team_size=n), Fault.TEAM_TOO_SMALL) for n in (1, 2, 3)
    }
    matched: dict[str, Decide] = {
        f"match {mode.value}": lambda r, mode=mode: allowed(
            task_faults(r, match_mode=mode), Fault.MATCH_MODE_NOT_ALLOWED
        )
        for mode in MatchMode
    }
    kinds: dict[str, Decide] = {
        f"match {kind.value}": lambda r, kind=kind: allowed(
            task_faults(r, match_kind=kind), Fault.MATCH_KIND_NOT_ALLOWED
        )
        for kind in MatchKind
    }
    without: dict[str, Decide] = {
        f"inspect without a draw: {kind.value}": lambda r, kind=kind: outside(r, kind)
        for kind in TaskKind
        if kind is not TaskKind.RANDOM
    }
    return {
        "state of a fresh task": lambda r: first_state(review_required=r.task.review_required).value,
        "task without a scheme": lambda r: allowed(task_faults(r, scheme=""), Fault.SCHEME_MISSING),
        "task whose item has no procedure": lambda r: allowed(
            task_faults(r, Papers(checklist=True, joint=True)), Fault.PROCEDURE_MISSING
        ),
        "needs of inspectors set by hand": lambda r: allowed(
            task_faults(r, match_kind=r.draw.match_kinds[-1], needs=Needs(expertise="油品")), Fault.NEEDS_NOT_ALLOWED
        ),
        **modes,
        **matched,
        **kinds,
        **sizes,
        **without,
        "joint task drawn 2026-06-01: start by": lambda r: deadline(r, ClockKind.JOINT_START),
        "task begun 2026-06-04: done by": lambda r: deadline(r, ClockKind.COMPLETION),
        "file the drawn list": lambda r: deadline(r, ClockKind.LIST_FILING),
        "complaint after ten visits this year": lambda r: outside(r, TaskKind.CLUE, visits=10),
        "campaign after ten visits this year": lambda r: outside(r, TaskKind.CAMPAIGN, visits=10),
        "emergency approved within three days after": lambda r: outside(
            r, TaskKind.EMERGENCY, approve_by=date(2026, 6, 18)
        ),
    }


def _of_draws() -> dict[str, Decide]:
    marked: dict[str, Decide] = {}
    for mark in Mark:
        held = of_mark(mark)
        marked[f"capped, three marks {mark.value}, untargeted"] = lambda r, held=held: drawable(r, SIX_TIMES, held)
        marked[f"capped, three marks {mark.value}, targeted"] = lambda r, held=held: drawable(
            r, SIX_TIMES, held, targeted=True
        )
        marked[f"three marks {mark.value}: targeted pool"] = lambda r, held=held: (
            ",".join(object_grounds(held, (), r, TODAY).targeted) or "no"
        )
    return {
        "object without a visit": drawable,
        "object visited twice this year": lambda r: drawable(r, TWICE),
        "object visited six times this year": lambda r: drawable(r, SIX_TIMES),
        "object drawn twice this year, nobody came": lambda r: drawable(r, MISSED),
        "object visited twice eleven and nine months ago": lambda r: drawable(r, LAST_YEAR),
        **marked,
        "penalty three years ago to the day": lambda r: (
            ",".join(object_grounds([Marked(Mark.PENALTY, date(2023, 6, 15))], (), r, TODAY).targeted) or "no"
        ),
        "penalty a day earlier": lambda r: (
            ",".join(object_grounds([Marked(Mark.PENALTY, date(2023, 6, 14))], (), r, TODAY).targeted) or "no"
        ),
        "warning at two visits on one day": lambda r: (
            ",".join(one.period.value for one in exceeded([(TODAY, TODAY)] * 2, r.warnings)) or "none"
        ),
    }


def _of_people() -> dict[str, Decide]:
    found: dict[str, Decide] = {}
    for category in StaffCategory:
        found[f"send {category.value} with a certificate"] = lambda r, c=category: sent(r, c, certified=True)
        found[f"send {category.value} without a certificate"] = lambda r, c=category: sent(r, c, certified=False)
    found["send after an unconfirmed change of the register"] = lambda r: sent(
        r, StaffCategory.QUALIFIED, certified=True, unreviewed=True
    )
    return found


def _of_results() -> dict[str, Decide]:
    formed, completed, penalty = date(2026, 9, 18), date(2026, 9, 24), date(2026, 2, 13)
    received = datetime(2026, 9, 24, 4, tzinfo=UTC)
    classes: dict[str, Decide] = {
        f"class of {code.value}": lambda r, code=code: result_class(r, code) for code in OutcomeCode
    }
    return {
        "file a visit of 2026-09-24 without a code by": lambda r: str(filing_due(date(2026, 9, 24), r, calendar()).day),
        "publish a result formed 2026-09-18": lambda r: published(r, Milestones(result_formed=formed)),
        "and its task completed 2026-09-24": lambda r: published(r, Milestones(formed, completed)),
        "and its penalty decided 2026-02-13": lambda r: published(r, Milestones(formed, completed, penalty)),
        "settle an objection of 2026-09-24 by": lambda r: str(objection_due(r.objection, received, calendar()).day),
        **classes,
    }


def table() -> str:
    """One line a decision, one column a rule-set."""
    head = ["decision", *(rules.name for rules in ALL_RULE_SETS)]
    rows = [head, *([name, *(decide(rules) for rules in ALL_RULE_SETS)] for name, decide in decisions().items())]
    return "".join("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201
