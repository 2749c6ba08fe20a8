"""Clocks of one kind, person and unit; page by page; and the article that each day comes from."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Role
from inspection.oversight.clock_filters import ClockFilter, chosen, fits, key_of, page_behind, place_in
from inspection.oversight.clock_sources import sources_in
from inspection.oversight.clocks import Matter, RunningClock, place_of
from inspection.policy.load import rule_set_named

DAY = date(2026, 3, 2)
RULES = rule_set_named("weihai-jingkai-commerce.2019")


def clock(
    matter: Matter = Matter.PLAN, days: int | None = 0, subject: str = "1", person: str | None = None
) -> RunningClock:
    due = DAY + timedelta(days=days) if days is not None else None
    late = days is not None and days < 0
    return RunningClock(matter, subject, "", "", Role.PLANNER, person, due, days, late=late, provisional=False)


clocks = st.lists(
    st.builds(clock, st.sampled_from(Matter), st.none() | st.integers(-9, 9), st.sampled_from("abcdef")),
    max_size=12,
    unique_by=key_of,
)


@given(clocks, st.integers(1, 5))
def test_pages_hold_every_clock_once_in_its_order(held: list[RunningClock], limit: int) -> None:
    found: list[RunningClock] = []
    behind = None
    while page := page_behind(held, behind, limit):
        found += page
        behind = place_in(key_of(page[-1]))
    assert found == sorted(held, key=place_of)


@given(clocks, st.data())
def test_a_clock_that_runs_no_more_hides_none_and_brings_none_back(
    held: list[RunningClock], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(held)) if held else clock()
    before = [one for one in held if place_of(one) <= place_of(gone)]
    page = page_behind([one for one in held if one != gone], place_in(key_of(gone)), len(held))
    assert {key_of(one) for one in page} == {key_of(one) for one in held} - {key_of(one) for one in before}


@given(clocks)
def test_what_is_late_stands_first(held: list[RunningClock]) -> None:
    page = page_behind(held, None, len(held))
    assert [one.late for one in page] == sorted((one.late for one in held), reverse=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ClockFilter(), True),
        (ClockFilter(matter=Matter.PLAN), True),
        (ClockFilter(matter=Matter.REPORT), False),
        (ClockFilter(whose=Role.LEGAL), False),
        (ClockFilter(person="王"), True),
        (ClockFilter(person="李"), False),
        (ClockFilter(late=True), False),
    ],
)
def test_a_clock_is_chosen_by_all_that_is_asked_for(asked: ClockFilter, found: bool) -> None:
    assert fits(clock(days=3, person="王五"), asked) is found


async def test_what_belongs_to_no_task_is_of_no_unit(db: None) -> None:
    held = [clock(), clock(Matter.WINDOW, subject=str(UUID(int=1)))]
    assert await chosen(held, ClockFilter()) == held
    assert await chosen(held, ClockFilter(unit=UUID(int=2))) == []


def test_a_day_comes_from_the_article_that_sets_it_and_from_none_where_the_document_is_silent() -> None:
    told = sources_in(RULES)
    assert (told[Matter.PUBLICATION].clause, told[Matter.PUBLICATION].article) == ("publication", "第二十五条")
    assert told[Matter.FILING].article is None
    assert told[Matter.REPORT].article is None
    assert Matter.CORRECTION not in told
