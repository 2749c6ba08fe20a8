"""A backup is of one instant, whole, checked, and there or not there."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from api.backups import place_of, use_backups
from api.cli.main import main as fieldcheck
from api.worker import HANDLERS
from inspection.authority.found import found_authority
from inspection.kernel import backup
from inspection.kernel.backup import (
    Backup,
    BackupPlace,
    Wanted,
    ask_for_backup,
    backups,
    make,
    make_backup,
    manifest,
)
from inspection.kernel.clock import FixedClock
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import read
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.worker import Worker
from media.disk import Disk
from tests.conftest import NOW

PHOTOS = [b"a photograph", b"another one"]
DIGESTS = sorted(hashlib.sha256(one).hexdigest() for one in PHOTOS)


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> BackupPlace:
    """A migrated database with two stored files, and a key."""
    file = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, file)
    disk = Disk(tmp_path / "media")
    with closing(sqlite3.connect(file)) as raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(blob)") if row[3]]
        for photo in PHOTOS:
            digest = hashlib.sha256(photo).hexdigest()
            path = disk.blob_path(digest)
            path.parent.mkdir(parents=True)
            path.write_bytes(photo)
            told = dict.fromkeys(columns, 0) | {"id": digest, "digest": digest, "length": len(photo), "mime": "x/y"}
            marks = ", ".join("?" for _ in told)
            raw.execute(f"INSERT INTO blob ({', '.join(told)}) VALUES ({marks})", list(told.values()))
        raw.commit()
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "server-key.pem").write_text("secret")
    return place_of(Settings(data_dir=tmp_path, database_url=f"sqlite:///{file}"))


def made_of(place: BackupPlace, name: str, hours: int = 0, wanted: Wanted | None = None) -> Backup:
    return asyncio.run(make_backup(place, name, NOW + timedelta(hours=hours), wanted))


def file_of(place: BackupPlace) -> Path:
    assert place.database is not None
    return place.database


def rows(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as raw:
        return [row[0] for row in raw.execute("SELECT digest FROM blob ORDER BY digest")]


def kept(place: BackupPlace, name: str, digest: str) -> Path:
    return place.shelves.within(place.folder / name / backup.MEDIA, digest)


def test_a_copy_is_made_beside_a_writer_who_goes_on(place: BackupPlace) -> None:
    with closing(sqlite3.connect(file_of(place), isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM blob WHERE digest = ?", (DIGESTS[0],))
        made = made_of(place, "one")
        writer.execute("COMMIT")
    assert rows(place.folder / "one" / backup.SQLITE_FILE) == DIGESTS
    assert rows(file_of(place)) == DIGESTS[1:]
    assert (made.files, made.files_length, made.held, made.lacking) == (2, sum(map(len, PHOTOS)), 2, 0)
    listed = (place.folder / "one" / backup.FILES).read_text()
    assert [line.split("\t")[0] for line in listed.splitlines()] == DIGESTS
    assert [hashlib.sha256(kept(place, "one", digest).read_bytes()).hexdigest() for digest in DIGESTS] == DIGESTS
    assert (place.folder / "one" / backup.KEYS / "server-key.pem").read_text() == "secret"
    assert made.migrations[-1].startswith("sync/")


def test_nobody_else_on_the_machine_reads_a_backup(place: BackupPlace) -> None:
    made_of(place, "one")
    files = [path for path in (place.folder / "one").rglob("*") if path.is_file()]
    whole = [place.folder, place.folder / "one", *files]
    assert len(files) == 6
    assert [path for path in whole if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_what_was_made_is_told_of_and_not_made_again(place: BackupPlace) -> None:
    first = made_of(place, "one")
    with closing(sqlite3.connect(file_of(place))) as raw:
        raw.execute("DELETE FROM blob")
        raw.commit()
    assert made_of(place, "one", 1) == first
    second = made_of(place, "two", 1)
    assert backups(place.folder) == [second, first]
    assert backups(place.folder / "nowhere") == []


def test_what_an_older_backup_holds_is_linked_and_only_so_many_backups_stay(place: BackupPlace) -> None:
    made_of(place, "one")
    fresh = b"a third"
    digest = hashlib.sha256(fresh).hexdigest()
    path = place.shelves.source(digest)
    path.parent.mkdir(parents=True)
    path.write_bytes(fresh)
    with closing(sqlite3.connect(file_of(place))) as raw:
        raw.execute("UPDATE blob SET digest = ?, length = ? WHERE digest = ?", (digest, len(fresh), DIGESTS[1]))
        raw.commit()
    made_of(place, "two", 1)
    assert kept(place, "two", DIGESTS[0]).stat().st_ino == kept(place, "one", DIGESTS[0]).stat().st_ino
    assert kept(place, "two", digest).read_bytes() == fresh
    assert kept(place, "two", digest).stat().st_ino != path.stat().st_ino
    made_of(place, "three", 2, Wanted(keep=2))
    assert [one.name for one in backups(place.folder)] == ["three", "two"]
    assert not (place.folder / "one").exists()
    assert kept(place, "three", DIGESTS[0]).read_bytes() in PHOTOS


def test_a_backup_that_tells_nothing_of_itself_hides_no_other(place: BackupPlace) -> None:
    made_of(place, "one")
    (place.folder / "one" / backup.TOLD).write_text("{")
    second = made_of(place, "two", 1)
    assert backups(place.folder) == [second]
    assert second.held == len(DIGESTS)


def test_the_newest_backups_are_found_among_any_number(place: BackupPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path.iterdir
    monkeypatch.setattr(manifest, "MOST", 2)
    for day in range(4):
        made_of(place, f"2026010{day}", day)
    for backwards in (False, True):
        monkeypatch.setattr(Path, "iterdir", lambda one, order=backwards: iter(sorted(listed(one), reverse=order)))
        assert [one.name for one in backups(place.folder)] == ["20260103", "20260102"]


def test_a_damaged_and_a_missing_file_are_told_and_never_copied(place: BackupPlace) -> None:
    place.shelves.source(DIGESTS[0]).write_bytes(b"something else")
    place.shelves.source(DIGESTS[1]).unlink()
    made = made_of(place, "one")
    assert (made.held, made.lacking, sorted(made.missing)) == (0, 2, DIGESTS)
    assert not kept(place, "one", DIGESTS[0]).exists()
    with closing(sqlite3.connect(file_of(place))) as raw:
        raw.execute("UPDATE blob SET remote_at = '2026-01-01' WHERE digest = ?", (DIGESTS[1],))
        raw.commit()
    again = made_of(place, "two", 1)
    assert (again.elsewhere, again.missing) == (1, (DIGESTS[0],))


def test_of_a_copy_that_fails_nothing_is_left_and_what_a_crash_left_is_no_copy(place: BackupPlace) -> None:
    (place.folder / ".making").mkdir(parents=True)
    (place.folder / ".making" / backup.TOLD).write_text("{}")
    (place.folder / "half").mkdir()
    assert backups(place.folder) == []
    file_of(place).write_bytes(file_of(place).read_bytes()[:9_000])
    with pytest.raises(sqlite3.DatabaseError):
        made_of(place, "one")
    assert sorted(one.name for one in place.folder.iterdir()) == [make.LOCK, "half"]


def test_without_room_nothing_is_begun(place: BackupPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "_SPARE", 1 << 60)
    with pytest.raises(Conflict):
        made_of(place, "one")
    assert not place.folder.exists()


async def test_a_copy_is_asked_for_once_at_a_time_and_made_in_the_background(db, cmd, entropy, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/fieldcheck.sqlite3", data_dir=tmp_path / "data")
    if db.engine_type == "postgres":
        settings = Settings(database_url=db.config["dsn"], data_dir=tmp_path / "data")
        with pytest.raises(Refused):
            await ask_for_backup(cmd, place_of(settings))
        return
    use_backups(settings)
    place = place_of(settings)
    await found_authority(cmd, code="a1", name="x", short_name="x", rule_set="some-rules")
    await ask_for_backup(cmd, place)
    with pytest.raises(Conflict):
        await ask_for_backup(cmd, place)
    assert await Worker(HANDLERS, FixedClock(NOW), entropy).drain() == 1
    (made,) = backups(place.folder)
    assert [line.kind for line in await read("backups")] == ["backup.asked", "backup.made"]
    with closing(sqlite3.connect(place.folder / made.name / backup.SQLITE_FILE)) as raw:
        assert raw.execute("SELECT code FROM authority").fetchall() == [("a1",)]
    async with unit_of_work():
        await ask_for_backup(cmd, place)


def test_the_command_copies_while_another_process_holds_the_database(place: BackupPlace, capsys) -> None:
    fieldcheck(["--json", "--data-dir", str(file_of(place).parent), "backup"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["held"]) == (2, 2)
    assert Path(told["folder"]).parent == place.folder
    assert rows(Path(told["folder"]) / backup.SQLITE_FILE) == DIGESTS
