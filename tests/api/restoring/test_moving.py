"""A county that began on SQLite moves to PostgreSQL: all rows or none, and its tablets go on as if nothing had been."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from piccolo.columns import Column

from api.restoring import moving
from api.restoring.moving import let_back, move, without_password
from api.schema import all_tables
from api.simulation import service
from inspection.kernel.backup.move import compare_rows, filled_table, move_rows
from inspection.kernel.database import bind, current_engine, open_engine, running
from inspection.kernel.errors import DomainError
from inspection.kernel.one_writer import lock_file
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.client import Session
from sync.histories import known_history
from tests.api.restoring.conftest import Installation, founded
from tests.cli.shell import Shell
from tests.conftest import NOW
from tests.support import postgres
from tests.support.routes import created

TABLES = all_tables()


@pytest.fixture
def source(sqlite_template: Path, tmp_path: Path) -> Settings:
    """An installation on SQLite in which nobody has worked."""
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "fieldcheck.sqlite3")
    return Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/data/fieldcheck.sqlite3")


@pytest.fixture
def target(template: str) -> Iterator[str]:
    """A PostgreSQL with this version's schema and no rows."""
    with postgres.database(f"fieldcheck_target_{os.getpid()}", template=template) as dsn:
        yield dsn


def _file(settings: Settings) -> Path:
    return settings.data_dir / "fieldcheck.sqlite3"


async def _filled(dsn: str) -> str | None:
    connection = await asyncpg.connect(dsn)
    try:
        return await filled_table(connection)
    finally:
        await connection.close()


async def _values(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as Python values."""
    async with running(open_engine(url), TABLES):
        told = {table._meta.tablename: await table.select() for table in TABLES}
    return {name: sorted(rows, key=lambda row: str(next(iter(row.values())))) for name, rows in told.items()}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_done_before_is_there_after_and_a_tablet_goes_on_from_where_it_was(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "create_app", created)
    with postgres.database(f"fieldcheck_moved_{os.getpid()}") as dsn:
        asyncio.run(_moves(installation, dsn, monkeypatch))


async def _moves(installation: Installation, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = installation.settings, installation.settings.model_copy(update={"database_url": dsn})
    async with installation.serving() as served:
        await founded(installation, served, 1)
        await installation.work(served, installation.devices[0], "before")
        installation.known.now, history = served.clock.now(), await known_history()
    await _power_goes_in_the_middle(old, dsn, monkeypatch)
    before = await _values(old.database)
    done = await move(old, dsn, NOW)
    assert (done.history, done.rows) == (str(history), sum(map(len, before.values())))
    assert await _values(dsn) == before
    with pytest.raises(DomainError) as closed:
        await _works_on(installation, "never")
    assert closed.value.message_key == "kernel.database_moved"
    assert without_password(dsn) == closed.value.facts["target"]
    installation.settings = new
    with monkeypatch.context() as patch:
        # Whoever does not know the server's history begins anew with a snapshot.
        patch.setattr(Session, "snapshot", None)
        await _works_on(installation, "on PostgreSQL")
    assert let_back(old).at == NOW
    assert await _values(old.database) == before


async def _power_goes_in_the_middle(old: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = []

    async def no_power() -> None:
        arrived.append(await filled_table(current_engine().current_transaction.get().connection))
        raise OSError("no power")

    with monkeypatch.context() as patch:
        patch.setattr(moving, "verify_whole", no_power)
        with pytest.raises(OSError, match="no power"):
            await move(old, dsn, NOW)
    assert arrived != [None] == [await _filled(dsn)]


async def _works_on(installation: Installation, words: str) -> None:
    async with installation.serving() as served:
        await installation.work(served, installation.devices[0], words)
        installation.known.now = served.clock.now()


def test_a_row_of_every_table_arrives_as_the_values_that_it_had(source: Settings, target: str) -> None:
    _fill(_file(source))
    asyncio.run(_rows_moved(source, target))
    told = asyncio.run(_values(source.database))
    assert {name for name, rows in told.items() if len(rows) != 2} == set()
    assert asyncio.run(_values(target)) == told


async def _rows_moved(source: Settings, target: str) -> None:
    async with running(open_engine(target), TABLES), unit_of_work():
        sent = await move_rows(_file(source), TABLES)
        await compare_rows(TABLES, sent)
        one = next(iter(sent))
        # As many rows, and one of them is another.
        with pytest.raises(DomainError) as refused:
            await compare_rows(TABLES, sent | {one: replace(sent[one], digest=sent[one].digest + 1)})
    assert refused.value.facts == {"table": one, "sent": 2, "arrived": 2}


EARLIEST, LATEST = "1949-10-01 00:00:00+00:00", "9999-12-31 23:59:58.999999+00:00"
CELLS: dict[str, tuple[Any, Any]] = {
    "BIGINT": (-(2**63), 2**63 - 1),
    "BOOLEAN": (0, 1),
    "BYTEA": (b"", bytes(range(256))),
    "DATE": ("0001-01-01", "9999-12-31"),
    "INTEGER": (-(2**31), 2**31 - 1),
    "TEXT": ("[]", '["甲","𠮷","it’s"]'),
    "TIMESTAMPTZ": (EARLIEST, LATEST),
    "UUID": (str(UUID(int=0)), str(UUID(int=2**128 - 1))),
}


def _fill(file: Path) -> None:
    """Two rows of every table: the least of what its columns hold, then the most, or nothing where that may be."""
    bind(open_engine("postgresql://nowhere"), TABLES)  # for the names of types; nothing is asked of it
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.create_function("search_words", -1, lambda *_: "")
        for table in TABLES:
            columns = table._meta.columns
            into = f'"{table._meta.tablename}" ({", ".join(f"{one._meta.db_column_name}" for one in columns)})'
            marks = ", ".join("?" * len(columns))
            for n in (0, 1):
                raw.execute(f"INSERT INTO {into} VALUES ({marks})", [_cell(one, n) for one in columns])


def _cell(column: Column, n: int) -> Any:
    if n and column._meta.null:
        return None
    kind, _, length = column.column_type.rstrip(")").partition("(")
    return ("", "𠮷" * int(length))[n] if length else CELLS[kind][n]


def _not_sqlite(settings: Settings, target: str) -> Settings:
    return settings.model_copy(update={"database_url": target})


def _behind(settings: Settings, _: str) -> Settings:
    return _run(settings, "DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)")


def _newer(settings: Settings, _: str) -> Settings:
    return _run(settings, "INSERT INTO migration (name, app_name, ran_on) VALUES ('2999', 'sync', '2026-01-01')")


def _gone(settings: Settings, _: str) -> Settings:
    _file(settings).unlink()
    return settings


def _unreadable(settings: Settings, _: str) -> Settings:
    """A sign that PostgreSQL has no place for."""
    return _run(settings, "INSERT INTO journal_head VALUES ('task:' || char(0), 1, x'00')")


def _broken_journal(settings: Settings, _: str) -> Settings:
    return _run(settings, "INSERT INTO journal_head VALUES ('task:1', 3, x'00')")


def _not_empty(settings: Settings, target: str) -> Settings:
    asyncio.run(_execute(target, "CREATE TABLE theirs AS SELECT 1"))
    return settings


REFUSED: dict[Callable[[Settings, str], Settings], str] = {
    _not_sqlite: "cli.move_from_sqlite",
    _behind: "cli.schema_behind",
    _gone: "cli.schema_behind",
    _newer: "cli.move_newer",
    _unreadable: "kernel.move_row",
    _broken_journal: "cli.move_journal",
    _not_empty: "cli.move_not_empty",
}


def _run(settings: Settings, sql: str) -> Settings:
    with closing(sqlite3.connect(_file(settings))) as raw, raw:
        raw.execute(sql)
    return settings


async def _execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(sql)
    await connection.close()


def test_nothing_is_moved_and_nothing_closed_when_anything_is_wrong(
    source: Settings, target: str, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(source.data_dir, whole)
    for spoil, why in REFUSED.items():
        shutil.copytree(whole, source.data_dir, dirs_exist_ok=True)
        with pytest.raises(DomainError) as refused:
            asyncio.run(move(spoil(source, target), target, NOW))
        assert refused.value.message_key == why, spoil
        assert asyncio.run(_filled(target)) == (None if spoil is not _not_empty else "theirs"), spoil
        with pytest.raises(DomainError) as none:
            let_back(source)
        assert none.value.message_key == "cli.move_none"


def test_whoever_works_on_either_database_is_in_the_way_of_a_move(source: Settings, target: str) -> None:
    with lock_file(_file(source)).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(str(os.getpid()))
        held.flush()
        for act in (lambda: asyncio.run(move(source, target, NOW)), lambda: let_back(source)):
            with pytest.raises(DomainError) as refused:
                act()
            assert refused.value.message_key == "kernel.database_in_use"
    with pytest.raises(DomainError) as refused:
        asyncio.run(_beside_another(source, target))
    assert refused.value.message_key == "kernel.database_has_users"


async def _beside_another(source: Settings, target: str) -> None:
    async with running(open_engine(target), TABLES):
        await move(source, target, NOW)


def test_the_command_tells_what_to_change_and_how_to_come_back(
    source: Settings, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shell = Shell(source.data_dir)
    backup = shell.json("backup")["folder"]
    told = shell.run("move-database", target, lang="zh_CN").stdout
    assert f"DATABASE_URL={without_password(target)}" in told
    assert "fieldcheck worker" in told
    for words in (("task", "list"), ("serve",), ("worker",), ("backup",), ("migrate",), ("move-database", target)):
        assert "--take-back" in shell.refused(*words, lang="zh_CN")
    assert "--take-back" in shell.run("restore", backup, "--replace", code=1, lang="zh_CN").stderr
    shell.run("move-database", "--take-back")
    assert shell.run("backup").stdout
    assert "was not moved" in shell.refused("move-database", "--take-back")
    for wrong in ((), (target, "--take-back"), ("mysql://x",)):
        shell.run("move-database", *wrong, code=2)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://a:b@h:5432/d", "postgresql://a@h:5432/d"),
        ("postgresql://h/d?password=b&sslmode=require", "postgresql://h/d?sslmode=require"),
        ("postgresql://a:@/d?host=/run/x", "postgresql://a@/d?host=/run/x"),
    ],
)
def test_a_password_is_neither_printed_nor_kept(url: str, told: str) -> None:
    assert without_password(url) == told
