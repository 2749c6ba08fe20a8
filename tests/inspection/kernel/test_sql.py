from datetime import UTC, datetime
from uuid import UUID

import pytest

from inspection.kernel.sql import COPIED, bulk_insert, bulk_update, fill_column, measure, rows_of
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.tables import WorkItem

MARCH, MAY = datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 5, 4, 3, 2, 1, 500, tzinfo=UTC)

NOWHERE = UUID(int=999_999)


def item(number: int) -> dict[str, object]:
    return {
        "id": UUID(int=number + 1),
        "name": "a",
        "lane": "lane",
        "stream": "stream",
        "seq": number,
        "authority": UUID(int=7),
        "payload": "{}",
        "attempts": 0,
        "not_before": MARCH,
        "dead": False,
        "last_error": "of old",
    }


async def insert(count: int) -> list[dict[str, object]]:
    rows = [item(number) for number in range(count)]
    async with unit_of_work():
        await bulk_insert(WorkItem, rows)
    return rows


async def stored(row_id: object) -> dict[str, object]:
    row = await WorkItem.select().where(WorkItem.id == row_id).first()
    return {**row, "id": UUID(str(row["id"])), "authority": row["authority"] and UUID(str(row["authority"]))}


async def test_a_bulk_update_changes_the_named_columns_of_the_named_rows_and_no_others(db) -> None:
    first, second, third = await insert(3)
    fresh = [
        {"id": first["id"], "payload": '{"检查":1}', "authority": None, "dead": True, "not_before": MAY, "attempts": 7},
        {"id": third["id"], "payload": "[]", "authority": None, "dead": False, "not_before": MARCH, "attempts": 1},
    ]
    async with unit_of_work():
        assert await bulk_update(WorkItem, fresh) == 2
    before = {"claimed_until": None, "done_at": None}
    assert await stored(first["id"]) == {**before, **first, **fresh[0]}
    assert await stored(second["id"]) == {**before, **second}
    assert await stored(third["id"]) == {**before, **third, **fresh[1]}


async def test_a_bulk_update_of_more_rows_than_a_statement_has_parameters_changes_them_all(db) -> None:
    rows = await insert(8000)
    async with unit_of_work():
        changed = await bulk_update(
            WorkItem, [{"id": row["id"], "seq": 10_000 + row["seq"], "lane": "b", "name": "b"} for row in rows]
        )
    assert changed == len(rows)
    assert await WorkItem.count().where(WorkItem.lane == "b", WorkItem.name == "b", WorkItem.seq >= 10_000) == len(rows)


async def test_a_bulk_update_counts_only_rows_that_are_there(db) -> None:
    (row,) = await insert(1)
    async with unit_of_work():
        assert await bulk_update(WorkItem, [{"id": NOWHERE, "lane": "b"}, {"id": row["id"], "lane": "b"}]) == 1
        assert await bulk_update(WorkItem, []) == 0


async def test_a_bulk_update_is_undone_with_its_unit_of_work(db) -> None:
    (row,) = await insert(1)
    with pytest.raises(LookupError):
        async with unit_of_work():
            await bulk_update(WorkItem, [{"id": row["id"], "lane": "b"}])
            raise LookupError
    assert (await stored(row["id"]))["lane"] == "lane"


async def test_a_bulk_update_outside_a_unit_of_work_is_refused(db) -> None:
    with pytest.raises(RuntimeError, match="unit of work"):
        await bulk_update(WorkItem, [{"id": NOWHERE, "lane": "b"}])


async def test_the_planner_knows_how_many_rows_a_measured_table_has(db) -> None:
    await insert(1200)
    await measure(WorkItem)
    if db.engine_type == "postgres":
        rows = await WorkItem.raw("SELECT reltuples FROM pg_class WHERE relname = 'work_item'")
        assert rows[0]["reltuples"] == 1200
    async with unit_of_work():
        await measure(WorkItem)
    assert await WorkItem.count() == 1200


async def test_a_column_is_filled_from_another_where_it_differs_and_counted(db, monkeypatch) -> None:
    rows = await insert(12)
    async with unit_of_work():
        await bulk_update(WorkItem, [{"id": rows[3]["id"], "last_error": "LANE!"}])
        assert await fill_column("work_item", "lane", "last_error", lambda text: f"{text.upper()}!") == 11
        assert await fill_column("work_item", "lane", "last_error", lambda text: f"{text.upper()}!") == 0
    assert await WorkItem.count().where(WorkItem.last_error == "LANE!") == 12


@pytest.mark.parametrize("count", [COPIED - 2, COPIED + 3])
async def test_rows_that_are_there_already_do_not_keep_the_others_out(count: int, db) -> None:
    await insert(2)
    rows = [item(number) for number in range(count)]
    async with unit_of_work():
        assert await bulk_insert(WorkItem, rows, on_conflict="nothing") == count - 2
        assert await bulk_insert(WorkItem, [item(count)], on_conflict="nothing") == 1
    assert await WorkItem.count() == count + 1


async def test_rows_that_conflict_undo_their_insert_when_nothing_was_said_of_it(db) -> None:
    await insert(2)
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with unit_of_work():
            await bulk_insert(WorkItem, [item(number) for number in range(1, COPIED + 3)])
    assert await WorkItem.count() == 2


async def test_rows_of_many_texts_are_found_each_once(db) -> None:
    await insert(3)
    async with unit_of_work():
        await bulk_insert(WorkItem, [{**item(8), "name": "b", "authority": UUID(int=9)}])
    owner = ("authority", UUID(int=7))
    assert await rows_of(WorkItem, ("seq",), owner, "name", ["b", "没有", "'"]) == []
    found = await rows_of(WorkItem, ("seq", "name"), owner, "name", ["a", "b"])
    assert sorted(row["seq"] for row in found) == [0, 1, 2]
