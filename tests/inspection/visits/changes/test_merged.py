"""A visit that serves two draws: whoever is recused leaves it altogether, and its team is what both draws say."""

import pytest

from inspection.draw.changes.current import current_team
from inspection.draw.changes.decide import decide_change
from inspection.draw.freeze import freeze
from inspection.draw.plan_draw import plan_draw
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits import store
from inspection.visits.changes import store as store_changes
from inspection.visits.changes.ask import ask_other_object, recuse
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.states import VisitState
from tests.inspection.draw.test_joint import another, finish
from tests.inspection.visits.changes.scene import Scene, scene
from tests.support.kept import keeps


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await changed(cmd)


@keeps
async def changed(cmd: Command) -> Scene:
    """A second draw takes every object, so that it joins the visit that is unsealed already."""
    made = await scene(cmd)
    task = await another(made.office, ratio_num=1, ratio_den=1, state="approved")
    planned = await plan_draw(made.office.operator, task_ids=[task])
    await freeze(made.office.approver, draw_id=planned.draw)
    await finish(made.office, planned.draw)
    await assemble_visits(made.office.operator, draw_id=planned.draw)
    assert len((await made.line()).tasks) == 2
    return made


async def sent(here: Scene) -> set[object]:
    """Everybody whom one of the visit's draws sends there."""
    served = await store_changes.draws_served(here.visit)
    assert len({draw for draw, _ in served}) == 2
    return {person for draw, ticket in served for person, _, _ in await current_team(draw, ticket)}


@pytest.mark.parametrize("way", [RecusalWay.SWAP, RecusalWay.ABSTAIN])
async def test_whoever_is_recused_leaves_the_visit_altogether(here: Scene, way: RecusalWay) -> None:
    for person in (await here.line()).team:
        asked = await recuse(
            here.head, visit_id=here.visit, inspector_id=person, way=way, ground=RelationKind.OTHER_INTEREST
        )
        for change in asked:
            await decide_change(here.office.approver, change_id=change.id, approved=True)
            await here.settle(change)
        team = (await here.line()).team
        assert person not in team
        assert set(team) == await sent(here)
        assert len(set(team)) == len(team) >= 2
    visits = await here.lines()
    for line in visits:
        assert len(set(line.team)) == len(line.team)


async def test_an_object_that_is_replaced_goes_for_both_draws(here: Scene) -> None:
    before = await store.visit(here.visit)
    assert before is not None
    asked = await ask_other_object(here.head, visit_id=here.visit, reason="cancelled-before-freeze", note="注销通知书")
    assert len(asked) == 2
    first, second = asked
    await decide_change(here.office.approver, change_id=first.id, approved=True)
    await here.settle(first)
    line = await here.line()
    assert (len(line.tasks), line.state) == (1, VisitState.OPEN)
    await decide_change(here.office.approver, change_id=second.id, approved=True)
    await here.settle(second)
    line = await here.line()
    assert (line.state, line.team) == (VisitState.CANCELLED, ())
    standing = [one for one in await here.lines() if one.state is not VisitState.CANCELLED]
    rows = [await store.visit(one.id) for one in standing]
    assert before.object not in {row.object for row in rows if row is not None}


async def test_nobody_comes_back_by_the_lot_of_the_other_draw(here: Scene) -> None:
    """Two recusals in a row leave few; whoever declared an interest is in no later draw's choice for this object."""
    gone = set()
    for _ in range(3):
        person = (await here.line()).team[0]
        gone.add(person)
        for change in await recuse(
            here.head,
            visit_id=here.visit,
            inspector_id=person,
            way=RecusalWay.ABSTAIN,
            ground=RelationKind.INVESTMENT,
        ):
            await decide_change(here.office.approver, change_id=change.id, approved=True)
            await here.settle(change)
        assert not gone & set((await here.line()).team)
