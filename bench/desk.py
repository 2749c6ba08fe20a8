"""Every kind of page of the desk and of the public site among 1,000,000 objects and 1,000,000 published results, over
HTTP on loopback, on both engines, beside an echo in the same run.

`python -m bench.desk [SQLite] [PostgreSQL] [--folder=FOLDER]`: with a folder, the databases stay in it and are not
filled again. Nobody lists the pages: they are found by following every link, as each role.
"""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.desk_paint import tell_paint
from bench.desk_world import PASSWORD, ROLES, filled
from bench.figure import Figure
from bench.postgres import server
from bench.publicity import share, spent_on
from bench.wire_load import echo_server, our_server
from bench.words import ENGINES, parser_of
from inspection.kernel.command import Role
from tests.api.desk.conftest import Seat
from tests.api.desk.crawl import crawl, kind_of

OBJECTS = RESULTS = 1_000_000
TIMES = 20
SLOWEST = 12
"""So many kinds of pages have a line of their own."""
PUBLIC = ("/", "/results", "/penalties", "/draws", "/items", "/plans", "/statistics", "/lookup", "/contact")
WHOLE = frozenset({"/desk/objects/export/csv?", "/desk/objects/export/xlsx?", "/public/results.csv?"})
"""Files of everything there is; they are measured where a register is written out (`bench.publicity`)."""
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def client(port: int) -> httpx.AsyncClient:
    """A browser's connection to the server here."""
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False)


async def seated(port: int, role: Role) -> Seat:
    """Somebody at the desk, signed in by its form."""
    http = client(port)
    token = _TOKEN.search((await http.get("/desk/sign-in")).text)
    if token is None:
        raise RuntimeError("the desk asks for nobody")
    told = {"username": f"bench-desk-{role}", "password": PASSWORD, "form_token": token[1]}
    answer = await http.post("/desk/sign-in", data=told)
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise RuntimeError(f"{role} is not let in: {answer.status_code}")
    return Seat(http)


async def measure(engine: str, url: str, folder: Path) -> None:
    """Every kind of page once to find it, then `TIMES` times, one after the other on one connection."""
    what = f"{OBJECTS:,} objects, {RESULTS:,} results, {engine}"
    await filled(url, folder, OBJECTS, RESULTS)
    with echo_server() as (port, _):
        echo = await spent_on(port, ["/"] * TIMES)
    spent: dict[str, list[float]] = {}
    with our_server(folder, url) as (port, _):
        async with client(port) as http:
            for path in PUBLIC:
                spent[path] = await _times(http, path)
        for role in ROLES:
            seat = await seated(port, role)
            walked = await crawl(seat, known=WHOLE)
            if walked.broken:
                sys.stderr.write(f"{role}: {walked.broken}\n")
            for path in walked.seen.keys() - walked.broken.keys():
                if (kind := kind_of(path)) not in spent:
                    spent[kind] = await _times(seat.http, path)
                    sys.stderr.write(f"{share(spent[kind], 0.95):8.1f} ms  {role}  {path}\n")
            if role is Role.PLANNER:
                await tell_paint(what, port, dict(seat.http.cookies))
            await seat.http.aclose()
    tell(what, spent, echo)


async def _times(http: httpx.AsyncClient, path: str) -> list[float]:
    """Milliseconds until the whole answer is there, on a connection that stands."""
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        await http.get(path)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def tell(what: str, spent: dict[str, list[float]], echo: list[float]) -> None:
    """The slowest kinds of pages by name, and how many keep to the target."""
    limit = share(echo, 0.95)
    by_share = sorted(((share(times, 0.95), kind) for kind, times in spent.items()), reverse=True)
    for p95, kind in by_share[:SLOWEST]:
        Figure(f"{what}: page {kind}, p95", p95, "ms", limit, "echo, p95", "≤ 100 ms").emit()
    every = [one for times in spent.values() for one in times]
    Figure(f"{what}: all pages, p50", statistics.median(every), "ms", statistics.median(echo), "echo, p50").emit()
    Figure(f"{what}: all pages, p95", share(every, 0.95), "ms", limit, "echo, p95", "≤ 100 ms").emit()
    slow = sum(p95 > 100 for p95, _ in by_share)
    Figure(f"{what}: kinds of pages slower than 100 ms at p95, of {len(spent)}", slow, "", None, "", "0").emit()


def main() -> None:
    parser = parser_of(__doc__, ENGINES)
    parser.add_argument("--folder", type=Path, help="where the databases stay")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = told.folder or Path(made)
        for engine in told.only:
            (folder / engine).mkdir(exist_ok=True)
        if "SQLite" in told.only:
            file = folder / "SQLite" / "fieldcheck.sqlite3"
            asyncio.run(measure("SQLite", f"sqlite:///{file}", folder / "SQLite"))
        if "PostgreSQL" in told.only:
            with server(folder / "postgres") as url:
                asyncio.run(measure("PostgreSQL", url, folder / "PostgreSQL"))


if __name__ == "__main__":
    main()
