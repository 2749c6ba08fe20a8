"""The small pure rules: windows, caps, proposals."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.clauses.measure import VisitCapRule
from inspection.policy.terms import CapCounts, CapPeriod
from inspection.visits.listing import visits_this_year
from inspection.visits.outcomes import OutcomeCode, contradiction, propose
from inspection.visits.record import ItemClass, ItemRecord
from inspection.visits.record.model import Statement, StatementState
from inspection.visits.rows import Burden
from inspection.visits.rules import burden_by_object, first_day, shared_window
from inspection.visits.tables import Visit
from tests.inspection.visits.world import World

SHOP = UUID(int=1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def cap(counts: CapCounts = CapCounts.EXECUTED, period: CapPeriod = CapPeriod.CALENDAR_YEAR) -> VisitCapRule:
    return VisitCapRule(article="第六条", maximum=2, counts=counts, period=period, exemptions=())


def visit(month: int, executed: date | None = None, year: int = 2026) -> Burden:
    return Burden(SHOP, date(year, month, 1), date(year, month, 28), executed)


@given(DAYS, DAYS, DAYS, DAYS)
def test_the_shared_window_lies_in_both(a: date, b: date, c: date, d: date) -> None:
    one, other = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    if max(one[0], other[0]) > min(one[1], other[1]):
        with pytest.raises(ValueError, match="share no day"):
            shared_window(one, other)
        return
    first, last = shared_window(one, other)
    for window in (one, other):
        assert window[0] <= first <= last <= window[1]


def test_visits_carried_out_and_visits_to_come_count_missed_ones_do_not() -> None:
    today = date(2026, 6, 15)
    done, missed, coming = visit(3, date(2026, 3, 5)), visit(4), visit(9)
    assert burden_by_object([done, missed, coming], cap(), today, today) == {SHOP: 2}
    assert burden_by_object([done, missed, coming], cap(CapCounts.DRAWN), today, today) == {SHOP: 3}
    assert burden_by_object([missed], cap(), today, today) == {}


def test_a_calendar_year_and_a_rolling_year_look_back_differently() -> None:
    today = date(2026, 2, 1)
    last_autumn = visit(10, date(2025, 10, 5), year=2025)
    assert burden_by_object([last_autumn], cap(), today, today) == {}
    assert burden_by_object([last_autumn], cap(period=CapPeriod.ROLLING_YEAR), today, today) == {SHOP: 1}


def test_a_draw_in_december_for_january_counts_the_visits_of_the_coming_year() -> None:
    today, january = date(2025, 12, 20), date(2026, 1, 10)
    this_year, next_year = visit(3, date(2025, 3, 5), year=2025), visit(2)
    assert burden_by_object([this_year, next_year], cap(), january, today) == {SHOP: 1}
    assert burden_by_object([this_year], cap(), january, today) == {}


@given(DAYS, DAYS, DAYS)
def test_a_visit_takes_place_within_its_window_and_not_in_the_past_if_it_can(a: date, b: date, today: date) -> None:
    window = min(a, b), max(a, b)
    day = first_day(window, today)
    assert window[0] <= day <= window[1]
    assert day >= today or day == window[1]


async def test_the_ledger_counts_by_object_and_names_no_object_without_visits(world: World) -> None:
    visit = await world.open_visit(objects=(0,))
    await world.open_visit(objects=(1,))
    await world.push(world.tablet(0, visit).answer("f1", "yes"))
    before, after = date(2026, 3, 15), date(2026, 4, 15)
    ledger = await visits_this_year(world.authority, cap(), before, before)
    assert ledger == {world.objects[0]: 1, world.objects[1]: 1}
    assert await visits_this_year(world.authority, cap(), after, after) == {world.objects[0]: 1}


async def test_a_visit_carried_out_late_burdens_the_year_in_which_it_was_carried_out(world: World) -> None:
    made = await world.open_visit(window=(date(2026, 3, 1), date(2026, 12, 31)))
    first_minute = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # of 2027, in Beijing
    for executed, year in ((first_minute, 2027), (first_minute - timedelta(seconds=1), 2026)):
        await Visit.update({Visit.executed_at: executed}).where(Visit.id == made)
        day = date(year, 6, 1)
        assert await visits_this_year(world.authority, cap(), day, day) == {world.objects[0]: 1}
        other = date(4053 - year, 6, 1)
        assert await visits_this_year(world.authority, cap(), other, other) == {}


def point(cls: ItemClass, value: str | None, *said: str) -> ItemRecord:
    statements = tuple(
        Statement(f"{n}", f"i{n}", one, f"因为{n}", "seen", (), StatementState.CURRENT) for n, one in enumerate(said)
    )
    return ItemRecord("f1", ("fire",), cls, value, statements, (), (), (), ())


def test_settled_points_without_a_finding_are_no_problem() -> None:
    settled = [point(ItemClass.CORROBORATED, "yes", "yes"), point(ItemClass.RESOLVED, "not_applicable", "yes")]
    assert propose(settled).codes == (OutcomeCode.NO_PROBLEM,)


def test_a_finding_decides_even_beside_an_undecided_point() -> None:
    told = propose([point(ItemClass.SINGLE, "no", "no"), point(ItemClass.UNANSWERED, None)])
    assert (told.codes, told.undecided) == ((OutcomeCode.PROBLEM_PENDING,), ("f1",))
    assert told.findings[0].comments == ("因为0",)


def test_where_both_statements_stand_a_no_among_them_is_a_finding() -> None:
    assert propose([point(ItemClass.RESOLVED, None, "yes", "no")]).codes == (OutcomeCode.PROBLEM_PENDING,)


@pytest.mark.parametrize("cls", [ItemClass.UNANSWERED, ItemClass.REFUSED, ItemClass.INCOMPLETE])
def test_neither_silence_nor_a_refusal_is_a_result(cls: ItemClass) -> None:
    assert propose([point(cls, None)]).codes == ()


def test_a_checklist_without_points_decides_nothing() -> None:
    assert propose([]).codes == ()


def test_no_problem_stands_alone() -> None:
    assert contradiction([OutcomeCode.NO_PROBLEM]) is None
    assert contradiction([OutcomeCode.UNREACHABLE, OutcomeCode.CLOSED]) is None
    assert contradiction([OutcomeCode.NO_PROBLEM, OutcomeCode.CLOSED]) == "exclusive"
    assert contradiction([OutcomeCode.CLOSED, OutcomeCode.CLOSED]) == "twice"
    assert contradiction([]) == "none"
