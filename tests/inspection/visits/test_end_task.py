"""Ends of a task, the filing of its list and what a draw takes from it, on both engines with real draws."""

import json
from datetime import date
from uuid import UUID

import pytest

from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.freeze import freeze
from inspection.draw.plan_draw import plan_draw
from inspection.draw.store import draw_row
from inspection.draw.void_draw import ask_void
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.find import task
from inspection.planning.tables import Task
from inspection.planning.task_states import TaskState
from inspection.registry.objects.tables import RegisterEntry, SpecialRegister
from inspection.visits.due import tasks_due
from inspection.visits.opening.end_task import cancel_task, close_task, file_drawn_list
from inspection.visits.opening.freeze_draw import freeze_draw
from inspection.visits.opening.void_draw import confirm_void
from inspection.visits.tables import Visit, VisitTask
from tests.inspection.draw.office import Office, open_office, sealed
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.tablet import FIRE
from tests.inspection.visits.world import insert_checklist

XINGLONGTAI, JINFENG = "xinglongtai-market.2019", "jinfeng-commerce.2023"
REASON = "本年度检查次数均已达上限"


@pytest.fixture
async def office(db: Engine, cmd: Command) -> Office:
    """Twenty filling stations, two of them cancelled."""
    async with unit_of_work():
        await seed_calendar(cmd)
    return await open_office(cmd, objects=20)


async def change(office: Office, **columns: object) -> None:
    await Task.update(**columns).where(Task.id == office.task)


async def use_up_the_cap(office: Office, spared: int = 0) -> None:
    """Two visits of this year at every door but the last ones."""
    for thing in office.objects[: len(office.objects) - spared]:
        for month in (1, 2):
            days = {"starts_on": date(2026, month, 5), "ends_on": date(2026, month, 25)}
            executed = office.cmd.now.replace(month=month)
            facts = {"state": "approved", "rule_set": RULES, "year": 2026, "executed_at": executed, **days}
            await insert(Visit, authority=office.authority, object=thing, **facts)


async def test_a_task_that_nobody_may_be_drawn_for_is_closed_with_its_shortfall(office: Office) -> None:
    """The cap wins over the least ratio, and the shortfall is reported."""
    await use_up_the_cap(office)
    closed = await close_task(office.approver, office.task, reason=REASON)
    assert closed.state is TaskState.CLOSED
    assert closed.shortfall == {
        "directory": 18,
        "wanted": 2,
        "eligible": 0,
        "excluded": {"CAP": 18, "CLOSED": 2},
    }
    assert (closed.end_reason, closed.ended_by) == (REASON, office.approver.actor.id)


async def test_a_task_whose_sample_is_zero_is_closed(office: Office) -> None:
    scope = canonical_json({"areas": ["无此区域"]}).decode()
    await change(office, filter=scope, draw_mode="targeted")
    closed = await close_task(office.approver, office.task, reason="该区域无检查对象")
    assert closed.shortfall is not None
    assert (closed.shortfall["wanted"], closed.shortfall["directory"]) == (0, 0)


async def test_a_task_that_somebody_may_be_drawn_for_is_not_closed(office: Office) -> None:
    await use_up_the_cap(office, spared=2)
    with pytest.raises(Conflict) as refusal:
        await close_task(office.approver, office.task, reason=REASON)
    assert refusal.value.message_key == "visits.task_drawable"
    assert (refusal.value.facts["eligible"], refusal.value.facts["wanted"]) == (1, 2)
    assert (await task(office.task)).state is TaskState.APPROVED


@pytest.mark.parametrize("end", [cancel_task, close_task])
async def test_a_draw_that_is_open_is_voided_before_the_task_ends(office: Office, end) -> None:
    await use_up_the_cap(office)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    with pytest.raises(Conflict) as refusal:
        await end(office.approver, office.task, reason=REASON)
    assert refusal.value.message_key == "visits.task_draw_open"
    await ask_void(office.operator, draw_id=planned.draw, reason=VoidReason.FRAME_WRONG, note="名录已无可抽对象")
    assert (await confirm_void(office.approver, draw_id=planned.draw)).state is DrawState.VOIDED
    ended = await end(office.approver, office.task, reason=REASON)
    assert ended.state in {TaskState.CANCELLED, TaskState.CLOSED}


async def test_a_task_with_a_sealed_draw_is_cancelled_by_way_of_its_void_and_never_after_its_visits(
    office: Office,
) -> None:
    first = await sealed(office)
    with pytest.raises(Conflict):
        await cancel_task(office.approver, office.task, reason="计划调整")
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.FRAME_WRONG, note="计划调整")
    await confirm_void(office.approver, draw_id=first.draw)
    assert (await cancel_task(office.approver, office.task, reason="计划调整")).state is TaskState.CANCELLED


async def test_a_task_with_visits_stays(office: Office) -> None:
    first = await sealed(office)
    await _assembled(office, first.draw)
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.LEAKED, note="计划调整")
    with pytest.raises(Conflict):
        await confirm_void(office.approver, draw_id=first.draw)
    with pytest.raises(Conflict):
        await cancel_task(office.approver, office.task, reason="计划调整")
    assert (await task(office.task)).state is TaskState.DRAWN


async def _assembled(office: Office, draw: UUID) -> None:
    """A visit has come of the draw."""
    rows = {"authority": office.authority, "rule_set": RULES, "state": "sealed", "executed_at": None}
    visit = await insert(Visit, object=office.objects[0], **rows)
    checklist = await insert_checklist(office.authority, FIRE)
    await insert(VisitTask, visit=visit, task=office.task, item=office.item, checklist=checklist, draw=draw)


async def test_who_preset_a_task_does_not_close_it(office: Office) -> None:
    await use_up_the_cap(office)
    await change(office, preset_by=office.approver.actor.id)
    with pytest.raises(Refused):
        await close_task(office.approver, office.task, reason=REASON)
    assert (await close_task(office.by("科长", Role.SECTION_HEAD), office.task, reason=REASON)).shortfall


async def test_the_filed_list_is_bound_to_the_sealed_result(office: Office) -> None:
    """兴隆台 六(三): 到法制备案."""
    done = await sealed(office)
    await change(office, rule_set=XINGLONGTAI)
    (due,) = await tasks_due(office.authority, date(2026, 3, 20))
    assert [clock.kind.value for clock in due.clocks] == ["window", "list_filing"]
    filed = await file_drawn_list(office.operator, office.task, reference="法备〔2026〕7号")
    assert (filed.filed_with, filed.drawn_at is not None) == ("法制部门", True)
    root = (await draw_row(done.draw)).result_root
    assert root is not None
    assert (await read(f"task:{office.task}"))[-1].payload["root"] == root.hex()
    (due,) = await tasks_due(office.authority, date(2026, 3, 20))
    assert [clock.kind.value for clock in due.clocks] == ["window"]


async def test_what_is_due_comes_first_and_what_is_far_is_not_asked_for(office: Office) -> None:
    ends = (await task(office.task)).ends_on
    assert await tasks_due(office.authority, date(2026, 3, 2), within=7) == []
    (due,) = await tasks_due(office.authority, ends, within=0)
    assert (due.number, due.clocks[0].days) == ("商务抽查〔2026〕1号", 0)


async def test_where_the_rule_set_draws_by_weight_its_weights_are_the_draw_s(office: Office) -> None:
    """金凤 第十三条; given ones prevail."""
    await change(office, rule_set=JINFENG)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    assert (await draw_row(planned.draw)).terms.weights == {"A": 1, "B": 2, "C": 4, "D": 8}


async def test_elsewhere_all_objects_are_alike(office: Office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task])
    assert (await draw_row(planned.draw)).terms.weights == {}


async def test_needs_of_a_match_by_hand_narrow_the_lot(office: Office) -> None:
    """威海 第十六条."""
    needs = canonical_json({"qualifications": ["商务执法", "安全生产"], "expertise": "成品油"}).decode()
    await change(office, needs=needs, match_kind="constrained")
    planned = await plan_draw(office.operator, task_ids=[office.task])
    (seat,) = (await draw_row(planned.draw)).terms.match.seats
    assert (seat.required, seat.experts, seat.expertise) == (("商务执法", "安全生产"), 1, "成品油")
    with pytest.raises(Conflict) as refusal:
        await freeze(office.approver, draw_id=planned.draw)
    assert refusal.value.message_key == "draw.unstaffable_objects"


async def test_a_targeted_draw_takes_the_objects_that_bear_a_tag(office: Office) -> None:
    """金凤 第八条: 隶属关系."""
    tag = await insert(SpecialRegister, authority=office.authority, sort="tag", name="隶属:市属")
    rows = dict.fromkeys(("removed_on", "valid_until"))
    codes = [f"91371000{number:010d}" for number in (3, 4)]
    for code, thing in zip(codes, office.objects[3:5], strict=True):
        await insert(RegisterEntry, register=tag, object=thing, code=code, **rows)
    scope = canonical_json({"subordinations": ["市属"]}).decode()
    await change(office, filter=scope, draw_mode="targeted", rule_set=JINFENG, ratio_num=1, ratio_den=1)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    done = await freeze_draw(office.approver, draw_id=planned.draw)
    (task,) = json.loads(done.params)["tasks"]
    assert (task["sample"]["size"], task["focused"]) == (2, True)
    assert json.loads(task["condition"]) == {"subordination": ["市属"]}
