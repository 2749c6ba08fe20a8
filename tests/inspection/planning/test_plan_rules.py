"""The annual plan covers the whole published list, and says enough of each item."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar.seed import packaged_exceptions
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.errors import Invalid
from inspection.planning.finding import Fault, finding, refuse
from inspection.planning.plan_checks import check_plan
from inspection.planning.plan_lines import Line, LineChange, line_for
from inspection.planning.plan_rules import STEPS, PlanState, percent, plan_due
from inspection.policy.load import rule_set
from inspection.policy.model import RuleSet
from inspection.policy.terms import Method
from inspection.registry.items.facts import ItemFacts
from mobile_contract.problems import ProblemCode
from tests.inspection.planning.worlds import item, rules

YEAR = 2026
ITEMS = [item("A"), item("B", ratio=Fraction(1, 2), frequency=2), item("C", ratio=Fraction(3, 100))]


def lines(items: list[ItemFacts] = ITEMS) -> list[Line]:
    return [line_for(one, rules(), YEAR) for one in items]


def faults(found: list[Line], items: list[ItemFacts] = ITEMS, by: RuleSet | None = None) -> list[Fault]:
    return [one.fault for one in check_plan(found, items, by or rules(), YEAR)]


def test_the_plan_made_of_the_list_itself_has_no_fault():
    assert faults(lines()) == []


def test_where_the_list_is_silent_the_rule_set_s_minima_stand():
    line = line_for(item("A"), rules(), YEAR)
    assert (line.ratio, line.frequency) == (Fraction(5, 100), 1)
    assert (line.starts_on, line.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))


def test_what_the_list_states_prevails_above_and_below_the_minimum():
    assert [(line.ratio, line.frequency) for line in lines()[1:]] == [(Fraction(1, 2), 2), (Fraction(3, 100), 1)]


def test_an_item_without_a_readable_method_is_planned_with_the_first_allowed_one():
    assert line_for(item("A", methods=()), rules(), YEAR).methods == (Method.ON_SITE,)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (LineChange(ratio=Fraction(49, 1000)), Fault.RATIO_TOO_LOW),
        (LineChange(ratio=Fraction(101, 100)), Fault.RATIO_ABOVE_ONE),
        (LineChange(frequency=0), Fault.FREQUENCY_TOO_LOW),
        (LineChange(methods=()), Fault.FIELD_EMPTY),
        (LineChange(starts_on=date(2026, 6, 1), ends_on=date(2026, 5, 31)), Fault.WINDOW_REVERSED),
        (LineChange(ends_on=date(2027, 1, 1)), Fault.WINDOW_OUTSIDE_YEAR),
        (LineChange(starts_on=date(2025, 12, 31)), Fault.WINDOW_OUTSIDE_YEAR),
    ],
)
def test_a_line_that_breaks_a_rule_is_found(change: LineChange, fault: Fault):
    changed = [change.on(line) if line.item == "A" else line for line in lines()]
    found = check_plan(changed, ITEMS, rules(), YEAR)
    assert [one.fault for one in found] == [fault]
    assert found[0].facts["item"] == "A"
    assert found[0].article.startswith("第")


@pytest.mark.parametrize("field", ["object_text", "content"])
def test_object_and_content_must_be_stated(field: str):
    changed = [replace(line, **{field: ""}) if line.item == "B" else line for line in lines()]
    assert faults(changed) == [Fault.FIELD_EMPTY]


def test_a_method_outside_the_rule_set_is_found():
    narrow = rules().model_copy(update={"method": rules().method.model_copy(update={"allowed": (Method.WRITTEN,)})})
    assert faults(lines(), by=narrow) == [Fault.METHOD_NOT_ALLOWED] * 3


def test_an_empty_list_cannot_be_planned():
    assert faults([], []) == [Fault.LIST_EMPTY]


def test_a_line_for_an_item_that_is_not_published_is_found():
    assert faults(lines(), ITEMS[:2]) == [Fault.ITEM_NOT_PUBLISHED]


@settings(max_examples=100)
@given(kept=st.lists(st.sampled_from(range(len(ITEMS))), max_size=6))
def test_exactly_the_missing_and_the_doubled_items_are_found(kept: list[int]):
    every = lines()
    found = check_plan([every[index] for index in kept], ITEMS, rules(), YEAR)
    missing = {ITEMS[index].code for index in range(len(ITEMS)) if index not in kept}
    doubled = {ITEMS[index].code for index in kept if kept.count(index) > 1}
    assert {one.facts["item"] for one in found if one.fault is Fault.ITEM_NOT_COVERED} == missing
    assert {one.facts["item"] for one in found if one.fault is Fault.ITEM_TWICE} == doubled
    assert len(found) == len(missing) + len(doubled)


@settings(max_examples=100)
@given(above=st.integers(0, 10**6), below=st.integers(1, 10**6))
def test_a_ratio_passes_exactly_from_the_minimum_to_one(above: int, below: int):
    ratio = Fraction(above, below)
    found = faults([replace(lines()[0], ratio=ratio)], ITEMS[:1])
    assert (found == []) == (20 * above >= below and above <= below)


def test_the_plan_is_due_on_the_tenth_of_january():
    dates = plan_due(rules(), 2026, WorkCalendar({}, frozenset()))
    assert (dates.opens, dates.due.day, dates.due.provisional) == (None, date(2026, 1, 10), False)


def test_a_plan_may_be_made_in_the_last_thirty_working_days_of_the_year_before():
    years = packaged_exceptions()
    calendar = WorkCalendar({d: works for y in years.values() for d, (works, _) in y.items()}, frozenset(years))
    dates = plan_due(rule_set("xinglongtai-market", date(2026, 3, 2)), 2026, calendar)
    # Vector: 30 working days before 31 December 2025 is 19 November.
    assert dates.opens is not None
    assert (dates.opens.day, dates.due.day) == (date(2025, 11, 19), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Fraction(1, 20), "5%"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 500), "0.2%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(1), "100%"),
    ],
)
def test_ratios_are_written_as_people_read_them(ratio: Fraction, text: str):
    assert percent(ratio) == text


def test_every_state_has_its_steps_and_nothing_leaves_the_last():
    assert STEPS.keys() == set(PlanState)
    assert STEPS[PlanState.SUPERSEDED] == frozenset()


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_words_in_both_languages(fault: Fault):
    told = finding(fault, "第六条", item="A")
    assert len({told.text(lang) for lang in LANGUAGES}) == 2
    with pytest.raises(Invalid) as refusal:
        refuse(ProblemCode.PLAN_RULE_BROKEN, "planning.plan_rule_broken", [told])
    assert told.text("zh_CN") in str(refusal.value.facts["reasons"])
