"""Which grounds hold on a day: the three-year window and its edges, states and events, and what can never happen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.clauses.measure import Ground
from inspection.policy.terms import Bilingual, Mark
from inspection.registry.objects.rules import (
    EVENTS,
    Marked,
    exemption_words,
    grounds_on,
    in_force,
    lifting,
    months_before,
    object_grounds,
)
from tests.support.rulesets import ALL_RULE_SETS, each_rule_set

DAY = date(2026, 3, 2)
THREE_YEARS = 36


def ground(mark: Mark = Mark.PENALTY, least: int = 1, within: int | None = None, code: str = "g") -> Ground:
    return Ground(code=code, text=Bilingual(zh="情形", en="case"), mark=mark, least=least, within_months=within)


@pytest.mark.parametrize(
    ("decided", "on", "counts"),
    [
        (date(2023, 3, 2), DAY, True),  # exactly three years before: the day itself counts
        (date(2023, 3, 1), DAY, False),
        (date(2026, 3, 2), DAY, True),
        (date(2026, 3, 3), DAY, False),  # not decided yet
        (date(2021, 2, 28), date(2024, 2, 29), True),  # there was no 29 February: the month's last day stands for it
        (date(2021, 2, 27), date(2024, 2, 29), False),
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
    ],
)
def test_a_penalty_counts_for_three_years_both_ends_included(decided: date, on: date, counts: bool):
    marked = Marked(Mark.PENALTY, decided)
    assert in_force(marked, on, THREE_YEARS) is counts
    assert grounds_on([marked], [ground(within=THREE_YEARS)], on) == (("g",) if counts else ())


def test_an_annulled_penalty_never_counts():
    marked = Marked(Mark.PENALTY, date(2025, 1, 1), lifted_on=date(2026, 3, 2))
    assert not in_force(marked, DAY, THREE_YEARS)
    assert in_force(marked, DAY - timedelta(days=1), THREE_YEARS)


def test_a_list_counts_while_the_object_stands_on_it():
    marked = Marked(Mark.ABNORMAL_LIST, date(2010, 1, 1), until=date(2026, 3, 2))
    assert in_force(marked, date(2026, 3, 2))
    assert not in_force(marked, date(2026, 3, 3))
    assert in_force(Marked(Mark.ABNORMAL_LIST, date(2010, 1, 1)), DAY)
    removed = Marked(Mark.ABNORMAL_LIST, date(2010, 1, 1), lifted_on=DAY)
    assert not in_force(removed, DAY)
    assert in_force(removed, DAY - timedelta(days=1))


def test_with_a_window_a_list_left_within_it_still_counts():
    left = Marked(Mark.ABNORMAL_LIST, date(2010, 1, 1), lifted_on=date(2025, 3, 3))
    assert in_force(left, DAY, 12)
    assert not in_force(left, DAY + timedelta(days=1), 12)


def test_so_many_complaints_as_the_rule_set_says_make_a_ground():
    many = [Marked(Mark.COMPLAINT, DAY - timedelta(days=n)) for n in range(3)]
    assert grounds_on(many, [ground(Mark.COMPLAINT, least=3, within=12)], DAY) == ("g",)
    assert grounds_on(many[:2], [ground(Mark.COMPLAINT, least=3, within=12)], DAY) == ()
    assert grounds_on([*many[:2], Marked(Mark.PENALTY, DAY)], [ground(Mark.COMPLAINT, least=3)], DAY) == ()


days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
windows = st.one_of(st.none(), st.integers(1, 240))


@st.composite
def marks(draw: st.DrawFn) -> Marked:
    since = draw(days)
    end = st.one_of(st.none(), st.integers(0, 4000).map(lambda n: since + timedelta(days=n)))
    return Marked(draw(st.sampled_from(list(Mark))), since, draw(end), draw(end))


grounds = st.builds(ground, st.sampled_from(list(Mark)), st.integers(1, 4), windows)


@given(st.lists(marks(), max_size=8), marks(), grounds, days)
def test_a_further_mark_never_takes_a_ground_away(held: list[Marked], more: Marked, one: Ground, day: date):
    assert set(grounds_on(held, [one], day)) <= set(grounds_on([*held, more], [one], day))


@given(marks(), windows, days)
def test_lifting_a_mark_never_makes_it_count(mark: Marked, window: int | None, day: date):
    lifted = Marked(mark.mark, mark.since, mark.until, mark.lifted_on or mark.since)
    assert in_force(lifted, day, window) <= in_force(Marked(mark.mark, mark.since, mark.until), day, window)


@given(marks(), st.integers(1, 239), days)
def test_a_longer_window_never_loses_a_mark(mark: Marked, window: int, day: date):
    assert in_force(mark, day, window) <= in_force(mark, day, window + 1)


@given(marks(), windows, days)
def test_no_mark_counts_before_its_first_day(mark: Marked, window: int | None, day: date):
    assert not in_force(mark, min(day, mark.since - timedelta(days=1)), window)


@given(st.lists(marks(), max_size=8), st.lists(grounds, max_size=5), days)
def test_the_order_in_which_marks_were_recorded_does_not_matter(held: list[Marked], named: list[Ground], day: date):
    assert grounds_on(held, named, day) == grounds_on(held[::-1], named, day)


@given(days, st.integers(1, 600))
def test_the_window_begins_no_later_than_the_same_day_of_that_month(day: date, months: int):
    first = months_before(day, months)
    assert (day.year - first.year) * 12 + day.month - first.month == months
    assert first.day <= day.day
    assert first.day == day.day or (first + timedelta(days=1)).day == 1


@given(days, days, st.integers(1, 240))
def test_a_later_day_never_begins_an_earlier_window(one: date, other: date, months: int):
    assert (months_before(min(one, other), months)) <= months_before(max(one, other), months)


def test_a_window_beyond_the_calendar_begins_with_the_calendar():
    assert months_before(date(2026, 3, 2), 12 * 3000) == date.min


@each_rule_set
def test_the_words_of_a_register_mean_the_grounds_of_its_own_rule_set_only(rules):
    for word, code in exemption_words(rules).items():
        held = object_grounds([], [code], rules, DAY)
        assert code in held.exempt, word
    assert object_grounds([], ["no-such-ground"], rules, DAY).exempt == ()


@each_rule_set
def test_each_ground_is_known_by_its_marks(rules):
    for one in (*rules.visit_cap.exemptions, *rules.risk.targeted):
        held = [Marked(one.mark, DAY) for _ in range(one.least)]
        found = object_grounds(held, (), rules, DAY)
        assert one.code in {*found.exempt, *found.targeted}
        if one.mark in EVENTS:
            fewer = object_grounds(held[1:], (), rules, DAY)
            assert one.least == 1 or one.code not in fewer.exempt


@each_rule_set
def test_only_a_ground_of_the_rule_set_lifts_the_cap_and_some_only_in_a_targeted_draw(rules):
    untargeted, targeted = lifting(rules, targeted=False), lifting(rules, targeted=True)
    assert untargeted <= targeted <= rules.visit_cap.exemption_codes
    assert untargeted == {one.code for one in rules.visit_cap.exemptions if one.effect == "not_limited"}


def test_an_object_without_marks_and_flags_has_no_grounds():
    assert object_grounds([], (), ALL_RULE_SETS[0], DAY).exempt == ()
