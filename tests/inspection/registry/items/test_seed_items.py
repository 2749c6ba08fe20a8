"""The list that comes with the package, on both engines: in with its checklists, published, changed by versions."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.intake.remarks import Reason
from inspection.registry.intake.report import Counts
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items


async def seeded(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())


async def test_the_seed_list_goes_in_with_its_checklists(cmd: Command, authority: UUID) -> None:
    report = await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    assert report.counts == Counts(rows=5, added=5, warned=2)
    items = await find.items(authority)
    assert [item.code for item in items] == ["SW01", "SW02", "SW03", "SW04", "SW05"]
    pinned = await find.checklist_for(items[0].id)
    assert pinned.checklist == seed_checklists()[0]
    assert pinned.digest == seed_checklists()[0].digest()
    assert (await find.checklists([pinned.id]))[pinned.id] == pinned
    assert await find.checklist_version(authority, "SW01-YD", 1) == pinned


async def test_the_seed_list_again_changes_nothing(cmd: Command, authority: UUID) -> None:
    await seeded(cmd, authority)
    before = await find.items(authority)
    report = await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    assert report.counts == Counts(rows=5, unchanged=5, warned=2)
    assert await find.items(authority) == before


async def test_a_changed_item_becomes_a_new_version_that_is_not_published(cmd: Command, authority: UUID) -> None:
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


async def test_publishing_twice_tells_the_journal_once(cmd: Command, authority: UUID) -> None:
    await seeded(cmd, authority)
    assert len(await publish_items(cmd, authority=authority)) == 5
    assert await publish_items(cmd, authority=authority) == ()
    entries = await read(f"registry:{authority}")
    assert [entry.kind for entry in entries].count(EventKind.ITEMS_PUBLISHED) == 1
    assert [entry.kind for entry in entries].count(EventKind.CHECKLIST_RELEASED) == 5


async def test_items_whose_checklist_nobody_released_are_rejected(cmd: Command, authority: UUID) -> None:
    report = await import_items(cmd, seed_items(), authority=authority)
    assert report.counts == Counts(rows=5, rejected=5)
    assert report.rejected[0].remarks[0].key is Reason.CHECKLIST_UNKNOWN
