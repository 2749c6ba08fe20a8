"""One item stated anew by hand: checked as a list's row is, a version of its own, told before it is published."""

from uuid import UUID

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.items.edit_item import FIELDS, edit_item, stated_of
from inspection.registry.items.import_items import import_items, preview_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.items.waiting import waiting_items
from tests.inspection.registry.items.lists import provincial


async def seeded(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    await publish_items(cmd, authority=authority)


@pytest.mark.parametrize("data", [seed_items(), provincial()], ids=["seed", "provincial"])
async def test_what_a_version_states_makes_the_same_version_again(cmd: Command, authority: UUID, data: bytes) -> None:
    await import_items(cmd, data, authority=authority, checklists=seed_checklists())
    for item in await find.items(authority):
        assert set(stated_of(item)) == set(FIELDS)
        with pytest.raises(Conflict, match=r"registry\.item_unchanged"):
            await edit_item(cmd, authority=authority, stated=stated_of(item), based_on=item.version)


async def test_a_changed_item_is_the_next_version_and_waits(cmd: Command, authority: UUID) -> None:
    await seeded(cmd, authority)
    old = (await find.items(authority))[0]
    stated = stated_of(old) | {"ratio": "不低于10%", "content": ""}
    new = await edit_item(cmd, authority=authority, stated=stated, based_on=1)
    assert (new.version, new.published_at, new.ratio_text) == (2, None, "不低于10%")
    assert (await find.published_items(authority))[0].version == 1
    (waiting,) = await waiting_items(cmd, authority)
    assert (waiting.item, waiting.before) == (new, old)
    assert {one.field for one in waiting.changes} == {"ratio_text", "content"}
    assert [one.item for one in waiting.findings] == [old.code]
    assert (await read(f"registry:{authority}"))[-1].kind is EventKind.ITEM_EDITED


async def test_an_item_that_is_not_there_yet_is_its_first_version(cmd: Command, authority: UUID) -> None:
    new = await edit_item(cmd, authority=authority, stated={"name": "新事项", "basis": "某法"}, based_on=0)
    assert (new.version, new.code[:2]) == (1, "N-")
    (waiting,) = await waiting_items(cmd, authority)
    assert (waiting.before, waiting.changes) == (None, ())


async def test_what_a_list_could_not_say_is_refused_and_nothing_kept(cmd: Command, authority: UUID) -> None:
    for stated in ({"name": ""}, {"name": "x", "checklist": "unheard-of"}, {"name": "x" * 400}, {"colour": "red"}):
        with pytest.raises(Invalid):
            await edit_item(cmd, authority=authority, stated=stated, based_on=0)
    assert await find.items(authority) == []


async def test_nobody_overwrites_what_he_has_not_seen(cmd: Command, authority: UUID) -> None:
    await seeded(cmd, authority)
    old = (await find.items(authority))[0]
    await edit_item(cmd, authority=authority, stated=stated_of(old) | {"note": "甲"}, based_on=1)
    for based_on in (0, 1, 3):
        with pytest.raises(StaleScreen, match=r"registry\.item_stale"):
            await edit_item(cmd, authority=authority, stated=stated_of(old) | {"note": "乙"}, based_on=based_on)


async def test_a_list_is_looked_at_before_it_comes_in(cmd: Command, authority: UUID) -> None:
    await seeded(cmd, authority)
    changed = seed_items().decode("utf-8-sig").replace("50%", "60%").encode()
    before = await read(f"registry:{authority}")
    found = await preview_items(cmd, changed, authority=authority)
    assert await read(f"registry:{authority}") == before
    assert (found.counts.added, found.counts.rejected) == (0, 0)
    assert {name for change in found.changes for name in change.fields} == {"ratio_text"}
    report = await import_items(cmd, changed, authority=authority)
    assert report.counts.changed == found.counts.changed == len(found.changes) > 0
