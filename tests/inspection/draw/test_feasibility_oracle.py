"""Four hundred small matches tried in every way (draw.md §5, T15); `make bench-draw` tries 10,000."""

from dataclasses import replace

import pytest

from inspection.draw.teams.feasibility import Flow
from inspection.draw.teams.matching import Door, Instance, Wanted, pool
from tests.support.chance import oracle

COUNT = 400


def test_t15_what_is_said_of_small_matches_is_what_trying_everything_finds() -> None:
    assert {number: told for number in range(COUNT) if (told := oracle.faults(number))} == {}


def test_t15_both_answers_come_up_often_enough_to_tell() -> None:
    assert COUNT // 4 < sum(map(oracle.short, range(COUNT))) < 3 * COUNT // 4


def test_t15_a_slip_of_the_flow_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that gives everybody room for one door more than he has."""

    class Roomier(Flow):
        def __init__(self, kinds, people: int, cap: int) -> None:
            super().__init__(kinds, people, cap + 1)

    monkeypatch.setattr(oracle, "Flow", Roomier)
    assert any(oracle.faults(number) for number in range(40))


def test_t15_a_match_that_never_moves_anybody_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspection.draw.teams.matching.Seating._rearrange", lambda *_: False)
    assert any("size of the match" in oracle.faults(number) for number in range(200))


def test_the_oracle_knows_what_is_plain() -> None:
    door = Door((Wanted(pool((0, 1)), 2),))
    assert oracle.most(Instance((door,), 2, 1)) == 2
    assert oracle.most(Instance((door, door), 2, 1)) == 2
    assert oracle.most(Instance((replace(door, barred=(1,)),), 2, 1)) == 1
    expert = Door((Wanted(pool((0, 1), (1,)), 2, 2),))
    assert oracle.most(Instance((expert,), 2, 1)) == 1
    two = Door((Wanted(pool((0,)), 1), Wanted(pool((0, 1)), 1)))
    assert oracle.most(Instance((two,), 1, 5)) == 1  # nobody sits twice at one door
