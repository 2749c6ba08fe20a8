"""What a backup is brought back into is empty, and what it says of itself leads nowhere else."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from api.backups import place_of
from inspection.kernel.backup import BackupPlace, Wanted, backups, make, make_backup
from inspection.kernel.backup.bring_back import database_is_empty, read_backup, set_aside
from inspection.kernel.errors import Invalid
from inspection.kernel.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> BackupPlace:
    """A migrated database, and keys in a folder of a folder."""
    file = tmp_path / "fieldcheck.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "keys" / "old").mkdir(parents=True)
    (tmp_path / "keys" / "old" / "server-key.pem").write_text("secret")
    return place_of(Settings(data_dir=tmp_path, database_url=f"sqlite:///{file}"))


def test_a_log_that_its_database_left_behind_is_put_aside_and_not_written_into_the_one_that_comes(
    place: BackupPlace,
) -> None:
    assert place.database is not None
    log = place.database.with_name("fieldcheck.sqlite3-wal")
    log.write_bytes(b"of a database that somebody removed")
    place.database.unlink()
    assert not asyncio.run(database_is_empty(place))
    aside = Path(asyncio.run(set_aside(place, "now")))
    assert asyncio.run(database_is_empty(place))
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"of a database that somebody removed"


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "old/../../outside"])
def test_a_backup_that_names_anything_outside_of_it_is_none(place: BackupPlace, path: str) -> None:
    folder = place.folder / asyncio.run(make_backup(place, "b", NOW)).name
    told = json.loads((folder / "backup.json").read_text())
    told["keys"][0]["path"] = path
    (folder / "backup.json").write_text(json.dumps(told))
    with pytest.raises(Invalid):
        read_backup(folder)


def test_every_name_in_a_backup_is_on_the_disk_before_it_is_one(
    place: BackupPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[Path] = set()

    def sync(path: Path) -> None:
        synced.update({path} if (place.folder / "b").exists() else {place.folder / "b" / path.relative_to(making)})

    making = place.folder / ".making"
    monkeypatch.setattr(make, "on_the_disk", sync)
    asyncio.run(make_backup(place, "b", NOW))
    done = place.folder / "b"
    assert {done, done / "keys", done / "keys" / "old", done / "fieldcheck.sqlite3", done / "backup.json"} <= synced


def test_many_backups_without_files_cost_none_that_has_them(place: BackupPlace) -> None:
    # An administrator makes those without files from the page, as often as he likes.
    for number in range(5):
        wanted = Wanted(files=number == 0, keep=2 if number == 4 else None)
        asyncio.run(make_backup(place, f"b{number}", NOW + timedelta(hours=number), wanted))
    assert [one.name for one in backups(place.folder)] == ["b4", "b3", "b0"]
