"""Changes of doors that several tasks drew, and changes while only the supervisor holds the key."""

import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw import store as draws
from inspection.draw import store_secrets, store_tickets
from inspection.draw.ceremony import SealedMatch
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.settle import Chance
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import Fresh
from inspection.draw.freeze import freeze
from inspection.draw.plan_draw import plan_draw
from inspection.draw.supervision.escrow import open_escrow, point
from inspection.draw.supervision.register_key import register_key
from inspection.draw.tables import DrawTicket
from inspection.draw.told.disclose import bundle, sealed_matches
from inspection.draw.verify import verify_full
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict
from inspection.policy.terms import RecusalWay
from inspection.visits import store
from inspection.visits.changes.ask import ask_other_object
from inspection.visits.changes.settle import settle_change
from inspection.visits.listing import list_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.states import VisitState
from tests.inspection.draw.office import Office, open_office, sealed
from tests.inspection.draw.test_joint import another, finish
from tests.inspection.visits.changes.scene import DICE, Scene
from tests.inspection.visits.world import FIRE, insert_checklist

PRIVATE = ec.derive_private_key(7**60, ec.SECP256R1())


async def begun(office: Office, draw: UUID, *, tasks: int = 1) -> Scene:
    """Visits, and one that serves so many tasks unsealed."""
    await assemble_visits(office.operator, draw_id=draw)
    line = next(one for one in await list_visits(office.authority) if len(one.tasks) == tasks)
    here = Scene(office, draw, line.id, line.team[0], line.team[1])
    await name_leader(here.head, visit_id=line.id, inspector_id=line.team[0])
    await unseal_visit(here.head, visit_id=line.id)
    return here


@pytest.fixture
async def joint(db: Engine, cmd: Command) -> Scene:
    """A tenth for one task, a fifth for the other, from one frame; the visit unsealed serves both."""
    office = await open_office(cmd, objects=40, inspectors=10, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    tasks = [office.task, await another(office, ratio_num=1, ratio_den=5)]
    planned = await plan_draw(office.operator, task_ids=tasks)
    await freeze(office.approver, draw_id=planned.draw)
    await finish(office, planned.draw)
    return await begun(office, planned.draw, tasks=2)


async def doors(here: Scene) -> dict[UUID, list[SealedMatch]]:
    """By object, what each task has to do there."""
    found: dict[UUID, list[SealedMatch]] = {}
    for one in await sealed_matches(here.draw):
        found.setdefault(one.object_id, []).append(one)
    return found


async def replaced(here: Scene) -> ChangeRow:
    (asked,) = await ask_other_object(here.head, visit_id=here.visit, reason="duplicate", note="重复登记")
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    return await here.settle(asked)


async def test_a_door_of_two_tasks_is_followed_in_both(joint: Scene) -> None:
    before, gone = await doors(joint), await store.visit(joint.visit)
    assert gone is not None
    done = await replaced(joint)
    after = await doors(joint)
    assert gone.object not in after
    assert len(done.result.tickets) == 2
    counts = [sorted(str(one.task) for told in found.values() for one in told) for found in (before, after)]
    assert counts[0] == counts[1]  # every task has as many objects as it drew
    lines = {line.id: line for line in await joint.lines()}
    assert lines[joint.visit].state is VisitState.CANCELLED
    standing = [line for line in lines.values() if line.state is not VisitState.CANCELLED]
    rows = {(row.object): line for line in standing for row in [await store.visit(line.id)] if row is not None}
    assert rows.keys() == after.keys()
    for thing, line in rows.items():
        assert set(line.tasks) == {one.task for one in after[thing]}
        assert set(line.team) == {person for person, _, _ in after[thing][0].team}


async def test_changes_of_joint_doors_are_made_again_by_the_verifier(joint: Scene) -> None:
    await replaced(joint)
    line = next(one for one in await joint.lines() if one.state is VisitState.SEALED and len(one.tasks) == 2)
    joint.visit, joint.leader, joint.other = line.id, line.team[0], line.team[1]
    await name_leader(joint.head, visit_id=line.id, inspector_id=line.team[0])
    await unseal_visit(joint.head, visit_id=line.id)
    for way in (RecusalWay.SWAP, RecusalWay.ABSTAIN):
        who = (await joint.line()).team[-1]
        asked = await joint.recuse(who, way=way)
        await decide_change(joint.office.approver, change_id=asked.id, approved=True)
        await joint.settle(asked)
    await replaced(joint)
    files = await bundle(joint.office.supervisor, draw_id=joint.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []


@pytest.fixture
async def escrowed(db: Engine, cmd: Command) -> Scene:
    """The key is with the supervisor alone."""
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    await register_key(office.supervisor, authority=office.authority, public_key=point(PRIVATE.public_key()))
    return await begun(office, (await sealed(office)).draw)


async def test_without_the_key_changes_go_on_by_what_it_left_behind(escrowed: Scene) -> None:
    assert (await store_secrets.kept(escrowed.draw)).key == b""
    dice = Chance(Fresh.DICE, DICE)
    asked = await escrowed.recuse()
    await decide_change(escrowed.office.approver, change_id=asked.id, approved=True)
    with pytest.raises(Conflict) as error:
        await escrowed.settle(asked)
    assert error.value.message_key == "draw.key_gone"
    await settle_change(escrowed.office.operator, change_id=asked.id, chance=dice)
    await escrowed.settle(asked, dice)
    (asked,) = await ask_other_object(escrowed.head, visit_id=escrowed.visit, reason="duplicate", note="重复登记")
    await decide_change(escrowed.office.approver, change_id=asked.id, approved=True)
    await settle_change(escrowed.office.operator, change_id=asked.id, chance=dice)
    await escrowed.settle(asked, dice)
    row = await draws.ceremony(escrowed.draw)
    assert row.escrow is not None
    key = open_escrow(PRIVATE, row.escrow, draw=escrowed.draw.bytes)
    files = await bundle(escrowed.office.supervisor, draw_id=escrowed.draw, full=True)
    files = {**files, "secret.json": canonical_json({"key": key.hex()})}
    assert [one for one in verify_full(files) if not one.ok] == []
    assert [one["level"] for one in json.loads(files["changes.json"])] == ["L1", "L1"]


async def test_behind_the_reserve_the_next_ticket_comes_out_of_the_frame(joint: Scene) -> None:
    spare = DrawTicket.status == "reserve"
    stored = await DrawTicket.count().where(DrawTicket.draw == joint.draw, spare)
    assert stored
    await DrawTicket.delete().where(DrawTicket.draw == joint.draw, spare)
    done = await replaced(joint)
    assert len(done.result.tickets) == 2
    now = {one.ticket_id for one in await sealed_matches(joint.draw)}
    rows = [await store_tickets.ticket_row(one) for one in now]
    fresh = [row for row in rows if row.came_in]
    assert {row.record.value for row in fresh} == {one.value for one in done.result.tickets}
    assert all(row.salt and row.siblings for row in fresh)
    files = await bundle(joint.office.supervisor, draw_id=joint.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []
