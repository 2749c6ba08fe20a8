"""Move an installation from SQLite to PostgreSQL: the same history, the same rows, and afterwards one of the two."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from api.backups import place_of, sqlite_path
from api.migrate import migrate, steps
from api.restoring.marker import refuse_half_restored
from api.schema import all_tables
from inspection.kernel.ask import ask
from inspection.kernel.backup.bring_back import nobody_else
from inspection.kernel.backup.move import Tally, compare_rows, filled_table, learn_sizes, move_rows
from inspection.kernel.backup.snapshot import read_sqlite
from inspection.kernel.database import open_engine, running
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal.whole import WholeReport, verify_whole
from inspection.kernel.moved import MovedTo, close_moved, refuse_moved, take_back
from inspection.kernel.one_writer import only_writer
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode
from sync.histories import known_history

_RAN: Final = "SELECT app_name, name FROM migration"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved. `source`: the file that is closed now; `target`: the address without its password; `history`: as
    it was and is, None where no tablet ever asked.
    """

    source: Path
    target: str
    tables: int
    rows: int
    journal: WholeReport
    history: str | None


async def move(
    settings: Settings, target: str, now: datetime, told_on: Callable[[str], None] = lambda _: None
) -> Moved:
    """Bring every row of this installation's SQLite file into the empty PostgreSQL `target`, compare both, and close
    the file. `told_on` is told the name of each step. Until the end nothing has changed but the target's schema.

    Raises:
        Refused: `cli.move_from_sqlite`, `cli.schema_behind`, `cli.move_newer`, `cli.move_not_empty`,
            `cli.restore_unfinished`, `kernel.database_moved`, `kernel.database_in_use`, `kernel.database_has_users`.
        Conflict: `kernel.move_row`, `kernel.move_differs`, `cli.move_journal`.
    """
    source = _source(settings)
    refuse_half_restored(settings)
    refuse_moved(source)
    told_on("check")
    with only_writer(source):
        await asyncio.to_thread(_check_source, source)
        await _check_target(settings, target)
        async with running(open_engine(target, pool_size=2), all_tables()):
            told_on("schema")
            await migrate()
            _of_this_version({(row["app_name"], row["name"]) for row in await ask(_RAN)}, without_password(target))
            async with unit_of_work():
                moved = await _moved(source, target, told_on)
                # Closed before the commit: if that is where the power goes, neither is worked on until somebody looked.
                close_moved(source, MovedTo(target=moved.target, at=now))
    return moved


def let_back(settings: Settings) -> MovedTo:
    """Let the SQLite file be worked on again, though its rows were moved; when and where to they were.

    Raises:
        Refused: `cli.move_from_sqlite`, `cli.move_none`, `kernel.database_in_use`.
    """
    source = _source(settings)
    with only_writer(source):
        told = take_back(source)
    if told is None:
        raise Refused(ProblemCode.CONFLICT, "cli.move_none", path=str(source))
    return told


def without_password(url: str) -> str:
    """An address as it may be printed and kept."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    query = urlencode([(name, told) for name, told in parse_qsl(parts.query) if name != "password"], safe="/")
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{host}", parts.path, query, ""))


def _source(settings: Settings) -> Path:
    source = sqlite_path(settings)
    if source is None:
        raise Refused(ProblemCode.CONFLICT, "cli.move_from_sqlite")
    return source


def _check_source(source: Path) -> None:
    ran: set[tuple[str, str]] = set()
    if source.exists() and read_sqlite(source, "SELECT 1 FROM sqlite_master WHERE name = 'migration'"):
        ran = {(row["app_name"], row["name"]) for row in read_sqlite(source, _RAN)}
    if {(one.app, one.id) for one in steps()} - ran:
        raise Refused(ProblemCode.CONFLICT, "cli.schema_behind")
    _of_this_version(ran, str(source))


def _of_this_version(ran: set[tuple[str, str]], where: str) -> None:
    """What a newer version has added this one would leave behind without knowing."""
    if strange := sorted(ran - {(one.app, one.id) for one in steps()}):
        raise Refused(ProblemCode.CONFLICT, "cli.move_newer", where=where, migration="/".join(strange[-1]))


async def _check_target(settings: Settings, target: str) -> None:
    async with nobody_else(replace(place_of(settings), database=None, url=target)):
        connection = await asyncpg.connect(target)
        try:
            filled = await filled_table(connection)
        finally:
            await connection.close()
    if filled is not None:
        raise Refused(ProblemCode.CONFLICT, "cli.move_not_empty", target=without_password(target), table=filled)


async def _moved(source: Path, target: str, told_on: Callable[[str], None]) -> Moved:
    tables = all_tables()
    told_on("rows")
    sent: dict[str, Tally] = await move_rows(source, tables)
    told_on("compare")
    await compare_rows(tables, sent)
    told_on("journal")
    journal = await verify_whole()
    if not journal.good:
        stream, seq = journal.broken[0]
        raise Conflict(ProblemCode.CONFLICT, "cli.move_journal", n=journal.wrong, stream=stream, seq=seq)
    await learn_sizes(tables)
    history = await known_history()
    rows = sum(one.rows for one in sent.values())
    return Moved(source, without_password(target), len(tables), rows, journal, str(history) if history else None)
