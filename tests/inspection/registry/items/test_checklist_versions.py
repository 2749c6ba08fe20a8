"""Versions of a checklist: what differs between two, and that the next one follows the newest."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.registry.items.checklist_changes import checklist_changes
from inspection.registry.items.release_checklists import release_next
from inspection.registry.items.seed_list import seed_checklists
from mobile_contract.checklist import Checklist, ChecklistItem, Text

CODES = st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True)


def made(codes: list[str], title: str = "t") -> Checklist:
    points = tuple(ChecklistItem(code=code, text=Text(zh=code)) for code in codes)
    return Checklist(code="K", version=1, title=Text(zh=title), items=points)


@given(CODES, CODES)
def test_what_one_version_adds_the_other_way_takes_away(first: list[str], second: list[str]) -> None:
    there, back = checklist_changes(made(first), made(second)), checklist_changes(made(second), made(first))
    assert {one.code for one in there.points if one.before is None} == set(second) - set(first)
    assert {one.code for one in there.points if one.before is None} == {
        one.code for one in back.points if one.after is None
    }
    assert there.moved is back.moved
    assert there.any is (first != second)


def test_a_changed_point_is_told_by_its_fields() -> None:
    before = made(["a", "b"])
    point = before.items[1].model_copy(update={"score": 2, "is_key": True})
    after = before.model_copy(update={"items": (before.items[0], point), "title": Text(zh="other")})
    told = checklist_changes(before, after)
    assert (told.head, told.moved) == (("title",), False)
    assert [(one.code, one.fields) for one in told.points] == [("b", ("score", "is_key"))]


async def test_the_next_version_follows_the_newest(cmd: Command, authority: UUID) -> None:
    first = seed_checklists()[0].model_copy(update={"version": 1})
    await release_next(cmd, authority=authority, checklist=first)
    again = first.model_copy(update={"version": 2})
    with pytest.raises(Conflict, match=r"registry\.checklist_unchanged"):
        await release_next(cmd, authority=authority, checklist=again)
    changed = again.model_copy(update={"items": again.items[1:]})
    for version in (1, 3):
        with pytest.raises(StaleScreen, match=r"registry\.checklist_stale"):
            stale = changed.model_copy(update={"version": version})
            await release_next(cmd, authority=authority, checklist=stale)
    released = await release_next(cmd, authority=authority, checklist=changed)
    assert (released.version, released.digest) == (2, changed.digest())
    kinds = [event.kind for event in await read(f"registry:{authority}")]
    assert kinds == [EventKind.CHECKLIST_RELEASED] * 2
