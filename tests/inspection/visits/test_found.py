"""Visits are found by state, item and day, the newest first, a page at a time; a sealed one names nobody."""

from datetime import date
from uuid import UUID

import pytest

from inspection.kernel.errors import Invalid
from inspection.visits import found
from inspection.visits.found import FoundVisit, WantedVisits, found_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.states import VisitState
from tests.inspection.visits.publishing import publish
from tests.inspection.visits.world import World


async def everything(world: World, wanted: WantedVisits, limit: int = 1) -> list[FoundVisit]:
    """All pages, one after the other."""
    page, visits = await found_visits(world.authority, wanted, limit=limit), list[FoundVisit]()
    visits += page.visits
    while page.after is not None:
        page = await found_visits(world.authority, wanted, after=page.after, limit=limit)
        visits += page.visits
    return visits


async def test_those_at_work_are_found_and_a_sealed_one_names_nobody(world: World) -> None:
    drawn = await world.draw(objects=(0, 1))
    first, second = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    await name_leader(world.head, visit_id=first, inspector_id=world.people[0])
    await unseal_visit(world.head, visit_id=first)
    shown = {one.id: one for one in await everything(world, WantedVisits())}
    assert list(shown) == sorted([first, second], reverse=True)
    assert shown[first].object_name is not None
    assert (shown[second].object, shown[second].object_name, shown[second].address) == (None, None, None)
    assert len(shown[second].team) == 2
    assert [one.id for one in await everything(world, WantedVisits(state=VisitState.SEALED))] == [second]
    assert len(await everything(world, WantedVisits(on=date(2026, 3, 5)))) == 2
    assert await everything(world, WantedVisits(on=date(2026, 4, 5))) == []


async def test_those_carried_out_are_found_by_their_day_and_item(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[UUID] = []
    for _ in range(2):
        visit = await world.open_visit(objects=(len(made),))
        await world.attested(visit)
        await publish(world, visit)
        made.append(visit)
    monkeypatch.setattr(found, "WALK", 1)
    approved = WantedVisits(state=VisitState.APPROVED)
    shown = await everything(world, approved)
    assert [one.id for one in shown] == made[::-1]
    assert shown[0].executed_at is not None
    (day,) = {one.executed_at.date() for one in shown if one.executed_at}
    assert len(await everything(world, WantedVisits(VisitState.APPROVED, on=day))) == 2
    assert await everything(world, WantedVisits(VisitState.APPROVED, on=date(2026, 5, 1))) == []
    assert len({one.items for one in shown}) == 2
    assert await everything(world, WantedVisits()) == []


async def test_a_place_that_nobody_gave_out_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await found_visits(world.authority, WantedVisits(), after="nowhere")
