"""What is wrong with a backup, or in its way, is said before anything is touched; what is outside is not done twice."""

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest

from api import migrate
from api.backups import place_of
from api.cli.main import main as fieldcheck
from api.restoring import marker
from api.restoring import restore as restoring
from api.restoring.restore import Asked, look, restore
from inspection.authority import store as numbers
from inspection.authority.store_sessions import SessionRow, add_session, live_session
from inspection.authority.tables import Account
from inspection.draw.supervision.register_chain import register_chain
from inspection.draw.supervision.store_supervisors import chains
from inspection.draw.tables import Draw
from inspection.draw.terms import Terms, terms_text
from inspection.kernel.backup import backups, make_backup
from inspection.kernel.backup.snapshot import read_sqlite
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import DomainError
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.keys import load_server_keys
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.notices.blocks import reserve_numbers
from inspection.visits.notices.numbers import series
from inspection.visits.notices.tables import NoticeStep
from inspection.visits.tables import Entry
from tests.api.restoring.conftest import Installation, founded
from tests.conftest import NOW
from tests.inspection.publicity.world import RULES, insert
from tests.support.schema import build_schema


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock"}


def _altered(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


def _database(folder: Path) -> None:
    _altered(next(folder.glob("fieldcheck.*")))


def _file(folder: Path) -> None:
    _altered(next((folder / "media" / "blobs").glob("??/??/*")))


def _file_gone(folder: Path) -> None:
    next((folder / "media" / "blobs").glob("??/??/*")).unlink()


def _key(folder: Path) -> None:
    _altered(folder / "keys" / "server-key.pem")


def _list(folder: Path) -> None:
    _altered(folder / "files.txt")


def _newer(folder: Path) -> None:
    told = json.loads((folder / "backup.json").read_text())
    told["migrations"].append("sync/2999-01-01T00:00:00:009999")
    (folder / "backup.json").write_text(json.dumps(told))


def _other_engine(folder: Path) -> None:
    told = json.loads((folder / "backup.json").read_text())
    told["engine"] = "postgres" if told["engine"] == "sqlite" else "sqlite"
    (folder / "backup.json").write_text(json.dumps(told))


def _no_manifest(folder: Path) -> None:
    (folder / "backup.json").unlink()


def _none(_: Path) -> None:
    """Nothing is wrong with it: it is the installation that is not empty."""


SPOILED: dict[Callable[[Path], None], str] = {
    _database: "kernel.backup_damaged",
    _file: "kernel.backup_damaged",
    _file_gone: "kernel.backup_damaged",
    _key: "kernel.backup_damaged",
    _list: "kernel.backup_damaged",
    _newer: "kernel.backup_newer",
    _other_engine: "kernel.backup_other_engine",
    _no_manifest: "kernel.not_a_backup",
    _none: "kernel.restore_not_empty",
}


def test_nothing_is_touched_when_anything_is_wrong_and_nothing_runs_on_what_broke_off(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_refused_each(installation, tmp_path / "backups", monkeypatch))
    _told_of_damage(installation, tmp_path / "backups", monkeypatch, capsys)


async def _refused_each(installation: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with installation.serving() as service:
        await founded(installation, service, 1)
        await installation.work(service, installation.devices[0], "before")
        made = await installation.backup(folder)
        installation.known.now = service.clock.now()
    before = _tree(installation.settings.data_dir)
    for spoil, why in SPOILED.items():
        spoiled = folder / f"spoiled{spoil.__name__}"
        shutil.copytree(folder / made.name, spoiled)
        spoil(spoiled)
        with pytest.raises(DomainError) as refused:
            await installation.restore(spoiled, replace=spoil is not _none)
        assert refused.value.message_key == why, spoil
        assert _tree(installation.settings.data_dir) == before, spoil
    _, wrong = look(installation.settings, folder / "spoiled_file", despite_damage=True)
    assert len(wrong) == 1
    assert look(installation.settings, folder / "spoiled_file_gone", despite_damage=True)[1] == ["media"]
    await _broken_off(installation, folder / made.name, monkeypatch)
    done = await installation.restore(folder / "spoiled_file", replace=True, despite_damage=True)
    # The store has it still: nothing is taken out of it.
    assert (done.files.brought, done.files.there, done.files.absent) == (0, 1, 0)
    assert done.before is not None
    assert done.before.history == made.history
    async with installation.serving() as service, installation.session(service, installation.devices[0]) as session:
        await session.pull()
        assert set(installation.entries) == {row["hash"] for row in await Entry.select(Entry.hash)}


def _told_of_damage(
    installation: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A look at a backup that can be restored but for some files does not call it whole."""
    monkeypatch.setenv("DATABASE_URL", installation.settings.database)
    words = ["--data-dir", str(installation.settings.data_dir), "restore", "--check", "--despite-damage"]
    capsys.readouterr()
    for name, (code, told) in {
        "spoiled_none": (0, "完好：已逐字节核对"),
        "spoiled_file": (3, "文件有 1 处损坏或缺失"),
        "spoiled_file_gone": (3, "文件有 1 处损坏或缺失"),
    }.items():
        assert fieldcheck([*words, str(folder / name)], standalone_mode=False) == code
        assert told in capsys.readouterr().out


async def _broken_off(installation: Installation, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes when the database is back and its new history has not begun: nothing runs on what is left."""

    async def no_power(*_: object) -> None:
        raise OSError("no power")

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "settle", no_power)
        with pytest.raises(OSError, match="no power"):
            await installation.restore(backup, replace=True)
    for again, why in (
        (lambda: installation.serving().__aenter__(), "cli.restore_unfinished"),
        (lambda: installation.restore(backup), "kernel.restore_not_empty"),
    ):
        with pytest.raises(DomainError) as refused:
            await again()
        assert refused.value.message_key == why


def test_what_is_outside_is_not_done_twice(installation: Installation, tmp_path: Path) -> None:
    asyncio.run(_outside(installation, tmp_path / "backups"))


async def _outside(installation: Installation, folder: Path) -> None:
    async with installation.serving() as service:
        await founded(installation, service, 1)
        world, device = installation.known, installation.devices[0]
        year, cmd = world.now.year, world.cmd(Role.SUPERVISOR)
        account = await insert(Account, authority=world.authority, username="head")
        kept = await register_chain(cmd, authority=world.authority, name="监督", head=b"h" * 32)
        facts = {"authority": world.authority, "task": world.task, "terms": terms_text(Terms())}
        facts |= {"level": "L0", "hash_alg": "sha256", "rule_set": RULES}
        draw = await insert(Draw, state="draft", **facts, attempt=1)
        sealed = await insert(Draw, state="sealed", sealed_at=world.now, **facts, attempt=2)
        async with unit_of_work():
            ends = world.now + timedelta(days=300)
            row = SessionRow(cmd.new_id(), account, world.now, world.now, ends, False, None, "x")
            await add_session(row, "a" * 64)
            await numbers.next_number(f"{world.authority}:plan:{year}", 3)
        await reserve_numbers(world.cmd(Role.DEVICE), authority=world.authority, device=device.id)
        made = await installation.backup(folder)
        given = await numbers.next_number(series(world.authority, year), 0)
        installation.known.now = service.clock.now()
    shutil.rmtree(installation.settings.data_dir / "media")
    done = await installation.restore(folder / made.name, replace=True)
    assert done.settled.draws == (draw,)
    assert (done.settled.sessions, done.settled.chains) == (1, 1)
    name = series(world.authority, year)
    assert done.settled.numbers == {name: (given, given + 999)}
    async with installation.serving():
        assert await live_session("a" * 64, world.now, world.now) is None
        (chain,) = await chains(world.authority)
        assert (chain.id, chain.retired_at is not None) == (kept.id, True)
        asked = await Draw.select(Draw.id).where(Draw.void_asked_by.is_not_null())
        assert [one["id"] for one in asked] == [draw] != [sealed]
        async with unit_of_work():
            assert await numbers.next_number(name) == given + 1000
            assert await numbers.next_number(f"{world.authority}:plan:{year}") == 4
        await _a_lost_number_is_believed(installation, given)
        (line,) = await read_kind("backups", EventKind.BACKUP_RESTORED)
        assert line.payload["numbers"] == {name: [given, given + 999]}


async def _a_lost_number_is_believed(installation: Installation, first: int) -> None:
    """A tablet got a block after the backup, and served a notice under a number of it."""
    world, device = installation.known, installation.devices[0]
    authority = await numbers.authority(world.authority)
    assert authority is not None
    for number, flags in ((first + 7, False), (first + 1000, True)):
        text = f"{authority.short_name}检告〔{world.now.year}〕{number:06d}号"
        device.capture("notice.serve", {"number": text, "how": "shown", "doc": "0" * 64}, visit=world.visit)
        assert installation.service is not None
        async with installation.session(installation.service, device) as session:
            await session.pull()
            await session.push()
        (step,) = await NoticeStep.select(NoticeStep.flags).where(NoticeStep.number == text)
        assert ("number-not-reserved" in step["flags"]) is flags


def test_a_database_that_came_back_by_other_means_is_begun_anew_by_a_command(
    sqlite_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fieldcheck.sqlite3").write_bytes(sqlite_template.read_bytes())
    words = ["--json", "--data-dir", str(tmp_path), "restored", "--at"]
    for instant in ("yesterday", "2026-03-02T03:00"):
        with pytest.raises(click.UsageError):
            fieldcheck([*words, instant], standalone_mode=False)
    fieldcheck([*words, "2026-03-02T03:00+08:00"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    histories = read_sqlite(tmp_path / "fieldcheck.sqlite3", "SELECT id, reason FROM sync_history")
    assert [(one["id"], one["reason"]) for one in histories] == [
        (told["history"], "restored from the database as of 2026-03-02T03:00:00+08:00")
    ]


def test_a_backup_of_an_older_schema_is_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = Settings(data_dir=tmp_path / "old", database_url=f"sqlite:///{tmp_path}/old/fieldcheck.sqlite3")
    load_server_keys(older.data_dir / "keys")
    whole = migrate.steps()
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "steps", lambda: whole[:-1])
        asyncio.run(build_schema(older.database))
    made = asyncio.run(make_backup(place_of(older), "old", NOW))
    fresh = Settings(data_dir=tmp_path / "new", database_url=f"sqlite:///{tmp_path}/new/fieldcheck.sqlite3")
    folder = place_of(older).folder / made.name
    done = asyncio.run(restore(fresh, folder, FixedClock(NOW), SeededEntropy("restore"), Asked()))
    assert (len(made.migrations), done.migrations) == (len(whole) - 1, 1)


def test_a_restore_that_gets_no_locks_says_so_and_no_backup_is_made_of_what_broke_off(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fieldcheck.sqlite3").write_bytes(sqlite_template.read_bytes())
    settings = Settings(data_dir=tmp_path)
    words = ["--data-dir", str(tmp_path), "backup", "--keep", "1"]
    assert fieldcheck(words, standalone_mode=False) in {None, 0}
    (good,) = backups(place_of(settings).folder)

    async def in_other_hands() -> None:
        raise migrate.StillLocked("inspection/later", 60)

    again = ["--data-dir", str(tmp_path), "restore", "--replace", str(place_of(settings).folder / good.name)]
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "migrate", in_other_hands)
        assert fieldcheck(again, standalone_mode=False) == 1
    assert "迁移 inspection/later 试了 60 次都没有等到表锁" in capsys.readouterr().err
    assert fieldcheck(words, standalone_mode=False) == 1
    assert "上次恢复没有完成" in capsys.readouterr().err
    assert backups(place_of(settings).folder) == [good]
    marker.end(settings)
    assert fieldcheck(words, standalone_mode=False) in {None, 0}
