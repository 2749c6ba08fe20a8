"""What the database says of itself costs no scan and is never too small by much."""

from datetime import timedelta

from api.schema import all_tables
from inspection.authority.found import found_authority
from inspection.authority.tables import Authority
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.sql import measure
from inspection.kernel.standing import database_standing, estimated_rows
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work import store
from inspection.kernel.work.tables import WorkItem
from tests.conftest import NOW


async def test_a_database_knows_what_it_is_and_about_how_much_is_in_it(db, cmd) -> None:
    standing = await database_standing()
    assert standing.engine.lower() == {"sqlite": "sqlite", "postgres": "postgresql"}[db.engine_type]
    assert standing.version[0].isdigit()
    assert standing.length > 100_000
    for code in ("a1", "a2"):
        await found_authority(cmd, code=code, name=code, short_name=code, rule_set="some-rules")
    await measure(Authority)
    told = await estimated_rows(all_tables())
    assert told["authority"] == 2
    assert set(told) == {table._meta.tablename for table in all_tables()}


async def test_the_queue_tells_what_waits_what_is_late_and_what_was_given_up(db, entropy) -> None:
    assert await store.standing(NOW) == store.QueueStanding(0, 0, None)
    cmd = Command(SYSTEM, NOW, entropy)
    async with unit_of_work():
        await append(
            cmd.event(EventKind.CALENDAR_IMPORTED, "calendar:x"), cmd.event(EventKind.CALENDAR_IMPORTED, "calendar:y")
        )
    assert await store.standing(NOW) == store.QueueStanding(2, 0, NOW)
    assert (await store.standing(NOW, most=1)).waiting == 2
    assert (await store.standing(NOW - timedelta(seconds=1))).due is None
    first = await WorkItem.select(WorkItem.id).order_by(WorkItem.id).first()
    await store.give_up(first["id"], "ValueError: x")
    assert await store.standing(NOW) == store.QueueStanding(1, 1, NOW)
    assert [(name, error) for name, _, error in await store.given_up()] == [("publicity.count_again", "ValueError: x")]
    async with unit_of_work():
        await store.claim(NOW, NOW + timedelta(minutes=1), 5)
    assert (await store.standing(NOW)).due is None
