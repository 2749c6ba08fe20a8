"""A copy of the database is of one instant, whole, checked, and there or not there."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from api.backups import use_backups
from api.cli.main import main as fieldcheck
from api.worker import HANDLERS
from inspection.authority.found import found_authority
from inspection.kernel import backup
from inspection.kernel.backup import BackupPlace, ask_for_backup, backups, make_backup
from inspection.kernel.clock import FixedClock
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import read
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.worker import Worker
from tests.conftest import NOW


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> BackupPlace:
    """A migrated database with two stored files."""
    file = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, file)
    with closing(sqlite3.connect(file)) as raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(blob)") if row[3]]
        for digest, length in (("bb", 20), ("aa", 10)):
            told = dict.fromkeys(columns, 0) | {"id": digest, "digest": digest, "length": length, "mime": "x/y"}
            marks = ", ".join("?" for _ in told)
            raw.execute(f"INSERT INTO blob ({', '.join(told)}) VALUES ({marks})", list(told.values()))
        raw.commit()
    return BackupPlace(file, tmp_path / "backups")


def rows(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as raw:
        return [row[0] for row in raw.execute("SELECT digest FROM blob ORDER BY digest")]


def test_a_copy_is_made_beside_a_writer_who_goes_on(place: BackupPlace) -> None:
    with closing(sqlite3.connect(place.database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM blob WHERE digest = 'aa'")
        made = make_backup(place, "one", NOW)
        writer.execute("COMMIT")
    assert rows(place.folder / "one" / backup.DATABASE) == ["aa", "bb"]
    assert rows(place.database) == ["bb"]
    assert (made.files, made.files_length) == (2, 30)
    assert (place.folder / "one" / backup.FILES).read_text() == "aa\t10\tx/y\nbb\t20\tx/y\n"
    assert sorted(one.name for one in (place.folder / "one").iterdir()) == sorted(
        [backup.DATABASE, backup.FILES, backup.TOLD]
    )


def test_nobody_else_on_the_machine_reads_a_copy(place: BackupPlace) -> None:
    make_backup(place, "one", NOW)
    modes = [stat.S_IMODE((place.folder / one).stat().st_mode) for one in ("", "one", f"one/{backup.DATABASE}")]
    assert [mode & 0o077 for mode in modes] == [0, 0, 0]


def test_what_was_made_is_told_of_and_not_made_again(place: BackupPlace) -> None:
    first = make_backup(place, "one", NOW)
    with closing(sqlite3.connect(place.database)) as raw:
        raw.execute("DELETE FROM blob")
        raw.commit()
    assert make_backup(place, "one", NOW + timedelta(hours=1)) == first
    second = make_backup(place, "two", NOW + timedelta(hours=1))
    assert backups(place.folder) == [second, first]
    assert backups(place.folder / "nowhere") == []


def test_of_a_copy_that_fails_nothing_is_left_and_what_a_crash_left_is_no_copy(
    place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.folder / ".making").mkdir(parents=True)
    (place.folder / ".making" / backup.TOLD).write_text("{}")
    (place.folder / "half").mkdir()
    assert backups(place.folder) == []
    place.database.write_bytes(place.database.read_bytes()[:9_000])
    with pytest.raises(sqlite3.DatabaseError):
        make_backup(place, "one", NOW)
    assert sorted(one.name for one in place.folder.iterdir()) == ["half"]


def test_without_room_nothing_is_begun(place: BackupPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_SPARE", 1 << 60)
    with pytest.raises(Conflict):
        make_backup(place, "one", NOW)
    assert not place.folder.exists()


async def test_a_copy_is_asked_for_once_at_a_time_and_made_in_the_background(db, cmd, entropy, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/fieldcheck.sqlite3", data_dir=tmp_path / "data")
    use_backups(settings)
    place = BackupPlace(tmp_path / "fieldcheck.sqlite3", tmp_path / "data" / "backups")
    if db.engine_type == "postgres":
        with pytest.raises(Refused):
            await ask_for_backup(cmd, place)
        return
    await found_authority(cmd, code="a1", name="x", short_name="x", rule_set="some-rules")
    await ask_for_backup(cmd, place)
    with pytest.raises(Conflict):
        await ask_for_backup(cmd, place)
    assert await Worker(HANDLERS, FixedClock(NOW), entropy).drain() == 1
    (made,) = backups(place.folder)
    assert [line.kind for line in await read("backups")] == ["backup.asked", "backup.made"]
    with closing(sqlite3.connect(place.folder / made.name / backup.DATABASE)) as raw:
        assert raw.execute("SELECT code FROM authority").fetchall() == [("a1",)]
    async with unit_of_work():
        await ask_for_backup(cmd, place)


def test_the_command_copies_while_another_process_holds_the_database(place: BackupPlace, capsys) -> None:
    fieldcheck(["--json", "--data-dir", str(place.database.parent), "backup"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == 2
    assert Path(told["folder"]).parent == place.folder
    assert rows(Path(told["folder"]) / backup.DATABASE) == ["aa", "bb"]
