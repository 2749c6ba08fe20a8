"""The simulator over many seeds, on every core: `make bench-sim`; `python -m bench.simulate --seeds 200` a few of them.

Each seed is a trace of 16 steps on dictionaries (tests/simulator), every twentieth one of 60. `--served N` lets N
traces run through HTTP on a SQLite file as well and compares what both come to. A failing seed prints the command that
replays and shrinks it. How far a run is stands in `.make/simulate.json`: `--resume` goes on where it was broken off.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import structlog

from api.app import routed_app
from bench.figure import Figure
from bench.words import parser_of
from inspection.kernel.settings import Settings
from tests.simulator.install import simulated
from tests.simulator.run import core_outcome, finish, run, run_core
from tests.simulator.served import ServedServer
from tests.simulator.trace import trace_of
from tests.simulator.world import Report
from tests.support.schema import build_schema

CHUNK = 20
EVERY = 200
"""Seeds after which it tells how far it is."""
KEPT = Path(".make/simulate.json")
Outcome = tuple[Report, list[tuple[int, str]], float]
LENGTH, LONG, EVERY_LONG = 16, 60, 20
SERVED_LENGTH = 20


def length_of(seed: int) -> int:
    """Steps of its trace: short ones find most of what is wrong, long ones what takes a history."""
    return LENGTH if seed % EVERY_LONG else LONG


def chunk(seeds: range) -> Outcome:
    """Run these seeds: what happened, which of them failed and how, and the CPU seconds it took."""
    report, failed, began = Report(), list[tuple[int, str]](), time.process_time()
    with simulated():
        for seed in seeds:
            try:
                report.add(finish(run_core(trace_of(seed, length=length_of(seed)))).report)
            except Exception as error:  # noqa: BLE001  one seed costs no other its run
                failed.append((seed, f"{type(error).__name__} {error}"))
    return report, failed, time.process_time() - began


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


@dataclass(slots=True)
class Progressed:
    """How far a run is: all seeds from `first` up to `reached`, in order. Kept after every chunk, so that a run may be
    broken off and taken up again.
    """

    first: int
    reached: int
    total: Report = field(default_factory=Report)
    worked: float = 0.0
    failed: list[tuple[int, str]] = field(default_factory=list)

    def keep(self, path: Path) -> None:
        """Write it down."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def kept(cls, path: Path) -> "Progressed":
        """What was written down."""
        told = json.loads(path.read_text())
        failed = [(seed, why) for seed, why in told.pop("failed")]
        return cls(total=Report(**told.pop("total")), failed=failed, **told)

    def add(self, seeds: range, outcome: Outcome) -> None:
        """Count in the seeds that come next."""
        report, wrong, seconds = outcome
        self.reached = seeds.stop
        self.total.add(report)
        self.worked += seconds
        self.failed += wrong
        for seed, why in wrong:
            replay = f"python -m tests.simulator {seed} --length {length_of(seed)} --shrink"
            sys.stderr.write(f"seed {seed}: {why}\n  {replay}\n")
        if self.reached % EVERY < CHUNK:
            rate = self.total.entries / self.worked
            sys.stderr.write(f"through seed {self.reached - 1}: {self.total.entries} entries, {rate:.0f}/CPU-s\n")


def chunks(first: int, end: int) -> Iterator[range]:
    """All seeds, in pieces."""
    for start in range(first, end, CHUNK):
        yield range(start, min(start + CHUNK, end))


def main() -> int:
    cores = len(os.sched_getaffinity(0))
    parser = parser_of(__doc__, seeds=20_000, first=0, served=20, jobs=cores)
    parser.add_argument("--resume", action="store_true", help="go on where the last run broke off")
    asked = parser.parse_args()
    at = Progressed.kept(KEPT) if asked.resume and KEPT.exists() else Progressed(asked.first, asked.first)
    end = asked.first + asked.seeds
    with ProcessPoolExecutor(asked.jobs, initializer=_settle) as pool:
        pieces = list(chunks(at.reached, end))
        for seeds, outcome in zip(pieces, pool.map(chunk, pieces), strict=True):
            at.add(seeds, outcome)
            at.keep(KEPT)
        told = list(pool.map(served, range(asked.served)))
    _tell(at)
    for seed, why in enumerate(told):
        if why is not None:
            sys.stderr.write(f"seed {seed} through HTTP: {why}\n")
    return 1 if at.failed or any(told) else 0


def _settle() -> None:
    """What a process has loaded stays: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _tell(at: Progressed) -> None:
    total, seeds = at.total, at.reached - at.first
    sys.stderr.write(f"{seeds} seeds, {len(at.failed)} failed, in {at.worked:.0f} CPU-s: {total}\n")
    Figure("simulated entries a CPU second", total.entries / at.worked, "entries/s", target="≥ 700").emit()
    Figure("simulated seeds", seeds, "seeds").emit()
    Figure("simulated entries", total.entries, "entries").emit()
    quiet = {"entries", "requests", "decisions", "tree_heads"}
    faults = sum(getattr(total, name) for name in Report.__dataclass_fields__ if name not in quiet)
    Figure("faults in them", faults, "faults").emit()


if __name__ == "__main__":
    raise SystemExit(main())
