"""Clocks of one kind, person and unit; page by page; and the article that each day comes from."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Role
from inspection.oversight.clock_filters import ClockFilter, chosen, fits, key_of, page_behind
from inspection.oversight.clock_sources import sources_in
from inspection.oversight.clocks import Matter, RunningClock
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
    after = None
    while page := page_behind(held, after, limit):
        found += page
        after = key_of(page[-1])
    assert found == held


@given(clocks, st.data())
def test_a_clock_that_runs_no_more_hides_none_that_is_due_with_it_or_later(
    held: list[RunningClock], data: st.DataObject
) -> None:
    gone = data.draw(st.builds(clock, st.sampled_from(Matter), st.integers(-9, 9), st.just("gone")))
    page = page_behind(held, key_of(gone), len(held))
    assert {key_of(one) for one in held if one.due_on is None or one.due_on >= (gone.due_on or DAY)} == {
        key_of(one) for one in page
    }


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
