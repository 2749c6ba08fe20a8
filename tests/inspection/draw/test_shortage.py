from hypothesis import assume, given, settings

from inspection.draw.teams.matching import Door, Instance, Opening, feasible, match
from inspection.draw.teams.shortage import Bottleneck, cap_needed, explain
from tests.inspection.draw.test_matching import instances, lots


def test_two_planted_shortages_are_found_apart_from_each_other() -> None:
    rich = [Door(2, tuple(range(10)))] * 5
    poor = [Door(2, (10, 11))] * 4  # 8 places, two people with 3 doors each
    alone = [Door(2, (12,))]
    instance = Instance((*rich, *poor, *alone), (9,) * 10 + (3, 3, 9))
    shortage = explain(lots(instance))
    assert shortage.bottlenecks == (
        Bottleneck(objects=4, places=8, people=2, capacity=6, short=2, more_people=0),
        Bottleneck(objects=1, places=2, people=1, capacity=1, short=1, more_people=1),
    )
    assert shortage.cap_needed is None  # no cap gives the last door a second person


def test_the_least_cap_that_helps_is_named() -> None:
    instance = Instance((Door(2, (0, 1)),) * 7, (3, 3))
    assert explain(lots(instance)).cap_needed == 7
    assert cap_needed(Instance((Door(2, (0, 1, 2)),) * 6, (1, 1, 1))) == 4


@settings(max_examples=150)
@given(instances())
def test_the_bottlenecks_are_really_deficient_and_add_up(instance: Instance) -> None:
    seating = lots(instance)
    assume(seating.short)
    shortage = explain(seating)
    assert shortage.bottlenecks
    missing = sum(door.slots for door in instance.doors) - sum(map(len, seating.teams))
    assert sum(b.short for b in shortage.bottlenecks) == missing
    assert all(b.places - b.capacity == b.short > 0 for b in shortage.bottlenecks)
    if shortage.cap_needed is not None:
        raised = tuple(max(cap, shortage.cap_needed) for cap in instance.caps)
        assert feasible(Instance(instance.doors, raised))


@settings(max_examples=100)
@given(instances())
def test_the_doors_of_a_bottleneck_cannot_be_staffed_even_alone(instance: Instance) -> None:
    """Hall's certificate: taken out of the rest, the named doors are short by exactly as much."""
    seating = lots(instance)
    assume(seating.short)
    doors = {number for number, _ in seating.reach([(n, Opening.QUOTA) for n in seating.short]).left}
    alone = Instance(tuple(instance.doors[n] for n in sorted(doors)), instance.caps)
    again = match(alone, lambda _d, _s, _n: 0, 0)
    short_alone = sum(d.slots for d in alone.doors) - sum(map(len, again.teams))
    assert short_alone == sum(b.short for b in explain(seating).bottlenecks)


def test_an_explanation_names_no_object_and_no_person() -> None:
    shortage = explain(lots(Instance((Door(2, (3,)),), (1, 1, 1, 1))))
    assert shortage.bottlenecks == (Bottleneck(1, 2, 1, 1, 1, 1),)
