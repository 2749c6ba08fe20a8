"""The database itself keeps the bytes of entries, and lets a body go only where an erasure answers for it."""

import pytest

from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.tables import Entry, EntryErasure
from tests.inspection.publicity.world import FORMED, insert

HASH = "h" * 43


async def stored(body: bytes | None) -> None:
    await insert(Entry, hash=HASH, header=b"{}", body=body, signature=b"s", kid="k", verdict="accepted", reasons="[]")


async def erased() -> None:
    row = {"hash": HASH, "decision": "d" * 43, "ground": "依法删除", "at": FORMED}
    async with unit_of_work():
        await bulk_insert(EntryErasure, [row])


async def change(**columns: object) -> None:
    await Entry.update(**columns).where(Entry.hash == HASH)


async def body() -> bytes | None:
    rows = await Entry.select(Entry.body).where(Entry.hash == HASH)
    return rows[0]["body"] if rows else None


async def refused(**columns: object) -> bool:
    with pytest.raises(Exception, match="append-only"):
        await change(**columns)
    return True


async def test_no_body_is_erased_without_an_erasure_that_answers_for_it(db) -> None:
    await stored(b"1")
    assert await refused(body=None)
    assert await refused(body=b"2")
    assert await body() == b"1"


async def test_an_erasure_lets_the_body_go_and_nothing_else(db) -> None:
    await stored(b"1")
    await erased()
    assert await refused(body=b"2")
    assert await refused(body=None, header=b"[]")
    await change(body=None)
    assert await body() is None


async def test_what_was_erased_never_comes_back(db) -> None:
    await stored(b"1")
    await erased()
    await change(body=None)
    assert await refused(body=b"1")


async def test_a_body_that_comes_after_its_header_is_filled_in_once(db) -> None:
    await stored(None)
    await change(body=b"1")
    assert await refused(body=b"2")
    assert await body() == b"1"
