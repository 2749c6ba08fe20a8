"""Tasks outside the draw on both engines: preset, approved, assigned to a designated team, visited like any other."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.planning.find import task, tasks
from inspection.planning.review_task import mark_drawn, review_task
from inspection.planning.task_rules import Needs
from inspection.planning.task_states import TaskState
from inspection.policy.load import rule_set_named
from inspection.policy.terms import TaskKind
from inspection.registry.inspectors.relations import declare_relation
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits import store
from inspection.visits.card import visit_card
from inspection.visits.due import tasks_due
from inspection.visits.ledger.questions import ledger
from inspection.visits.listing import list_visits
from inspection.visits.opening.assign_outside import DESIGNATED, assign_outside
from inspection.visits.opening.end_task import cancel_task, close_task
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.preset_outside import preset_outside_task, revise_outside_task
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import known_visit
from inspection.visits.states import VisitState
from inspection.visits.tables import VisitTask
from mobile_contract.problems import ProblemCode
from tests.inspection.visits.outside_world import ITEM, OutsideWorld, build
from tests.support.rulesets import five

NOBODY = uuid5(UUID(int=0), "nobody")
TODAY = date(2026, 3, 2)


@pytest.fixture
async def world(db: Engine) -> OutsideWorld:
    return await build()


async def preset(world: OutsideWorld, **changes: object) -> UUID:
    made = await preset_outside_task(world.planner, world.draft(**changes), authority=world.authority, item_code=ITEM)
    return made.id


async def approved(world: OutsideWorld, **changes: object) -> UUID:
    made = await preset(world, **changes)
    await review_task(world.cmd(Role.APPROVER), made, approve=True)
    return made


async def refusal(world: OutsideWorld, **changes: object) -> str:
    """Why such a task is refused; nothing of it is left."""
    with pytest.raises(Invalid) as refused:
        await preset(world, **changes)
    assert refused.value.code is ProblemCode.TASK_RULE_BROKEN
    assert await tasks(world.authority) == []
    return str(refused.value.facts["reasons"])


async def test_a_clue_becomes_a_visit_with_a_designated_team(world: OutsideWorld) -> None:
    made = await approved(world)
    done = await assign_outside(world.head, task_id=made)
    (visit,) = done.created
    assert (await task(made)).state is TaskState.ASSIGNED
    row = await known_visit(visit)
    assert (row.object, row.state, row.ends_on) == (world.shops[0], VisitState.SEALED, date(2026, 3, 6))
    team = await store.members(visit)
    assert [(one.inspector, one.how) for one in team] == [(person, DESIGNATED) for person in world.people[:2]]
    (served,) = await VisitTask.select()
    assert (served["task"], served["draw"], served["ticket"]) == (made, None, None)
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    await unseal_visit(world.head, visit_id=visit)
    card = await visit_card(visit)
    assert (card.object.name, len(card.team), len(card.checklists)) == ("第0商店", 2, 1)


async def test_every_step_is_journalled_and_nothing_tells_of_the_object(world: OutsideWorld) -> None:
    made = await approved(world)
    (visit,) = (await assign_outside(world.head, task_id=made)).created
    lines = [*await read(f"task:{made}"), *await read(f"visit:{visit}")]
    assert (await verify(f"task:{made}")).ok
    assert [line.kind for line in await read(f"task:{made}")] == [
        EventKind.TASK_PRESET,
        EventKind.TASK_APPROVED,
        EventKind.TASK_ASSIGNED,
        EventKind.VISITS_ASSEMBLED,
    ]
    secrets = [str(world.shops[0]), *(str(person) for person in world.people)]
    assert not any(secret in line.text.decode() for line in lines for secret in secrets)
    assert [line.object for line in await list_visits(world.authority)] == [None]


async def test_a_task_waits_for_its_approval_and_is_assigned_once(world: OutsideWorld) -> None:
    made = await preset(world)
    with pytest.raises(Conflict) as early:
        await assign_outside(world.head, task_id=made)
    assert early.value.code is ProblemCode.TASK_NOT_APPROVED
    await review_task(world.cmd(Role.APPROVER), made, approve=True)
    await assign_outside(world.head, task_id=made)
    with pytest.raises(Conflict):
        await assign_outside(world.head, task_id=made)
    assert len(await list_visits(world.authority)) == 1


async def test_an_emergency_is_assigned_at_once_and_approved_afterwards(world: OutsideWorld) -> None:
    """国办发〔2024〕54号; 兴隆台 五(四)."""
    urgent = {"kind": TaskKind.EMERGENCY, "approve_by": date(2026, 3, 4)}
    made = await preset(world, **urgent)
    await assign_outside(world.planner, task_id=made)
    (due,) = await tasks_due(world.authority, date(2026, 3, 5))
    assert [clock.kind.value for clock in due.clocks if clock.state.value == "overdue"] == ["approval"]
    with pytest.raises(Refused):
        await review_task(world.planner, made, approve=True)
    decided = await review_task(world.cmd(Role.APPROVER), made, approve=False, remarks="未达突发事件标准")
    assert (decided.state, decided.confirmed, decided.remarks) == (TaskState.ASSIGNED, False, "未达突发事件标准")
    assert (await read(f"task:{made}"))[-1].payload["afterwards"] is True
    with pytest.raises(Conflict):
        await review_task(world.cmd(Role.APPROVER), made, approve=True)
    assert len(await list_visits(world.authority)) == 1


async def test_an_emergency_may_be_approved_beforehand_as_well(world: OutsideWorld) -> None:
    made = await approved(world, kind=TaskKind.EMERGENCY, approve_by=date(2026, 3, 4))
    await assign_outside(world.head, task_id=made)
    assert (await task(made)).confirmed is None


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
async def test_a_kind_that_the_rule_set_has_not_is_refused_with_the_article(db: Engine, rules: object) -> None:
    code = rules.code  # type: ignore[attr-defined]
    outside = rules.outside_draw  # type: ignore[attr-defined]
    world = await build(code)
    missing = [kind for kind in TaskKind if outside.of(kind) is None]
    for kind in missing:
        assert outside.article in await refusal(world, kind=kind)
    assert TaskKind.RANDOM in missing


async def test_the_cap_binds_a_campaign_with_the_ledger_s_numbers_unless_a_person_says_why_not(
    world: OutsideWorld,
) -> None:
    for day in (date(2026, 1, 8), date(2026, 2, 5)):
        await world.visited(0, day)
    campaign = {"kind": TaskKind.CAMPAIGN}
    told = await refusal(world, **campaign)
    assert "SHOP-0" in told
    assert "2 次" in told
    assert "2 visits of at most 2" in told
    made = await preset(world, cap_override="上级部署的专项整治，重点核查", **campaign)
    assert (await task(made)).cap_override == "上级部署的专项整治，重点核查"
    journalled = (await read(f"task:{made}"))[0].payload["terms"]
    assert isinstance(journalled, dict)
    assert journalled["cap"] == {"override": "上级部署的专项整治，重点核查", "objects": 1, "most": 2}


async def test_the_cap_does_not_bind_a_clue(world: OutsideWorld) -> None:
    for day in (date(2026, 1, 8), date(2026, 2, 5)):
        await world.visited(0, day)
    made = await preset(world)
    assert "cap" not in dict((await read(f"task:{made}"))[0].payload["terms"])  # type: ignore[arg-type]


async def test_a_secret_visit_changes_no_number_that_a_planner_could_read_out_of_a_refusal(world: OutsideWorld) -> None:
    """Who names objects could otherwise find out by trying who has been drawn."""
    await world.visited(0, date(2026, 1, 8))
    await world.visited(0, date(2026, 3, 20), state="sealed")
    assert await preset(world, kind=TaskKind.CAMPAIGN)


async def test_a_visit_outside_the_draw_is_listed_and_counts_only_where_the_cap_limits_its_kind(
    world: OutsideWorld,
) -> None:
    for kind, counts in ((TaskKind.CLUE, 0), (TaskKind.CAMPAIGN, 1)):
        shop = world.shops[counts]
        made = await approved(world, kind=kind, objects=(shop,))
        (visit,) = (await assign_outside(world.head, task_id=made)).created
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
        await unseal_visit(world.head, visit_id=visit)
        row = await known_visit(visit)
        told = await ledger(shop, rule_set_named(row.rule_set), TODAY, TODAY)
        assert (told.used, told.outside, len(told.entries)) == (counts, 1 - counts, 1)
        assert told.entries[0].kinds == (kind,)


@pytest.mark.parametrize(
    ("changes", "chinese", "english"),
    [
        ({"reason": " "}, "须说明理由", "states its reason"),
        ({"basis": " "}, "依据的文件", "it rests on"),
        ({"source": " "}, "来源编号", "source"),
        ({"objects": ()}, "未指明检查对象", "No object"),
        ({"starts_on": date(2026, 3, 9)}, "早于开始日", "2026-03-06"),
        ({"ends_on": date(2026, 3, 1), "starts_on": date(2026, 3, 1)}, "已于今日", "over today"),
        ({"scheme": " "}, "工作方案", "scheme"),
        ({"team_size": 1}, "少于", "fewer"),
        ({"approve_by": date(2026, 3, 5)}, "须事前审批", "beforehand"),
    ],
)
async def test_a_form_field_that_is_wrong_is_told_in_both_languages_and_nothing_is_kept(
    world: OutsideWorld, changes: dict, chinese: str, english: str
) -> None:
    told = await refusal(world, **changes)
    assert chinese in told
    assert english in told


async def test_objects_are_those_of_the_item_s_directory(world: OutsideWorld) -> None:
    assert "SHOP-2" in await refusal(world, objects=(world.shops[2],))
    assert "重复" in await refusal(world, objects=(world.shops[0], world.shops[0]))
    with pytest.raises(NotFound) as unknown:
        await preset(world, objects=(NOBODY,))
    assert unknown.value.code is ProblemCode.OBJECT_UNKNOWN


async def test_named_inspectors_are_certified_without_interest_and_known(world: OutsideWorld) -> None:
    assert "检查员2" in await refusal(world, inspectors=(world.people[0], world.people[2]))
    with pytest.raises(NotFound) as unknown:
        await preset(world, inspectors=(world.people[0], NOBODY))
    assert unknown.value.code is ProblemCode.INSPECTOR_UNKNOWN
    await declare_relation(
        world.cmd(Role.ADMIN),
        world.people[1],
        object_code="P:SHOP-0",
        kind=RelationKind.KINSHIP,
    )
    told = await refusal(world)
    assert "应当回避" in told
    assert "interest" in told


async def test_an_item_that_is_not_published_has_no_such_task(world: OutsideWorld) -> None:
    with pytest.raises(NotFound) as unknown:
        await preset_outside_task(world.planner, world.draft(), authority=world.authority, item_code="SW99")
    assert unknown.value.message_key == "planning.item_unknown"


async def test_a_team_is_designated_by_another_person_within_the_needs(world: OutsideWorld) -> None:
    made = await approved(world, inspectors=(), needs=Needs(("商务执法",), "成品油"))
    a, b, _, unfit = world.people
    with pytest.raises(Refused) as own:
        await assign_outside(world.planner, task_id=made, inspectors=(a, b))
    assert own.value.message_key == "visits.assigns_own_task"
    for team, word in (
        ((), "少于"),
        ((a,), "少于"),
        ((a, a), "重复"),
        ((a, unfit), "商务执法"),
        ((b, unfit), "商务执法"),
    ):
        with pytest.raises(Invalid) as invalid:
            await assign_outside(world.head, task_id=made, inspectors=team)
        assert word in str(invalid.value.facts["reasons"])
    assert await list_visits(world.authority) == []
    done = await assign_outside(world.head, task_id=made, inspectors=(a, b))
    assert len(done.created) == 1


async def test_a_team_that_is_named_is_not_named_again(world: OutsideWorld) -> None:
    made = await approved(world)
    with pytest.raises(Invalid) as invalid:
        await assign_outside(world.head, task_id=made, inspectors=tuple(world.people[:2]))
    assert invalid.value.message_key == "visits.team_named_already"


async def test_a_task_of_the_plan_and_one_outside_the_draw_do_not_take_each_other_s_way(world: OutsideWorld) -> None:
    made = await approved(world)
    with pytest.raises(Conflict) as drawn:
        await mark_drawn(world.planner, made, draw=NOBODY)
    assert drawn.value.message_key == "planning.task_other_way"
    with pytest.raises(Conflict) as closed:
        await close_task(world.head, made, reason="无对象")
    assert closed.value.message_key == "visits.task_not_drawn"
    assert (await cancel_task(world.head, made, reason="线索撤回")).state is TaskState.CANCELLED


async def test_a_returned_task_is_mended_and_keeps_what_it_rests_on(world: OutsideWorld) -> None:
    made = await preset(world)
    await review_task(world.cmd(Role.APPROVER), made, approve=False, remarks="方案过简")
    days = {"starts_on": date(2026, 3, 4), "ends_on": date(2026, 3, 8)}
    with pytest.raises(Invalid):
        await revise_outside_task(world.planner, made, scheme=" ", name="某", **days)
    before = await task(made)
    mended = await revise_outside_task(world.planner, made, scheme="补充方案。", name="线索核查", **days)
    assert (mended.state, mended.name, mended.scheme_version) == (TaskState.PRESET, "线索核查", 2)
    kept = ("kind", "reason", "basis", "source", "objects", "inspectors", "number", "rule_digest")
    assert [getattr(mended, name) for name in kept] == [getattr(before, name) for name in kept]


async def test_an_object_that_is_open_for_another_task_in_the_same_days_gets_one_visit(world: OutsideWorld) -> None:
    first, second = await approved(world), await approved(world, kind=TaskKind.CAMPAIGN)
    (visit,) = (await assign_outside(world.head, task_id=first)).created
    apart = await assign_outside(world.head, task_id=second)
    assert (len(apart.created), apart.merged) == (1, ())
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    await unseal_visit(world.head, visit_id=visit)
    third = await approved(world)
    joined = await assign_outside(world.head, task_id=third)
    assert (joined.created, joined.merged) == ((), (visit,))


async def test_one_door_too_often_is_journalled_when_a_task_is_preset(world: OutsideWorld) -> None:
    for day in (2, 4, 6):
        await world.visited(0, date(2026, 3, day))
    made = await preset(world)
    (warned,) = [line for line in await read(f"task:{made}") if line.kind is EventKind.TASK_WARNED]
    assert warned.payload == {"doors": 1}
