"""Every mode of the source documents from the plan to the verifier: departments with seats of their own, teams formed
first, batches in the order of the lot, grades by their own ratios, the same team again."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from inspection.authority.tables import Unit
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.plan_terms import Asked
from inspection.draw.seal import seal
from inspection.draw.told.disclose import bundle, sealed_matches
from inspection.draw.verify import verify_full
from inspection.planning.tables import PlanStratum, Task
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.items.tables import InspectionItem
from inspection.registry.objects.tables import InspectionObject
from tests.inspection.draw.office import Office, open_office
from tests.inspection.publicity.world import insert

pytestmark = pytest.mark.usefixtures("db")
JOINT, CITY = "anyue-joint.2020", "quanzhou-economy.2016"
WATCH = Contributor(ContributionKind.DICE, "骰子", None, ("法规科", "办公室", "人事科", "监察室"))
DICE = b"20731940586129753048"


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd, objects=40, inspectors=10, ratio=(1, 2))


async def set_task(office: Office, **facts: object) -> None:
    await Task.update(facts).where(Task.id == office.task)


async def held(office: Office, *, last_teams=None, **terms: object):
    """Planned, frozen, thrown, drawn, matched, sealed; the whole verifies."""
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=[WATCH], **terms)
    draw = planned.draw
    await freeze(office.approver, draw_id=draw, last_teams=last_teams)
    await contribute(office.operator, draw_id=draw, name=WATCH.name, value=DICE)
    await contribute(office.supervisor, draw_id=draw, name=WATCH.name, value=DICE)
    await execute(office.operator, draw_id=draw)
    await match(office.operator, draw_id=draw)
    done = await seal(office.approver, draw_id=draw)
    files = await bundle(office.supervisor, draw_id=draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []
    return done, await sealed_matches(draw)


async def departments(office: Office) -> dict[object, str]:
    """Half of the inspectors work for each of two departments."""
    units = {person: ("商务局", "消防大队")[n % 2] for n, person in enumerate(office.inspectors)}
    for name in ("商务局", "消防大队"):
        unit = await insert(Unit, authority=office.authority, name=name)
        people = [person for person, where in units.items() if where == name]
        await Inspector.update({Inspector.unit: unit}).where(Inspector.id.is_in(people))
    joint = {"draw_mode": "cross-department", "lead": "商务局", "participants": '["消防大队"]'}
    await set_task(office, rule_set=JOINT, **joint)
    return units


def together(teams: list[set]) -> list[set]:
    """Who is connected with whom by having gone to a door together."""
    groups: list[set] = []
    for team in teams:
        touched = [group for group in groups if group & team]
        groups = [group for group in groups if not group & team] + [team.union(*touched)]
    return groups


@pytest.mark.parametrize("mode", ["scattered", "grouped"])
async def test_each_department_sends_somebody_to_every_door(office, mode) -> None:
    units = await departments(office)
    await set_task(office, match_mode=mode)
    done, found = await held(office)
    told = json.loads(done.params)["match"]
    assert (told["mode"], [seat["unit"] for seat in told["seats"]]) == (mode, ["商务局", "消防大队"])
    assert {tuple(sorted(units[person] for person, _, _ in one.team)) for one in found} == {("商务局", "消防大队")}
    groups = together([{person for person, _, _ in one.team} for one in found])
    # Nine people are dealt into four teams, one of them of three; scattered, everybody goes with everybody.
    assert sorted(map(len, groups)) == ([2, 2, 2, 3] if mode == "grouped" else [9])


async def test_a_key_item_is_gone_through_in_batches_of_the_lot(office) -> None:
    known = await InspectionItem.select().where(InspectionItem.id == office.item).first()
    facts = {name: value for name, value in known.items() if name != "id"} | {"code": "CY-02", "item_class": "key"}
    await set_task(office, item=await insert(InspectionItem, **facts))
    await set_task(office, rule_set=JOINT, ratio_num=1, ratio_den=1)
    done, found = await held(office, asked={office.task: Asked(batches=3)})
    (told,) = json.loads(done.params)["tasks"]
    assert (told["batches"]["count"], len(told["batches"]["windows"])) == (3, 3)
    assert Counter(ticket.batch for ticket in done.tickets) == {1: 12, 2: 12, 3: 12}
    first, last = min(one.window for one in found), max(one.window for one in found)
    assert (first[0], last[1]) == (office.cmd.now.date(), office.cmd.now.date() + timedelta(days=60))


async def test_every_grade_of_the_plan_draws_its_own_share(office) -> None:
    line = (await Task.select(Task.plan_line).where(Task.id == office.task).first())["plan_line"]
    for grade, (part, whole) in {"A": (1, 10), "D": (1, 1)}.items():
        await insert(PlanStratum, line=line, grade=grade, ratio_num=part, ratio_den=whole, frequency=1)
    await set_task(office, rule_set=JOINT, ratio_num=1, ratio_den=1000)
    grades = {row["id"]: row["credit_grade"] for row in await InspectionObject.select("id", "credit_grade")}
    done, found = await held(office)
    (told,) = json.loads(done.params)["tasks"]
    assert told["strata"]["rule"] == "own-ratio"
    drawn = Counter(grades[one.object_id] for one in found)
    asked = {one["name"]: (one["ratio"], one["size"]) for one in told["strata"]["list"]}
    assert (asked["A"][0], asked["D"][0]) == ([1, 10], [1, 1])
    assert drawn == {name: size for name, (_, size) in asked.items() if size}
    assert drawn["D"] == sum(one["eligible"] for one in told["strata"]["list"] if one["name"] == "D")


async def test_the_last_team_keeps_an_object_within_the_limits(office) -> None:
    await set_task(office, rule_set=CITY)
    team = tuple(office.inspectors[:2])
    done, found = await held(office, last_teams=dict.fromkeys(office.objects, (frozenset(team), 1)))
    kept = [one for one in found if {how for _, _, how in one.team} == {"continuity"}]
    assert done.match is not None
    assert 0 < len(kept) <= 3 * done.match.objects // 10
    assert all({person for person, _, _ in one.team} == set(team) for one in kept)
    assert done.match.how["continuity"] == 2 * len(kept)
