"""The match is written twice, by different hands; on any instance both seat the same people at the same doors."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.teams.matching import Door, Instance, match
from inspection.draw.verify.teams import Doors, Teams


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[int]], list[set[int]], int, int, int]:
    """(eligible by door, experts by door, people, slots, expert places); caps are tight, so people have to move."""
    people, slots = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    doors = draw(st.lists(st.sets(st.integers(0, people - 1)), max_size=6))
    experts = draw(st.sets(st.integers(0, people - 1)))
    return [sorted(d) for d in doors], [d & experts for d in doors], people, slots, draw(st.integers(0, slots))


@settings(max_examples=200)
@given(problems(), st.integers(0, 3), st.integers(0, 2), st.integers(0, 1000))
def test_both_matches_agree_on_every_instance(problem: tuple, cap: int, delta: int, salt: int) -> None:
    eligible, expert, people, slots, experts = problem

    def pick(door: int, slot: int, n: int) -> int:
        return (door * 7 + slot * 3 + salt) % n

    rules = {"slots": slots, "experts": experts, "delta": delta}
    second = Teams(Doors(eligible, expert, people, rules, cap)).fill(pick)
    doors = tuple(Door(slots, tuple(e), experts, frozenset(x)) for e, x in zip(eligible, expert, strict=True))
    first = match(Instance(doors, (cap,) * people), pick, delta)
    assert first.teams == second.of
    assert first.loads == second.load
    assert (not first.short) == second.complete
