"""Import of 1,000,000 register rows into SQLite and PostgreSQL, beside what the bare driver does with the same rows."""

import asyncio
import csv
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import asyncpg

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure, peaks_mb
from bench.postgres import server
from bench.words import parser_of
from inspection.authority.found import found_authority
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import OBJECT_HEADER, synthetic_stream

ROWS = 1_000_000
TARGET_S, TARGET_MB = 120.0, 500.0
RULE_SET = "weihai-jingkai-commerce"
CHUNK = 4000


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--one", nargs=4, metavar=("ENGINE", "DATABASE", "FILE", "LIMIT"), help="one import, here")
    told = parser.parse_args()
    if told.one:
        one(*told.one)
        return
    rows = ROWS
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        file = here / "register.csv"
        written(file, rows)
        apart("SQLite", f"sqlite:///{here / 'ours.sqlite3'}", file, raw_sqlite(here / "raw.sqlite3", file))
        with server() as dsn:
            apart("PostgreSQL", dsn, file, asyncio.run(raw_postgres(dsn, file)))


def apart(engine: str, url: str, file: Path, limit: float) -> None:
    """One import in a process of its own, so that its peak is its own."""
    command = [sys.executable, "-m", "bench.import_registry", "--one", engine, url, str(file), str(limit)]
    subprocess.run(command, check=True)


def one(engine: str, url: str, file: str, limit: str) -> None:
    """Import and emit the figures."""
    first, again, count = asyncio.run(ours(url, Path(file)))
    told, of = f"import of {count:,} registry rows, {engine}", "the bare driver with the same rows"
    Figure(told, first, "s", float(limit), of, f"≤ {TARGET_S:g} s").emit()
    Figure(f"{told}: peak memory of both processes", sum(peaks_mb()), "MB", target=f"≤ {TARGET_MB:g} MB").emit()
    Figure(f"the same file again, {engine}", again, "s", first, "first import").emit()


def written(file: Path, rows: int) -> None:
    """A synthetic register as a CSV file."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(OBJECT_HEADER)
        writer.writerows(synthetic_stream(rows))


def chunks(file: Path) -> Iterator[list[tuple[str, ...]]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.reader(source)
        next(reader)
        while chunk := [tuple(row) for row in islice(reader, CHUNK)]:
            yield chunk


def raw_sqlite(path: Path, file: Path) -> float:
    """Seconds that bare sqlite3 (WAL, synchronous=FULL) takes to insert the same rows as text, chunk by chunk."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ", ".join(f"c{n} TEXT" for n in range(len(OBJECT_HEADER)))
    connection.execute(f"CREATE TABLE raw ({columns}, UNIQUE (c0))")
    marks = ", ".join("?" for _ in OBJECT_HEADER)
    spent = 0.0
    for chunk in chunks(file):
        begin = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO raw VALUES ({marks})", chunk)
        connection.execute("COMMIT")
        spent += time.perf_counter() - begin
    connection.close()
    path.unlink()
    return spent


async def raw_postgres(dsn: str, file: Path) -> float:
    """Seconds that COPY takes for the same rows as text, chunk by chunk, each its own transaction."""
    connection = await asyncpg.connect(dsn)
    columns = ", ".join(f"c{n} text" for n in range(len(OBJECT_HEADER)))
    await connection.execute(f"CREATE TABLE raw ({columns}, UNIQUE (c0))")
    spent = 0.0
    for chunk in chunks(file):
        begin = time.perf_counter()
        await connection.copy_records_to_table("raw", records=chunk)
        spent += time.perf_counter() - begin
    await connection.execute("DROP TABLE raw")
    await connection.close()
    return spent


async def ours(url: str, file: Path) -> tuple[float, float, int]:
    """Seconds of the first and of a second import of the same file, and how many rows it has."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        cmd = Command(SYSTEM, datetime(2026, 3, 2, tzinfo=UTC), SystemEntropy())
        owner = await found_authority(cmd, code="bench", name="bench", short_name="bench", rule_set=RULE_SET)
        spent, rows = [], 0
        for _ in range(2):
            begin = time.perf_counter()
            report = await import_objects(cmd, file, authority=owner.id)
            spent.append(time.perf_counter() - begin)
            rows = report.counts.rows
            if not rows or report.counts.rejected:
                raise RuntimeError(f"not all rows went in: {report.counts}")
    return spent[0], spent[1], rows


if __name__ == "__main__":
    main()
