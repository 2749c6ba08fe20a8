"""Tasks of the plan on both engines: two persons, one number each, every step in the journal."""

from datetime import date
from fractions import Fraction
from uuid import UUID, uuid5

import pytest

from inspection.authority.found import found_authority
from inspection.authority.tables import Authority
from inspection.kernel.canonical import digest_of
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.planning.approve_plan import approve_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.end_task import cancel_task, close_task
from inspection.planning.facts import PlanFacts, TaskFacts
from inspection.planning.file_list import file_drawn_list
from inspection.planning.find import task, tasks
from inspection.planning.plan_lines import LineChange
from inspection.planning.preset_task import preset_task, revise_task
from inspection.planning.release_procedure import BODY_MOST, release_procedure
from inspection.planning.review_task import complete_task, mark_assigned, mark_drawn, reopen_task, review_task
from inspection.planning.scope import Scope
from inspection.planning.store_procedures import newest_of, versions
from inspection.planning.task_rules import Needs
from inspection.planning.task_states import TaskState
from inspection.policy.load import digest, rule_set_named
from inspection.policy.terms import DrawMode, MatchKind
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from mobile_contract.problems import ProblemCode
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import insert

NOBODY = uuid5(UUID(int=0), "nobody")
SCHEME = "现场核查；按检查要点表逐项检查；先出示证件、发放告知书。"
WINDOW = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 6, 30)}
SHORTFALL = {"directory": 4, "wanted": 1, "eligible": 0, "excluded": {"CAP": 4}}


@pytest.fixture
async def preset(approved: PlanFacts, planner: Command) -> TaskFacts:
    return await preset_task(planner, plan_line=approved.lines[1].id, scheme=SCHEME, **WINDOW)


async def kinds(stream: str) -> list[EventKind]:
    assert (await verify(stream)).ok
    return [entry.kind for entry in await read(stream)]


async def test_a_task_takes_the_plan_s_numbers_and_gets_its_own(approved: PlanFacts, planner: Command):
    first = await preset_task(planner, plan_line=approved.lines[1].id, scheme=SCHEME, **WINDOW)
    second = await preset_task(planner, plan_line=approved.lines[2].id, scheme=SCHEME, **WINDOW)
    assert [first.number, second.number] == ["商务抽查〔2026〕1号", "商务抽查〔2026〕2号"]
    assert (first.state, first.ratio, first.team_size, first.item) == (
        TaskState.PRESET,
        Fraction(5, 100),
        2,
        approved.lines[1].item,
    )
    assert second.ratio == Fraction(1, 2)
    assert first.rule_set == approved.rule_set
    assert await tasks(approved.authority, TaskState.PRESET) == [second, first]


async def test_a_targeted_task_keeps_its_scope(approved: PlanFacts, planner: Command):
    scope = Scope(areas=("东堤街道",), scales=("小型", "微型"))
    preset = await preset_task(
        planner, plan_line=approved.lines[0].id, scheme=SCHEME, draw_mode=DrawMode.TARGETED, scope=scope, **WINDOW
    )
    assert (await task(preset.id)).scope == scope


async def test_a_task_says_what_the_party_is_to_have_ready_until_it_is_mended(
    approved: PlanFacts, planner: Command, approver: Command
):
    wanted = (" 营业执照\n副本", "", "进销货台账", "营业执照 副本")
    preset = await preset_task(planner, plan_line=approved.lines[0].id, scheme=SCHEME, materials=wanted, **WINDOW)
    assert (await task(preset.id)).materials == ("营业执照 副本", "进销货台账")
    (line,) = await read(f"task:{preset.id}")
    assert line.payload["terms"]["materials"] == ["营业执照 副本", "进销货台账"]
    for mended, left in ((None, ("营业执照 副本", "进销货台账")), ((), ())):
        await review_task(approver, preset.id, approve=False, remarks="方案过简")
        facts = await revise_task(planner, preset.id, scheme=SCHEME, name="改名", materials=mended, **WINDOW)
        assert facts.materials == left


async def test_a_task_without_a_scheme_is_refused_and_takes_no_number(approved: PlanFacts, planner: Command):
    with pytest.raises(Invalid) as refusal:
        await preset_task(planner, plan_line=approved.lines[0].id, scheme="  ", **WINDOW)
    assert refusal.value.code is ProblemCode.TASK_RULE_BROKEN
    preset = await preset_task(planner, plan_line=approved.lines[0].id, scheme=SCHEME, **WINDOW)
    assert preset.number == "商务抽查〔2026〕1号"


async def test_a_task_needs_a_plan_in_force(authority: UUID, planner: Command):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    with pytest.raises(Conflict) as refusal:
        await preset_task(planner, plan_line=drafted.lines[0].id, scheme=SCHEME, **WINDOW)
    assert refusal.value.code is ProblemCode.PLAN_NOT_APPROVED


async def test_who_preset_a_task_may_not_review_it(preset: TaskFacts, planner: Command):
    with pytest.raises(Refused) as refusal:
        await review_task(planner, preset.id, approve=True)
    assert refusal.value.code is ProblemCode.SAME_PERSON
    assert await task(preset.id) == preset


async def test_a_returned_task_is_mended_and_reviewed_again(preset: TaskFacts, planner: Command, approver: Command):
    returned = await review_task(approver, preset.id, approve=False, remarks="方案过简")
    assert (returned.state, returned.remarks) == (TaskState.RETURNED, "方案过简")
    mended = await revise_task(planner, preset.id, scheme=SCHEME + "补充。", name="改名", **WINDOW)
    assert (mended.state, mended.number, mended.name) == (TaskState.PRESET, preset.number, "改名")
    approved = await review_task(approver, preset.id, approve=True)
    assert (approved.state, approved.reviewed_by) == (TaskState.APPROVED, approver.actor.id)


async def test_a_task_goes_to_its_end_and_each_step_is_journalled(
    preset: TaskFacts, planner: Command, approver: Command
):
    draw = NOBODY
    with pytest.raises(Conflict):
        await mark_drawn(planner, preset.id, draw=draw)
    await review_task(approver, preset.id, approve=True)
    await mark_drawn(planner, preset.id, draw=draw)
    await reopen_task(planner, preset.id, draw=draw)
    await mark_drawn(planner, preset.id, draw=draw)
    done = await complete_task(planner, preset.id)
    assert (done.state, done.completed_at) == (TaskState.COMPLETED, planner.now)
    assert await kinds(f"task:{preset.id}") == [
        EventKind.TASK_PRESET,
        EventKind.TASK_APPROVED,
        EventKind.TASK_DRAWN,
        EventKind.TASK_REOPENED,
        EventKind.TASK_DRAWN,
        EventKind.TASK_COMPLETED,
    ]
    with pytest.raises(Conflict):
        await complete_task(planner, preset.id)


async def test_a_task_is_stamped_with_what_its_rule_set_said(preset: TaskFacts):
    assert preset.rule_digest == digest(rule_set_named(preset.rule_set))


async def test_a_task_keeps_the_needs_of_a_match_by_hand(approved: PlanFacts, planner: Command):
    needs = Needs(("商务执法",), "成品油")
    facts = {"plan_line": approved.lines[0].id, "scheme": SCHEME, **WINDOW}
    kept = await preset_task(planner, match_kind=MatchKind.CONSTRAINED, needs=needs, **facts)
    assert (await task(kept.id)).needs == needs
    with pytest.raises(Invalid):
        await preset_task(planner, needs=needs, **facts)


async def test_a_scheme_gets_a_new_version_when_it_says_something_else(
    preset: TaskFacts, planner: Command, approver: Command
):
    assert (preset.scheme_version, preset.scheme_digest) == (1, digest_of(SCHEME))
    versions_seen = []
    for scheme in (SCHEME, SCHEME + "补充。"):
        await review_task(approver, preset.id, approve=False, remarks="再看")
        revised = await revise_task(planner, preset.id, scheme=scheme, name=preset.name, **WINDOW)
        versions_seen.append((revised.scheme_version, revised.scheme_digest))
    assert versions_seen == [(1, digest_of(SCHEME)), (2, digest_of(SCHEME + "补充。"))]


async def test_a_procedure_is_versioned_and_a_task_keeps_the_one_it_started_with(
    authority: UUID, approved: PlanFacts, planner: Command, approver: Command
):
    line = approved.lines[0]
    first = await release_procedure(approver, authority=authority, item_code=line.item_code, body="一、查验台账。")
    same = await release_procedure(approver, authority=authority, item_code=line.item_code, body=" 一、查验台账。\r\n")
    preset = await preset_task(planner, plan_line=line.id, scheme=SCHEME, **WINDOW)
    second = await release_procedure(approver, authority=authority, item_code=line.item_code, body="二、现场核查。")
    assert same == first
    assert (await newest_of(authority))[line.item_code].id == second.id
    assert [one.version for one in await versions(authority, line.item_code)] == [2, 1]
    assert (await task(preset.id)).procedure == first.id
    assert (second.version, second.digest) == (2, digest_of("二、现场核查。"))
    assert await kinds(f"procedure:{second.id}") == [EventKind.PROCEDURE_RELEASED]


async def test_where_the_rule_set_asks_for_a_procedure_no_task_starts_without_one(
    db: Engine, cmd: Command, make_cmd: MakeCommand, approver: Command
):
    """兴隆台 六: every item has its operable procedure."""
    row = await found_authority(cmd, code="m", name="某局", short_name="市监", rule_set="xinglongtai-market")
    await import_items(cmd, seed_items(), authority=row.id, checklists=seed_checklists())
    await publish_items(cmd, authority=row.id)
    planner = make_cmd(Role.PLANNER, "经办人")
    stated = {f"SW0{n}": LineChange(ratio=Fraction(1, 2), frequency=2) for n in range(1, 6)}
    plan = await approve_plan(approver, (await draft_plan(planner, authority=row.id, year=2026, changes=stated)).id)
    facts = {"plan_line": plan.lines[0].id, "scheme": SCHEME, **WINDOW}
    with pytest.raises(Invalid) as refusal:
        await preset_task(planner, **facts)
    assert "监管方案" in str(refusal.value.facts["reasons"])
    assert "procedure" in str(refusal.value.facts["reasons"])
    assert await tasks(row.id) == []
    await release_procedure(approver, authority=row.id, item_code=plan.lines[0].item_code, body="一、查验台账。")
    assert (await preset_task(planner, **facts)).procedure is not None


@pytest.mark.parametrize(
    ("item", "body", "key"),
    [
        ("SW01", " \n ", "planning.procedure_empty"),
        ("SW01", "字" * (BODY_MOST + 1), "planning.procedure_too_long"),
        ("SW99", "一、查验台账。", "planning.item_unknown"),
    ],
)
async def test_a_procedure_without_text_or_item_is_refused_and_nothing_is_kept(
    authority: UUID, approver: Command, item: str, body: str, key: str
):
    with pytest.raises((Invalid, NotFound)) as refusal:
        await release_procedure(approver, authority=authority, item_code=item, body=body)
    assert refusal.value.message_key == key
    assert await versions(authority, item) == []


@pytest.mark.parametrize("approve", [True, False])
async def test_a_task_is_cancelled_with_a_reason_by_a_second_person(
    preset: TaskFacts, planner: Command, approver: Command, approve: bool
):
    await review_task(approver, preset.id, approve=approve)
    with pytest.raises(Refused) as refusal:
        await cancel_task(planner, preset.id, reason="计划调整")
    assert refusal.value.code is ProblemCode.SAME_PERSON
    for reason in ("  ", "字" * 2001):
        with pytest.raises(Invalid) as invalid:
            await cancel_task(approver, preset.id, reason=reason)
        assert invalid.value.message_key == "planning.end_reason"
    done = await cancel_task(approver, preset.id, reason=" 计划调整 ")
    assert (done.state, done.end_reason, done.ended_by) == (TaskState.CANCELLED, "计划调整", approver.actor.id)
    assert (await kinds(f"task:{preset.id}"))[-1] is EventKind.TASK_CANCELLED
    with pytest.raises(Conflict):
        await cancel_task(approver, preset.id, reason="再次")


async def test_a_drawn_task_is_not_cancelled_before_its_draw_is_void(
    preset: TaskFacts, planner: Command, approver: Command
):
    await review_task(approver, preset.id, approve=True)
    await mark_drawn(planner, preset.id, draw=NOBODY)
    with pytest.raises(Conflict):
        await cancel_task(approver, preset.id, reason="计划调整")
    await reopen_task(planner, preset.id, draw=NOBODY)
    assert (await cancel_task(approver, preset.id, reason="计划调整")).state is TaskState.CANCELLED


async def test_only_an_approved_task_is_closed_and_its_shortfall_is_kept(
    preset: TaskFacts, planner: Command, approver: Command
):
    with pytest.raises(Conflict) as refusal:
        await close_task(approver, preset.id, reason="均已达上限", shortfall=SHORTFALL)
    assert refusal.value.code is ProblemCode.TASK_NOT_APPROVED
    await review_task(approver, preset.id, approve=True)
    with pytest.raises(Refused):
        await close_task(planner, preset.id, reason="均已达上限", shortfall=SHORTFALL)
    closed = await close_task(approver, preset.id, reason="均已达上限", shortfall=SHORTFALL)
    assert (closed.state, closed.shortfall) == (TaskState.CLOSED, SHORTFALL)
    assert (await read(f"task:{preset.id}"))[-1].payload["shortfall"] == SHORTFALL


async def test_a_task_of_the_plan_is_never_assigned(preset: TaskFacts, planner: Command, approver: Command):
    await review_task(approver, preset.id, approve=True)
    with pytest.raises(Conflict) as refusal:
        await mark_assigned(planner, preset.id)
    assert refusal.value.message_key == "planning.task_other_way"


async def test_the_drawn_list_is_filed_once_after_the_draw_and_with_an_office(
    preset: TaskFacts, planner: Command, approver: Command
):
    filing = {"reference": "法备〔2026〕7号", "root": "00ff"}
    await review_task(approver, preset.id, approve=True)
    with pytest.raises(Invalid) as nowhere:
        await file_drawn_list(planner, preset.id, **filing)
    assert nowhere.value.message_key == "planning.nowhere_to_file"
    with pytest.raises(Conflict) as early:
        await file_drawn_list(planner, preset.id, office="法制科", **filing)
    assert early.value.message_key == "planning.list_not_drawn"
    await mark_drawn(planner, preset.id, draw=NOBODY)
    for reference in (" ", "字" * 201):
        with pytest.raises(Invalid) as invalid:
            await file_drawn_list(planner, preset.id, office="法制科", reference=reference, root="")
        assert invalid.value.message_key == "planning.filing_reference"
    filed = await file_drawn_list(planner, preset.id, office="法制科", **filing)
    assert (filed.filed_with, filed.filed_reference, filed.filed_at) == ("法制科", "法备〔2026〕7号", planner.now)
    with pytest.raises(Conflict) as again:
        await file_drawn_list(planner, preset.id, office="法制科", **filing)
    assert again.value.message_key == "planning.list_filed_already"
    reopened = await reopen_task(planner, preset.id, draw=NOBODY)
    assert (reopened.filed_at, reopened.drawn_at) == (None, None)


async def test_what_is_not_there_is_said_so(authority: UUID, planner: Command):
    for question in (
        task(NOBODY),
        review_task(planner, NOBODY, approve=True),
        complete_task(planner, NOBODY),
        cancel_task(planner, NOBODY, reason="无"),
        close_task(planner, NOBODY, reason="无", shortfall={}),
        file_drawn_list(planner, NOBODY, reference="1", root=""),
        preset_task(planner, plan_line=NOBODY, scheme=SCHEME, **WINDOW),
        revise_task(planner, NOBODY, scheme=SCHEME, name="无", **WINDOW),
    ):
        with pytest.raises(NotFound):
            await question


async def test_a_task_keeps_its_candidates_who_stand_in_the_authority_s_own_register(
    approved: PlanFacts, planner: Command
):
    facts = {"plan_line": approved.lines[0].id, "scheme": SCHEME, "match_kind": MatchKind.CONSTRAINED, **WINDOW}
    far = await insert(Authority, code="far", name="外局", short_name="外", rule_set=approved.rule_set)
    ours, foreign = [
        await insert(Inspector, authority=one, staff_no="001", name="检查员", active=True)
        for one in (approved.authority, far)
    ]
    kept = await preset_task(planner, inspectors=(ours, ours), **facts)
    assert (await task(kept.id)).inspectors == (ours,)
    for stranger in (foreign, NOBODY):
        with pytest.raises(NotFound) as refusal:
            await preset_task(planner, inspectors=(ours, stranger), **facts)
        assert refusal.value.code is ProblemCode.INSPECTOR_UNKNOWN
