"""Item lists and checklists on both engines, and what other rooms may ask."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.registry import find
from inspection.registry.items.import_items import import_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.rows import ObjectStatus
from inspection.registry.objects.synthetic import synthetic_register

TODAY = date(2026, 3, 2)
NOBODY = uuid5(UUID(int=0), "nobody")


async def seeded(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())


async def test_a_directory_holds_every_object_of_the_item_closed_ones_included(cmd: Command, authority: UUID):
    await seeded(cmd, authority)
    await import_objects(cmd, synthetic_register(400), authority=authority)
    seen: set[ObjectStatus] = set()
    for item in await find.items(authority):
        rows = [row async for row in find.directory(authority, item.id)]
        seen |= {row.status for row in rows}
        wanted = [
            o
            for o in await find.list_objects(authority, find.ObjectQuery(limit=1000))
            if set(o.trades) & set(item.object_kinds)
        ]
        assert [row.oid for row in rows] == [found.code for found in wanted]
        assert [row.object_id for row in rows] == [found.id for found in wanted]
        assert len(rows) == len(set(rows))
    assert {ObjectStatus.ACTIVE, ObjectStatus.CANCELLED} <= seen


async def test_a_directory_is_read_across_pages(cmd: Command, authority: UUID, monkeypatch: pytest.MonkeyPatch):
    await seeded(cmd, authority)
    await import_objects(cmd, synthetic_register(50), authority=authority)
    item = (await find.items(authority))[0]
    whole = [row async for row in find.directory(authority, item.id)]
    monkeypatch.setattr("inspection.registry.objects.store.PAGE", 7)
    assert [row async for row in find.directory(authority, item.id)] == whole


async def test_what_is_not_there_is_said_so(cmd: Command, authority: UUID):
    for question in (find.object_facts, find.item, find.checklist_for):
        with pytest.raises(NotFound):
            await question(NOBODY)
    with pytest.raises(NotFound):
        await find.object_by_code(authority, "91110000600037341L")
    assert await find.checklist_version(authority, "SW01-YD", 1) is None
    with pytest.raises(NotFound):
        [row async for row in find.directory(authority, NOBODY)]
