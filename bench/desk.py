"""Every kind of page of the desk and of the public site among 1,000,000 objects and 1,000,000 published results, over
HTTP on loopback, on both engines, beside an echo in the same run.

`python -m bench.desk [FOLDER [ENGINE]]`: with a folder, the databases stay in it and are not filled again. Nobody lists
the pages: they are found by following every link, as each role.
"""

import asyncio
import re
import statistics
import sys
import tempfile
from pathlib import Path

import httpx

from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.publicity import PASSWORD, prepared, share, spent_on
from bench.wire_load import Channel, echo_server, our_server
from inspection.authority import store as authorities
from inspection.authority.found import open_account
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from tests.api.desk.conftest import Seat
from tests.api.desk.crawl import crawl, kind_of

OBJECTS = RESULTS = 1_000_000
TIMES = 20
SLOWEST = 12
"""So many kinds of pages have a line of their own."""
PUBLIC = ("/", "/results", "/penalties", "/draws", "/items", "/plans", "/statistics", "/lookup", "/contact")
ROLES = (Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL, Role.ADMIN)
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


async def staffed(url: str) -> None:
    """Somebody in every role."""
    async with running(open_engine(url), all_tables()):
        (owner,) = [one.id for one in await authorities.authorities()]
        for role in ROLES:
            if await authorities.account_by_username(f"bench-desk-{role}") is None:
                cmd = Command(SYSTEM, SystemClock().now(), SystemEntropy())
                await open_account(
                    cmd,
                    authority=owner,
                    unit=None,
                    username=f"bench-desk-{role}",
                    name=f"bench {role}",
                    role=role,
                    password=PASSWORD,
                )


async def seated(port: int, role: Role) -> Seat:
    """Somebody at the desk, signed in by its form."""
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False)
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
    await prepared(url, RESULTS, OBJECTS)
    await staffed(url)
    with echo_server() as (port, _):
        echo = await spent_on(port, ["/"] * TIMES)
    spent: dict[str, list[float]] = {}
    with our_server(folder, url) as (port, _):
        for path in PUBLIC:
            spent[path] = await _times(port, path, "")
        for role in ROLES:
            seat = await seated(port, role)
            cookie = "; ".join(f"{name}={value}" for name, value in seat.http.cookies.items())
            walked = await crawl(seat)
            if walked.broken:
                sys.stderr.write(f"{role}: {walked.broken}\n")
            for path in walked.seen.keys() - walked.broken.keys():
                if (kind := kind_of(path)) not in spent:
                    spent[kind] = await _times(port, path, cookie)
            await seat.http.aclose()
    tell(f"{OBJECTS:,} objects, {RESULTS:,} results, {engine}", spent, echo)


async def _times(port: int, path: str, cookie: str) -> list[float]:
    channel = Channel(port, extra={"Cookie": cookie} if cookie else {})
    spent = [(await channel.send("GET", path)).spent * 1000 for _ in range(TIMES)]
    await channel.close()
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
    engines = [one for one in sys.argv[1:] if one in {"SQLite", "PostgreSQL"}] or ["SQLite", "PostgreSQL"]
    kept = next((Path(one) for one in sys.argv[1:] if one not in {"SQLite", "PostgreSQL"}), None)
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as data:
        folder = kept or Path(made)
        if "SQLite" in engines:
            asyncio.run(measure("SQLite", f"sqlite:///{folder / 'publicity.sqlite3'}", Path(data)))
        if "PostgreSQL" in engines:
            with server(folder / "postgres") as url:
                asyncio.run(measure("PostgreSQL", url, Path(data)))


if __name__ == "__main__":
    main()
