"""The simulator over many seeds, on every core: `make bench-sim`, or `python -m bench.simulate --seeds 20000`.

Each seed is a trace of 60 steps on dictionaries (tests/simulator); `--served N` lets N traces run through HTTP on a
SQLite file as well and compares what both come to. A failing seed prints the command that replays it.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import Progress

from api.app import routed_app
from bench.figure import Figure
from inspection.kernel.settings import Settings
from tests.simulator.install import simulated
from tests.simulator.run import core_outcome, finish, run, run_core
from tests.simulator.served import ServedServer
from tests.simulator.trace import trace_of
from tests.simulator.world import Report
from tests.support.schema import build_schema

CHUNK = 20
LENGTH = 60
SERVED_LENGTH = 20


def chunk(seeds: range) -> tuple[Report, list[tuple[int, str]], float]:
    """Run these seeds: what happened, which of them failed and how, and the seconds it took."""
    report, failed, began = Report(), list[tuple[int, str]](), time.perf_counter()
    with simulated():
        for seed in seeds:
            try:
                report.add(finish(run_core(trace_of(seed, length=LENGTH))).report)
            except AssertionError as error:
                failed.append((seed, str(error)))
    return report, failed, time.perf_counter() - began


def served(seed: int) -> str | None:
    """One trace through HTTP; what is wrong, None when it comes to what it comes to on dictionaries."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    trace = trace_of(seed, length=SERVED_LENGTH)
    core = core_outcome(trace)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/simulated.sqlite3"
        asyncio.run(build_schema(url))
        settings = Settings(database_url=url, data_dir=Path(folder) / "data")
        try:
            outcome = asyncio.run(_served(seed, settings))
        except AssertionError as error:
            return str(error)
    return None if outcome == core else "HTTP and dictionaries came to different ends"


async def _served(seed: int, settings: Settings) -> object:
    server = ServedServer(settings, routed_app(works=False))
    await server.start()
    try:
        return (await run(trace_of(seed, length=SERVED_LENGTH), server))[1]
    finally:
        await server.stop()


def chunks(seeds: int, first: int) -> Iterator[range]:
    """All seeds, in pieces."""
    for start in range(first, first + seeds, CHUNK):
        yield range(start, min(start + CHUNK, first + seeds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.simulate")
    parser.add_argument("--seeds", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--served", type=int, default=20, help="traces through HTTP as well")
    asked = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    total, failed, worked = Report(), list[tuple[int, str]](), 0.0
    began = time.perf_counter()
    console = Console(stderr=True)
    with ProcessPoolExecutor(cores) as pool, Progress(console=console) as progress:
        bar = progress.add_task("seeds", total=asked.seeds)
        running = {pool.submit(chunk, seeds): seeds for seeds in chunks(asked.seeds, asked.first)}
        for done in as_completed(running):
            report, wrong, seconds = done.result()
            total.add(report)
            failed += wrong
            worked += seconds
            progress.update(bar, advance=len(running[done]))
    elapsed = time.perf_counter() - began
    with ProcessPoolExecutor(cores) as pool:
        told = dict(zip(range(asked.served), pool.map(served, range(asked.served)), strict=True))
    _tell(asked.seeds, total, elapsed, worked)
    for seed, why in sorted(failed):
        sys.stderr.write(f"seed {seed}: {why}\n  python -m tests.simulator {seed} --length {LENGTH}\n")
    for seed, why_served in told.items():
        if why_served is not None:
            sys.stderr.write(f"seed {seed} through HTTP: {why_served}\n")
    return 1 if failed or any(told.values()) else 0


def _tell(seeds: int, total: Report, elapsed: float, worked: float) -> None:
    sys.stderr.write(f"{seeds} seeds in {elapsed:.0f} s: {total}\n")
    Figure("simulated entries a second, all cores", total.entries / elapsed, "entries/s", target="≥ 700").emit()
    Figure("simulated entries a second, one core", total.entries / worked, "entries/s").emit()
    faults = sum(getattr(total, name) for name in Report.__dataclass_fields__ if name not in {"entries", "requests"})
    Figure("simulated seeds", seeds, "seeds").emit()
    Figure("simulated entries", total.entries, "entries").emit()
    Figure("faults in them", faults, "faults").emit()


if __name__ == "__main__":
    raise SystemExit(main())
