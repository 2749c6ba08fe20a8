"""What a database says of itself: which it is, how large it is, about how many rows its tables have. Counts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg
from piccolo.table import Table

from inspection.kernel.ask import as_instant, ask
from inspection.kernel.database import speaks_postgres

PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class DatabaseStanding:
    """`engine`: `SQLite` or `PostgreSQL`; `length` in bytes."""

    engine: str
    version: str
    length: int


async def database_standing() -> DatabaseStanding:
    """The database this process speaks to."""
    if speaks_postgres():
        rows = await ask(
            "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS length"
        )
        return DatabaseStanding("PostgreSQL", str(rows[0]["version"]), int(rows[0]["length"]))
    rows = await ask(
        "SELECT sqlite_version() AS version, page_count * page_size AS length "
        "FROM pragma_page_count() CROSS JOIN pragma_page_size()"
    )
    return DatabaseStanding("SQLite", str(rows[0]["version"]), int(rows[0]["length"]))


async def estimated_rows(tables: Sequence[type[Table]]) -> dict[str, int | None]:
    """About how many rows each table has, by name; None: the database has not looked yet.

    PostgreSQL: as its last ANALYZE found; SQLite: from the first row number to the last, which is
    never too small.
    """
    names = [table._meta.tablename for table in tables]
    if speaks_postgres():
        rows = await ask(
            "SELECT c.relname AS name, c.reltuples AS n FROM pg_class AS c "
            "JOIN pg_namespace AS s ON s.oid = c.relnamespace "
            "WHERE s.nspname = current_schema() AND c.relkind = 'r' AND c.relname = ANY({})",
            names,
        )
        told = {str(row["name"]): int(row["n"]) for row in rows}
        return {name: told[name] if told.get(name, -1) >= 0 else None for name in names}
    # Each by itself is one step into the table; both in one SELECT would read it whole.
    ends = '(SELECT max(rowid) FROM "{0}") - (SELECT min(rowid) FROM "{0}") + 1'
    each = [f"SELECT '{name}' AS name, coalesce({ends.format(name)}, 0) AS n" for name in names]
    return {str(row["name"]): int(row["n"]) for row in await ask(" UNION ALL ".join(each))}


async def replica_lag() -> float | None:
    """By how many seconds the slowest standby is behind; None where there is none, or this role may not know."""
    if not speaks_postgres():
        return None
    rows = await ask("SELECT max(extract(epoch FROM replay_lag)) AS lag FROM pg_stat_replication")
    return None if rows[0]["lag"] is None else float(rows[0]["lag"])


async def postgres_settings(*names: str) -> dict[str, str]:
    """Some settings of PostgreSQL, by name, as they are for this connection."""
    rows = await ask("SELECT name, current_setting(name) AS told FROM pg_settings WHERE name = ANY({})", list(names))
    return {str(row["name"]): str(row["told"]) for row in rows}


async def sqlite_fault() -> str:
    """What is wrong with SQLite's file; empty when nothing is. Reads all of it."""
    rows = await ask("SELECT * FROM pragma_quick_check(1)")
    told = str(next(iter(rows[0].values()))) if rows else "?"
    if told != "ok":
        return told
    mode = str((await ask("SELECT * FROM pragma_journal_mode()"))[0]["journal_mode"])
    return "" if mode == "wal" else f"journal_mode = {mode}"


async def time_of_database() -> tuple[datetime | None, datetime | None]:
    """The database's own clock, where it has one, and when the newest line of the journal was written."""
    here = None
    if speaks_postgres():
        here = as_instant((await ask("SELECT clock_timestamp() AS at"))[0]["at"])
    newest = (await ask("SELECT max(at) AS at FROM journal_line"))[0]["at"]
    return here, as_instant(newest) if newest is not None else None


async def replica_behind(url: str) -> int | None:
    """How many bytes of its log the replica at `url` has still to replay; None: it follows nobody.

    Raises:
        OSError, asyncpg.PostgresError: it is not reached.
    """
    ends = await ask("SELECT CAST(pg_current_wal_lsn() - '0/0' AS bigint) AS at")
    connection = await asyncpg.connect(url, timeout=PATIENCE_S)
    try:
        sql = "SELECT CASE WHEN pg_is_in_recovery() THEN CAST(pg_last_wal_replay_lsn() - '0/0' AS bigint) END"
        reached = await connection.fetchval(sql)
    finally:
        await connection.close()
    return None if reached is None else max(0, int(ends[0]["at"]) - int(reached))
