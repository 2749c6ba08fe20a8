"""What a pull costs this process: CPU milliseconds from the request to the last byte, in process, one at a time.

The times of `bench.pull` are of a whole machine, which others may share; these are the application's own. Of SQLite
they hold the database's work too, of PostgreSQL only the client's half.
"""

import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar

from api.app import create_app
from api.logs import configure_logs
from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.pull import SPOKEN, add_topics, change_ten, put_entries
from bench.push_batches import Tablet, tablets
from bench.words import ENGINES, parser_of
from inspection.kernel.clock import SystemClock
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.keys import ServerKeys
from inspection.kernel.settings import Settings
from mobile_contract.client.dpop import proof
from mobile_contract.pull import PullAnswer

ENTRIES, TOPICS, TIMES = 2_000, 100_000, 200
PATH = "/v1/sync/pull"


@dataclass(slots=True)
class Caller:
    """A tablet that calls the application directly. `spent`: CPU seconds of its last call."""

    app: Litestar
    tablet: Tablet
    cursor: str | None = None
    nonce: str | None = None
    made: int = 0
    spent: float = 0.0
    size: int = 0

    async def pull(self) -> PullAnswer:
        """One page, applied."""
        status, body = await self._call()
        if status == 401:
            status, body = await self._call()
        if status != 200:
            raise RuntimeError(f"{status}: {body[:300]!r}")
        self.size = len(body)
        page = PullAnswer.model_validate_json(body)
        self.cursor = page.to
        return page

    async def drain(self) -> float:
        """Pull to the end, and confirm it; CPU seconds."""
        spent, more = 0.0, True
        while more:
            more = (await self.pull()).more
            spent += self.spent
        await self.pull()
        return spent

    async def _call(self) -> tuple[int, bytes]:
        query = f"limit=1000&cursor={self.cursor}" if self.cursor else "limit=1000"
        self.made += 1
        told: list[dict[str, Any]] = []
        asked = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        scope = self._scope(query)
        begin = time.process_time()
        await self.app(scope, receive, send)  # type: ignore[arg-type]
        self.spent = time.process_time() - begin
        headers = {name.lower(): value for name, value in told[0]["headers"]}
        self.nonce = headers.get(b"dpop-nonce", b"").decode() or self.nonce
        return told[0]["status"], b"".join(part.get("body", b"") for part in told[1:])

    def _scope(self, query: str) -> dict[str, Any]:
        one = self.tablet
        shown = proof(
            one.key,
            method="GET",
            url=f"http://bench{PATH}",
            token=one.token,
            nonce=self.nonce,
            jti=str(self.made),
            iat=1,
        )
        headers = {"host": "bench", **SPOKEN, "authorization": f"DPoP {one.token}", "dpop": shown}
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[tuple[Litestar, ServerKeys]]:
    """The application over this database, which gets its tables."""
    configure_logs(level="error")
    settings = Settings(data_dir=folder, database_url=url, rate_limit=False, log_level="error")
    app = create_app(settings, clock=SystemClock(), entropy=SystemEntropy())
    async with running(open_engine(url), all_tables()):
        await migrate()
    async with app.lifespan():
        yield app, app.state.process.keys


async def measure(engine: str, url: str, folder: Path, profile: str | None) -> None:
    """CPU of ten changes among many, and of nothing."""
    async with serving(url, folder) as (app, keys):
        fleet = await tablets(2, keys)
        await put_entries(fleet[1], keys, ENTRIES)
        await add_topics(fleet[0].id, TOPICS)
        mine = Caller(app, fleet[0])
        name = f"pull, {engine}, CPU in process"
        Figure(f"{name}: {TOPICS} topics and {ENTRIES} entries", await mine.drain() * 1000, "ms", _loop(), LOOP).emit()
        ten, idle, with_cards = [], [], []
        watch = cProfile.Profile(time.process_time) if profile else None
        for number in range(TIMES):
            await change_ten(fleet, keys)
            if watch and profile == "ten" and number > TIMES // 10:
                watch.enable()
            page = await mine.pull()
            if watch and profile == "ten" and number > TIMES // 10:
                watch.disable()
            ten.append(mine.spent * 1000)
            if len(page.items) != 10:
                raise RuntimeError(f"{len(page.items)} topics came")
            await mine.pull()
            await change_ten(fleet, keys, cards=2)
            await mine.pull()
            with_cards.append(mine.spent * 1000)
            await mine.pull()
        if watch and profile == "idle":
            watch.enable()
        for _ in range(TIMES):
            await mine.pull()
            idle.append(mine.spent * 1000)
        Figure(f"{name}: 10 changes, p50", statistics.median(ten), "ms", _loop(), LOOP).emit()
        Figure(f"{name}: 10 changes, two of them cards, p50", statistics.median(with_cards), "ms", _loop(), LOOP).emit()
        Figure(f"{name}: idle, p50", statistics.median(idle), "ms", _loop(), LOOP).emit()
        Figure(f"{name}: idle, bytes of the body", mine.size, "B", target="≤ 600 B").emit()
        if watch:
            watch.disable()
            pstats.Stats(watch).sort_stats("cumulative").print_stats(70)
            pstats.Stats(watch).sort_stats("tottime").print_stats(40)


LOOP = "ten thousand steps of a loop"


def _loop() -> float:
    """CPU ms of a fixed piece of work: a processor that is shared is slower at one time than at another."""
    spent = []
    for _ in range(50):
        begin = time.process_time()
        sum(number * number for number in range(10_000))
        spent.append((time.process_time() - begin) * 1000)
    return statistics.median(spent)


def main() -> None:
    parser = parser_of(__doc__, ENGINES)
    parser.add_argument("--profile", choices=("ten", "idle"), help="what is profiled besides")
    told = parser.parse_args()
    if "SQLite" in told.only:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{Path(folder) / 'pull.sqlite3'}", Path(folder), told.profile))
    if "PostgreSQL" in told.only:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            asyncio.run(measure("PostgreSQL", dsn, Path(folder), told.profile))


if __name__ == "__main__":
    main()
