"""The match through its verbs, on both engines: relations, loads that are too small, teams, last teams."""

from dataclasses import replace
from uuid import UUID

import pytest
from piccolo.table import Table

from inspection.draw.ceremony import Ceremony
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.told.disclose import bundle, sealed_matches
from inspection.draw.verify import verify_full
from inspection.kernel.catalogue import text
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.planning.tables import Task
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import DICE, NONCE, WITNESSED, Office, drawn, open_office, sealed, supervision

GROUPING, CONTINUING = "anyue-joint.2020", "quanzhou-economy.2016"
OFFICES = replace(WITNESSED, witnesses=("法规科", "办公室", "人事科", "监察室"))

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def declare(office: Office, number: int, objects: range) -> None:
    table: type[Table] = Inspector
    codes = [f"91371000{n:010d}" for n in objects]
    told = "[" + ",".join(f'"{code}"' for code in codes) + "]"
    await table.update({Inspector.relations: told}).where(Inspector.id == office.inspectors[number])


async def verified(office: Office, done: Ceremony) -> None:
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []


async def test_a_declared_relation_keeps_the_inspector_away(office) -> None:
    await declare(office, 0, range(60))
    done = await sealed(office)
    sent = {person for found in await sealed_matches(done.draw) for person, _, _ in found.team}
    assert office.inspectors[0] not in sent
    await verified(office, done)


async def test_a_load_that_cannot_be_kept_is_explained_and_raised_only_as_far_as_needed(office) -> None:
    # Seven are certified, two of them stand aside everywhere. Six objects need twelve places, five people give ten.
    for number in (0, 1):
        await declare(office, number, range(60))
    waiting = await drawn(office, max_load=2)
    with pytest.raises(Conflict) as error:
        await match(office.operator, draw_id=waiting.draw)
    facts = error.value.facts
    assert error.value.code is ProblemCode.DRAW_TOO_FEW_INSPECTORS
    assert (facts["objects"], facts["places"], facts["people"], facts["short"]) == (6, 12, 5, 2)
    assert (facts["cap_needed"], facts["fits"], facts["bottlenecks"][0]["add"]) == (3, 5, 1)
    told = text(error.value.message_key, **facts)
    assert "增加 1 名符合条件的人员" in told
    assert "{" not in told
    with pytest.raises(Refused):
        await match(office.operator, draw_id=waiting.draw, load_cap=3)
    with pytest.raises(Invalid):
        await match(office.approver, draw_id=waiting.draw, load_cap=4)
    done = await match(office.approver, draw_id=waiting.draw, load_cap=3)
    assert done.match.load_cap == 3
    await seal(office.approver, draw_id=waiting.draw)
    await verified(office, done)


async def test_a_load_that_is_enough_stays(office) -> None:
    waiting = await drawn(office, max_load=5)
    with pytest.raises(Invalid) as error:
        await match(office.approver, draw_id=waiting.draw, load_cap=6)
    assert error.value.message_key == "draw.cap_not_needed"


async def test_objects_that_nobody_could_staff_stop_the_freeze(office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=(WITNESSED, supervision()))
    for number in range(6):
        await declare(office, number, range(60))
    with pytest.raises(Conflict) as error:
        await freeze(office.approver, draw_id=planned.draw)
    assert (error.value.message_key, error.value.facts["objects"]) == ("draw.unstaffable_objects", 54)


async def test_teams_are_formed_and_go_as_they_are(cmd, db) -> None:
    office = await open_office(cmd, inspectors=7)
    await Task.update({Task.match_mode: "grouped", Task.rule_set: GROUPING}).where(Task.id == office.task)
    done = await sealed(office)
    teams = {frozenset(person for person, _, _ in found.team) for found in await sealed_matches(done.draw)}
    assert {len(team) for team in teams} == {2}
    assert sum(map(len, teams)) == len(frozenset().union(*teams))  # nobody is in two of them
    await verified(office, done)


async def test_too_few_teams_are_told_as_teams(cmd, db) -> None:
    # Four people make two teams for six objects; the team of the one who stands aside can go nowhere.
    office = await open_office(cmd, inspectors=5)
    await declare(office, 0, range(60))
    await Task.update({Task.match_mode: "grouped", Task.rule_set: GROUPING}).where(Task.id == office.task)
    waiting = await drawn(office, max_load=3)
    with pytest.raises(Conflict) as error:
        await match(office.operator, draw_id=waiting.draw)
    facts = error.value.facts
    assert error.value.message_key == "draw.too_few_teams_under_cap"
    assert (facts["objects"], facts["people"], facts["capacity"], facts["cap_needed"]) == (6, 1, 3, 6)
    assert "可派往的小组 1 个" in text(error.value.message_key, **facts)
    done = await match(office.approver, draw_id=waiting.draw, load_cap=6)
    await seal(office.approver, draw_id=waiting.draw)
    await verified(office, done)


async def test_the_last_team_goes_again_where_the_rules_want_it(office) -> None:
    await Task.update({Task.rule_set: CONTINUING}).where(Task.id == office.task)
    team = frozenset(office.inspectors[:2])
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=(OFFICES, supervision()))
    last: dict[UUID, tuple[frozenset[UUID], int]] = dict.fromkeys(office.objects, (team, 1))
    await freeze(office.approver, draw_id=planned.draw, last_teams=last)
    await contribute(office.supervisor, draw_id=planned.draw, name="监察室", value=b"s" * 32, nonce=NONCE)
    for cmd in (office.operator, office.supervisor):
        await contribute(cmd, draw_id=planned.draw, name=WITNESSED.name, value=DICE)
    await execute(office.operator, draw_id=planned.draw)
    await match(office.operator, draw_id=planned.draw)
    done = await seal(office.approver, draw_id=planned.draw)
    ways = [[how for _, _, how in found.team] for found in await sealed_matches(done.draw)]
    kept = [found for found in await sealed_matches(done.draw) if found.team[0][2] == "continuity"]
    assert len(ways) == 6
    assert len(kept) == 1  # three tenths of six, rounded down
    assert {person for person, _, _ in kept[0].team} == team
    assert done.match.how == {"lot": 10, "continuity": 2, "designated": 0}
    await verified(office, done)
