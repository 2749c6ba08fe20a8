"""A simulated fleet's days, every entry and photograph compared with the store one by one; and how fast that was."""

import asyncio
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from api.logs import configure_logs
from api.output import Output
from api.simulation.fleet import FleetReport
from api.simulation.story import Plot, tell
from bench.figure import Figure
from bench.words import parser_of
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings

TABLETS, DAYS, SEED = 20, 5, 1
START = datetime(2026, 3, 2, tzinfo=UTC)
PASSWORD = "simulated-people-only"  # noqa: S105  of invented people in a database that is thrown away


def main() -> int:
    parser_of(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{Path(folder) / 'fleet.sqlite3'}")
        begin = time.perf_counter()
        plot = Plot(TABLETS, DAYS, SEED, START, PASSWORD, SeededEntropy(f"server:{SEED}"))
        report = asyncio.run(tell(settings, plot, Output(as_json=True))).report
        spent = time.perf_counter() - begin
        limit = raw_insert(Path(folder) / "fleet.sqlite3", Path(folder) / "raw.sqlite3")
    told(report, spent, limit)
    return 0 if report.custody.whole and report.custody.entries else 1


def told(report: FleetReport, spent: float, limit: float) -> None:
    """Emit the figures."""
    custody = report.custody
    days = f"{report.tablets} tablets × {report.days} days"
    all_of_them = "all of them"
    Figure(
        f"{days}: entries identical in the store",
        custody.entries_identical,
        "entries",
        custody.entries,
        "captured",
        all_of_them,
    ).emit()
    Figure(
        f"{days}: photographs identical in the store",
        custody.media_identical,
        "files",
        custody.media,
        "taken",
        all_of_them,
    ).emit()
    Figure(f"{days}: founding to publication", spent, "s", limit, "raw inserts of the entries").emit()
    Figure(f"{days}: entries a second", custody.entries / spent, "1/s", custody.entries / limit, "raw inserts").emit()
    Figure(f"{days}: tablets' requests a second", report.requests / spent, "1/s").emit()


def raw_insert(source: Path, target: Path) -> float:
    """Seconds that bare sqlite3 (WAL, synchronous=FULL) takes to insert the same entries, each its own transaction."""
    with sqlite3.connect(source) as store:
        rows = store.execute("SELECT hash, header, body, signature FROM entry ORDER BY hash").fetchall()
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (hash TEXT PRIMARY KEY, header BLOB, body BLOB, signature BLOB)")
    begin = time.perf_counter()
    for row in rows:
        connection.execute("INSERT INTO raw VALUES (?, ?, ?, ?)", row)
    spent = time.perf_counter() - begin
    connection.close()
    return spent


if __name__ == "__main__":
    configure_logs(level="error")
    raise SystemExit(main())
