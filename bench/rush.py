"""The morning rush: every tablet of a fleet renews its token, asks how it stands and syncs for the first time, all
within seconds. Each comes from an address of its own and waits where the server tells it to.

`python -m bench.rush [SQLite] [PostgreSQL] [--tablets=N] [--visits=N] [--within=SECONDS]`: on PostgreSQL with one web
process and with two. A trial takes `--tablets=100`.
"""

import sys

import uvloop

from bench.arrivals import spread
from bench.callers import tablet_callers
from bench.figure import Figure
from bench.fleet_world import Fleet, founded
from bench.histogram import Histogram
from bench.load_plots import Panel, course, emit, processor
from bench.pull_world import LISTS
from bench.push import BATCH, machine
from bench.returning import Returning, Tally, all_back
from bench.site import Site, empty, serving
from bench.watching import CLIENTS, CORES, Watch, watching
from bench.words import ENGINES, parser_of

TABLETS, VISITS, WITHIN_S = 2_000, 10, 5.0
TARGET = "≤ 300 s"


async def measure(engine: str, fleet: Fleet, site: Site, visits: int, within: float, echo: float) -> None:
    """One rush."""
    count = len(fleet.tablets)
    tally = Tally()
    tablets = [Returning(caller, tally) for caller in tablet_callers(fleet.tablets, site.port)]
    begins = spread(count, within, seed=1)
    took = Histogram()

    async def act(place: int, tablet: Returning) -> None:
        await tablet.first_sync(visits + min(visits, LISTS))
        took.record(tally.passed - begins[place])

    async with watching(site.processes) as watch:
        await all_back(tablets, begins, act)
    waits = sum(one.caller.waits for one in tablets)
    for one in tablets:
        await one.caller.close()
    name = f"morning rush, {engine}, {words_of(site)}, {count:,} tablets within {within:g} s"
    tell(name, tally, took, waits, watch)
    asked, last = sum(one.caller.channel.made for one in tablets), max(tally.done, default=float("nan"))
    Figure(f"{name}: requests a second", asked / last, "1/s", echo / BATCH, "an echo of a push's size").emit()
    plot(f"rush-{engine}-{site.webs}".lower(), engine, site, tally, watch)
    if tally.errors:
        sys.stderr.write(f"{dict(tally.errors)}\n")


def words_of(site: Site) -> str:
    """How many processes serve."""
    return f"{site.webs} web {'process' if site.webs == 1 else 'processes'}"


def tell(name: str, tally: Tally, took: Histogram, waits: int, watch: Watch) -> None:
    """All figures."""
    last = max(tally.done, default=float("nan"))
    Figure(f"{name}: the last has synced", last, "s", target=TARGET).emit()
    for part, word in ((0.5, "p50"), (0.95, "p95"), (1.0, "longest")):
        Figure(f"{name}: one tablet's first sync, {word}", took.at(part) / 1000, "s").emit()
    Figure(f"{name}: first syncs a second", len(tally.done) / last, "1/s").emit()
    Figure(f"{name}: bytes of all feeds, packed", tally.carried / 1e6, "MB").emit()
    Figure(f"{name}: errors", tally.errors.total(), "errors", target="0").emit()
    Figure(f"{name}: requests without an answer, repeated", tally.repeats.total(), "requests", target="0").emit()
    Figure(f"{name}: times that a tablet was told to wait", waits, "times").emit()
    tell_processes(name, watch)


def tell_processes(name: str, watch: Watch) -> None:
    """Processor and memory of each process."""
    for process in watch.seen:
        told = "clients on the same cores" if process == CLIENTS else process
        Figure(f"{name}: processor of {told}", watch.share(process), "cores", CORES, "cores there are").emit()
        if process != CLIENTS:
            Figure(f"{name}: peak memory of {told}", watch.peak(process), "MB").emit()


def plot(name: str, engine: str, site: Site, tally: Tally, watch: Watch) -> None:
    """How many have synced, memory and processor, over time."""
    done = [(0.0, 0.0), *((at, float(place)) for place, at in enumerate(sorted(tally.done), start=1))]
    memory = {who: points for who, points in watch.over_time(tally.begin).items() if who != CLIENTS}
    panels = [
        Panel("tablets that have synced", {"tablets": done}),
        Panel("memory (RSS), MB", memory),
        Panel("processor, cores", processor(watch, tally.begin)),
    ]
    emit(course(name, f"morning rush, {engine}, {words_of(site)}", panels))


def main() -> None:
    told = parser_of(__doc__, ENGINES, tablets=TABLETS, visits=VISITS, within=WITHIN_S).parse_args()
    echo = uvloop.run(machine())
    for engine in told.only:
        for webs in (1,) if engine == "SQLite" else (1, 2):
            with empty(engine) as store:
                fleet = uvloop.run(founded(store, told.tablets, told.visits))
                with serving(store, webs) as site:
                    uvloop.run(measure(engine, fleet, site, told.visits, told.within, echo))


if __name__ == "__main__":
    main()
