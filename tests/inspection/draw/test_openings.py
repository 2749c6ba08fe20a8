"""A drawn object opens with what was stored beside its ticket and with one chunk: neither key nor frame is needed."""

import pytest

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.frozen import store_chunks
from inspection.draw.lot import merkle
from inspection.draw.lot.proof import parted
from inspection.draw.tables import DrawChunk
from inspection.draw.told.disclose import bundle, open_ticket, opening, sealed_matches
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_one, verify_public
from tests.inspection.draw.office import Office, drawn, open_office, sealed

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def test_every_drawn_object_opens_without_the_key_and_without_the_rest_of_the_frame(office, monkeypatch) -> None:
    done = await sealed(office, weights={"A": 1, "B": 2, "C": 3, "D": 4})
    tickets = await store_tickets.drawn_tickets(done.draw)
    for ticket in tickets:
        await open_ticket(office.operator, ticket_id=ticket.id)
    await store_secrets.set_key(done.draw, b"", None)

    async def never(*_: object) -> None:
        raise AssertionError("asked for more than one chunk")

    with monkeypatch.context() as patch:
        patch.setattr(store_chunks, "chunks", never)
        patch.setattr(store_secrets, "kept", never)
        patch.setattr(store_tickets, "drawn_records", never)
        for ticket in tickets:
            checks = verify_one(opened(await opening(ticket.id)))
            assert checks
            assert [check for check in checks if not check.ok] == []
    files = await bundle(office.operator, draw_id=done.draw)
    assert files["openings.json"].count(b'"row"') == len(tickets) == 6
    assert [check for check in verify_public(files) if not check.ok] == []


async def test_reserve_tickets_are_stored_with_what_opens_their_rows_and_nothing_of_the_result(office) -> None:
    done = await drawn(office)
    table = store_tickets.DrawTicket
    waiting = await table.select().where(table.draw == done.draw, table.status == "reserve")
    assert len(waiting) >= 3
    for row in waiting:
        assert len(bytes(row["salt"])) == 16
        assert row["batch"] is None
        assert len(parted(bytes(row["siblings"]))) == merkle.path_length(row["frame_index"], done.frame_rows)
    for ticket in await store_tickets.drawn_tickets(done.draw):
        inside = merkle.path_length(ticket.index, done.frame_rows)
        place = done.tickets.index(ticket.record)
        above = merkle.path_length(place, len(done.tickets))
        assert len(parted(ticket.siblings)) == inside + above
        assert ticket.record.batch == 1


async def test_a_stored_path_that_was_changed_proves_nothing(office) -> None:
    done = await sealed(office)
    first = (await sealed_matches(done.draw))[0]
    await open_ticket(office.operator, ticket_id=first.ticket_id)
    table = store_tickets.DrawTicket
    stored = (await store_tickets.ticket_row(first.ticket_id)).siblings
    forged = bytes([stored[0] ^ 1]) + stored[1:]
    await table.update({table.siblings: forged}).where(table.id == first.ticket_id)
    checks = verify_one(opened(await opening(first.ticket_id)))
    assert [check for check in checks if not check.ok]


async def test_the_chunks_of_a_frame_are_stored_in_their_order(office) -> None:
    done = await drawn(office)
    chunks = [chunk async for chunk in store_chunks.chunks(done.draw)]
    assert [(chunk.number, chunk.rows, chunk.first_oid) for chunk in chunks] == [(0, 60, "913710000000000000")]
    assert await store_chunks.chunk(done.draw, 0) == chunks[0]
    assert await store_chunks.chunk_roots(done.draw) == [done.frame_root]
    assert (await DrawChunk.count().where(DrawChunk.draw == done.draw)) == 1
    assert (await store.ceremony(done.draw, tickets=False)).tickets == ()
