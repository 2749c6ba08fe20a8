"""Experts and assistants of tasks (安岳 一(四), 威海 第十九条): named, never drawn, never counted."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.planning.approve_plan import approve_plan
from inspection.planning.assistants import assistants_of, attach_assistants, detach_assistant, named_assistant
from inspection.planning.draft_plan import draft_plan
from inspection.planning.end_task import cancel_task
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.preset_task import preset_task
from inspection.planning.tables import Task
from inspection.registry.inspectors.import_inspectors import import_inspectors
from inspection.registry.inspectors.terms import InspectorRole
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from mobile_contract.problems import ProblemCode
from tests.conftest import MakeCommand
from tests.inspection.registry.inspectors.people import file_of, person

NOBODY = uuid5(UUID(int=0), "nobody")
PEOPLE = (
    ("Z1", "钱教授", "某大学", "专家", "", "", ""),
    ("Z2", "孙工", "某检测中心", "检测机构", "", "", ""),
    ("Z3", "孙工", "某研究院", "科研院所", "", "", ""),
    ("S1", "王一", "商贸科", "", "A-0001", "某厅", "2027-12-31"),
)
HEADER = "工号,姓名,工作单位,人员类别,执法证号,发证机关,有效期止"


@pytest.fixture
def planner(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.PLANNER, "经办人")


@pytest.fixture
def approver(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.APPROVER, "分管负责人")


@pytest.fixture
async def preset(db: Engine, cmd: Command, planner: Command, approver: Command) -> TaskFacts:
    row = await found_authority(cmd, code="c", name="某局", short_name="商务", rule_set="weihai-jingkai-commerce")
    await import_items(cmd, seed_items(), authority=row.id, checklists=seed_checklists())
    await publish_items(cmd, authority=row.id)
    report = await import_inspectors(cmd, file_of(HEADER, *PEOPLE), authority=row.id)
    assert report.counts.added == len(PEOPLE)
    plan = await approve_plan(approver, (await draft_plan(planner, authority=row.id, year=2026)).id)
    days = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 6, 30)}
    return await preset_task(planner, plan_line=plan.lines[1].id, scheme="现场核查。", **days)


def in_words(error: DomainError, word: str) -> bool:
    """Whether both languages can say it, and name what was asked for."""
    return all(word in text(error.message_key, lang, **error.facts) for lang in LANGUAGES)


async def test_experts_are_attached_by_number_or_name_and_never_counted(preset: TaskFacts, planner: Command):
    there = await attach_assistants(planner, preset.id, ["Z2", "钱教授"])
    assert {(one.staff_no, one.role) for one in there} == {
        ("Z1", InspectorRole.EXPERT.value),
        ("Z2", InspectorRole.ASSISTANT.value),
    }
    assert await attach_assistants(planner, preset.id, ["Z1", "Z1"]) == there
    after = await task(preset.id)
    assert (after.team_size, after.inspectors) == (preset.team_size, preset.inspectors)
    entries = await read(f"task:{preset.id}")
    assert [one.kind for one in entries] == [EventKind.TASK_PRESET, EventKind.TASK_ASSISTANTS_ATTACHED]
    assert (await verify(f"task:{preset.id}")).ok


async def test_who_no_longer_helps_may_be_attached_again(preset: TaskFacts, planner: Command):
    await attach_assistants(planner, preset.id, ["Z1", "Z2"])
    assert [one.staff_no for one in await detach_assistant(planner, preset.id, "钱教授")] == ["Z2"]
    with pytest.raises(NotFound) as refusal:
        await detach_assistant(planner, preset.id, "Z1")
    assert in_words(refusal.value, "Z1")
    await attach_assistants(planner, preset.id, ["Z1"])
    assert {one.staff_no for one in await assistants_of(preset.id)} == {"Z1", "Z2"}
    kinds = [one.kind for one in await read(f"task:{preset.id}")][1:]
    attached, detached = EventKind.TASK_ASSISTANTS_ATTACHED, EventKind.TASK_ASSISTANT_DETACHED
    assert kinds == [attached, detached, attached]


@pytest.mark.parametrize(
    ("person", "error", "key"),
    [
        ("S1", Invalid, "planning.assistant_is_inspector"),
        ("王一", Invalid, "planning.assistant_is_inspector"),
        ("孙工", Invalid, "planning.assistant_ambiguous"),
        ("李不在", NotFound, "planning.assistant_unknown"),
    ],
)
async def test_who_is_no_expert_of_the_register_is_refused_and_nobody_attached(
    preset: TaskFacts, planner: Command, person: str, error: type[DomainError], key: str
):
    with pytest.raises(error) as refusal:
        await attach_assistants(planner, preset.id, ["Z1", person])
    assert refusal.value.message_key == key
    assert in_words(refusal.value, person)
    assert await assistants_of(preset.id) == ()


async def test_a_rule_set_without_assistants_lets_nobody_be_attached(preset: TaskFacts, planner: Command):
    await Task.update({Task.rule_set: "quanzhou-economy.2016"}).where(Task.id == preset.id)
    with pytest.raises(Refused) as refusal:
        await attach_assistants(planner, preset.id, ["Z1"])
    assert refusal.value.message_key == "planning.assistants_not_allowed"
    assert in_words(refusal.value, "二（二）1")


async def test_an_ended_task_keeps_its_assistants(preset: TaskFacts, planner: Command, approver: Command):
    await attach_assistants(planner, preset.id, ["Z1"])
    await cancel_task(approver, preset.id, reason="计划调整")
    for verb, who in ((attach_assistants, ["Z2"]), (detach_assistant, "Z1")):
        change: Any = verb
        with pytest.raises(Conflict) as refusal:
            await change(planner, preset.id, who)
        assert refusal.value.code is ProblemCode.TASK_NOT_OPEN
    assert [one.staff_no for one in await assistants_of(preset.id)] == ["Z1"]
    with pytest.raises(NotFound):
        await attach_assistants(planner, NOBODY, ["Z1"])


def test_a_staff_number_goes_before_a_name():
    numbered = person(staff_no="孙工", role=InspectorRole.EXPERT, id=UUID(int=5))
    named = person(staff_no="Z9", name="孙工", role=InspectorRole.EXPERT, id=UUID(int=6))
    assert named_assistant("孙工", [named, numbered], []) is numbered
    assert named_assistant("Z9", [named, numbered], []) is named
