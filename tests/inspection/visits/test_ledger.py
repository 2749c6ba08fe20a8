"""The ledger and the warnings on both engines: every visit counts for the draw, secret ones are told to nobody."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from inspection.authority.tables import Authority
from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read
from inspection.policy.load import rule_set_named
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.ledger.questions import known_visits, ledger, visits_this_year
from inspection.visits.ledger.rules import Why
from inspection.visits.ledger.warn import DoorWarning, warnings
from inspection.visits.ledger.warnings import Period
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.tables import Visit
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.world import FIRE, PRICE, World, build_world

WEIHAI = rule_set_named(RULES)
MONDAY = date(2026, 3, 9)


def days(*numbers: int) -> list[tuple[date, date]]:
    return [(MONDAY + timedelta(days=n),) * 2 for n in numbers]


async def test_the_ledger_counts_by_object_and_names_no_object_without_visits(world: World) -> None:
    visit = await world.open_visit(objects=(0,))
    await world.open_visit(objects=(1,))
    await world.push(world.tablet(0, visit).answer("f1", "yes"))
    before, after = date(2026, 3, 15), date(2026, 4, 15)
    counted = await visits_this_year(world.authority, WEIHAI, before, before)
    assert counted == {world.objects[0]: 1, world.objects[1]: 1}
    assert await visits_this_year(world.authority, WEIHAI, after, after) == {world.objects[0]: 1}


async def test_a_visit_carried_out_late_burdens_the_year_in_which_it_was_carried_out(world: World) -> None:
    made = await world.open_visit(window=(date(2026, 3, 1), date(2026, 12, 31)))
    first_minute = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # of 2027, in Beijing
    for executed, year in ((first_minute, 2027), (first_minute - timedelta(seconds=1), 2026)):
        await Visit.update({Visit.executed_at: executed}).where(Visit.id == made)
        day = date(year, 6, 1)
        assert await visits_this_year(world.authority, WEIHAI, day, day) == {world.objects[0]: 1}
        other = date(4053 - year, 6, 1)
        assert await visits_this_year(world.authority, WEIHAI, other, other) == {}


async def test_the_draw_counts_secret_visits_and_the_office_is_told_of_none(world: World) -> None:
    made = await world.draw(objects=(0, 1))
    await assemble_visits(world.cmd(), draw_id=made.draw)
    day, shop = date(2026, 3, 15), world.objects[0]
    assert (await visits_this_year(world.authority, WEIHAI, day, day))[shop] == 1
    assert await known_visits(world.objects, WEIHAI, day, day) == {}
    told = await ledger(shop, WEIHAI, day, day)
    assert (told.used, told.outside, told.entries) == (0, 0, ())


async def test_the_ledger_says_of_every_visit_why_it_counts_or_not(world: World) -> None:
    await world.open_visit(window=(date(2026, 3, 1), date(2026, 3, 5)))
    visit = await world.open_visit(window=(date(2026, 3, 10), date(2026, 3, 20)))
    await world.open_visit(window=(date(2027, 3, 1), date(2027, 3, 31)))
    await world.push(world.tablet(0, visit).answer("f1", "yes"))
    told = await ledger(world.objects[0], WEIHAI, date(2026, 3, 25), date(2026, 3, 25))
    # The tablet's visit was carried out on the day of the world, the others are as they were planned.
    assert sorted(entry.why for entry in told.entries) == [Why.EXECUTED, Why.MISSED, Why.OTHER_PERIOD]
    assert (told.used, told.maximum, told.article) == (1, 2, "第六条")
    assert all(entry.reason_zh and entry.reason_en and entry.visit for entry in told.entries)
    assert [entry.counts for entry in told.entries if entry.why is Why.EXECUTED] == [True]


async def test_merged_visits_count_once(world: World) -> None:
    first, second = await world.draw(FIRE), await world.draw(PRICE)
    await assemble_visits(world.cmd(), draw_id=first.draw)
    await assemble_visits(world.cmd(), draw_id=second.draw)
    day = date(2026, 3, 15)
    assert await visits_this_year(world.authority, WEIHAI, day, day) == {world.objects[0]: 1}


async def test_assembling_journals_how_many_doors_have_too_many_visits_and_no_door(world: World) -> None:
    for window in days(0, 2):
        await world.open_visit(window=window)
    made = await world.draw(objects=(0, 1), window=days(4)[0])
    await assemble_visits(world.cmd(), draw_id=made.draw)
    (warned,) = [line for line in await read(f"task:{made.task}") if line.kind is EventKind.TASK_WARNED]
    assert warned.payload == {"doors": 1}
    assert str(world.objects[0]) not in warned.text.decode()


async def test_visits_within_the_limits_are_not_warned_of(world: World) -> None:
    made = await world.draw(objects=(0, 1), window=days(4)[0])
    await assemble_visits(world.cmd(), draw_id=made.draw)
    assert [line.kind for line in await read(f"task:{made.task}")] == []


async def test_the_office_sees_warnings_of_unsealed_visits_only(world: World) -> None:
    span = (MONDAY, MONDAY + timedelta(days=30))
    for window in days(0, 2):
        await world.open_visit(window=window)
    made = await world.draw(objects=(0,), window=days(4)[0])
    await assemble_visits(world.cmd(), draw_id=made.draw)
    assert await warnings(world.authority, WEIHAI, *span) == []
    await world.open_visit(window=days(3)[0])
    assert await warnings(world.authority, WEIHAI, *span) == [
        DoorWarning("visits-0", Period.WEEK, MONDAY, MONDAY + timedelta(days=6), 3, 2)
    ]
    assert await warnings(world.authority, WEIHAI, date(2026, 1, 1), MONDAY - timedelta(days=1)) == []


async def test_one_door_of_two_authorities_is_one_door(world: World) -> None:
    other = await insert(Authority, code="other", name="某市税务局", rule_set=RULES)
    twin = await insert(
        InspectionObject, authority=other, code="visits-0", code_kind="uscc", kind="enterprise", status="active"
    )
    await world.open_visit(window=days(1)[0])
    mine = (await Visit.select())[0]
    await _copy(mine, other, twin)
    found = await warnings(world.authority, WEIHAI, MONDAY, MONDAY + timedelta(days=6))
    assert [(one.code, one.period, one.visits) for one in found] == [("visits-0", Period.DAY, 2)]
    assert await warnings(other, WEIHAI, MONDAY, MONDAY + timedelta(days=6)) == found


async def _copy(visit: dict, authority: UUID, thing: UUID) -> None:
    facts = {name: value for name, value in visit.items() if name != "id"}
    await insert(Visit, **{**facts, "authority": authority, "object": thing})


async def test_an_authority_s_ledger_knows_its_own_objects_only(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await build_world(monkeypatch, "one")
    await one.open_visit()
    two = await build_world(monkeypatch, "two")
    await two.open_visit()
    day = date(2026, 3, 15)
    assert await visits_this_year(two.authority, WEIHAI, day, day) == {two.objects[0]: 1}
