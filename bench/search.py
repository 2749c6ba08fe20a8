"""Search among 1,000,000 objects on SQLite and PostgreSQL, by kind of question, beside a bare look-up of one row."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.registers import NOW, objects_in, owner_of
from bench.words import parser_of
from inspection.authority import store as authorities
from inspection.kernel.database import current_engine, open_engine, running, speaks_postgres
from inspection.registry.find import list_objects
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.store import ObjectQuery

OBJECTS = 1_000_000
TARGET_MS = 100.0
TIMES = 25
LIMIT = 50


def questions(codes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By kind of question, questions that are asked in turn. The last ones are those that mislead a planner."""
    return {
        "fragment of a name, found once": [{"name": f"{number}号"} for number in (123456, 654321, 999999, 500001)],
        "fragment of two characters, 1 in 500": [{"name": pair} for pair in ("云帆", "瑞源", "嘉祥", "润明")],
        "fragment of two characters, 1 in 30": [{"name": name} for name in ("二手", "洗衣", "油品")],
        "very common fragment": [{"name": name} for name in ("有限公司", "合成", "公司")],
        "one character": [{"name": char} for char in ("云", "号", "油", "车", "部")],
        "fragment that nobody has": [{"name": name} for name in ("威海卫", "甲乙丙", "饕餮", "公司有限")],
        "whole code": [{"code": code} for code in codes],
        "beginning of a code": [{"code": code[:length]} for code in codes for length in (2, 8, 12)],
        "area": [{"area": area} for area in ("东堤街道", "中心商务区", "小岛镇", "无此街道")],
        "tag": [{"tag": tag} for tag in ("二手车流通", "成品油零售", "大名录", "小名录", "无此名录")],
        "area, grade, status, kind together": [
            {"area": "南屏镇", "credit_grade": grade, "status": status, "kind": ObjectKind.INDIVIDUAL}
            for grade in ("A", "D")
            for status in (ObjectStatus.ACTIVE, ObjectStatus.MOVED)
        ],
        "fragment and area": [
            {"name": name, "area": area} for name in ("云帆", "有限公司", "家政") for area in ("北湾镇", "小岛镇")
        ],
        "fragment and tag": [{"name": name, "tag": tag} for name in ("有限", "云帆") for tag in ("大名录", "家庭服务")],
        "common fragment at the end of the codes": [{"name": name} for name in ("服务部", "家庭服务", "母婴")],
        "common alone, impossible together": [
            {"name": "有限公司", "kind": ObjectKind.INDIVIDUAL},
            {"name": "服务部", "tag": "二手车流通", "kind": ObjectKind.ENTERPRISE},
        ],
        "a later page": [{"name": name, "after": code} for name in ("有限公司", "云帆", "服务部") for code in codes],
    }


async def told(engine: str, authority: UUID) -> None:
    """Ask and emit the figures."""
    codes = await some_codes(authority)
    limit = await look_up(authority, codes)
    over: list[float] = []
    for kind, asked in questions(codes).items():
        spent = [await one(authority, asked[turn % len(asked)]) for turn in range(max(TIMES, len(asked)))]
        over += spent
        name = f"search among 1,000,000 objects, {engine}: {kind}"
        Figure(f"{name}, p50", share(spent, 0.5), "ms", limit, "one row by its code").emit()
        Figure(f"{name}, p95", share(spent, 0.95), "ms", limit, "one row by its code", f"≤ {TARGET_MS:g} ms").emit()
    name = f"search among 1,000,000 objects, {engine}: all questions, p95"
    Figure(name, share(over, 0.95), "ms", limit, "one row by its code", f"≤ {TARGET_MS:g} ms").emit()


async def one(authority: UUID, asked: dict[str, Any]) -> float:
    """Milliseconds of one page."""
    begin = time.perf_counter()
    await list_objects(authority, ObjectQuery(**asked, limit=LIMIT))
    return (time.perf_counter() - begin) * 1000


async def some_codes(authority: UUID) -> list[str]:
    """Codes from all over the register."""
    found = []
    for start in ("9199", "91990001MA5", "91990001MAH", "91990001MAW", "92990001MA8", "92990001MAR"):
        page = await list_objects(authority, ObjectQuery(after=start, limit=1))
        found += [row.code for row in page]
    return found


async def look_up(authority: UUID, codes: Sequence[str]) -> float:
    """Milliseconds (p50) of the barest way to one row: the driver, a prepared statement, a unique index."""
    sql = "SELECT * FROM inspection_object WHERE authority = {} AND code = {}"
    engine = current_engine()
    spent = []
    for turn in range(200):
        code = codes[turn % len(codes)]
        begin = time.perf_counter()
        if speaks_postgres():
            await engine.started_pool.fetch(sql.format("$1", "$2"), authority, code)  # type: ignore[union-attr]
        else:
            await engine.writer.fetch(sql.format("?", "?"), [str(authority), code])  # type: ignore[union-attr]
        spent.append((time.perf_counter() - begin) * 1000)
    return share(spent, 0.5)


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


@asynccontextmanager
async def filled(url: str) -> AsyncIterator[UUID]:
    """A database with a million objects; yields their authority."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        authority = await owner_of(NOW)
        await objects_in(authority, OBJECTS)
        yield authority


async def run(engine: str, url: str) -> None:
    async with filled(url) as authority:
        await told(engine, authority)


async def again(engine: str, url: str) -> None:
    """Ask a database that is there already."""
    async with running(open_engine(url), all_tables()):
        await told(engine, (await authorities.authorities())[0].id)


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--again", nargs=2, metavar=("ENGINE", "DATABASE"), help="ask one that is filled already")
    asked = parser.parse_args()
    if asked.again:
        asyncio.run(again(*asked.again))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run("SQLite", f"sqlite:///{Path(folder) / 'search.sqlite3'}"))
    with server() as dsn:
        asyncio.run(run("PostgreSQL", dsn))


if __name__ == "__main__":
    main()
