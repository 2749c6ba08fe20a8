"""Item lists and checklists on both engines, and what other rooms may ask."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.intake.remarks import Reason
from inspection.registry.intake.report import Counts
from inspection.registry.items.checklist_files import parse_checklist
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.rows import ObjectStatus
from inspection.registry.objects.synthetic import synthetic_register
from mobile_contract.problems import ProblemCode

TODAY = date(2026, 3, 2)
NOBODY = uuid5(UUID(int=0), "nobody")


async def seeded(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())


async def test_the_seed_list_goes_in_with_its_checklists(cmd: Command, authority: UUID):
    report = await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    assert report.counts == Counts(rows=5, added=5, warned=2)
    items = await find.items(authority)
    assert [item.code for item in items] == ["SW01", "SW02", "SW03", "SW04", "SW05"]
    pinned = await find.checklist_for(items[0].id)
    assert pinned.checklist == seed_checklists()[0]
    assert pinned.digest == seed_checklists()[0].digest()
    assert (await find.checklists([pinned.id]))[pinned.id] == pinned
    assert await find.checklist_version(authority, "SW01-YD", 1) == pinned


async def test_the_seed_list_again_changes_nothing(cmd: Command, authority: UUID):
    await seeded(cmd, authority)
    before = await find.items(authority)
    report = await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    assert report.counts == Counts(rows=5, unchanged=5, warned=2)
    assert await find.items(authority) == before


async def test_a_changed_item_becomes_a_new_version_that_is_not_published(cmd: Command, authority: UUID):
    await seeded(cmd, authority)
    await publish_items(cmd, authority=authority)
    old = (await find.published_items(authority))[2]
    changed = seed_items().replace(b"50%", b"60%")
    report = await import_items(cmd, changed, authority=authority)
    assert report.counts.changed == 1
    new = (await find.items(authority))[2]
    assert (new.version, new.published_at, new.code) == (2, None, old.code)
    assert (await find.published_items(authority))[2] == old
    assert await find.item(old.id) == old
    assert [item.code for item in await publish_items(cmd, authority=authority)] == [old.code]
    assert (await find.published_items(authority))[2].id == new.id


async def test_publishing_twice_tells_the_journal_once(cmd: Command, authority: UUID):
    await seeded(cmd, authority)
    assert len(await publish_items(cmd, authority=authority)) == 5
    assert await publish_items(cmd, authority=authority) == ()
    entries = await read(f"registry:{authority}")
    assert [entry.kind for entry in entries].count(EventKind.ITEMS_PUBLISHED) == 1
    assert [entry.kind for entry in entries].count(EventKind.CHECKLIST_RELEASED) == 5


async def test_a_released_checklist_never_changes(cmd: Command, authority: UUID):
    await seeded(cmd, authority)
    other = seed_checklists()[0].model_copy(update={"source": "另一来源"})
    with pytest.raises(Conflict) as refusal:
        await import_items(cmd, seed_items(), authority=authority, checklists=[other])
    assert refusal.value.code is ProblemCode.CHECKLIST_IMMUTABLE
    newer = other.model_copy(update={"version": 2})
    await import_items(cmd, seed_items(), authority=authority, checklists=[newer])
    item = (await find.items(authority))[0]
    assert (await find.checklist_for(item.id)).version == 2
    first = await find.checklist_version(authority, "SW01-YD", 1)
    assert first is not None
    assert first.checklist == seed_checklists()[0]


async def test_items_whose_checklist_nobody_released_are_rejected(cmd: Command, authority: UUID):
    report = await import_items(cmd, seed_items(), authority=authority)
    assert report.counts == Counts(rows=5, rejected=5)
    assert report.rejected[0].remarks[0].key is Reason.CHECKLIST_UNKNOWN


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b"code = "),
        ("a.toml", b'code = "A"\nversion = 1'),
        ("a.toml", b"\xff"),
        ("a.json", b'{"code": "A", "code": "B"}'),
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"code": "A", "version": 1, "title": {"zh": "x"}}'),
        ("a.toml", b'code = "A"\nversion = 2026-01-01'),
    ],
)
def test_an_unreadable_checklist_file_is_refused_with_its_problems(name: str, data: bytes):
    with pytest.raises(Invalid) as refusal:
        parse_checklist(name, data)
    assert refusal.value.facts["problems"]


def test_a_checklist_file_may_be_json():
    point = '{"code": "1", "text": {"zh": "是否"}}'
    data = f'{{"code": "A", "version": 1, "title": {{"zh": "题"}}, "items": [{point}]}}'
    assert parse_checklist("a.json", data.encode()).items[0].text.zh == "是否"


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
