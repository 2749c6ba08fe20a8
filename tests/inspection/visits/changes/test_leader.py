"""The lot proposes a leader among those who may lead; the section head decides, and says why it is somebody else."""

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.leaders import leader_order, proposed
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import read
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.tables import Inspector
from inspection.visits.listing import list_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from tests.inspection.draw.office import open_office, sealed
from tests.inspection.visits.changes.scene import Scene, scene
from tests.inspection.visits.world import FIRE, insert_checklist
from tests.support.kept import keeps


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await changed(cmd)


@keeps
async def changed(cmd: Command) -> Scene:
    """Everybody may lead."""
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    await Inspector.update({Inspector.leader_capable: True}).where(Inspector.authority == office.authority)
    ceremony = await sealed(office)
    await assemble_visits(office.operator, draw_id=ceremony.draw)
    line = (await list_visits(office.authority))[0]
    return Scene(office, ceremony.draw, line.id, line.team[0], line.team[1])


async def test_the_first_in_lot_order_is_proposed(here: Scene) -> None:
    order = await leader_order(here.draw)
    assert set(order) == set(here.office.inspectors)
    for line in await here.lines():
        assert line.proposed_leader == min(line.team, key=order.index)


async def test_somebody_else_leads_for_a_reason_that_is_written_down(here: Scene) -> None:
    line = await here.line()
    other = next(one for one in line.team if one != line.proposed_leader)
    for reason in ("", " ", "长" * 1001):
        with pytest.raises(Invalid) as error:
            await name_leader(here.head, visit_id=here.visit, inspector_id=other, reason=reason)
        assert error.value.message_key == "visits.leader_reason"
    await name_leader(here.head, visit_id=here.visit, inspector_id=other, reason="熟悉该类企业")
    told = (await read(f"visit:{here.visit}"))[-1].payload
    assert told == {"inspector": str(other), "proposed": str(line.proposed_leader), "reason": "熟悉该类企业"}


async def test_who_is_proposed_needs_no_reason(here: Scene) -> None:
    line = await here.line()
    assert line.proposed_leader is not None
    await name_leader(here.head, visit_id=here.visit, inspector_id=line.proposed_leader)
    assert (await read(f"visit:{here.visit}"))[-1].payload == {"inspector": str(line.proposed_leader)}


async def test_where_nobody_may_lead_nobody_is_proposed(db: Engine, cmd: Command) -> None:
    here = await scene(cmd)
    assert {line.proposed_leader for line in await here.lines()} == {None}
    assert proposed(here.office.inspectors, ()) is None


async def test_after_the_leader_was_recused_the_proposal_is_made_among_those_who_go(here: Scene) -> None:
    line = await here.line()
    assert line.proposed_leader is not None
    await name_leader(here.head, visit_id=here.visit, inspector_id=line.proposed_leader)
    await unseal_visit(here.head, visit_id=here.visit)
    asked = await here.recuse(line.proposed_leader, way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    after = await here.line()
    assert after.leader is None
    assert after.proposed_leader in set(after.team) - {line.proposed_leader}
