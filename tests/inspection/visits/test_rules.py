"""The small pure rules: windows, caps, proposals."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.clauses import VisitCapRule
from inspection.policy.terms import CapCounts, CapPeriod
from inspection.visits.listing import visits_this_year
from inspection.visits.outcomes import OutcomeCode, contradiction, propose
from inspection.visits.record import ItemClass, ItemRecord
from inspection.visits.record.model import Statement, StatementState
from inspection.visits.rows import Burden
from inspection.visits.rules import burden_by_object, shared_window
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
    assert burden_by_object([done, missed, coming], cap(), today) == {SHOP: 2}
    assert burden_by_object([done, missed, coming], cap(CapCounts.DRAWN), today) == {SHOP: 3}
    assert burden_by_object([missed], cap(), today) == {}


def test_a_calendar_year_and_a_rolling_year_look_back_differently() -> None:
    today = date(2026, 2, 1)
    last_autumn = visit(10, date(2025, 10, 5), year=2025)
    assert burden_by_object([last_autumn], cap(), today) == {}
    assert burden_by_object([last_autumn], cap(period=CapPeriod.ROLLING_YEAR), today) == {SHOP: 1}


async def test_the_ledger_counts_by_object_and_names_no_object_without_visits(world: World) -> None:
    visit = await world.open_visit(objects=(0,))
    await world.open_visit(objects=(1,))
    await world.push(world.tablet(0, visit).answer("f1", "yes"))
    before, after = date(2026, 3, 15), date(2026, 4, 15)
    ledger = await visits_this_year(world.authority, cap(), before)
    assert ledger == {world.objects[0]: 1, world.objects[1]: 1}
    assert await visits_this_year(world.authority, cap(), after) == {world.objects[0]: 1}


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
