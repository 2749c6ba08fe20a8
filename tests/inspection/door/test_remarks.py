"""Remarks without a name: nothing that is kept of them leads to a visit, and the journal tells a number once a day."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from inspection.door import store
from inspection.door.remark import ENOUGH, leave_remark, remarks_of, ripe, tell_remarks
from inspection.door.store_sent import RemarkRow, waiting_remarks
from inspection.door.tables import Remark
from inspection.kernel.command import Command
from inspection.kernel.database import current_engine
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, read
from inspection.kernel.journal.tables import JournalLine
from inspection.kernel.keys import server_keys
from tests.conftest import NOW
from tests.inspection.door.conftest import Scene

KEYS = server_keys(Ed25519PrivateKey.from_private_bytes(bytes(32)))


async def _leave(scene: Scene, text: str, cmd: Command | None = None, form: str | None = None) -> None:
    told = {"visit_id": scene.visit.id, "turn": 1, "form": form or f"form of {text}", "text": text, "keys": KEYS}
    await leave_remark(cmd or scene.cmd, **told)


async def test_a_remark_waits_unseen_and_without_a_line_until_enough_are_told_together(scene: Scene) -> None:
    before = await JournalLine.count()
    texts = [f"意见{n}" for n in range(ENOUGH)]
    for text in texts[:-1]:
        await _leave(scene, text)
    night = scene.after(hours=18)
    assert await tell_remarks(night) == 0
    assert await JournalLine.count() == before
    assert await remarks_of(scene.world.authority, None, 10) == []

    await _leave(scene, texts[-1])
    assert await tell_remarks(scene.cmd) == 0
    assert await tell_remarks(night) == ENOUGH
    told = await remarks_of(scene.world.authority, None, 10)
    assert sorted(row.text for row in told) == texts
    assert {row.month for row in told} == {"2026-03"}
    assert await waiting_remarks() == []
    (line,) = await read(f"remarks:{scene.world.authority}")
    assert (line.kind, line.payload["count"], line.actor_id) == (EventKind.REMARKS_RECEIVED, ENOUGH, night.actor.id)
    assert await JournalLine.count() == before + 1


async def test_the_journal_is_told_once_a_day_at_most(scene: Scene) -> None:
    for round_, told in enumerate((ENOUGH, 0)):
        for n in range(ENOUGH):
            await _leave(scene, f"{round_}.{n}")
        assert await tell_remarks(scene.after(hours=18, minutes=round_)) == told
    assert await tell_remarks(scene.after(1, hours=18)) == ENOUGH
    lines = await read(f"remarks:{scene.world.authority}")
    assert [line.payload["count"] for line in lines] == [ENOUGH, ENOUGH]


async def test_few_are_told_when_their_month_is_over(scene: Scene) -> None:
    await _leave(scene, "一个人的意见")
    assert await tell_remarks(scene.after(28, hours=18)) == 0
    assert await tell_remarks(scene.after(30, hours=18)) == 1


async def test_a_form_sent_twice_is_one_remark_also_when_it_was_told_in_between(scene: Scene) -> None:
    for _ in range(2):
        await _leave(scene, "同一份")
    assert len(await waiting_remarks()) == 1
    assert await tell_remarks(scene.after(30, hours=18)) == 1
    await _leave(scene, "同一份")
    assert await waiting_remarks() == []


async def test_neither_the_order_of_rows_nor_what_the_database_keeps_beside_them_tells_the_order(scene: Scene) -> None:
    for n in range(12):
        await _leave(scene, f"{n:02d}")
    await tell_remarks(scene.after(hours=18))
    place = "rowid" if current_engine().engine_type == "sqlite" else "ctid"
    rows = await Remark.raw(f"SELECT id, text FROM remark ORDER BY {place}")
    assert [str(row["id"]) for row in rows] == sorted(str(row["id"]) for row in rows)
    assert [row["text"] for row in rows] != sorted(row["text"] for row in rows)
    assert {UUID(str(row["id"])).version for row in rows} == {4}
    if place == "ctid":
        marks = await Remark.raw("SELECT DISTINCT xmin::text AS mark FROM remark")
        assert len(marks) == 1


async def test_what_is_empty_too_long_or_comes_through_a_closed_door_is_not_taken(scene: Scene) -> None:
    for text in (" \n\x00", "长" * 2001):
        with pytest.raises(Invalid):
            await _leave(scene, text)
    await store.change_door(scene.visit.id, revoked_at=NOW, revoked_by="head")
    with pytest.raises(Conflict):
        await _leave(scene, "太晚")
    assert await waiting_remarks() == []


@given(st.lists(st.sampled_from(("2026-01", "2026-02", "2026-03")), max_size=2 * ENOUGH))
def test_all_are_ripe_when_they_are_enough_and_those_of_months_gone_by_always(months: list[str]) -> None:
    rows = [RemarkRow(UUID(int=n), UUID(int=0), month, "") for n, month in enumerate(months)]
    told = ripe(rows, "2026-03")
    assert all(row in told for row in rows if row.month < "2026-03")
    assert (len(told) == len(rows)) if len(rows) >= ENOUGH else all(row.month < "2026-03" for row in told)
