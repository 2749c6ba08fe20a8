"""The small pure rules: windows, proposals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.visits.record import ItemClass, ItemRecord
from inspection.visits.record.model import Statement, StatementState
from inspection.visits.review.outcomes import OutcomeCode, contradiction, propose
from inspection.visits.rules import first_day, shared_window

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


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


@given(DAYS, DAYS, DAYS)
def test_a_visit_takes_place_within_its_window_and_not_in_the_past_if_it_can(a: date, b: date, today: date) -> None:
    window = min(a, b), max(a, b)
    day = first_day(window, today)
    assert window[0] <= day <= window[1]
    assert day >= today or day == window[1]


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
