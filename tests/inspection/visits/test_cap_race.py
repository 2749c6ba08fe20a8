"""Two ceremonies at once (draw.md §4.9): whoever comes second may not send a third visit to a door of two a year."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from inspection.draw.store_tickets import drawn_tickets
from inspection.draw.tables import DrawTicket
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.tables import Task
from inspection.visits import store
from inspection.visits.opening import assemble
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.open_visits import Assembled
from inspection.visits.tables import Visit
from tests.inspection.draw.office import Office, open_office, sealed
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.world import FIRE, insert_checklist
from tests.support.waiting import is_awaited


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


async def test_of_two_draws_assembled_at_once_one_finds_what_the_other_has_brought(
    db: Engine, cmd: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office(cmd, checklist=FIRE.code, objects=3, ratio=(1, 1))
    await insert_checklist(office.authority, FIRE)
    autumn = cmd.now.date() + timedelta(days=120)
    first = (await Task.select().where(Task.id == office.task))[0]
    more = {"number": "商务抽查〔2026〕2号", "starts_on": autumn, "ends_on": autumn + timedelta(days=30)}
    later = replace(office, task=await insert(Task, **{**first, "id": cmd.new_id(), **more}))
    draws = [(await sealed(one)).draw for one in (office, later)]
    for door in office.objects:
        await _visited(office, door, 1)
    counted: list[object] = []
    over_cap = assemble.over_cap

    async def both(*what: Any) -> dict[UUID, str]:
        """Neither goes on before the other has counted, too, or waits for him."""
        held = await over_cap(*what)
        counted.append(what)
        while len(counted) < len(draws) and not await is_awaited():
            pass
        return held

    monkeypatch.setattr(assemble, "over_cap", both)
    made = await asyncio.gather(*(assemble_visits(office.operator, draw_id=draw) for draw in draws))
    assert sorted((len(one.created), len(one.held)) for one in made) == [(0, 3), (3, 0)]
    assert set(Counter(row["object"] for row in await Visit.select(Visit.object)).values()) == {2}


async def test_no_task_joins_a_visit_that_is_cancelled_meanwhile(db: Engine, cmd: Command) -> None:
    office = await open_office(cmd, checklist=FIRE.code, objects=3, ratio=(1, 1))
    await insert_checklist(office.authority, FIRE)
    task = (await Task.select().where(Task.id == office.task))[0]
    further = await insert(Task, **{**task, "id": cmd.new_id(), "number": "商务抽查〔2026〕2号"})
    draws = [(await sealed(one)).draw for one in (office, replace(office, task=further))]
    gone = (await assemble_visits(office.operator, draw_id=draws[0])).created
    cancelled = asyncio.Event()

    async def cancel() -> None:
        async with unit_of_work():
            for visit in sorted(gone):
                await store.lock_visit(visit)
                await store.change_visit(visit, state="cancelled")
            cancelled.set()
            while not await is_awaited():
                pass

    async def join() -> Assembled:
        await cancelled.wait()
        return await assemble_visits(office.operator, draw_id=draws[1])

    _, made = await asyncio.gather(cancel(), join())
    assert (len(made.created), made.merged) == (3, ())
