"""What is told of a match that cannot be completed: counts that are true, fixes that help and are the smallest."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given, settings

from inspection.draw.frozen.shortfall import explained, lack_of
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.feasibility import Flow, kinds_of
from inspection.draw.teams.matching import Door, Instance, Wanted, match, pool
from inspection.draw.teams.roster import Relation, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, Continuity, MatchRules, Seat
from inspection.draw.teams.shortage import Bottleneck, Kind, Need, Shortage, explain
from inspection.draw.teams.why import why_short
from inspection.kernel.canonical import canonical_json
from tests.inspection.draw.crowds import KEY, H, instances, some_pick

SEED = b"s" * 32


def of(instance: Instance) -> Shortage | None:
    kinds = [Kind(door, count) for door, count, _ in kinds_of(instance.doors)]
    return explain(kinds, instance.people, instance.cap)


def two(*people: int) -> Door:
    return Door((Wanted(pool(people), 2),))


def lacking(kinds: list[Kind], people: int, cap: int) -> int:
    return Flow([(kind.door, kind.count) for kind in kinds], people, cap).lacking


def test_two_planted_shortages_are_found_apart_from_each_other() -> None:
    doors = (*[two(*range(10))] * 5, *[two(10, 11)] * 4, two(12))
    shortage = of(Instance(doors, 13, 3))
    assert shortage.bottlenecks == (
        Bottleneck(4, places=8, people=2, capacity=6, short=2, more_people=0, cap=4, add=1, batches=2),
        Bottleneck(1, places=2, people=1, capacity=1, short=1, more_people=1, add=1),
    )
    assert (shortage.cap_needed, shortage.doors, shortage.fits) == (None, 10, None)  # no cap gives a second person


def test_the_least_cap_and_the_sample_that_fits_are_named() -> None:
    shortage = of(Instance((two(0, 1),) * 7, 2, 3))
    assert (shortage.cap_needed, shortage.fits) == (7, 3)
    assert of(Instance((two(0, 1, 2),) * 6, 3, 1)).cap_needed == 4
    assert of(Instance((two(0, 1),) * 3, 2, 3)) is None


@settings(max_examples=80)
@given(instances(people=7, doors=7))
def test_the_bottlenecks_are_really_deficient_and_add_up(instance: Instance) -> None:
    fresh = replace(instance, loads=())
    shortage = of(fresh)
    assume(shortage)
    missing = sum(door.slots for door in fresh.doors) - match(fresh, some_pick(0), 0).size
    assert sum(one.short for one in shortage.bottlenecks) == missing
    assert all(one.places - one.capacity == one.short > 0 for one in shortage.bottlenecks)
    assert [one.short for one in shortage.bottlenecks] == sorted((o.short for o in shortage.bottlenecks), reverse=True)
    if shortage.cap_needed is not None:
        assert match(replace(fresh, cap=shortage.cap_needed), some_pick(0), 0).complete
        assert not match(replace(fresh, cap=shortage.cap_needed - 1), some_pick(0), 0).complete


@settings(max_examples=80)
@given(instances(people=6, doors=5, seats=1))
def test_so_many_more_people_are_enough_and_one_fewer_is_not(instance: Instance) -> None:
    assume(instance.cap)
    alone = [Kind(door, 1) for door, _, _ in kinds_of(instance.doors)[:1]]
    shortage = explain(alone, instance.people, instance.cap)
    assume(shortage)
    (found,) = shortage.bottlenecks
    (seat,) = alone[0].door.seats

    def with_more(count: int) -> int:
        added = range(instance.people, instance.people + count)
        wider = Wanted(pool([*seat.pool.anyone, *added], [*seat.pool.expert, *added]), seat.slots, seat.experts)
        return lacking([Kind(Door((wider,), alone[0].door.barred), 1)], instance.people + count, instance.cap)

    assert with_more(found.add) == 0
    assert with_more(found.add - 1) > 0


def lots(count: int, area: str | None = None) -> list[DoorLot]:
    return [DoorLot(H(b"%d" % number), f"o{number}", number, (0,), area) for number in range(count)]


def test_a_requirement_is_told_with_how_many_meet_it_elsewhere() -> None:
    rows = [RosterRow(f"p{n}", "一科", True, ("商务执法",), (), ("东区" if n < 2 else "西区",)) for n in range(7)]
    rules = MatchRules(area=True, max_load=2, seats=(Seat(required=("商务执法",)),))
    shortage = why_short(H, SEED, KEY, lots(5, "东区"), build_roster(rows), rules)
    assert shortage.bottlenecks[0].needs == (Need(("商务执法",), None, None, "东区", elsewhere=5),)
    assert explained(shortage)["zh_CN"] == (
        "5 个对象（区域：东区；资格：商务执法）需 10 人次，符合条件的人员 2 名，最多承担 4 人次，缺 6 人次。可选办法："
        "把负荷上限提高到 5；增加 3 名符合条件的人员；放宽区域限制（其他区域另有 5 名同条件人员）；"
        "把抽取数量由 5 个减至 2 个；分 3 批实施。"
    )
    assert explained(shortage)["en"] == (
        "5 objects (area: 东区; qualification: 商务执法) need 10 places; 2 inspectors meet that and can take 4: "
        "short by 6. What would help: raise the load cap to 5; add 3 inspectors who meet that; "
        "widen the area (5 others elsewhere meet the rest); draw 2 objects instead of 5; split into 3 batches."
    )


def test_expertise_is_told_where_only_experts_lack() -> None:
    rows = [RosterRow(f"p{n}", "", True, (), ("成品油",) if n == 0 else ()) for n in range(9)]
    rules = MatchRules(max_load=2, seats=(Seat(experts=1, expertise="成品油"),))
    shortage = why_short(H, SEED, KEY, lots(4), build_roster(rows), rules)
    assert shortage.bottlenecks[0].needs == (Need((), "成品油"),)
    few = why_short(
        H, SEED, KEY, lots(4), build_roster([replace(row, expertise=("成品油",)) for row in rows[:2]]), rules
    )
    assert few.bottlenecks[0].needs == (Need(()),)


def test_teams_that_lack_are_counted_as_teams() -> None:
    roster = build_roster([RosterRow(f"p{n}", "", True) for n in range(5)])
    shortage = why_short(H, SEED, KEY, lots(7), roster, MatchRules(GROUPED, group_size=2, max_load=2))
    (found,) = shortage.bottlenecks
    assert (found.objects, found.people, found.capacity, found.short, shortage.cap_needed) == (7, 2, 4, 3, 4)
    assert "可派往的小组 2 个" in explained(shortage)["zh_CN"]
    assert "增加 2 个符合条件的小组" in explained(shortage)["zh_CN"]


def test_continuity_is_never_the_reason() -> None:
    roster = build_roster([RosterRow(f"p{n}", "", True) for n in range(4)])
    rules = MatchRules(max_load=2, continuity=Continuity(Fraction(1), 2))
    assert why_short(H, SEED, KEY, lots(4), roster, rules) is None
    assert why_short(H, SEED, KEY, lots(5), roster, rules).cap_needed == 3


def test_an_explanation_names_no_object_and_no_person() -> None:
    doors = [DoorLot(H(b"%d" % number), f"9137{number}", number, (0,)) for number in range(3)]
    roster = build_roster([RosterRow("张三", "一科", True)], [Relation("张三", "91371", "declared")])
    told = canonical_json(lack_of(why_short(H, SEED, KEY, doors, roster, MatchRules()))).decode()
    assert "bottlenecks" in told
    assert "张三" not in told
    assert "9137" not in told


def test_nothing_short_is_told_as_nothing() -> None:
    assert lack_of(None) == {
        "bottlenecks": [],
        "cap_needed": None,
        "fits": None,
        "explained": {"zh_CN": "", "en": ""},
    }


def test_long_lists_of_requirements_are_told_shortly() -> None:
    needs = tuple(Need((f"资格{n}",)) for n in range(9))
    shortage = Shortage((Bottleneck(1, 2, 1, 1, 1, 1, add=1, needs=needs),), None, 1, None)
    assert "资格0、资格1、资格2、资格3、资格4、资格5 等 9 项" in explained(shortage)["zh_CN"]
    assert "qualification: 资格0, 资格1" in explained(shortage)["en"]
