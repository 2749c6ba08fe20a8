"""What a database says of itself: which it is, how large it is, about how many rows its tables have. Counts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from piccolo.table import Table

from inspection.kernel.ask import ask
from inspection.kernel.database import speaks_postgres


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
