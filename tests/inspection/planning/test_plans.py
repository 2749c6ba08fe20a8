"""Annual plans on both engines: two persons, one number each, every step in the journal."""

import asyncio
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID, uuid5

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.planning.approve_plan import approve_plan, file_plan, return_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plan_in_force, plans
from inspection.planning.plan_lines import LineChange
from inspection.planning.plan_rules import PlanState
from inspection.policy.load import digest, rule_set_named
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from mobile_contract.problems import ProblemCode
from tests.conftest import MakeCommand

NOBODY = uuid5(UUID(int=0), "nobody")


async def kinds(stream: str) -> list[EventKind]:
    assert (await verify(stream)).ok
    return [entry.kind for entry in await read(stream)]


async def test_the_draft_covers_the_whole_published_list(authority: UUID, planner: Command):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    assert [line.item_code for line in drafted.lines] == ["SW01", "SW02", "SW03", "SW04", "SW05"]
    assert [line.ratio for line in drafted.lines] == [Fraction(n, 100) for n in (5, 5, 50, 5, 5)]
    assert [line.frequency for line in drafted.lines] == [1, 1, 2, 1, 1]
    assert all(line.object_text and line.content and line.methods for line in drafted.lines)
    assert (drafted.state, drafted.version, drafted.rule_set) == (PlanState.DRAFTED, 1, "weihai-jingkai-commerce.2019")
    assert drafted.rule_digest == digest(rule_set_named(drafted.rule_set))
    assert await plan(drafted.id) == drafted


async def test_a_plan_after_the_tenth_of_january_is_late_but_not_refused(
    authority: UUID, make_cmd: MakeCommand, approved: PlanFacts
):
    assert approved.due_on == date(2026, 1, 10)
    assert approved.late
    early = make_cmd(Role.PLANNER, "经办人", now=datetime(2027, 1, 10, 15, 59, tzinfo=UTC))
    assert not (await draft_plan(early, authority=authority, year=2027)).late
    late = make_cmd(Role.PLANNER, "经办人", now=datetime(2028, 1, 10, 16, 0, tzinfo=UTC))
    assert (await draft_plan(late, authority=authority, year=2028)).late


async def test_who_drafted_a_plan_may_not_approve_it(authority: UUID, planner: Command):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    for decide in (approve_plan(planner, drafted.id), return_plan(planner, drafted.id, remarks="不妥")):
        with pytest.raises(Refused) as refusal:
            await decide
        assert refusal.value.code is ProblemCode.SAME_PERSON
    assert (await plan(drafted.id)).state is PlanState.DRAFTED


async def test_a_plan_is_drafted_approved_and_filed_and_each_step_is_journalled(approved: PlanFacts, planner: Command):
    filed = await file_plan(planner, approved.id)
    assert (filed.state, filed.filed_with, filed.filed_at) == (PlanState.FILED, "市市场监督管理局", planner.now)
    assert await kinds(f"plan:{approved.id}") == [
        EventKind.PLAN_DRAFTED,
        EventKind.PLAN_APPROVED,
        EventKind.PLAN_FILED,
    ]
    assert {entry.payload.get("late") for entry in await read(f"plan:{approved.id}")} == {True}


async def test_only_an_approved_plan_is_filed_and_only_once(authority: UUID, planner: Command, approver: Command):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    with pytest.raises(Conflict):
        await file_plan(planner, drafted.id)
    await approve_plan(approver, drafted.id)
    await file_plan(planner, drafted.id)
    for again in (file_plan(planner, drafted.id), approve_plan(approver, drafted.id)):
        with pytest.raises(Conflict):
            await again


async def test_a_plan_that_breaks_a_rule_is_refused_with_all_findings(authority: UUID, planner: Command):
    changes = {"SW01": LineChange(ratio=Fraction(1, 100)), "SW03": LineChange(frequency=1), "XX": LineChange()}
    with pytest.raises(Invalid) as refusal:
        await draft_plan(planner, authority=authority, year=2026, changes=changes)
    assert refusal.value.code is ProblemCode.PLAN_RULE_BROKEN
    findings = refusal.value.facts["findings"]
    assert isinstance(findings, list)
    assert len(findings) == 3
    assert await plans(authority) == []


async def test_a_year_has_one_plan_until_it_is_revised(authority: UUID, planner: Command, approver: Command):
    first = await draft_plan(planner, authority=authority, year=2026)
    with pytest.raises(Conflict) as refusal:
        await draft_plan(planner, authority=authority, year=2026)
    assert refusal.value.code is ProblemCode.PLAN_EXISTS
    await approve_plan(approver, first.id)
    second = await draft_plan(
        planner,
        authority=authority,
        year=2026,
        revise=True,
        reason="加大成品油检查力度",
        changes={"SW02": LineChange(ratio=Fraction(1, 10))},
    )
    in_force = await plan_in_force(authority, 2026)
    assert in_force is not None
    assert (in_force.id, second.version, second.late) == (first.id, 2, False)
    await approve_plan(approver, second.id)
    assert (await plan(first.id)).state is PlanState.SUPERSEDED
    assert [found.state for found in await plans(authority, 2026)] == [PlanState.APPROVED, PlanState.SUPERSEDED]


async def test_of_two_drafts_at_once_one_stands(authority: UUID, planner: Command, approver: Command):
    drafts = (draft_plan(who, authority=authority, year=2026) for who in (planner, approver))
    found = await asyncio.gather(*drafts, return_exceptions=True)
    assert {type(one) for one in found} == {PlanFacts, Conflict}
    assert [one.version for one in await plans(authority)] == [1]


async def test_a_returned_plan_makes_room_for_a_new_draft(authority: UUID, planner: Command, approver: Command):
    first = await draft_plan(planner, authority=authority, year=2026)
    returned = await return_plan(approver, first.id, remarks="请提高比例")
    assert (returned.state, returned.remarks) == (PlanState.RETURNED, "请提高比例")
    second = await draft_plan(planner, authority=authority, year=2026)
    assert second.version == 2
    assert (await plan(first.id)).state is PlanState.SUPERSEDED


async def test_a_plan_that_the_list_has_outgrown_is_not_approved(
    authority: UUID, cmd: Command, planner: Command, approver: Command
):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    grown = seed_items() + seed_items().splitlines()[-1].replace(b"SW05,", b"SW06,") + b"\n"
    await import_items(cmd, grown, authority=authority)
    await publish_items(cmd, authority=authority)
    with pytest.raises(Invalid) as refusal:
        await approve_plan(approver, drafted.id)
    assert "SW06" in str(refusal.value.facts["reasons"])
    assert (await plan(drafted.id)).state is PlanState.DRAFTED


async def test_without_a_published_list_there_is_no_plan(db: Engine, cmd: Command, planner: Command):
    bare = await found_authority(cmd, code="b", name="某局", short_name="某", rule_set="weihai-jingkai-commerce")
    await import_items(cmd, seed_items(), authority=bare.id, checklists=seed_checklists())
    with pytest.raises(Invalid):
        await draft_plan(planner, authority=bare.id, year=2026)


async def test_a_plan_that_is_not_there_is_said_so(authority: UUID, planner: Command):
    for question in (
        plan(NOBODY),
        approve_plan(planner, NOBODY),
        return_plan(planner, NOBODY, remarks="无"),
        file_plan(planner, NOBODY),
        draft_plan(planner, authority=NOBODY, year=2026),
    ):
        with pytest.raises(NotFound):
            await question
