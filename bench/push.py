"""Signed entries through HTTP on loopback, SQLite and PostgreSQL, beside what the machine itself does in the same run.

The server is a process of its own, as `fieldcheck serve` runs it, background work included; the batches are signed
before anything is measured. `python -m bench.push SQLite` measures one engine only.
"""

import asyncio
import gzip
import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import brotli

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.push_batches import Tablet, tablets
from bench.wire_load import Answer, Channel, all_of, echo_server, our_server, peak_mb_of
from bench.words import ENGINES, parser_of
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from mobile_contract.client.key import DeviceKey
from mobile_contract.push import PushAnswer, Verdict
from sync.signatures import public_key, verify

TABLETS, BATCH, BATCHES = 8, 100, 60
GOAL = "≥ 15,000, never under 6,000"
PATH = "/v1/sync/push"
NDJSON = {"Content-Type": "application/x-ndjson"}
PACKED = {**NDJSON, "Content-Encoding": "gzip", "Accept-Encoding": "br"}
ROWS = 20_000
COLUMNS = (
    "hash text PRIMARY KEY, id bytea, visit bytea, device bytea, carrier bytea, seq bigint, "
    "header bytea, body bytea, signature bytea"
)


class Run:
    """One engine: its tablets and their channels."""

    def __init__(self, fleet: Sequence[Tablet], port: int) -> None:
        self.fleet = fleet
        self.channels = [Channel(port, tablet.key, tablet.token, extra=NDJSON) for tablet in fleet]

    async def rate(self, visits: int, batches: int = BATCHES, *, packed: bool = False) -> float:
        """Entries a second of all tablets together, each pushing batch after batch of `visits` visits."""
        made = [[tablet.batch(BATCH, visits) for _ in range(batches)] for tablet in self.fleet]
        bodies = [[gzip.compress(body, 6) for body in some] for some in made] if packed else made
        for channel in self.channels:
            channel.extra = PACKED if packed else NDJSON
        spent = await all_of([_sending(*one) for one in zip(self.channels, bodies, strict=True)])
        for channel in self.channels:
            channel.extra = NDJSON
        return len(self.fleet) * batches * BATCH / spent

    async def latency(self, count: int, times: int) -> list[float]:
        """Milliseconds of pushes of `count` new entries, one at a time, sorted."""
        spent = []
        for body in [self.fleet[0].batch(count, 1) for _ in range(times)]:
            answer = await self.channels[0].send("POST", PATH, body)
            check(answer, Verdict.ACCEPTED)
            spent.append(answer.spent * 1000)
        return sorted(spent)

    async def under_load(self, rate: float, times: int) -> list[float]:
        """`latency` of 20 entries while the other tablets together push half of `rate`."""
        others = list(zip(self.fleet[1:], self.channels[1:], strict=True))
        pause = len(others) * BATCH / (rate / 2)
        bodies = [[tablet.batch(BATCH, 1) for _ in range(int(times * 0.1 / pause) + 2)] for tablet, _ in others]
        work = [
            asyncio.create_task(_paced(channel, some, pause)) for (_, channel), some in zip(others, bodies, strict=True)
        ]
        spent = await self.latency(20, times)
        for one in work:
            one.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for channel in self.channels[1:]:
            await channel.close()
        return spent

    async def again(self, times: int) -> list[float]:
        """Milliseconds of pushing 500 known entries again, sorted."""
        body = self.fleet[1].batch(500, 1)
        await self.channels[1].send("POST", PATH, body)
        spent = []
        for _ in range(times):
            answer = await self.channels[1].send("POST", PATH, body)
            check(answer, Verdict.DUPLICATE)
            spent.append(answer.spent * 1000)
        return sorted(spent)

    async def close(self) -> None:
        """Hang up."""
        for channel in self.channels:
            await channel.close()


def _sending(channel: Channel, bodies: Sequence[bytes]) -> Callable[[], Any]:
    async def send() -> None:
        for body in bodies:
            check(await channel.send("POST", PATH, body), Verdict.ACCEPTED)

    return send


async def _paced(channel: Channel, bodies: Sequence[bytes], pause: float) -> None:
    for body in bodies:
        answer = await channel.send("POST", PATH, body)
        await asyncio.sleep(max(0.0, pause - answer.spent))


def check(answer: Answer, wanted: Verdict) -> None:
    """Whatever is counted was taken: an answer without this verdict on every line ends the benchmark."""
    body = brotli.decompress(answer.body) if answer.headers.get("content-encoding") == "br" else answer.body
    # Counted as text: reading every answer as models would cost the generator more than the server.
    if (
        answer.status == 200
        and body.count(f'"verdict":"{wanted}","reasons":[]'.encode()) == body.count(b'{"line":') > 0
    ):
        return
    odd = (
        ""
        if answer.status != 200
        else next(
            one for one in PushAnswer.model_validate_json(body).verdicts if one.verdict is not wanted or one.reasons
        )
    )
    raise RuntimeError(f"{answer.status} {odd or body[:500]!r}")


async def measure(engine: str, url: str, folder: Path, echo: float) -> None:
    """All figures of one engine."""
    keys = load_server_keys(folder / "keys")
    async with running(open_engine(url), all_tables()):
        await migrate()
        fleet = await tablets(TABLETS, keys)
    with our_server(folder, url) as (port, process):
        run = Run(fleet, port)
        await run.rate(1, 5)  # warm
        raw, rate = await raw_limit(url, folder), await run.rate(1)
        name = f"push, {engine}, batches of {BATCH}"
        Figure(f"{name} of one visit", rate, "entries/s", raw, "raw rows, fsync a batch", GOAL).emit()
        Figure(f"{name} of one visit, beside an echo", rate, "entries/s", echo, "an echo").emit()
        Figure(f"{name} of five visits", await run.rate(5), "entries/s", raw, "raw rows, fsync a batch").emit()
        packed = await run.rate(1, packed=True)
        Figure(f"{name}, gzip up and br down", packed, "entries/s", raw, "raw rows, fsync a batch").emit()
        told = {
            "20 new entries at half load, p99": (99, await run.under_load(rate, 60), "≤ 100 ms"),
            "500 new entries, p99": (99, await run.latency(500, 30), "≤ 700 ms"),
            "500 known entries again, p50": (50, await run.again(30), "≤ 60 ms"),
        }
        for what, (part, spent, target) in told.items():
            Figure(f"push, {engine}: {what}", spent[len(spent) * part // 100], "ms", target=target).emit()
        Figure(f"push, {engine}: peak memory of the server", peak_mb_of(process), "MB", target="≤ 200 MB").emit()
        await run.close()


async def raw_limit(url: str, folder: Path) -> float:
    """Entries a second of the database alone: rows as wide as an entry's, in the same batches, each synced."""
    rows = [
        (hashlib.sha256(n.to_bytes(8, "big")).hexdigest()[:43], *[os.urandom(16)] * 4, n, *map(bytes, (480, 160, 64)))
        for n in range(ROWS)
    ]
    batches = [rows[start : start + BATCH] for start in range(0, ROWS, BATCH)]
    if url.startswith("sqlite"):
        return ROWS / await asyncio.to_thread(_raw_sqlite, folder / "raw.sqlite3", batches)
    return ROWS / await _raw_postgres(url, batches)


def _raw_sqlite(path: Path, batches: Sequence[Sequence[Any]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for sql in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", f"CREATE TABLE raw ({COLUMNS})"):
        connection.execute(sql)
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
    await connection.execute(f"CREATE TABLE bench_raw ({COLUMNS})")
    begin = time.perf_counter()
    for batch in batches:
        async with connection.transaction():
            await connection.copy_records_to_table("bench_raw", records=batch)
    spent = time.perf_counter() - begin
    await connection.execute("DROP TABLE bench_raw")
    await connection.close()
    return spent


async def machine() -> float:
    """What the machine does without us; returns the entries a second of an echo over the same sockets."""
    body, times = bytes(900 * BATCH), 300
    with echo_server() as (port, _):
        channels = [Channel(port) for _ in range(TABLETS)]
        spent = await all_of([_echoing(channel, body, times) for channel in channels])
        for channel in channels:
            await channel.close()
    echo = TABLETS * times * BATCH / spent
    header = os.urandom(480)
    Figure("SHA-256 of a header", 200_000 / _spent(200_000, lambda: hashlib.sha256(header).digest()), "1/s").emit()
    key = DeviceKey.of_entropy(os.urandom(48))
    signed, public = key.sign(header), public_key(key.jwk)
    verified = 3_000 / _spent(3_000, lambda: verify(public, header, signed))
    Figure("P-256 signatures verified, one core", verified, "1/s").emit()
    return echo


def _echoing(channel: Channel, body: bytes, times: int) -> Callable[[], Any]:
    async def send() -> None:
        for _ in range(times):
            await channel.send("POST", "/", body)

    return send


def _spent(times: int, work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - begin


def main() -> None:
    engines = parser_of(__doc__, ENGINES).parse_args().only
    echo = asyncio.run(machine())
    if "SQLite" in engines:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'push.sqlite3'}", Path(folder), echo))
    if "PostgreSQL" in engines:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            asyncio.run(measure("PostgreSQL", dsn, Path(folder), echo))


if __name__ == "__main__":
    main()
