"""Several directories as one frame: in the order of the codes' bytes, each object once (draw.md §4.2, §4.8)."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw import store
from inspection.draw.frozen.snapshot import ascending, merged
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectKind, ObjectStatus

some_codes = st.lists(st.text("AaZz1:-一é", min_size=1, max_size=3), unique=True, max_size=12)


def row(code: str) -> DirectoryRow:
    return DirectoryRow(UUID(int=1), code, ObjectKind.PRODUCT, (), None, None, None, ObjectStatus.ACTIVE)


async def stream(codes: list[str]) -> AsyncIterator[DirectoryRow]:
    for code in codes:
        yield row(code)


@given(st.lists(some_codes, min_size=1, max_size=4))
async def test_each_object_comes_once_with_its_row_in_every_directory(directories: list[list[str]]) -> None:
    streams = [ascending(stream(codes)) for codes in directories]
    found = [rows async for rows in merged(streams)]
    codes = [next(one.oid for one in rows if one) for rows in found]
    assert codes == sorted({code for listed in directories for code in listed}, key=str.encode)
    for code, rows in zip(codes, found, strict=True):
        assert [one.oid if one else None for one in rows] == [code if code in own else None for own in directories]


@pytest.mark.usefixtures("db")
async def test_a_database_is_asked_for_its_order_of_texts() -> None:
    assert await store.in_byte_order()


@pytest.mark.usefixtures("db")
async def test_an_order_that_overlooks_capitals_is_noticed(monkeypatch) -> None:
    raw, bytewise = store.Draw.raw, "ORDER BY told.column1"
    monkeypatch.setattr(store.Draw, "raw", lambda sql: raw(sql.replace(bytewise, "ORDER BY lower(told.column1)")))
    assert not await store.in_byte_order()
