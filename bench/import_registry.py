"""Import of 100,000 register rows into SQLite, beside what raw sqlite3 does with the same rows on the same disk."""

import asyncio
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from inspection.authority.found import found_authority
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_objects, synthetic_register

ROWS = 100_000
TARGET_S = 20.0
RULE_SET = "weihai-jingkai-commerce"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        file = here / "register.csv"
        file.write_bytes(synthetic_register(ROWS))
        limit = raw_insert(here / "raw.sqlite3")
        first, again = asyncio.run(ours(here / "ours.sqlite3", file))
    told = f"≤ {TARGET_S:g} s"
    Figure("import of 100,000 registry rows, SQLite", first, "s", limit, "raw executemany", told).emit()
    Figure("the same file again", again, "s", first, "first import").emit()


def raw_insert(path: Path) -> float:
    """Seconds that bare sqlite3 (WAL, synchronous=FULL, one transaction) takes to insert the same rows as text."""
    rows = synthetic_objects(ROWS)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = ", ".join(f"c{n} TEXT" for n in range(len(rows[0])))
    connection.execute(f"CREATE TABLE raw ({columns}, UNIQUE (c0))")
    marks = ", ".join("?" for _ in rows[0])
    begin = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO raw VALUES ({marks})", rows)
    connection.execute("COMMIT")
    spent = time.perf_counter() - begin
    connection.close()
    return spent


async def ours(path: Path, file: Path) -> tuple[float, float]:
    """Seconds of the first and of a second import of the same file."""
    async with running(open_engine(f"sqlite:///{path}"), all_tables()):
        await migrate()
        cmd = Command(SYSTEM, datetime(2026, 3, 2, tzinfo=UTC), SystemEntropy())
        owner = await found_authority(cmd, code="bench", name="bench", short_name="bench", rule_set=RULE_SET)
        spent = []
        for _ in range(2):
            begin = time.perf_counter()
            report = await import_objects(cmd, file, authority=owner.id)
            spent.append(time.perf_counter() - begin)
            if report.counts.rows != ROWS or report.counts.rejected:
                raise RuntimeError(f"not all rows went in: {report.counts}")
    return spent[0], spent[1]


if __name__ == "__main__":
    main()
