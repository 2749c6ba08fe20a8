"""Several tasks in one draw: shared tickets, one void for all; what does not fit together is refused with a reason."""

import json
from uuid import UUID

import pytest

from inspection.draw import store, store_tickets
from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.lot.strata import StrataBy
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.plan_terms import Asked
from inspection.draw.seal import seal
from inspection.draw.told.disclose import attempts, bundle, sealed_matches
from inspection.draw.verify import verify_full
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Conflict, DomainError, Invalid, Refused
from inspection.planning.find import task
from inspection.planning.tables import Task
from inspection.planning.task_states import TaskState
from inspection.registry.objects.tables import InspectionObject
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import WITNESSED, Office, open_office
from tests.inspection.publicity.world import insert

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd, objects=40, inspectors=10)


async def another(office: Office, **other: object) -> UUID:
    """A second task like the first one."""
    known = await Task.select().where(Task.id == office.task).first()
    facts = {name: value for name, value in known.items() if name != "id"}
    return await insert(Task, **facts | {"number": "商务抽查〔2026〕2号"} | other)


async def finish(office: Office, draw: UUID, name: str = "经办人"):
    await contribute(office.operator, draw_id=draw, name=name)
    await execute(office.operator, draw_id=draw)
    await match(office.operator, draw_id=draw)
    return await seal(office.approver, draw_id=draw)


def said(error: DomainError) -> None:
    for lang in LANGUAGES:
        assert "{" not in text(error.message_key, lang, **error.facts)


async def test_tasks_drawn_together_go_through_fewer_doors_and_end_together(office) -> None:
    tasks = [office.task, await another(office, ratio_num=1, ratio_den=5)]
    planned = await plan_draw(office.operator, task_ids=tasks)
    await freeze(office.approver, draw_id=planned.draw)
    done = await finish(office, planned.draw)
    assert done.tasks == tuple(tasks)
    told = json.loads(done.params)["tasks"]
    assert [one["id"] for one in told] == [str(one) for one in tasks]
    assert [one["sample"]["size"] for one in told] == [4, 8]
    found = await sealed_matches(done.draw)
    doors = {one.task: {each.object_id for each in found if each.task == one.task} for one in found}
    # The same share of the same frame by the same tickets: the smaller sample lies within the larger.
    assert doors[tasks[0]] < doors[tasks[1]]
    assert len({one.object_id for one in found}) == 8
    assert [(await task(one)).state for one in tasks] == [TaskState.DRAWN] * 2
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []


async def test_one_void_gives_all_tasks_back_and_binds_their_next_attempts(office) -> None:
    tasks = [office.task, await another(office)]
    planned = await plan_draw(office.operator, task_ids=tasks)
    await freeze(office.approver, draw_id=planned.draw)
    done = await finish(office, planned.draw)
    for one in tasks:
        with pytest.raises(Conflict):
            await plan_draw(office.operator, task_ids=[one])
    await ask_void(office.operator, draw_id=done.draw, reason=VoidReason.RULES_WRONG, note="x")
    void = await confirm_void(office.approver, draw_id=done.draw)
    assert [(await task(one)).state for one in tasks] == [TaskState.APPROVED] * 2
    alone = await plan_draw(office.operator, task_ids=[tasks[1]])
    frozen = await freeze(office.approver, draw_id=alone.draw)
    assert frozen.attempt == 2
    assert json.loads(frozen.params)["previous_void"] == void.voids[-1].record.hex()
    assert [one.state for one in await attempts(tasks[1])] == [DrawState.VOIDED, DrawState.FROZEN]
    with pytest.raises(Conflict) as open_:
        await plan_draw(office.operator, task_ids=tasks)
    assert open_.value.message_key == "draw.attempt_open"
    await ask_void(office.operator, draw_id=alone.draw, reason=VoidReason.RULES_WRONG, note="x")
    await confirm_void(office.approver, draw_id=alone.draw)
    with pytest.raises(Conflict) as apart:
        await plan_draw(office.operator, task_ids=tasks)
    assert apart.value.message_key == "draw.joint_voids"
    said(apart.value)


async def test_fingerprints_are_numbered_without_a_gap(office, cmd) -> None:
    numbers = []
    for _ in range(3):
        planned = await plan_draw(office.operator, task_ids=[office.task])
        assert planned.sequence is None
        frozen = await freeze(office.approver, draw_id=planned.draw)
        numbers.append((frozen.sequence, json.loads(frozen.params)["sequence"]))
        await ask_void(office.operator, draw_id=planned.draw, reason=VoidReason.RULES_WRONG, note="x")
        await confirm_void(office.approver, draw_id=planned.draw)
    assert numbers == [(1, 1), (2, 2), (3, 3)]
    other = await open_office(cmd, code="other")
    planned = await plan_draw(other.operator, task_ids=[other.task])
    assert (await freeze(other.approver, draw_id=planned.draw)).sequence == 1


async def test_tasks_of_two_authorities_or_rule_sets_do_not_share_a_draw(office, cmd) -> None:
    foreign = await open_office(cmd, code="foreign", objects=1)
    others = [foreign.task, await another(office, rule_set="anyue-joint.2020")]
    for other in others:
        with pytest.raises(Conflict) as error:
            await plan_draw(office.operator, task_ids=[office.task, other])
        assert error.value.message_key == "draw.joint_differs"
        said(error.value)


async def test_every_task_of_a_draw_is_approved_and_named_once(office) -> None:
    with pytest.raises(Conflict) as error:
        await plan_draw(office.operator, task_ids=[office.task, await another(office, state="preset")])
    assert error.value.code is ProblemCode.TASK_NOT_APPROVED
    stranger = {UUID(int=5): Asked(count=3)}
    for wrong in ({"task_ids": []}, {"task_ids": [office.task] * 2}, {"task_ids": [office.task], "asked": stranger}):
        with pytest.raises(Invalid) as odd:
            await plan_draw(office.operator, **wrong)
        assert odd.value.message_key == "draw.tasks_out_of_range"
        said(odd.value)


async def test_a_number_and_floors_hold_to_the_object(office) -> None:
    table = InspectionObject
    await table.update({table.area: "东区"}).where(table.id.is_in(office.objects[:4]))
    await table.update({table.area: "西区"}).where(table.id.is_in(office.objects[4:]))
    asked = {office.task: Asked(count=7, by=StrataBy.AREA, floors={"东区": 3})}
    planned = await plan_draw(office.operator, task_ids=[office.task], asked=asked)
    await freeze(office.approver, draw_id=planned.draw)
    done = await finish(office, planned.draw)
    drawn = {one.object for one in await store_tickets.drawn_tickets(done.draw)}
    assert len(drawn) == 7
    assert len(drawn & set(office.objects[:4])) == 3
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []


async def test_n_is_the_whole_frame_when_all_are_asked_for(office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task], asked={office.task: Asked(count=500)})
    frozen = await freeze(office.approver, draw_id=planned.draw)
    (told,) = json.loads(frozen.params)["tasks"]
    assert told["sample"] == {"wanted": 500, "size": 36}
    done = await finish(office, planned.draw)
    assert len(done.tickets) == 36


async def test_a_filter_that_leaves_one_object_is_called_a_directed_check(office) -> None:
    table = InspectionObject
    await table.update({table.area: "东区"}).where(table.id == office.objects[0])
    await Task.update({Task.filter: '{"areas":["东区"],"kinds":[],"scales":[]}'}).where(Task.id == office.task)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    frozen = await freeze(office.approver, draw_id=planned.draw)
    assert [one["focused"] for one in json.loads(frozen.params)["tasks"]] == [True]


async def test_offices_that_must_supervise_are_named_or_there_is_no_draw(office) -> None:
    city = "quanzhou-economy.2016"
    await Task.update({Task.rule_set: city}).where(Task.id == office.task)
    with pytest.raises(Refused) as error:
        await plan_draw(office.operator, task_ids=[office.task], contributors=[WITNESSED])
    assert error.value.message_key == "draw.supervision_missing"
    assert "监察室" in text(error.value.message_key, "zh_CN", **error.value.facts)
    assert "Personnel section" in text(error.value.message_key, "en", **error.value.facts)
    watched = Contributor(ContributionKind.DICE, "骰子", None, ("法规科张三", "办公室", "人事科李四"))
    room = Contributor(ContributionKind.SUPV, "监察室")
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=[watched, room])
    assert (await store.draw_row(planned.draw)).terms.match.continuity is not None


async def test_only_people_named_by_hand_are_matched_where_the_task_names_them(office) -> None:
    named = office.inspectors[:3]
    kind = {"match_kind": "constrained", "named_inspectors": json.dumps([str(one) for one in named])}
    await Task.update(kind).where(Task.id == office.task)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    frozen = await freeze(office.approver, draw_id=planned.draw)
    assert json.loads(frozen.params)["match"]["candidates"] == 3
    done = await finish(office, planned.draw)
    teams = [one.team for one in await sealed_matches(done.draw)]
    assert {person for team in teams for person, _, _ in team} <= set(named)
    assert {how for team in teams for _, _, how in team} == {"lot"}
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []
