"""Recusals that keep favouring the same two are seen; a single one is nobody's business."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from inspection.draw.changes.alerts import Recused, recusals, recused
from inspection.draw.changes.event import Facts, Happened, Outcome, Seated
from inspection.draw.changes.terms import ChangeKind

DOOR = b"d" * 32


def happened(kind: ChangeKind) -> Happened:
    return Happened(UUID(int=1), 1, kind, "kinship", DOOR, 0, "a", "a", datetime(2026, 3, 2, tzinfo=UTC), b"b" * 16)


@pytest.mark.parametrize("kind", [ChangeKind.SWAP, ChangeKind.LEAVE])
def test_who_left_and_who_followed_is_read_from_the_change(kind: ChangeKind) -> None:
    done = Outcome(Facts(), (Seated(DOOR, 0, "b"), Seated(b"e" * 32, 1, "a")))
    assert recused(happened(kind), done, "o") == Recused("a", "b", "o")


@pytest.mark.parametrize("kind", [ChangeKind.REPLACE_INSPECTOR, ChangeKind.REPLACE_OBJECT])
def test_other_changes_are_no_recusals(kind: ChangeKind) -> None:
    assert recused(happened(kind), Outcome(Facts()), "o") is None


def test_every_recusal_is_counted_by_person_and_by_object() -> None:
    found = recusals([Recused("a", "b", "o"), Recused("a", "c", "p"), Recused("d", None, "o")])
    assert (found.by_inspector, found.by_object) == ({"a": 2, "d": 1}, {"o": 2, "p": 1})
    assert not found.alert


def test_the_same_follower_of_the_same_person_twice_is_an_alert() -> None:
    found = recusals([Recused("a", "b", "o"), Recused("a", "b", "p")])
    assert found.pairs == {("a", "b"): 2}
    assert found.alert


def test_the_same_person_brought_to_the_same_object_twice_is_an_alert() -> None:
    found = recusals([Recused("a", "b", "o"), Recused("c", "b", "o")])
    assert found.returns == {("b", "o"): 2}
    assert found.alert


def test_a_place_that_nobody_took_favours_nobody() -> None:
    assert not recusals([Recused("a", None, "o"), Recused("a", None, "o")]).alert
