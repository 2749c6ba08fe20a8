"""By when a visit is filed afterwards, what its entries say: pure."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar.rules import local_day
from inspection.policy.model import RuleSet
from inspection.visits.late_filing.rows import OpeningRow, WaitingRow
from inspection.visits.late_filing.rules import (
    RECALL,
    authors_of,
    begun_on,
    filing_due,
    opening_of,
    said_last,
)
from mobile_contract.base import b64url
from tests.support.decisions import calendar
from tests.support.rulesets import ALL_RULE_SETS, BY_CODE, five

SHANDONG = BY_CODE["weihai-jingkai-commerce"]
DAYS = st.dates(date(2025, 1, 5), date(2026, 12, 1))
INSTANTS = st.integers(0, 700 * 86_400).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
ONE_DAY = timedelta(days=1)
ANNE, BO, TABLET, OTHER = (UUID(int=number) for number in range(1, 5))
SHOP, STALL = UUID(int=0x10), UUID(int=0x11)


def ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
def test_none_of_the_five_documents_speaks_of_it_and_order_375_is_named(rules: RuleSet) -> None:
    assert (rules.notice.file_within_working_days, rules.notice.filing_article) == (3, "—")
    assert "令第375号第十八条" in str(rules.notice.note)


def test_three_working_days_pass_over_the_spring_festival() -> None:
    """2026: 14 February is worked, the holiday lasts from 15 to 23 February."""
    assert filing_due(date(2026, 2, 13), SHANDONG, calendar()).day == date(2026, 2, 25)
    assert filing_due(date(2026, 3, 2), SHANDONG, calendar()).day == date(2026, 3, 5)


def test_another_rule_set_gives_another_day() -> None:
    dues = {filing_due(date(2026, 3, 2), rules, calendar()).day for rules in ALL_RULE_SETS}
    assert len(dues) == 2


@given(DAYS)
def test_a_filing_is_due_on_a_working_day_and_as_many_lie_between(begun: date) -> None:
    due = filing_due(begun, SHANDONG, calendar()).day
    between = [begun + ONE_DAY * n for n in range(1, (due - begun).days + 1)]
    assert sum(map(calendar().is_working_day, between)) == 3
    assert calendar().is_working_day(due)


@given(INSTANTS, st.lists(st.integers(-(2**53), 2**53), max_size=5))
def test_no_clock_makes_a_visit_later_than_its_receipt_or_far_earlier(known_at: datetime, walls: list[int]) -> None:
    begun = begun_on(walls, known_at)
    assert local_day(known_at - RECALL) <= begun <= local_day(known_at)


@given(INSTANTS, st.lists(st.integers(0, 50 * 24 * 3600 * 1000), min_size=1, max_size=5))
def test_the_day_of_a_visit_is_that_of_its_earliest_likely_entry(known_at: datetime, ages: list[int]) -> None:
    walls = [ms(known_at) - age for age in ages]
    assert begun_on([*walls, 0, 2**53], known_at) == local_day(datetime.fromtimestamp(min(walls) / 1000, UTC))


def test_without_a_clock_that_can_be_right_it_is_the_day_of_the_receipt() -> None:
    assert begun_on([0, 2**53, -1], datetime(2026, 3, 2, 16, 30, tzinfo=UTC)) == date(2026, 3, 3)


def opening(seq: int, named: UUID, device: UUID = TABLET, reasons: frozenset[str] = frozenset()) -> OpeningRow:
    body = {"salt": b64url(bytes(16)), "object": str(named), "tasks": [], "reason": "应急"}
    return OpeningRow(ANNE, device, (1, seq), json.dumps(body).encode(), reasons)


def test_who_named_the_wrong_object_names_the_right_one_by_another_entry() -> None:
    said = [one for row in (opening(3, SHOP), opening(1, STALL)) if (one := opening_of(row))]
    assert [one.object for one in said_last(said).values()] == [SHOP]
    both = [one for row in (opening(3, SHOP), opening(1, STALL, OTHER)) if (one := opening_of(row))]
    assert {one.object for one in said_last(both).values()} == {SHOP, STALL}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object":7}', b'{"object":"x"}', b"[" * 60000])
def test_a_body_that_is_none_says_nothing(body: bytes) -> None:
    assert opening_of(OpeningRow(ANNE, TABLET, (1, 1), body)) is None


def test_a_stolen_tablet_names_no_object_and_makes_nobody_a_member() -> None:
    assert opening_of(opening(1, SHOP, reasons=frozenset({"device-revoked"}))) is None
    rows = [
        WaitingRow(ANNE, frozenset({"unknown-visit"}), 2),
        WaitingRow(BO, frozenset({"unknown-visit", "not-bound"}), 1),
    ]
    assert authors_of(rows) == (ANNE,)
