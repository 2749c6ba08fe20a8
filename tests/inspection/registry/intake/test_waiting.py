"""Files that wait to be imported: whole or not at all, one a person, for a day."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from inspection.registry.intake import store_waiting
from inspection.registry.intake.store_waiting import WaitingRow
from inspection.registry.intake.tables import WaitingPiece
from inspection.registry.intake.waiting import KEPT, bytes_of, clear_waiting, let_wait, note_told, put_away
from tests.conftest import NOW

PIECES = (b"name,code\n" * 40_000, b"", bytes(range(256)) * 9)


async def sent(pieces=PIECES) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def kept(row: WaitingRow) -> bytes:
    return b"".join([piece async for piece in bytes_of(row.id)])


@pytest.fixture
def row(cmd) -> WaitingRow:
    return WaitingRow(cmd.new_id(), "a", NOW, "{}")


async def test_a_file_comes_back_as_it_was_sent_with_what_was_told_of_it(db, cmd, row) -> None:
    await let_wait(cmd, row, sent())
    await note_told(row.id, "told")
    assert await kept(row) == b"".join(PIECES)
    found = await store_waiting.waiting_file(row.id)
    assert (found.account, found.kept_at, found.told) == ("a", NOW, "told")
    await put_away(row.id)
    assert (await store_waiting.waiting_file(row.id), await WaitingPiece.count()) == (None, 0)


async def test_half_a_file_does_not_wait_and_its_pieces_go_by_their_age(db, cmd, row) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await let_wait(cmd, row, broken())
    assert await store_waiting.waiting_of("a") == []
    await clear_waiting(NOW + KEPT)
    assert await WaitingPiece.count() == 1
    await clear_waiting(NOW + KEPT + timedelta(seconds=1))
    assert await WaitingPiece.count() == 0


async def test_a_second_file_takes_the_place_of_the_first_and_nobody_elses(db, cmd, row) -> None:
    for one in (row, WaitingRow(cmd.new_id(), "b", NOW, "{}"), second := WaitingRow(cmd.new_id(), "a", NOW, "{}")):
        await let_wait(cmd, one, sent((one.account.encode(),)))
    assert [one.id for one in await store_waiting.waiting_of("a")] == [second.id]
    assert len(await store_waiting.waiting_of("b")) == 1
    assert await kept(second) == b"a"
