"""What is public, read among 1,000,000 published results through HTTP on loopback, on both engines, beside what the
machine and the database themselves do in the same run.

`python -m bench.publicity [SQLite] [PostgreSQL] [--folder=FOLDER] [--results=N]`: with a folder, the
databases stay in it and are not filled again.
"""

import asyncio
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.publicity_world import fill
from bench.registers import NOW, objects_in, owner_of
from bench.wire_load import Channel, echo_server, our_server, peak_mb_of
from bench.words import ENGINES, parser_of
from inspection.authority import store as authorities
from inspection.authority.found import open_account
from inspection.kernel.ask import ask
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy

RESULTS, OBJECTS_OF = 1_000_000, 5
YEARS = range(2021, 2026)
YEAR = "from=2025-01-01&to=2025-12-31"
TIMES = 40
SUPERVISOR, PASSWORD = "bench-supervisor", "a long enough password"
SEARCHES = {
    "fragment of a name, found once": ("12345号", "65432号", "99999号", "50001号"),
    "two characters, 1 in 500": ("云帆", "瑞源", "嘉祥", "润明"),
    "two characters, 1 in 30": ("二手", "洗衣", "油品"),
    "very common": ("有限公司", "合成", "公司"),
    "one character": ("云", "号", "油"),
    "nobody has it": ("威海卫", "饕餮", "公司有限"),
    "the whole code": (),
    "the beginning of a code": (),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What there is to ask for: codes of objects, and numbers of publications from all over the years."""

    codes: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: int


async def prepared(url: str, results: int, objects: int | None = None) -> Filled:
    """The database as it is measured: filled when it is empty, with a supervisor who may read the figures."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        if not await authorities.authorities():
            owner = await owner_of(NOW)
            await objects_in(owner, objects or max(50, results // OBJECTS_OF))
            await fill(owner, "bench", YEARS, results)
        (owner,) = [one.id for one in await authorities.authorities()]
        if await authorities.account_by_username(SUPERVISOR) is None:
            await open_account(
                Command(SYSTEM, SystemClock().now(), SystemEntropy()),
                authority=owner,
                unit=None,
                username=SUPERVISOR,
                name="监督员",
                role=Role.SUPERVISOR,
                password=PASSWORD,
            )
        found = await ask("SELECT number, object_code AS code FROM publication WHERE number LIKE '%00777'")
        count = await ask("SELECT COUNT(*) AS n FROM publication WHERE state = 'published'")
    return Filled(tuple(row["code"] for row in found), tuple(row["number"] for row in found), int(count[0]["n"]))


async def measure(engine: str, url: str, folder: Path, results: int) -> None:
    """Everything on one engine."""
    filled = await prepared(url, results)
    what = f"{filled.rows:,} published results, {engine}"
    limits = await bare(url)
    with echo_server() as (port, _):
        echo = await spent_on(port, ["/"] * TIMES)
    with our_server(folder, url) as (port, process):
        await spent_on(port, ["/results", "/results?q=%E4%BA%91"])  # templates and statements are made once
        every: list[float] = []
        for kind, words in SEARCHES.items():
            asked = [f"/results?q={urllib.parse.quote(word)}" for word in words or _codes(kind, filled)]
            spent = await spent_on(port, turns(asked))
            every += spent
            told(f"{what}: public search, {kind}", spent, echo, "≤ 100 ms")
        later = await pages_on(port, "有限公司", 12)
        told(f"{what}: public search, a later page", later, echo, "≤ 100 ms")
        told(f"{what}: public search, all questions", every + later, echo, "≤ 100 ms")
        told(f"{what}: register, first page", await spent_on(port, ["/results"] * TIMES), echo, "≤ 50 ms")
        told(f"{what}: register, later pages", await pages_on(port, "", TIMES), echo, "≤ 50 ms")
        one = [f"/results/{number}" for number in filled.numbers]
        told(f"{what}: one result", await spent_on(port, turns(one)), echo, "≤ 50 ms")
        await figures(what, port, limits["a pass over the year's results in an index"])
        await export(what, port, process, limits["every document read in one query"], filled.rows)


def _codes(kind: str, filled: Filled) -> list[str]:
    return [code if kind == "the whole code" else code[:12] for code in filled.codes[:8]]


def turns(asked: Sequence[str]) -> list[str]:
    """The questions in turn, so many that a percentile means something."""
    return [asked[turn % len(asked)] for turn in range(max(TIMES, len(asked)))]


def told(name: str, spent: Sequence[float], echo: Sequence[float], target: str) -> None:
    """p50 and p95 in milliseconds beside an echo."""
    Figure(f"{name}, p50", statistics.median(spent), "ms", statistics.median(echo), "echo, p50").emit()
    Figure(f"{name}, p95", share(spent, 0.95), "ms", share(echo, 0.95), "echo, p95", target).emit()


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


async def spent_on(port: int, paths: Sequence[str], token: str = "") -> list[float]:
    """Milliseconds of each request, one after the other on one connection."""
    channel = Channel(port, extra={"Authorization": f"Bearer {token}"} if token else {})
    spent = []
    for path in paths:
        answer = await channel.send("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:300]!r}")
        spent.append(answer.spent * 1000)
    await channel.close()
    return spent


async def pages_on(port: int, word: str, count: int) -> list[float]:
    """Milliseconds of the pages behind the first one, each by the link of the page before."""
    channel, spent, path = Channel(port), [], f"/results?q={urllib.parse.quote(word)}"
    for _ in range(count + 1):
        answer = await channel.send("GET", path)
        spent.append(answer.spent * 1000)
        after = answer.body.decode().split("after=", 1)
        if len(after) == 1:
            break
        place = after[1].split('"', 1)[0].split("&", 1)[0]
        path = f"/results?q={urllib.parse.quote(word)}&after={place}"
    await channel.close()
    return spent[1:]


async def figures(what: str, port: int, limit: float) -> None:
    """The statistics of a year, the office's and the public's, and of all years."""
    token = await signed_in(port)
    for name, path, target in (
        ("statistics of a year", f"/office/statistics?{YEAR}", "≤ 2 s"),
        ("public statistics of a year", f"/public/statistics?{YEAR}", "≤ 2 s"),
        ("statistics of all five years", "/office/statistics?from=2021-01-01&to=2025-12-31", ""),
    ):
        spent = await spent_on(port, [path] * 5, token)
        Figure(
            f"{what}: {name}",
            statistics.median(spent) / 1000,
            "s",
            limit,
            "a pass over the year's results in an index",
            target,
        ).emit()


async def signed_in(port: int) -> str:
    """A token of the supervisor."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post("/office/sessions", json={"username": SUPERVISOR, "password": PASSWORD})
        answer.raise_for_status()
        return str(answer.json()["token"])


async def export(what: str, port: int, process: int, limit: float, rows: int) -> None:
    """All results as CSV: how long, how many, and what the server's memory does meanwhile."""
    await asyncio.to_thread(Path(f"/proc/{process}/clear_refs").write_text, "5")  # the peak begins anew
    before, lines, size = peak_mb_of(process), 0, 0
    begin = time.perf_counter()
    address = f"http://127.0.0.1:{port}/public/results.csv"
    plain = {"Accept-Encoding": "identity"}
    async with httpx.AsyncClient(timeout=600, headers=plain) as client, client.stream("GET", address) as answer:
        answer.raise_for_status()
        async for block in answer.aiter_raw():
            lines += block.count(b"\n")
            size += len(block)
    spent, peak = time.perf_counter() - begin, peak_mb_of(process)
    if lines != rows + 1:
        raise RuntimeError(f"{lines} lines of {rows + 1}")
    Figure(f"{what}: export as CSV", spent, "s", limit, "every document read in one query").emit()
    Figure(f"{what}: export as CSV, rows a second", rows / spent, "1/s").emit()
    Figure(f"{what}: export as CSV, size", size / 1e6, "MB").emit()
    Figure(f"{what}: export, memory of the server grows by", peak - before, "MB", target="≤ 100 MB").emit()
    Figure(f"{what}: export, peak memory of the server", peak, "MB").emit()


async def bare(url: str) -> dict[str, float]:
    """Seconds of what the database alone does: a pass over the index of a year, and every document read."""
    found = {}
    async with running(open_engine(url), all_tables()):
        begin = time.perf_counter()
        await ask(
            "SELECT p.state AS state, COUNT(*) AS n FROM publication p WHERE p.authority = (SELECT id FROM authority) "
            "AND p.state = {} AND p.penalty IS NULL AND p.published_at >= {} AND p.published_at < {} GROUP BY 1",
            "published",
            *_bounds(),
        )
        found["a pass over the year's results in an index"] = time.perf_counter() - begin
        begin = time.perf_counter()
        await ask("SELECT COUNT(*) AS n, SUM(LENGTH(document)) AS size FROM published_document WHERE id IS NOT NULL")
        found["every document read in one query"] = time.perf_counter() - begin
    return found


def _bounds() -> tuple[object, object]:
    from inspection.oversight.statistics.spans import midnight  # noqa: PLC0415

    return midnight(date(2025, 1, 1)), midnight(date(2026, 1, 1))


def main() -> None:
    parser = parser_of(__doc__, ENGINES, results=RESULTS)
    parser.add_argument("--folder", type=Path, help="where the databases stay")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = told.folder or Path(made)
        if "SQLite" in told.only:
            with tempfile.TemporaryDirectory() as data:
                asyncio.run(measure("SQLite", f"sqlite:///{folder / 'publicity.sqlite3'}", Path(data), told.results))
        if "PostgreSQL" in told.only:
            with tempfile.TemporaryDirectory() as data, server(folder / "postgres") as dsn:
                asyncio.run(measure("PostgreSQL", dsn, Path(data), told.results))


if __name__ == "__main__":
    main()
