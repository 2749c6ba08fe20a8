"""Pulls through HTTP on loopback, SQLite and PostgreSQL, beside what the machine itself does in the same run.

The server is a process of its own, as `fieldcheck serve` runs it. Entries and feed rows are written before anything is
measured; the times are those from the request to the last byte of the answer, one tablet at a time.
"""

import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.pull_world import more_visits
from bench.push import NDJSON, check
from bench.push_batches import Tablet, tablets
from bench.wire_load import Channel, echo_server, our_server, peak_mb_of
from bench.words import ENGINES, parser_of
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running, speaks_postgres
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.pull import RemoveReason
from mobile_contract.push import Verdict
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from sync.pull import feeds
from sync.push.receive import receive_push
from sync.tables import FeedRow

SPOKEN = {CONTRACT_HEADER: str(CONTRACT_VERSION)}
CATCH_UP, TOPICS, CHANGES, TIMES = 10_000, 100_000, 10, 200
PATH = "/v1/sync/pull"


class Follower:
    """A tablet that pulls and keeps its cursor."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.cursor: str | None = None
        self.entries = self.items = self.bytes = self.requests = 0

    async def pull(self, limit: int = 1_000) -> tuple[float, bool]:
        """One page; seconds, and whether there is more."""
        query = f"?limit={limit}" + (f"&cursor={self.cursor}" if self.cursor else "")
        answer = await self.channel.send("GET", PATH + query)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
        self.entries += answer.body.count(b'"vseq":')
        self.items += answer.body.count(b'"topic":')
        self.bytes += len(answer.body)
        self.requests += 1
        head = json.loads(answer.body[: answer.body.index(b',"items":[')] + b"}")
        self.cursor = head["to"]
        return answer.spent, head["more"]

    async def drain(self) -> float:
        """Pull to the end; seconds of all requests."""
        spent, more = 0.0, True
        while more:
            took, more = await self.pull()
            spent += took
        return spent


async def put_entries(tablet: Tablet, keys: ServerKeys, count: int) -> None:
    """Entries of one tablet in its first visit, as a push brings them."""
    for _ in range(count // 500):
        cmd = Command(SYSTEM, SystemClock().now(), SystemEntropy())
        await receive_push(cmd, device_id=tablet.id, body=tablet.batch(500, 1), keys=keys)


async def add_topics(device: UUID, count: int) -> None:
    """Topics of removed visits in a device's own feed: what it has seen in years."""
    number = f"generate_series(1, {count}) AS n"
    if not speaks_postgres():
        number = f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c)"
    twelve = "lpad(to_hex(n), 12, '0')" if speaks_postgres() else "printf('%012x', n)"
    row = f"'019a0000-0000-7000-8000-' || {twelve}"
    row = f"CAST({row} AS uuid)" if speaks_postgres() else row
    now = SystemClock().now()
    async with unit_of_work():
        await FeedRow.raw(
            "INSERT INTO feed_row (id, device, topic, seq, op, reason, changed_at) "
            f"SELECT {row}, {{}}, 'visit:old-' || n, n + 1000, 'remove', 'published', {{}} FROM {number}",
            device,
            now,
        )
        await FeedRow.raw("UPDATE feed_head SET n = {} WHERE device = {}", count + 1000, device)


async def measure(engine: str, url: str, folder: Path) -> None:
    """All figures of one engine."""
    keys = load_server_keys(folder / "keys")
    async with running(open_engine(url), all_tables()):
        await migrate()
        fleet = await tablets(6, keys, CHANGES)
        await put_entries(fleet[0], keys, CATCH_UP)
        await add_topics(fleet[2].id, TOPICS)
        await thirty(fleet[4])
        raw = await raw_read(url)
    with our_server(folder, url) as (port, process):
        followers = [Follower(Channel(port, one.key, one.token, extra=SPOKEN)) for one in fleet]
        await followers[5].drain()  # warm
        spent = await followers[1].drain()
        if followers[1].entries != CATCH_UP:
            raise RuntimeError(f"{followers[1].entries} entries came")
        name = f"pull, {engine}"
        Figure(f"{name}: catch-up of {CATCH_UP} entries", spent, "s", raw, "raw rows read", "≤ 0.5 s").emit()
        Figure(f"{name}: catch-up, bytes an entry, plain", followers[1].bytes / CATCH_UP, "B").emit()
        await few_of_many(name, fleet[3], Channel(port, fleet[3].key, fleet[3].token, extra=NDJSON), followers[2])
        await first_sync(name, followers[4])
        Figure(f"{name}: peak memory of the server", peak_mb_of(process), "MB", target="≤ 200 MB").emit()
        for one in followers:
            await one.channel.close()


async def few_of_many(name: str, partner: Tablet, channel: Channel, mine: Follower) -> None:
    """Ten topics changed among 100,000, by a push of the partner's; then nothing."""
    await mine.drain()
    spent = []
    for _ in range(60):
        await mine.pull()
        pushed = await channel.send("POST", "/v1/sync/push", partner.batch(CHANGES, CHANGES))
        check(pushed, Verdict.ACCEPTED)
        before = mine.items
        spent.append((await mine.pull())[0] * 1000)
        if mine.items - before != CHANGES:
            raise RuntimeError(f"{mine.items - before} topics came")
    await channel.close()
    Figure(f"{name}: {CHANGES} changes among {TOPICS}, p50", statistics.median(spent), "ms", target="≤ 3 ms").emit()
    idle = sorted([(await mine.pull())[0] * 1000 for _ in range(TIMES)])
    Figure(f"{name}: idle, p50", idle[TIMES // 2], "ms", await echoed(), "echo, p50").emit()
    Figure(f"{name}: idle, p99", idle[int(TIMES * 0.99)], "ms", target="≤ 15 ms").emit()


async def change_ten(pair: Sequence[Tablet], keys: ServerKeys, cards: int = 0) -> None:
    """Ten topics of the first tablet's feed: its partner's new entry in each of five visits, `cards`, and removals."""
    mine, partner = pair
    cmd = Command(SYSTEM, SystemClock().now(), SystemEntropy())
    await receive_push(cmd, device_id=partner.id, body=partner.batch(5, 5), keys=keys)
    async with unit_of_work():
        for visit in mine.visits[:cards]:
            await feeds.put([mine.id], feeds.visit_topic(visit), cmd.now)
        for number in range(CHANGES - 5 - cards):
            await feeds.remove([mine.id], feeds.visit_topic(UUID(int=number)), RemoveReason.PUBLISHED, cmd.now)


async def first_sync(name: str, follower: Follower) -> None:
    """Thirty visits and what they need."""
    spent = await follower.drain()
    Figure(f"{name}: first sync of 30 visits", spent * 1000, "ms", target="≤ 300 ms").emit()
    Figure(f"{name}: first sync, requests", follower.requests, "requests", target="≤ 6").emit()
    Figure(f"{name}: first sync, bytes, plain", follower.bytes / 1000, "kB").emit()


async def thirty(tablet: Tablet) -> None:
    """Visits of this tablet up to thirty, with five checklists of 150 points."""
    visits = await more_visits(tablet, 30 - len(tablet.visits))
    async with unit_of_work():
        await feeds.change({visit: {tablet.id: None} for visit in visits}, SystemClock().now())


async def echoed() -> float:
    """Milliseconds of an answer that nothing was done for."""
    with echo_server() as (port, _):
        channel = Channel(port)
        spent = [(await channel.send("GET", "/")).spent * 1000 for _ in range(TIMES)]
        await channel.close()
    return statistics.median(spent)


async def raw_read(url: str) -> float:
    """Seconds in which the database alone gives the same entries."""
    sql = "SELECT vseq, header, body, signature, kid, alg, reasons FROM entry ORDER BY visit, vseq"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        begin = time.perf_counter()
        connection.execute(sql).fetchall()
        spent = time.perf_counter() - begin
        connection.close()
        return spent
    other = await asyncpg.connect(url)
    begin = time.perf_counter()
    await other.fetch(sql)
    spent = time.perf_counter() - begin
    await other.close()
    return spent


def main() -> None:
    only = parser_of(__doc__, ENGINES).parse_args().only
    if "SQLite" in only:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'pull.sqlite3'}", Path(folder)))
    if "PostgreSQL" in only:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            asyncio.run(measure("PostgreSQL", dsn, Path(folder)))


if __name__ == "__main__":
    main()
