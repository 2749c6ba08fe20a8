"""The completeness check of an annual plan over 500 items: the pure rule, and the question to the database."""

import asyncio
import csv
import io
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.words import parser_of
from inspection.authority.found import found_authority
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.planning.draft_plan import draft_plan
from inspection.planning.plan_checks import check_plan
from inspection.planning.plan_diff import line_of
from inspection.planning.plan_review import review
from inspection.policy.load import rule_set_named
from inspection.registry.find import published_items
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_items
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_register

ITEMS, OBJECTS, TIMES = 500, 10_000, 20
TARGET_S = 1.0
RULE_SET = "weihai-jingkai-commerce"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def main() -> None:
    parser_of(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured("SQLite", f"sqlite:///{Path(folder) / 'plan.sqlite3'}"))
    with server() as dsn:
        asyncio.run(measured("PostgreSQL", dsn))


def list_of(count: int) -> bytes:
    """An item list of so many items, after the first row of the seed, without checklists."""
    header, first, *_ = csv.reader(io.StringIO(seed_items().decode("utf-8-sig")))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for number in range(count):
        told = dict(zip(header, first, strict=True))
        told |= {"事项编码": f"B{number:04d}", "抽查事项": f"合成事项{number}", "检查要点表": ""}
        writer.writerow([told[title] for title in header])
    return out.getvalue().encode()


async def measured(engine: str, url: str) -> None:
    """Make the plan, ask, emit."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        cmd = Command(SYSTEM, NOW, SystemEntropy())
        owner = await found_authority(cmd, code="bench", name="bench", short_name="bench", rule_set=RULE_SET)
        await import_items(cmd, list_of(ITEMS), authority=owner.id)
        await publish_items(cmd, authority=owner.id)
        await import_objects(cmd, synthetic_register(OBJECTS), authority=owner.id)
        plan = await draft_plan(cmd, authority=owner.id, year=2026)
        items, rules = await published_items(owner.id), rule_set_named(plan.rule_set)
        lines = [line_of(line) for line in plan.lines]
        if len(lines) != ITEMS:
            raise RuntimeError(f"the plan has {len(lines)} lines")
        pure = middle(lambda: check_plan(lines, items, rules, 2026))
        spent = []
        for _ in range(TIMES):
            begin = time.perf_counter()
            await review(plan, NOW.date())
            spent.append(time.perf_counter() - begin)
    told = f"completeness check of a plan, {ITEMS} items, {OBJECTS:,} objects, {engine}"
    value = sorted(spent)[len(spent) // 2]
    Figure(told, value, "s", pure, "the pure rule alone", f"≤ {TARGET_S:g} s").emit()


def middle(work: Callable[[], object]) -> float:
    """Median seconds."""
    spent = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    main()
