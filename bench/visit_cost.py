"""What one visit costs, from the tablet to the published result: entries, files, requests, rows, bytes, processor.

A simulated fleet lives through a short and a longer span of the same story on a PostgreSQL of its own; what the further
visits took, over their number, is what one takes: founding, register and draw are in both. Tablets, office, server and
background work are one process here, so its processor time is more than a server's. `bench.capacity` multiplies.
"""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from api.logs import configure_logs
from api.output import Output
from api.simulation.story import Plot, tell
from bench.figure import Figure
from bench.postgres import server
from bench.watching import parent_of
from bench.words import parser_of
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings

TABLETS, SHORT, LONG, SEED = 8, 1, 4, 1
START = datetime(2026, 3, 2, tzinfo=UTC)
PASSWORD = "simulated-people-only"  # noqa: S105  of invented people in a database that is thrown away
_TICKS = 100


@dataclass(frozen=True, slots=True)
class Lived:
    """What a span took in all; times in ms of processor."""

    visits: int
    entries: int
    files: int
    requests: int
    rows: int
    database_bytes: int
    log_bytes: int
    media_bytes: int
    process_ms: float
    database_ms: float


async def lived(dsn: str, folder: Path, days: int) -> Lived:
    """Live through these days in a database of their own."""
    name = f"visit_cost_{days}"
    admin = await asyncpg.connect(dsn)
    await admin.execute(f'CREATE DATABASE "{name}"')
    address = dsn.replace("/postgres?", f"/{name}?")
    settings = Settings(data_dir=folder / name, database_url=address)
    postmaster = parent_of(admin.get_server_pid())
    begin = await admin.fetchval("SELECT pg_current_wal_lsn()::text")
    ours, theirs = time.process_time(), _spent_ms(postmaster)
    report = (
        await tell(
            settings, Plot(TABLETS, days, SEED, START, PASSWORD, SeededEntropy(f"server:{SEED}")), Output(as_json=True)
        )
    ).report
    process_ms, database_ms = (time.process_time() - ours) * 1000, _spent_ms(postmaster) - theirs
    log_bytes = await admin.fetchval("SELECT (pg_current_wal_lsn() - $1::text::pg_lsn)::bigint", begin)
    await admin.close()
    rows, size = await _of_database(address)
    media = sum(one.stat().st_size for one in (folder / name / "media" / "blobs").rglob("*") if one.is_file())
    return Lived(
        report.visits_done,
        report.custody.entries,
        report.custody.media,
        report.requests,
        rows,
        size,
        log_bytes,
        media,
        process_ms,
        database_ms,
    )


async def _of_database(address: str) -> tuple[int, int]:
    connection = await asyncpg.connect(address)
    await connection.execute("SELECT pg_stat_force_next_flush()")
    rows = await connection.fetchval("SELECT sum(n_tup_ins + n_tup_upd) FROM pg_stat_user_tables")
    size = await connection.fetchval("SELECT pg_database_size(current_database())")
    await connection.close()
    return int(rows), int(size)


def _spent_ms(postmaster: int) -> float:
    """Processor of the server and of all that have ended of it: every connection of a story ends with it."""
    ticks = Path(f"/proc/{postmaster}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, ticks[11:15])) * 1000 / _TICKS


def told(short: Lived, long: Lived) -> None:
    """Emit what one further visit took."""
    visits = long.visits - short.visits

    def a_visit(name: str) -> float:
        return float(getattr(long, name) - getattr(short, name)) / visits

    units: tuple[tuple[str, str, str, float], ...] = (
        ("entries", "entries", "entries", 1),
        ("files", "files", "files", 1),
        ("requests of its tablets", "requests", "requests", 1),
        ("rows written", "rows", "rows", 1),
        ("growth of the database", "database_bytes", "kB", 1000),
        ("write-ahead log", "log_bytes", "kB", 1000),
        ("stored files", "media_bytes", "kB", 1000),
        ("processor of PostgreSQL", "database_ms", "ms", 1),
        ("processor of server, work, office and tablets", "process_ms", "ms", 1),
    )
    Figure("one visit: visits it is the mean of", visits, "visits").emit()
    for what, name, unit, part in units:
        Figure(f"one visit: {what}", a_visit(name) / part, unit).emit()


def main() -> int:
    parser_of(__doc__).parse_args()

    async def both(dsn: str, folder: Path) -> tuple[Any, Any]:
        return await lived(dsn, folder, SHORT), await lived(dsn, folder, LONG)

    with tempfile.TemporaryDirectory() as folder, server() as dsn:
        told(*asyncio.run(both(dsn, Path(folder))))
    return 0


if __name__ == "__main__":
    configure_logs(level="error")
    raise SystemExit(main())
