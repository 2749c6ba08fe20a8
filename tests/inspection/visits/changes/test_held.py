"""A ticket whose object has had its year since the freeze gets no visit, until the next of the lot comes in."""

from datetime import date
from uuid import UUID

import pytest

from inspection.draw import store_tickets
from inspection.draw.changes.decide import decide_change
from inspection.draw.told.disclose import sealed_matches
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound
from inspection.visits import store
from inspection.visits.changes.ask import ask_instead_of_held
from inspection.visits.listing import list_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.tables import Visit
from tests.inspection.draw.office import open_office, sealed
from tests.inspection.publicity.world import insert
from tests.inspection.visits.changes.scene import Scene
from tests.inspection.visits.world import FIRE, insert_checklist


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    """Two visits of another task were carried out at one of the drawn objects between freeze and assembly."""
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    done = await sealed(office)
    thing = (await sealed_matches(done.draw))[0].object_id
    for day in (3, 4):
        await insert(
            Visit,
            authority=office.authority,
            object=thing,
            state="approved",
            year=2026,
            starts_on=date(2026, 3, day),
            ends_on=date(2026, 3, day),
            rule_set="weihai-jingkai-commerce.2019",
            created_at=cmd.now,
            executed_at=cmd.now,
        )
    return Scene(office, done.draw, UUID(int=0), UUID(int=0), UUID(int=0))


async def test_the_held_ticket_is_followed_by_the_next_of_the_lot(here: Scene) -> None:
    made = await assemble_visits(here.office.operator, draw_id=here.draw)
    (held,) = made.held
    assert len(made.created) == 5
    asked = await ask_instead_of_held(
        here.office.operator, draw_id=here.draw, ticket=bytes.fromhex(held), note="本年度已检查两次"
    )
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    done = await here.settle(asked)
    served = await store.tickets_served(here.draw)
    assert len(served) == 6
    fresh = {match.ticket_id for match in await sealed_matches(here.draw)}
    assert set(served) == fresh
    assert done.result.tickets[0].value.hex() != held
    assert len([line for line in await list_visits(here.office.authority) if len(line.team) == 2]) == 6


async def test_a_ticket_with_a_visit_is_not_held(here: Scene) -> None:
    await assemble_visits(here.office.operator, draw_id=here.draw)
    served = set(await store.tickets_served(here.draw))
    ticket = (await store_tickets.ticket_row(min(served))).record.value
    with pytest.raises(Conflict) as error:
        await ask_instead_of_held(here.office.operator, draw_id=here.draw, ticket=ticket, note="x")
    assert error.value.message_key == "visits.ticket_served"
    with pytest.raises(NotFound):
        await ask_instead_of_held(here.office.operator, draw_id=here.draw, ticket=bytes(32), note="x")
