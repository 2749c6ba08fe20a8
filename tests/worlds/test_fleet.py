"""Tablets go offline, work, and come back over a bad network: everything they captured is on the server, unaltered."""

import asyncio
import sqlite3
from collections.abc import Callable

import pytest

from api.simulation.check import Custody, compare
from inspection.kernel.database import current_engine
from media.vault import current_vault
from mobile_contract.base import unb64url
from mobile_contract.envelope import entry_hash
from tests.support.once import once
from tests.worlds.days import TABLETS, Days, Tablets, lived, settings_in


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Days:
    return once(tmp_path_factory, "fleet-sqlite", lambda folder: asyncio.run(lived(settings_in(folder))))


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Days:
    return once(
        tmp_path_factory, "fleet-postgres", lambda folder: asyncio.run(lived(settings_in(folder, postgres_dsn)))
    )


@pytest.fixture(params=["sqlite", "postgres"])
def days(request: pytest.FixtureRequest) -> Days:
    return request.getfixturevalue(f"on_{request.param}")


def test_every_entry_and_photograph_is_in_the_store_byte_for_byte(days: Days) -> None:
    custody = days.report.custody
    assert custody.whole
    assert custody.entries == custody.entries_identical == len(days.captured) > 100
    assert custody.media == custody.media_identical > 5
    assert (custody.entries_missing, custody.entries_altered, custody.entries_unsent, custody.media_missing) == (0,) * 4


def test_the_store_holds_what_the_tablets_captured_and_nothing_else(days: Days) -> None:
    assert len(set(days.captured)) == len(days.captured)
    assert set(days.stored) == set(days.captured)


def test_the_bytes_in_the_store_hash_to_their_names(days: Days) -> None:
    for name, (header, _, _) in days.stored.items():
        assert entry_hash(bytes(header)) == unb64url(name)


def test_the_network_was_really_bad(days: Days) -> None:
    report = days.report
    assert report.tablets == TABLETS
    assert report.lost_requests > 0
    assert report.lost_answers > 0
    assert report.doubled_requests > 0
    assert report.requests > 100


def test_visits_were_made_and_decided(days: Days) -> None:
    assert days.report.visits_done == days.report.approved + days.report.sent_back > 5


def test_the_same_seed_makes_the_same_days(on_sqlite: Days, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = asyncio.run(lived(settings_in(tmp_path_factory.mktemp("again"))))
    assert again.captured == on_sqlite.captured
    assert {name: (p, b) for name, (p, b, _) in again.stored.items()} == {
        name: (p, b) for name, (p, b, _) in on_sqlite.stored.items()
    }
    assert again.report == on_sqlite.report


def test_both_engines_live_through_the_same_days(on_sqlite: Days, on_postgres: Days) -> None:
    assert on_postgres.captured == on_sqlite.captured
    assert on_postgres.report == on_sqlite.report


def test_every_planted_loss_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One after another, so that one short day shows them all; each is undone before the next."""
    found: dict[str, Custody] = {}

    async def spoil(tablets: Tablets) -> None:
        honest = await compare(tablets)
        assert honest.whole
        for name, plant in PLANTED.items():
            undo = await plant(tablets)
            found[name] = await compare(tablets)
            undo()
            assert await compare(tablets) == honest, name

    asyncio.run(lived(settings_in(tmp_path_factory.mktemp("losses")), days=1, at_the_end=spoil))
    seen = {
        name: (one.entries_missing, one.entries_altered, one.media_missing, one.media - one.media_identical)
        for name, one in found.items()
    }
    assert seen == {
        "a stored row is gone": (1, 0, 0, 0),
        "a stored signature is another": (0, 1, 0, 0),
        "a tablet's entry was altered": (0, 1, 0, 0),
        "a photograph lost a byte": (0, 0, 0, 1),
        "an entry never left its tablet": (0, 0, 0, 0),
    }
    assert found["an entry never left its tablet"].entries_unsent == 1
    assert not any(one.whole for one in found.values())


Undo = Callable[[], None]


def _in_store(sql: str, *values: object) -> list[tuple[object, ...]]:
    """Behind the server's back, with the triggers out of the way."""
    raw = sqlite3.connect(current_engine().path, timeout=5)
    try:
        for change in ("update", "delete", "erase"):
            raw.execute(f'DROP TRIGGER IF EXISTS "entry__append_only_{change}"')
        rows = raw.execute(sql, values).fetchall()
        raw.commit()
        return rows
    finally:
        raw.close()


async def _row_gone(tablets: Tablets) -> Undo:
    victim = tablets[0].device.store.entries()[0].hash
    (row,) = _in_store("SELECT * FROM entry WHERE hash = ?", victim)
    _in_store("DELETE FROM entry WHERE hash = ?", victim)
    marks = ", ".join("?" * len(row))
    return lambda: _in_store(f"INSERT INTO entry VALUES ({marks})", *row) and None


async def _signature_swapped(tablets: Tablets) -> Undo:
    victim = tablets[0].device.store.entries()[-1].hash
    ((before,),) = _in_store("SELECT signature FROM entry WHERE hash = ?", victim)
    _in_store("UPDATE entry SET signature = ? WHERE hash = ?", bytes(64), victim)
    return lambda: _in_store("UPDATE entry SET signature = ? WHERE hash = ?", before, victim) and None


async def _tablet_altered(tablets: Tablets) -> Undo:
    store = tablets[0].device.store
    victim = store.entries()[1]
    with store.step():
        store._db.execute(
            "UPDATE entry SET line = ? WHERE hash = ?", (victim.line.replace('"s":"', '"s":"A'), victim.hash)
        )

    def undo() -> None:
        with store.step():
            store._db.execute("UPDATE entry SET line = ? WHERE hash = ?", (victim.line, victim.hash))

    return undo


async def _photo_cut(tablets: Tablets) -> Undo:
    digest = next(digest for tablet in tablets for digest in tablet.device.store.digests())
    path = current_vault().disk.blob_path(digest)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    return lambda: path.write_bytes(whole) and None


async def _unsent(tablets: Tablets) -> Undo:
    store = tablets[0].device.store
    victim = store.entries()[2].hash
    ((before,),) = store._db.execute("SELECT custody FROM entry WHERE hash = ?", (victim,)).fetchall()
    with store.step():
        store._db.execute("UPDATE entry SET custody = 0 WHERE hash = ?", (victim,))

    def undo() -> None:
        with store.step():
            store._db.execute("UPDATE entry SET custody = ? WHERE hash = ?", (before, victim))

    return undo


PLANTED = {
    "a stored row is gone": _row_gone,
    "a stored signature is another": _signature_swapped,
    "a tablet's entry was altered": _tablet_altered,
    "a photograph lost a byte": _photo_cut,
    "an entry never left its tablet": _unsent,
}
