"""Check points that are measured or counted, and photos that only 否 requires (sync.md §2.11: tolerance)."""

import pytest

from inspection.visits.record import Authority, ItemClass, VisitRecord, fold, scheme_of
from inspection.visits.record.model import ItemRecord, StatementState
from mobile_contract.checklist import Checklist, NumberAnswer, Text
from tests.inspection.visits.tablet import ANNE, BO, VISIT, Tablet, item, ref

COLD = Checklist(
    code="cold",
    version=1,
    title=Text(zh="冷藏"),
    items=(
        item("t", number=NumberAnswer(unit="℃", decimals=1, least="-30", most="30", tolerance="0.5")),
        item("door", photo_required_on_no=True),
    ),
)
TEAM = Authority(team=frozenset({str(ANNE), str(BO)}), deciders=frozenset({str(ANNE)}))


def record(*tablets: Tablet) -> VisitRecord:
    entries = [entry for tablet in tablets for entry in tablet.entries]
    return fold(VISIT, entries, TEAM, scheme_of([COLD]))


def point(code: str, *said: str) -> ItemRecord:
    tablets = [Tablet(ANNE), Tablet(BO)]
    for tablet, value in zip(tablets, said, strict=False):
        tablet.answer(code, value, ck=ref(COLD))
    return next(one for one in record(*tablets).items if one.code == code)


@pytest.mark.parametrize("pair", [("3.5", "4.0"), ("4.0", "3.5"), ("4", "3.5")])
def test_numbers_within_the_tolerance_corroborate_and_both_are_kept(pair: tuple[str, str]) -> None:
    one = point("t", *pair)
    assert (one.cls, one.value) == (ItemClass.CORROBORATED, "3.5")
    assert {statement.value for statement in one.statements} == set(pair)


@pytest.mark.parametrize("pair", [("4", "4.0"), ("4.0", "4")])
def test_of_one_number_in_two_spellings_the_same_one_stands_in_every_process(pair: tuple[str, str]) -> None:
    assert point("t", *pair).value == "4"


def test_numbers_beyond_the_tolerance_conflict() -> None:
    one = point("t", "3.5", "4.1")
    assert (one.cls, one.value) == (ItemClass.CONFLICT, None)


def test_a_number_and_not_applicable_conflict() -> None:
    assert point("t", "3.5", "not_applicable").cls is ItemClass.CONFLICT


@pytest.mark.parametrize("value", ["yes", "31", "3.55", "三", "1e1"])
def test_what_is_no_number_within_the_limits_is_kept_and_does_not_count(value: str) -> None:
    one = point("t", value)
    assert one.cls is ItemClass.UNANSWERED
    assert [statement.state for statement in one.statements] == [StatementState.INVALID]


def test_a_photo_required_on_no_is_missed_with_no_only() -> None:
    assert "photo-missing" in point("door", "no").remarks
    assert "photo-missing" not in point("door", "yes").remarks
