"""The seam to the draw: a ceremony that was really held becomes visits that can be carried out."""

import pytest

from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.void_draw import ask_void
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict
from inspection.planning.find import task as planned_task
from inspection.visits import store
from inspection.visits.listing import list_visits, team_of
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.opening.void_draw import confirm_void
from inspection.visits.reading import known_visit
from tests.inspection.draw.office import open_office, sealed
from tests.inspection.visits.world import FIRE, insert_checklist


async def test_a_sealed_draw_becomes_one_visit_for_each_drawn_object(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    ceremony = await sealed(office)
    made = await assemble_visits(office.operator, draw_id=ceremony.draw)
    assert len(made.created) == len(ceremony.tickets) == 6
    rows = [await known_visit(visit) for visit in made.created]
    assert len({row.object for row in rows}) == 6
    assert {row.object for row in rows} <= set(office.objects)
    for visit in made.created:
        assert len(set(await team_of(visit)) & set(office.inspectors)) == 2
    (line, *_) = await list_visits(office.authority)
    leader = line.team[0]
    head = office.by("科长", Role.SECTION_HEAD)
    await name_leader(head, visit_id=line.id, inspector_id=leader)
    assert (await unseal_visit(head, visit_id=line.id)).leader == leader
    assert (await store.served_tasks([line.id]))[0].task == office.task
    assert (await planned_task(office.task)).completed_at is None


async def test_a_draw_can_be_voided_only_until_visits_have_come_of_it(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    first = await sealed(office)
    asked = {"draw_id": first.draw, "reason": VoidReason.SYSTEM_FAULT, "note": "停电"}
    await ask_void(office.operator, **asked)
    approver = office.by("李分管", Role.APPROVER)
    assert (await confirm_void(approver, draw_id=first.draw)).state is DrawState.VOIDED
    second = await sealed(office)
    await assemble_visits(office.operator, draw_id=second.draw)
    await ask_void(office.operator, **{**asked, "draw_id": second.draw})
    with pytest.raises(Conflict) as refusal:
        await confirm_void(approver, draw_id=second.draw)
    assert (refusal.value.message_key, refusal.value.facts["visits"]) == ("visits.draw_has_visits", 6)
