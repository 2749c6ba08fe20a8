"""Statements as text: values and conditions stand in their places, and inside a unit of work they are part of it."""

from uuid import UUID

import pytest
from piccolo.querystring import QueryString

from inspection.kernel.ask import _inlined, _marked, ask
from inspection.kernel.sql import one_of
from inspection.kernel.unit_of_work import unit_of_work
from tests.inspection.kernel.test_sql import NOWHERE, insert


def test_a_condition_brings_its_values_to_its_place():

    inner = QueryString("b = {} OR {}", 2, QueryString("c = {}", 3))
    assert _inlined("a = {} AND ({}) AND d = {}", (1, inner, 4)) == (
        "a = {} AND (b = {} OR c = {}) AND d = {}",
        (1, 2, 3, 4),
    )


def test_each_engine_has_its_own_marks():
    assert _marked("a = {} AND b = {}", "sqlite") == "a = ? AND b = ?"
    assert _marked("a = {} AND b = {}", "postgres") == "a = $1 AND b = $2"


def test_a_value_too_few_or_too_many_is_noticed_before_anything_is_asked():
    with pytest.raises(ValueError, match="zip"):
        _inlined("a = {}", (1, 2))


async def test_rows_come_as_they_were_written(db) -> None:
    first, second, _ = await insert(3)
    wanted = one_of("id", sorted(str(row["id"]) for row in (first, second)))
    found = await ask("SELECT id, seq, not_before FROM work_item WHERE name = {} AND {} ORDER BY seq", "a", wanted)
    assert [(UUID(str(row["id"])), row["seq"], row["not_before"]) for row in found] == [
        (row["id"], row["seq"], row["not_before"]) for row in (first, second)
    ]
    assert await ask("SELECT id FROM work_item WHERE id = {}", NOWHERE) == []


async def test_inside_a_unit_it_sees_what_the_unit_wrote_and_is_undone_with_it(db) -> None:
    await insert(1)
    with pytest.raises(RuntimeError, match="not to be"):
        async with unit_of_work():
            await ask("UPDATE work_item SET name = {} WHERE name = {}", "b", "a")
            assert len(await ask("SELECT id FROM work_item WHERE name = {}", "b")) == 1
            raise RuntimeError("not to be")
    assert len(await ask("SELECT id FROM work_item WHERE name = {}", "a")) == 1
