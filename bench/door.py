"""The entity's page at 100 requests a second for half a minute, on both engines, beside an echo at the same rate.

Requests begin when their time has come, whether earlier ones have been answered or not: a server that falls behind
shows in the times. Each party reads its own page with its own cookie, as after typing the code.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.entity.session import COOKIE, LASTS, session_value
from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.notice_world import command, drawn_task
from bench.postgres import server
from bench.wire_load import Channel, echo_server, our_server, peak_mb_of
from bench.words import ENGINES, parser_of
from inspection.door.give import give_door
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from inspection.visits.notices.numbers import notice_number

DOORS, RATE, SECONDS, CHANNELS = 200, 100, 30, 40
TARGET = "≤ 50 ms"
PAGES: Mapping[str, str] = {"the first page": "", "the notice": "/notice", "who is at the door": "/check"}


async def doors(url: str, folder: Path) -> list[tuple[str, str]]:
    """Path of each door and the cookie that opens it."""
    keys = load_server_keys(folder / "keys")
    async with running(open_engine(url), all_tables()):
        await migrate()
        visits = (await drawn_task(DOORS)).visits
        found = []
        for visit in visits:
            cmd = command()
            await notice_number(cmd, visit)
            door = await give_door(cmd, visit_id=visit, keys=keys)
            found.append((door.path, f"{COOKIE}={session_value(keys, door.link, door.turn, cmd.now + LASTS)}"))
    return found


async def load(port: int, asked: Sequence[tuple[str, str]], seconds: float) -> list[float]:
    """Milliseconds of every request from its appointed time to the last byte. `asked`: path and cookie, in turn."""
    free: asyncio.Queue[Channel] = asyncio.Queue()
    for _ in range(CHANNELS):
        free.put_nowait(Channel(port))
    spent: list[float] = []
    turns = itertools.cycle(asked)

    async def one(due: float, path: str, cookie: str) -> None:
        channel = await free.get()
        channel.extra = {"Cookie": cookie}
        answer = await channel.send("GET", path)
        spent.append((time.perf_counter() - due) * 1000)
        if answer.status != 200 or b'name="code"' in answer.body:
            raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
        free.put_nowait(channel)

    begin = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(RATE * seconds)):
            due = begin + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(due, *next(turns)))
    while not free.empty():
        await free.get_nowait().close()
    return sorted(spent)


async def measure(engine: str, url: str, folder: Path) -> None:
    """All figures of one engine: first a rush over doors that nobody has opened since the server began, which gathers
    what their pages are written from; then each page for a while. The first readings of the notice write into the
    journal, and count.
    """
    known = await doors(url, folder)
    with echo_server() as (port, _):
        echo = await load(port, [("/", "")], SECONDS / 3)
    with our_server(folder, url) as (port, process):
        rush = await load(port, known, DOORS / RATE)
        told = f"door, {engine}: the first page of {DOORS} doors, each for the first time, at {RATE}/s"
        Figure(f"{told}, p50", statistics.median(rush), "ms", statistics.median(echo), "echo, p50").emit()
        Figure(f"{told}, p95", at(rush, 0.95), "ms", at(echo, 0.95), "echo, p95", TARGET).emit()
        for name, page in PAGES.items():
            spent = await load(port, [(path + page, cookie) for path, cookie in known], SECONDS)
            told = f"door, {engine}: {name} at {RATE}/s for {SECONDS} s"
            Figure(f"{told}, p50", statistics.median(spent), "ms", statistics.median(echo), "echo, p50").emit()
            Figure(f"{told}, p95", at(spent, 0.95), "ms", at(echo, 0.95), "echo, p95", TARGET).emit()
            Figure(f"{told}, p99", at(spent, 0.99), "ms").emit()
        Figure(f"door, {engine}: peak memory of the server", peak_mb_of(process), "MB").emit()


def at(spent: Sequence[float], part: float) -> float:
    """The value below which this part of the sorted ones lies."""
    return spent[min(len(spent) - 1, int(len(spent) * part))]


def main() -> None:
    only = parser_of(__doc__, ENGINES).parse_args().only
    if "SQLite" in only:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'door.sqlite3'}", Path(folder)))
    if "PostgreSQL" in only:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            asyncio.run(measure("PostgreSQL", dsn, Path(folder)))


if __name__ == "__main__":
    main()
