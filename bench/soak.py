"""An hour at a modest rate: whether memory, open files, threads, the write-ahead log, what should be swept, and the
times of answers stay as they are. What grows is told as a line through the second half, with its error.

`python -m bench.soak [SQLite] [PostgreSQL] [--minutes=N] [--tablets=N] [--entries=N] [--together]`: minutes for each
engine (60), entries a second (100). A trial takes `--minutes=1 --tablets=10`; figures of less than an hour say little.
`--together`: the engines at once, on the same cores: enough to see what grows, not how fast anything is.
"""

import asyncio
import math
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from bench.arrivals import planned
from bench.figure import Figure
from bench.fleet_world import founded
from bench.histogram import Histogram
from bench.load import pages_of
from bench.load_plots import Panel, Points, course, emit
from bench.mix import DESK, KINDS, MEDIA, NAMES, PUBLIC, PULL, PUSH, Mix
from bench.open_loop import Run, drive
from bench.outage import looking_at
from bench.site import Store, empty, serving
from bench.trend import Trend, second_half, trend
from bench.watching import CLIENTS, Watch
from bench.words import ENGINES, parser_of
from inspection.kernel.ask import ask

MINUTES, TABLETS, ENTRIES, VISITS = 60.0, 100, 100.0, 20
BATCH = 20
BESIDE = {PULL: 10, MEDIA: 1, DESK: 1, PUBLIC: 5}
WINDOWS = 60
"""So many parts has a soak: at the end of each the processes and the tables are looked at."""
FLAT = "≤ 2"
SWEPT = ("access_token", "desk_session", "log_pending", "rate_bucket", "spent_proof", "upload", "work_item")
"""Tables whose rows go again."""
ROWS, LOG = "rows of ", "write-ahead log, MB"


@dataclass(slots=True)
class Course:
    """What was seen at the end of each window: the second, times by kind, and counts by name."""

    at: list[float] = field(default_factory=list)
    times: list[Histogram] = field(default_factory=list)
    counts: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    whole: dict[str, Histogram] = field(default_factory=dict)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, run: Run, second: float, counts: dict[str, float]) -> None:
        """One more window."""
        self.at.append(second)
        self.times.append(run.all_times)
        for name, value in counts.items():
            self.counts.setdefault(name, []).append((second, value))
        for kind, times in run.times.items():
            self.whole.setdefault(kind, Histogram()).merge(times)
        self.errors.update(run.errors)

    def latency(self, part: float) -> Points:
        """(Second, milliseconds) of this percentile of everything in a window."""
        pairs = zip(self.at, self.times, strict=True)
        return [(at, times.at(part)) for at, times in pairs if times.count]


async def soak(mix: Mix, store: Store, seconds: float, entries: float) -> tuple[Course, Watch]:
    """All windows, one after the other without a pause."""
    rates = {PUSH: entries / BATCH, **BESIDE}
    course_, watch = Course(), Watch({**mix.site.processes, CLIENTS: os.getpid()})
    each, begin = seconds / WINDOWS, time.perf_counter()
    watch.look(whole=True)
    for number in range(WINDOWS):
        plan = planned(rates, each, number)
        run = await drive(plan, mix.doers(), each)
        await asyncio.sleep(max(0.0, begin + each * (number + 1) - time.perf_counter()))
        watch.look(whole=True)
        course_.add(run, time.perf_counter() - begin, await counted(store))
    return course_, watch


async def counted(store: Store) -> dict[str, float]:
    """Rows of the tables that should be swept, and megabytes of the write-ahead log."""
    found: dict[str, float] = {}
    async with looking_at(store):
        for table in SWEPT:
            found[f"{ROWS}{table}"] = float((await ask(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])
        if store.database is not None:
            wal = (await ask("SELECT SUM(size) AS n FROM pg_ls_waldir()"))[0]["n"]
            found[LOG] = float(wal) / 1e6
    if store.database is None:
        log = Path(f"{store.folder / 'fieldcheck.sqlite3'}-wal")
        with suppress(FileNotFoundError):
            found[LOG] = (await asyncio.to_thread(log.stat)).st_size / 1e6
    return found


def tell(name: str, course_: Course, watch: Watch, begin: float) -> None:
    """All figures: of memory and latency the line through the second half."""
    for process in watch.seen.keys() - {CLIENTS}:
        for what in ("rss", "pss", "files", "threads"):
            points = watch.over_time(begin, what)[process]
            _grows(f"{name}: {NAMED[what]} of {process}", points, UNITS[what])
    for part, word in ((0.5, "p50"), (0.99, "p99")):
        _grows(f"{name}: answers, {word} of a window", course_.latency(part), "ms")
    for what, counts in course_.counts.items():
        _grows(f"{name}: {what}", counts, "")
    for kind in KINDS:
        times = course_.whole.get(kind, Histogram())
        for part, word in ((0.5, "p50"), (0.99, "p99"), (1.0, "longest")):
            Figure(f"{name}: {NAMES[kind]}, {word}", times.at(part), "ms").emit()
    for (kind, why), count in sorted(course_.errors.items()):
        Figure(f"{name}: {NAMES[kind]}: {why}", count, "errors", target="0").emit()
    Figure(f"{name}: errors of all kinds", course_.errors.total(), "errors", target="0").emit()


NAMED = {"rss": "memory (RSS)", "pss": "memory (PSS)", "files": "open files", "threads": "threads"}
UNITS = {"rss": "MB", "pss": "MB", "files": "files", "threads": "threads"}


def _grows(what: str, points: Points, unit: str) -> None:
    half = second_half(points)
    line = trend(half) if len(half) > 2 else Trend(math.nan, math.nan)
    Figure(f"{what}, at the end", points[-1][1], unit).emit()
    hourly = f"{unit}/h".lstrip()
    told = f"{what}: growth over the second half (± {line.error * 3600:.3g})"
    Figure(told, line.slope * 3600, hourly, target=FLAT if unit == "MB" else "").emit()


def plot(name: str, title: str, course_: Course, watch: Watch, begin: float) -> None:
    """Memory, latency and what should be swept, over the minutes."""
    memory = {who: minutes(points) for who, points in watch.over_time(begin).items() if who != CLIENTS}
    panels = [
        Panel("memory (RSS), MB", memory),
        Panel(
            "times of answers in a window, ms",
            {"p50": minutes(course_.latency(0.5)), "p99": minutes(course_.latency(0.99))},
        ),
        Panel("rows that go again", {what.removeprefix(ROWS): minutes(rows) for what, rows in _rows(course_).items()}),
        Panel(LOG, {LOG: minutes(course_.counts.get(LOG, []))}),
    ]
    emit(course(name, title, panels, "minutes"))


def _rows(course_: Course) -> dict[str, list[tuple[float, float]]]:
    return {what: counts for what, counts in course_.counts.items() if what.startswith(ROWS)}


def minutes(points: Points) -> Points:
    """The same with minutes in the place of seconds."""
    return [(at / 60, value) for at, value in points]


async def measure(store: Store, mix: Mix, seconds: float, entries: float, beside: str) -> None:
    """One engine. `beside`: what a figure says in its name of who else worked on this machine."""
    await mix.sit_down()
    await mix.first_syncs()
    mix.prepare(0, BATCH)
    await drive(planned({PUSH: 2, **BESIDE}, 2, -1), mix.doers(), 2)  # warm
    begin = time.perf_counter()
    course_, watch = await soak(mix, store, seconds, entries)
    await mix.close()
    name = f"soak, {store.engine}, {seconds / 60:g} min at {entries:g} entries/s and all else{beside}"
    tell(name, course_, watch, begin)
    plot(f"soak-{store.engine}".lower(), name, course_, watch, begin)


def together(engines: Sequence[str], numbers: Mapping[str, float]) -> None:
    """Each engine in a process of its own; what they tell comes one after the other.

    Raises:
        CalledProcessError: one of them failed.
    """
    told = [f"--{name}={number}" for name, number in numbers.items()]
    words = [sys.executable, "-m", "bench.soak", "--beside-another", *told]
    running = [subprocess.Popen([*words, engine], stdout=subprocess.PIPE, text=True) for engine in engines]
    for one in running:
        said, _ = one.communicate()
        sys.stdout.write(said)
    for one in running:
        if one.returncode:
            raise subprocess.CalledProcessError(one.returncode, one.args)


def main() -> None:
    parser = parser_of(__doc__, ENGINES, minutes=MINUTES, tablets=TABLETS, entries=ENTRIES)
    parser.add_argument("--together", action="store_true", help="the engines at once")
    parser.add_argument("--beside-another", action="store_true", help="said of itself by each of those")
    told = parser.parse_args()
    if told.together:
        together(told.only, {name: getattr(told, name) for name in ("minutes", "tablets", "entries")})
        return
    beside = ", another soak beside it" if told.beside_another else ""
    for engine in told.only:
        with empty(engine) as store:
            public = uvloop.run(pages_of(store))
            fleet = uvloop.run(founded(store, told.tablets, VISITS))
            with serving(store) as site:
                uvloop.run(measure(store, Mix(fleet, site, public), told.minutes * 60, told.entries, beside))


if __name__ == "__main__":
    main()
