"""The whole system through HTTP, everything at once: pushes, pulls, photos, the desk and the public, in an open loop.

First the highest rate of entries that is kept up (`bench.arrivals.next_rate`): a rate holds when no request fails and
99 of 100 pushes, and of all requests, end within a second of the moment at which they were to begin. Then a while at
seven tenths of that, for the times of each kind and what the processes use. Every tablet has synced before, and a step
begins when no work of the last one is due in the background; what is put off for a minute meets a later step. Beside
it, in the same run: the bare database, the bare disk, an echo over the same sockets, and plain hashes and signatures.

`python -m bench.load [SQLite] [PostgreSQL] [--seconds=N] [--tablets=N]`: seconds of each step; a trial takes 2.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

import uvloop

from bench.arrivals import next_rate, planned
from bench.figure import Figure
from bench.fleet_world import founded
from bench.load_plots import emit, latency_plot, time_plot
from bench.mix import DESK, KINDS, MEDIA, NAMES, PUBLIC, PULL, PUSH, Mix
from bench.open_loop import Run, drive
from bench.outage import looking_at
from bench.publicity import prepared
from bench.push import machine, raw_limit
from bench.site import Store, empty, serving
from bench.upload import Files, raw_disk
from bench.watching import CLIENTS, CORES, Watch, watching
from bench.words import ENGINES, parser_of
from inspection.kernel.ask import ask
from inspection.kernel.clock import SystemClock

GOAL = 10_000
TARGET = f"≥ {GOAL:,}, p99 ≤ 1 s, no error"
BATCH, VISITS = 100, 20
BESIDE: Mapping[str, float] = {PULL: 30, MEDIA: 5, DESK: 3, PUBLIC: 20}
"""What comes a second besides the pushes, whatever their rate."""
WELL_S = 1.0
STEADY = 0.7
RESULTS, OBJECTS = 5_000, 1_000
SMALLS, SMALL = 300, 20_000
REST_S, LONGEST_REST_S = 2.0, 300.0
WAITING = (
    "SELECT (SELECT COUNT(*) FROM work_item WHERE done_at IS NULL AND NOT dead AND not_before <= {})"
    " + (SELECT COUNT(*) FROM log_pending) AS n"
)
"""Jobs that are due and not done, and entries that have no place in the transparency log yet."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the machine does in the same run: entries a second of an echo and of the bare database, photos of a disk."""

    echo: float
    rows: float
    files: float


def rates_of(entries: float) -> dict[str, float]:
    """Requests a second of each kind at so many entries a second."""
    return {PUSH: entries / BATCH, **BESIDE}


def holds(run: Run) -> bool:
    """Whether the server kept up."""
    return not run.errors and all(one.at(0.99) <= WELL_S * 1000 for one in (run.of(PUSH), run.all_times))


async def step(mix: Mix, entries: float, seconds: float, seed: int) -> Run:
    """One rate for a while."""
    plan = planned(rates_of(entries), seconds, seed)
    mix.prepare(sum(due.kind == PUSH for due in plan), BATCH)
    return await drive(plan, mix.doers(), seconds)


async def at_rest(store: Store) -> float:
    """Seconds until nothing waits in the background.

    Raises:
        RuntimeError: that takes longer than anybody waits.
    """
    begin = time.perf_counter()
    async with looking_at(store):
        while (await ask(WAITING, SystemClock().now()))[0]["n"]:
            if time.perf_counter() - begin > LONGEST_REST_S:
                raise RuntimeError("the work in the background does not end")
            await asyncio.sleep(REST_S / 4)
    await asyncio.sleep(REST_S)
    return time.perf_counter() - begin - REST_S


async def highest(mix: Mix, store: Store, seconds: float) -> float:
    """The highest rate of entries a second that holds; 0 if none does. A rate is given up when it broke twice."""
    tried: list[tuple[float, bool]] = []
    while (entries := next_rate(tried, GOAL)) is not None:
        good = False
        for seed in (len(tried), -len(tried)):
            good = good or await _good(mix, store, entries, seconds, seed)
        tried.append((entries, good))
    return max((rate for rate, good in tried if good), default=0.0)


async def _good(mix: Mix, store: Store, entries: float, seconds: float, seed: int) -> bool:
    run = await step(mix, entries, seconds, seed)
    rest = await at_rest(store)
    told = f"p99 of pushes {run.of(PUSH).at(0.99):.0f} ms, of all {run.all_times.at(0.99):.0f} ms"
    told = f"{told}; work in the background ended {rest:.1f} s later"
    sys.stderr.write(f"{entries:8.0f} entries/s: {told} {dict(run.errors) or ''}\n")
    return holds(run)


async def measure(store: Store, mix: Mix, seconds: float, limits: Limits) -> None:
    """All figures of one installation."""
    engine, webs = store.engine, mix.site.webs
    name = f"load, {engine}, {webs} web {'process' if webs == 1 else 'processes'}"
    await mix.sit_down()
    await mix.first_syncs()
    await step(mix, GOAL / 50, min(seconds, 2), -1)  # warm
    await at_rest(store)
    rate = await highest(mix, store, seconds)
    limit = (limits.rows, "raw rows, fsync a batch")
    Figure(f"{name}: entries sustained, everything else beside", rate, "entries/s", *limit, TARGET).emit()
    Figure(f"{name}: entries sustained, beside an echo", rate, "entries/s", limits.echo, "an echo").emit()
    files = BESIDE[MEDIA]
    Figure(f"{name}: photos beside", files, "1/s", limits.files, "the disk: write, sync, link").emit()
    entries = max(rate * STEADY, GOAL / 100)
    async with watching(mix.site.processes) as watch:
        run = await step(mix, entries, seconds * 3, 1_000)
        rest = await at_rest(store)
    await mix.close()
    told = f"{name}, {entries:.0f} entries/s and all else: work in the background ended later by"
    Figure(told, rest, "s").emit()
    tell(f"{name}, {entries:.0f} entries/s and all else", run, watch)
    emit(latency_plot(f"load-{engine}-{webs}-times".lower(), f"{name}, {entries:.0f} entries/s", run, NAMES))
    emit(time_plot(f"load-{engine}-{webs}-course".lower(), f"{name}, {entries:.0f} entries/s", run, watch, BATCH))


def tell(name: str, run: Run, watch: Watch) -> None:
    """Times of each kind, errors, and what the processes used."""
    for kind in KINDS:
        if kind not in run.times:
            continue
        for part, word in ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (1.0, "longest")):
            Figure(f"{name}: {NAMES[kind]}, {word}", run.times[kind].at(part), "ms").emit()
    for (kind, why), count in sorted(run.errors.items()):
        Figure(f"{name}: {NAMES[kind]}: {why}", count, "errors", target="0").emit()
    Figure(f"{name}: errors of all kinds", run.errors.total(), "errors", target="0").emit()
    Figure(f"{name}: how late the clients began, p99", run.late.at(0.99), "ms").emit()
    for process in watch.seen:
        told = "clients on the same cores" if process == CLIENTS else process
        Figure(f"{name}: processor of {told}", watch.share(process), "cores", CORES, "cores there are").emit()
        if process != CLIENTS:
            Figure(f"{name}: peak memory of {told}", watch.peak(process), "MB").emit()


async def limits_of(store: Store, echo: float) -> Limits:
    """The bare database and the bare disk."""
    rows = await raw_limit(store.url, store.folder)
    files = Files(store.folder).make(SMALLS, SMALL)
    return Limits(echo, rows, SMALLS / await asyncio.to_thread(raw_disk, store.folder / "raw-files", files))


async def pages_of(store: Store) -> list[str]:
    """Public pages, of a site with results on it."""
    filled = await prepared(store.url, RESULTS, OBJECTS)
    found = [f"/results/{number}" for number in filled.numbers]
    return ["/", "/results", "/results?q=%E4%BA%91", "/results?q=%E5%85%AC%E5%8F%B8", "/items", "/plans", *found]


def main() -> None:
    told = parser_of(__doc__, ENGINES, seconds=10.0, tablets=200).parse_args()
    echo = uvloop.run(machine())
    for engine in told.only:
        with empty(engine) as store:
            public = uvloop.run(pages_of(store))
            fleet = uvloop.run(founded(store, told.tablets, VISITS))
            limits = uvloop.run(limits_of(store, echo))
            for webs in (1,) if engine == "SQLite" else (1, 2):
                with serving(store, webs) as site:
                    uvloop.run(measure(store, Mix(fleet, site, public), told.seconds, limits))


if __name__ == "__main__":
    main()
