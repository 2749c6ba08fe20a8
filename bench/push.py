"""Signed entries through HTTP on loopback, SQLite and PostgreSQL, beside what the machine itself does in the same run.

The server is a process of its own, as `fieldcheck serve` runs it, background work included; the batches are signed
before anything is measured. `python -m bench.push profile` serves for a profiler and measures nothing else.
"""

import asyncio
import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.push_batches import Tablet, tablets
from bench.wire_load import Answer, Channel, all_of, echo_server, our_server, peak_mb_of
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from mobile_contract.client.key import DeviceKey
from mobile_contract.push import PushAnswer, Verdict
from sync.signatures import public_key, verify

TABLETS, BATCH = 8, 100
BATCHES = 60  # a tablet
GOAL = "≥ 15,000 (never under 6,000)"
PATH = "/v1/sync/push"
NDJSON = {"Content-Type": "application/x-ndjson"}


class Run:
    """One engine: its tablets, its server, its figures."""

    def __init__(self, engine: str, fleet: Sequence[Tablet], port: int) -> None:
        self.engine, self.fleet = engine, fleet
        self.channels = [Channel(port, tablet.key, tablet.token, extra=NDJSON) for tablet in fleet]

    async def rate(self, visits: int, batches: int = BATCHES) -> float:
        """Entries a second of all tablets together, each pushing batch after batch of `visits` visits."""
        made = [[tablet.batch(BATCH, visits) for _ in range(batches)] for tablet in self.fleet]

        async def one(channel: Channel, bodies: Sequence[bytes]) -> None:
            for body in bodies:
                _check(await channel.send("POST", PATH, body), {Verdict.ACCEPTED})

        spent = await all_of(
            [lambda c=c, b=b: one(c, b) for c, b in zip(self.channels, made, strict=True)]  # type: ignore[misc]
        )
        return len(self.fleet) * batches * BATCH / spent

    async def latency(self, count: int, times: int) -> list[float]:
        """Milliseconds of pushes of `count` new entries, one at a time, sorted."""
        bodies = [self.fleet[0].batch(count, 1) for _ in range(times)]
        spent = []
        for body in bodies:
            answer = await self.channels[0].send("POST", PATH, body)
            _check(answer, {Verdict.ACCEPTED})
            spent.append(answer.spent * 1000)
        return sorted(spent)

    async def again(self, times: int) -> list[float]:
        """Milliseconds of pushing 500 known entries again, sorted."""
        body = self.fleet[1].batch(500, 1)
        await self.channels[1].send("POST", PATH, body)
        spent = []
        for _ in range(times):
            answer = await self.channels[1].send("POST", PATH, body)
            _check(answer, {Verdict.DUPLICATE})
            spent.append(answer.spent * 1000)
        return sorted(spent)

    async def close(self) -> None:
        for channel in self.channels:
            await channel.close()


def _check(answer: Answer, wanted: set[Verdict]) -> None:
    """Whatever is counted was taken: an answer without all verdicts in `wanted` ends the benchmark."""
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
    # Counted as text: reading every answer would cost the generator more than the server.
    lines, told = answer.body.count(b'"line":'), sum(answer.body.count(f'"verdict":"{one}"'.encode()) for one in wanted)
    if lines == 0 or told < lines:
        found = PushAnswer.model_validate_json(answer.body)
        odd = [one for one in found.verdicts if one.verdict not in wanted]
        if odd:
            raise RuntimeError(f"not {wanted}: {odd[0]}")


async def measure(engine: str, url: str, folder: Path) -> None:
    """All figures of one engine."""
    keys = load_server_keys(folder / "keys")
    async with running(open_engine(url), all_tables()):
        await migrate()
        fleet = await tablets(TABLETS, keys)
    with our_server(folder, url) as (port, process):
        run = Run(engine, fleet, port)
        await run.rate(1, 5)  # warm
        raw = await raw_limit(url, folder)
        name = f"push, {engine}: batches of {BATCH}"
        Figure(f"{name} of one visit", await run.rate(1), "entries/s", raw, "raw rows, same batches, fsync", GOAL).emit()
        Figure(f"{name} of five visits", await run.rate(5), "entries/s", raw, "raw rows, same batches, fsync").emit()
        for count, target in ((20, "≤ 100 ms"), (500, "≤ 700 ms")):
            spent = await run.latency(count, 40)
            Figure(f"push, {engine}: {count} new entries, p99", spent[int(len(spent) * 0.99)], "ms", target=target).emit()
        spent = await run.again(40)
        Figure(f"push, {engine}: 500 known entries again, p50", spent[len(spent) // 2], "ms", target="≤ 60 ms").emit()
        Figure(f"push, {engine}: 500 known entries again, p99", spent[int(len(spent) * 0.99)], "ms").emit()
        Figure(f"push, {engine}: peak memory of the server", peak_mb_of(process), "MB", target="≤ 200 MB").emit()
        await run.close()


async def raw_limit(url: str, folder: Path) -> float:
    """Entries a second of the database alone: rows as wide as an entry's, in batches of 100, each committed with fsync."""
    rows = [(hashlib.sha256(n.to_bytes(8, "big")).hexdigest()[:43], *(bytes(16) for _ in range(4)), n, bytes(600), bytes(130), bytes(64)) for n in range(20_000)]
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    if url.startswith("sqlite"):
        return len(rows) / await asyncio.to_thread(_raw_sqlite, folder / "raw.sqlite3", batches)
    return len(rows) / await _raw_postgres(url, batches)


_COLUMNS = "hash, a, b, c, d, n, header, body, signature"


def _raw_sqlite(path: Path, batches: Sequence[Sequence[Any]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"CREATE TABLE raw ({_COLUMNS}, PRIMARY KEY (hash))")
    connection.execute("CREATE INDEX raw_n ON raw (a, n)")
    begin = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
        connection.execute("COMMIT")
    spent = time.perf_counter() - begin
    connection.close()
    return spent


async def _raw_postgres(url: str, batches: Sequence[Sequence[Any]]) -> float:
    connection = await asyncpg.connect(url)
    kinds = "hash text PRIMARY KEY, a bytea, b bytea, c bytea, d bytea, n bigint, header bytea, body bytea, signature bytea"
    await connection.execute(f"CREATE TABLE bench_raw ({kinds})")
    await connection.execute("CREATE INDEX bench_raw_n ON bench_raw (a, n)")
    begin = time.perf_counter()
    for batch in batches:
        async with connection.transaction():
            await connection.copy_records_to_table("bench_raw", records=batch)
    spent = time.perf_counter() - begin
    await connection.execute("DROP TABLE bench_raw")
    await connection.close()
    return spent


async def machine() -> None:
    """What the machine does without us: an echo over the same sockets, SHA-256, P-256."""
    body = bytes(90_000)
    with echo_server() as (port, _):
        channels = [Channel(port) for _ in range(TABLETS)]

        async def one(channel: Channel) -> None:
            for _ in range(300):
                await channel.send("POST", "/", body)

        spent = await all_of([lambda c=c: one(c) for c in channels])  # type: ignore[misc]
        for channel in channels:
            await channel.close()
    Figure("echo of batches of the same size", TABLETS * 300 * BATCH / spent, "entries/s").emit()
    header = os.urandom(620)
    Figure("SHA-256 of a header", 200_000 / _spent(200_000, lambda: hashlib.sha256(header).digest()), "1/s").emit()
    key = DeviceKey.of_entropy(os.urandom(48))
    signed, public = key.sign(header), public_key(key.jwk)
    Figure("P-256 verifications, one core", 3_000 / _spent(3_000, lambda: verify(public, header, signed)), "1/s").emit()


def _spent(times: int, work: Any) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - begin


def main() -> None:
    only = sys.argv[1:] or ["SQLite", "PostgreSQL"]
    asyncio.run(machine())
    if "SQLite" in only:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'push.sqlite3'}", Path(folder)))
    if "PostgreSQL" in only:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            asyncio.run(measure("PostgreSQL", dsn, Path(folder)))


if __name__ == "__main__":
    main()
