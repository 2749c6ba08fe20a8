"""Papers: one notice set here and now, and the notices of a task at one go by the command that clerks type.

Processor time is what counts for one notice; beside it what typst needs for an empty page of the same fonts.
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure, peaks_mb
from bench.notice_world import CLERK, drawn_task
from bench.postgres import server
from bench.words import ENGINES, parser_of
from inspection.documents.blocks import Paper
from inspection.documents.papers import make_paper
from inspection.documents.press import typeset
from inspection.documents.views import PaperKind
from inspection.kernel.database import open_engine, running
from tests.inspection.documents.examples import example

ONE_BY_ONE, BATCH = 60, 1_000
LIMIT_MS, LIMIT_KIB, LIMIT_S = "≤ 20 ms", "≤ 200 KiB", "≤ 25 s"


def one_notice() -> None:
    """Each of another party, as a server that has been running for a while sets them."""
    told = example(PaperKind.NOTICE)

    def notice(number: int) -> Paper:
        party = replace(told.party, name=f"示例区和顺百货有限责任公司第{number}分店")
        return make_paper(PaperKind.NOTICE, replace(told, party=party, number=f"示市监检告〔2026〕{number:06}号"))

    def empty(number: int) -> Paper:
        return replace(notice(number), blocks=())

    spent, length = timed(lambda number: typeset(notice(number)))
    bare, _ = timed(lambda number: typeset(empty(number)))
    middle, plain = statistics.median(spent), statistics.median(bare)
    Figure("notice: CPU, p50", middle, "ms", plain, "an empty page", LIMIT_MS).emit()
    Figure("notice: CPU, least", min(spent), "ms", min(bare), "an empty page, least").emit()
    Figure("notice: size", length / 1024, "KiB", target=LIMIT_KIB).emit()


def timed(work: Callable[[int], bytes]) -> tuple[list[float], int]:
    """Milliseconds of processor time of each call, all threads, and the largest result."""
    work(-1)
    spent, length = [], 0
    for number in range(ONE_BY_ONE):
        begin = time.process_time()
        length = max(length, len(work(number)))
        spent.append((time.process_time() - begin) * 1000)
    return spent, length


async def prepared(url: str) -> str:
    """The number of the task."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        return (await drawn_task(BATCH)).number


def batch(engine: str, url: str, folder: Path) -> None:
    """The command, in a process of its own; and again when everything is there already."""
    number, out = asyncio.run(prepared(url)), folder / "notices"
    program = str(Path(sys.executable).with_name("fieldcheck"))
    words = [program, "--json", "papers", "notices", "--task", number, "--out", str(out), "--as", CLERK]
    told = {"FIELDCHECK_DATA_DIR": str(folder), "DATABASE_URL": url}
    spent, cpu, found = typed(words, told)
    files = [file.stat().st_size for file in out.iterdir()]
    if found != {"folder": str(out), "written": BATCH, "kept": 0, "failed": []} or len(files) != BATCH:
        raise RuntimeError(f"{found}, {len(files)} files")
    name = f"{BATCH} notices, {engine}"
    Figure(f"{name}: until the command ends", spent, "s", target=LIMIT_S).emit()
    Figure(f"{name}: CPU", cpu, "s").emit()
    Figure(f"{name}: peak memory of the command", peaks_mb()[1], "MB").emit()
    Figure(f"{name}: largest", max(files) / 1024, "KiB", target=LIMIT_KIB).emit()
    spent, _, found = typed(words, told)
    if found["kept"] != BATCH:
        raise RuntimeError(str(found))
    Figure(f"{name}: again, nothing left to print", spent, "s").emit()


def typed(words: list[str], told: dict[str, str]) -> tuple[float, float, dict[str, object]]:
    """Seconds of the clock, seconds of the processors, and what the command printed."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ours = {**os.environ, **told}  # noqa: TID251  a process of its own
    done = subprocess.run(words, env=ours, stdout=subprocess.PIPE, text=True, check=True)
    spent, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, cpu, json.loads(done.stdout)


def main() -> None:
    only = parser_of(__doc__, ("one", *ENGINES)).parse_args().only
    if "one" in only:
        one_notice()
    if "SQLite" in only:
        with tempfile.TemporaryDirectory() as folder:
            batch("SQLite", f"sqlite:///{Path(folder) / 'papers.sqlite3'}", Path(folder))
    if "PostgreSQL" in only:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            batch("PostgreSQL", dsn, Path(folder))


if __name__ == "__main__":
    main()
