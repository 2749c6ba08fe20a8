"""A directory of more rows than a chunk holds, through the database: frozen, drawn, sealed, opened, verified."""

import json
from uuid import UUID

import pytest

from inspection.draw import store_tickets
from inspection.draw.execute import execute
from inspection.draw.frozen import store_chunks
from inspection.draw.lot.chunks import FRAME_CHUNK
from inspection.draw.tables import DrawChunk
from inspection.draw.told.disclose import bundle, open_ticket, opening
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_full, verify_one
from inspection.kernel.errors import Conflict
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.objects.tables import InspectionObject
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import Office, open_office, sealed, seeded

pytestmark = pytest.mark.usefixtures("db")
OBJECTS = FRAME_CHUNK + 1500


@pytest.fixture
async def office(cmd, db) -> Office:
    """One object as an office has it, and thousands like it behind."""
    office = await open_office(cmd, objects=1, inspectors=20, ratio=(1, 50))
    (first,) = await InspectionObject.select()
    others = [
        {**first, "id": UUID(int=10**30 + i), "code": f"91371000{i:010d}", "credit_grade": "ABCD"[i % 4]}
        for i in range(1, OBJECTS)
    ]
    async with unit_of_work():
        await bulk_insert(InspectionObject, others)
    return office


async def test_a_frame_of_two_chunks_is_drawn_opened_and_verified(office) -> None:
    done = await sealed(office, weights={"A": 1, "B": 2})
    assert await store_chunks.chunk_roots(done.draw) != [done.frame_root]
    tickets = await store_tickets.drawn_tickets(done.draw)
    assert len(tickets) == 112  # a fiftieth of 5,596, rounded up
    far = [max(tickets, key=lambda ticket: ticket.index), min(tickets, key=lambda ticket: ticket.index)]
    assert {ticket.index // FRAME_CHUNK for ticket in far} == {0, 1}
    for ticket in far:
        await open_ticket(office.operator, ticket_id=ticket.id)
        proof = await opening(ticket.id)
        assert proof.row.split(b"\t")[0].decode() == f"91371000{ticket.index:010d}"
        assert [check for check in verify_one(opened(proof)) if not check.ok] == []
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert files["manifest.tsv"].count(b"\n") == OBJECTS == json.loads(files["params.json"])["frame"]["rows"]
    assert [check for check in verify_full(files) if not check.ok] == []


async def test_chunks_that_changed_places_are_not_drawn_from(office) -> None:
    before = await seeded(office)
    one, other = await DrawChunk.select().where(DrawChunk.draw == before.draw).order_by(DrawChunk.number)
    swapped = {DrawChunk.data: other["data"], DrawChunk.rows: other["rows"]}
    await DrawChunk.update(swapped).where(DrawChunk.id == one["id"])
    with pytest.raises(Conflict) as error:
        await execute(office.operator, draw_id=before.draw)
    assert error.value.code is ProblemCode.DRAW_NOT_REPRODUCIBLE
