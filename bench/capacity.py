"""The capacity model of docs/scale.md: measured costs of one visit × a province × the country, and what is full first.

Pure functions from the figures in results.json to tables; `python -m bench.capacity` writes them into the page between
its marks. Nothing here is measured and nothing is rounded in our favour: what a machine can do is what this one did
with two cores shared by clients, server and database, and what is assumed of people's days stands in `Habits`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.words import parser_of

HERE: Final = Path(__file__).parent
PAGE: Final = HERE.parent / "docs" / "scale.md"
MARKS: Final = ("<!-- capacity: written by python -m bench.capacity -->", "<!-- end of capacity -->")
HALF: Final = 0.5
"""A processor that is planned to be busier than this leaves nothing for the quarter of an hour that nobody foresaw."""
MACHINE_CORES: Final = 64
"""What is called one machine: the largest that a county's data centre rents without asking."""


LINE_MB_S: Final = 125.0
"""A line of 1 Gbit/s."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is assumed of a day on which everybody is out; every number may be argued with."""

    team: int = 2  # inspectors of a visit
    visits_a_day: int = 2  # of a team
    files: int = 6  # photographs of a visit
    file_mb: float = 3.0  # each
    evening: float = 0.6  # part of a day's entries and files that come within its busiest hour
    rush_s: float = 1800.0  # within which every tablet syncs in the morning
    pulls_an_hour: float = 12.0  # of a tablet that has a network
    share_a_year: float = 0.05  # of the objects that are inspected in a year


@dataclass(frozen=True, slots=True)
class Place:
    """Who uses one installation."""

    name: str
    objects: int
    inspectors: int


PLACES: Final = (
    Place("a county", 20_000, 200),
    Place("a city", 60_000, 3_000),
    Place("a province", 300_000, 30_000),
    Place("the country (31 provinces)", 9_300_000, 930_000),
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, a visit or a piece; ms of one processor unless said otherwise."""

    entries: float
    rows: float
    database_kb: float
    log_kb: float
    database_ms: float
    entry_ms: float  # of web process and database together, at the rate that one process sustains
    upload_ms: float
    image_ms: float
    pull_ms: float
    first_sync_ms: float
    sqlite_entry_ms: float  # the same of one process on SQLite
    disk_mb_s: float  # that the disk writes and syncs, files of 3 MiB


def costs(figures: Sequence[Mapping[str, object]]) -> Costs:
    """The costs among the figures.

    Raises:
        KeyError: a figure that was never measured.
    """
    values = {str(one["name"]): one for one in figures}

    def of(name: str, member: str = "value") -> float:
        return float(str(values[name][member]))

    push = "push, PostgreSQL, batches of 100 of one visit"
    return Costs(
        entries=of("one visit: entries"),
        rows=of("one visit: rows written"),
        database_kb=of("one visit: growth of the database"),
        log_kb=of("one visit: write-ahead log"),
        database_ms=of("one visit: processor of PostgreSQL"),
        entry_ms=1000 / of(push),
        upload_ms=of("upload, PostgreSQL, 200 × 3 MiB by tus-js-client, 8 at once: processor of the server"),
        image_ms=of("12-megapixel photos through two workers"),
        pull_ms=of("pull, PostgreSQL: idle, p50"),
        first_sync_ms=of("pull, PostgreSQL: first sync of 30 visits"),
        sqlite_entry_ms=1000 / of("push, SQLite, batches of 100 of one visit"),
        disk_mb_s=of("upload, PostgreSQL, 200 × 3 MiB by tus-js-client, 8 at once", "limit"),
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What a place needs in its busiest hour, and what a year leaves behind."""

    place: Place
    visits_a_day: float
    entries_s: float
    carry_cores: float  # of the web processes, for files and pulls
    web_cores: float
    rush_cores: float
    work_cores: float
    database_cores: float
    log_mb_s: float
    media_mb_s: float
    media_tb_a_year: float
    database_gb_a_year: float


def needs(place: Place, cost: Costs, habits: Habits) -> Needs:
    """The busiest hour is the evening: tablets come home with their day. The morning's first syncs are beside it."""
    visits = place.inspectors / habits.team * habits.visits_a_day
    evening = visits * habits.evening / 3600
    a_year = place.objects * habits.share_a_year
    pulls = place.inspectors * habits.pulls_an_hour / 3600 * cost.pull_ms
    carry = (evening * habits.files * cost.upload_ms + pulls) / 1000
    return Needs(
        place,
        visits_a_day=visits,
        entries_s=evening * cost.entries,
        carry_cores=carry,
        web_cores=carry + evening * cost.entries * cost.entry_ms / 1000,
        rush_cores=place.inspectors * cost.first_sync_ms / habits.rush_s / 1000,
        # Previews, digests and custody may take the night: the day's files over eight hours.
        work_cores=visits * habits.files * cost.image_ms / (8 * 3600) / 1000,
        database_cores=evening * cost.database_ms / 1000,
        log_mb_s=evening * cost.log_kb / 1000,
        media_mb_s=evening * habits.files * habits.file_mb,
        media_tb_a_year=a_year * habits.files * habits.file_mb / 1e6,
        database_gb_a_year=a_year * cost.database_kb / 1e6,
    )


def filled(need: Needs, cost: Costs) -> dict[str, float]:
    """How full each kind of installation is in that hour; 1: there is not more of it."""
    cores = need.web_cores + need.work_cores + need.database_cores
    return {
        "one process on SQLite": (need.carry_cores + need.entries_s * cost.sqlite_entry_ms / 1000) / HALF,
        "one machine, PostgreSQL beside it": cores / (MACHINE_CORES * HALF),
        "one PostgreSQL, any number of web processes": need.database_cores / (MACHINE_CORES * HALF),
        "one line of 1 Gbit/s": need.media_mb_s / (LINE_MB_S * HALF),
        "one disk for media, as measured here": need.media_mb_s / (cost.disk_mb_s * HALF),
    }


def first_full(cost: Costs, habits: Habits) -> list[tuple[str, int]]:
    """How many inspectors each kind of installation bears, by what of it is full first."""
    thousand = needs(Place("", 0, 1_000), cost, habits)
    return [(kind, int(1_000 / full)) for kind, full in filled(thousand, cost).items()]


def tables(cost: Costs, habits: Habits) -> str:
    """The part of the page that is computed."""
    told = [needs(place, cost, habits) for place in PLACES]
    head = ["in the busiest hour of a day on which everybody is out", *(one.place.name for one in told)]
    rows = [
        ["objects", *(f"{one.place.objects:,}" for one in told)],
        ["inspectors (each with a tablet)", *(f"{one.place.inspectors:,}" for one in told)],
        ["visits that day", *(f"{one.visits_a_day:,.0f}" for one in told)],
        ["entries a second", *(f"{one.entries_s:,.1f}" for one in told)],
        ["web processes: processors, evening", *(f"{one.web_cores:,.2f}" for one in told)],
        ["web processes: processors, morning's first syncs", *(f"{one.rush_cores:,.2f}" for one in told)],
        ["background work: processors over eight hours", *(f"{one.work_cores:,.2f}" for one in told)],
        ["PostgreSQL: processors", *(f"{one.database_cores:,.2f}" for one in told)],
        ["PostgreSQL: write-ahead log, MB/s", *(f"{one.log_mb_s:,.2f}" for one in told)],
        ["media in, MB/s", *(f"{one.media_mb_s:,.1f}" for one in told)],
        ["a year: database, GB", *(f"{one.database_gb_a_year:,.1f}" for one in told)],
        ["a year: media, TB", *(f"{one.media_tb_a_year:,.2f}" for one in told)],
    ]
    full = [
        [kind, *(f"{filled(one, cost)[kind]:.0%}" for one in told), f"{most:,}"]
        for kind, most in first_full(cost, habits)
    ]
    fuller = ["how full (half of what it can do is 100 %)", *head[1:], "full at, inspectors"]
    return f"{_one_visit(cost, habits)}\n\n{_table(head, rows)}\n\n{_table(fuller, full)}\n"


def _one_visit(cost: Costs, habits: Habits) -> str:
    head = ["one visit, measured", "value"]
    rows = [
        ["entries", f"{cost.entries:g}"],
        ["rows written", f"{cost.rows:.0f}"],
        ["growth of the database", f"{cost.database_kb:.0f} kB"],
        ["write-ahead log", f"{cost.log_kb:.0f} kB"],
        ["processor of PostgreSQL", f"{cost.database_ms:.0f} ms"],
        ["processor for an entry, web and database", f"{cost.entry_ms:.2f} ms"],
        ["processor for a file of 3 MiB", f"{cost.upload_ms:.1f} ms"],
        ["processor for the copies of a photograph", f"{cost.image_ms:.0f} ms"],
        ["an idle pull, a first sync of 30 visits", f"{cost.pull_ms:.1f} ms, {cost.first_sync_ms:.0f} ms"],
        [f"assumed: photographs of {habits.file_mb:g} MB", f"{habits.files}"],
    ]
    return _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    return "\n".join(["| " + " | ".join(head) + " |", f"|{rule}|", *("| " + " | ".join(row) + " |" for row in rows)])


def written(page: str, computed: str) -> str:
    """The page with what is computed between its marks.

    Raises:
        ValueError: the marks are not there.
    """
    begin, end = MARKS
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError("the page has no place for the model")
    return pattern.sub(lambda _: f"{begin}\n\n{computed}\n{end}", page)


def figures() -> list[dict[str, object]]:
    """What was measured last."""
    kept: list[dict[str, object]] = json.loads((HERE / "results.json").read_text())["figures"]
    return kept


def rewrite() -> None:
    """Write the page anew from the figures."""
    PAGE.write_text(written(PAGE.read_text(), tables(costs(figures()), Habits())))


if __name__ == "__main__":
    parser_of(__doc__).parse_args()
    rewrite()
