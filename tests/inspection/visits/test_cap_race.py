"""Two ceremonies at once (draw.md §4.9): whoever comes second may not send a third visit to a door of two a year."""

from datetime import date
from uuid import UUID

from inspection.draw.store_tickets import drawn_tickets
from inspection.draw.tables import DrawTicket
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.tables import Visit
from tests.inspection.draw.office import Office, open_office, sealed
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.world import FIRE, insert_checklist


async def _visited(office: Office, door: UUID, times: int) -> list[UUID]:
    """What another ceremony has brought the object since."""
    day = date(office.cmd.now.year, 1, 10)
    state = {"state": "approved", "year": day.year, "starts_on": day, "ends_on": day, "executed_at": office.cmd.now}
    common = {"authority": office.authority, "object": door, "rule_set": RULES, "created_at": office.cmd.now}
    return [await insert(Visit, **common, **state) for _ in range(times)]


async def test_a_ticket_whose_object_bore_its_cap_since_the_freeze_is_held_and_logged(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    ceremony = await sealed(office)
    first, second = (await drawn_tickets(ceremony.draw))[:2]
    await _visited(office, first.object, 2)
    await _visited(office, second.object, 1)
    made = await assemble_visits(office.operator, draw_id=ceremony.draw)
    assert made.held == (first.record.value.hex(),)
    assert len(made.created) == len(ceremony.tickets) - 1
    raced = [line for line in await read(f"draw:{ceremony.draw}") if line.kind is EventKind.DRAW_CAP_RACE]
    assert [first.record.value.hex() in line.text.decode() for line in raced] == [True]
    assert not any(str(first.object) in line.text.decode() for line in raced)


async def test_a_held_ticket_is_served_once_the_object_may_be_visited_again(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    ceremony = await sealed(office)
    (ticket, *_) = await drawn_tickets(ceremony.draw)
    visit, _ = await _visited(office, ticket.object, 2)
    assert (await assemble_visits(office.operator, draw_id=ceremony.draw)).held == (ticket.record.value.hex(),)
    await Visit.update({Visit.ends_on: date(2020, 1, 1), Visit.executed_at: None}).where(Visit.id == visit)
    made = await assemble_visits(office.operator, draw_id=ceremony.draw)
    assert (len(made.created), made.held) == (1, ())


async def test_the_next_ticket_is_not_drawn_by_itself(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code)
    await insert_checklist(office.authority, FIRE)
    ceremony = await sealed(office)
    (ticket, *_) = await drawn_tickets(ceremony.draw)
    await _visited(office, ticket.object, 2)
    await assemble_visits(office.operator, draw_id=ceremony.draw)
    drawn = await DrawTicket.count().where(DrawTicket.draw == ceremony.draw, DrawTicket.status == "drawn")
    assert drawn == len(ceremony.tickets)
