"""A fleet comes back after a three-day outage, all at once: everything that was written must be taken, and is compared
with the store afterwards, entry by entry, photograph by photograph, receipt by receipt.

`python -m bench.outage [SQLite] [PostgreSQL] [--tablets=N] [--visits=N] [--entries=N] [--photos=N] [--within=SECONDS]
[--webs=N]`: visits of each tablet, entries of each visit, photographs among these. A trial takes `--tablets=40
--visits=2`. Until the last tablet is done nobody looks at the clock: what is measured is how long it takes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvloop

from api.schema import all_tables
from bench.arrivals import spread
from bench.callers import tablet_callers
from bench.figure import Figure
from bench.fleet_world import Fleet, founded
from bench.load_plots import Panel, course, emit, processor
from bench.outbox import Custody, Days, Outbox, lines_of, stored_of, written
from bench.push import raw_limit
from bench.returning import Returning, Tally, all_back
from bench.rush import tell_processes, words_of
from bench.site import Site, Store, empty, serving
from bench.upload import Files, raw_disk
from bench.watching import CLIENTS, Watch, watching
from bench.words import ENGINES, parser_of
from inspection.kernel.ask import ask
from inspection.kernel.database import open_engine, running
from mobile_contract.signed import SignedText

TABLETS, VISITS, ENTRIES, PHOTOS, WITHIN_S = 2_000, 9, 40, 1, 5.0
TARGET = "≤ 20 min"
LOG_WAIT_S, LOG_LOOK_S = 1_800.0, 1.0
SMALLS, SMALL = 300, 20_000


async def come_back(fleet: Fleet, site: Site, outboxes: Sequence[Outbox], within: float) -> "Back":
    """All of them, and then each again for its colleague's entries, until its feed has nothing new."""
    tally = Tally()
    tablets = [Returning(caller, tally) for caller in tablet_callers(fleet.tablets, site.port)]
    begins = spread(len(tablets), within, seed=1)

    async def act(place: int, tablet: Returning) -> None:
        await tablet.renew()
        await tablet.hand_in(outboxes[place])
        await tablet.pull()

    async def follow(_: int, tablet: Returning) -> None:
        while await tablet.pull():
            pass

    async with watching(site.processes) as watch:
        await all_back(tablets, begins, act)
        taken = max(tally.done, default=float("nan"))
        tally.done.clear()
        await all_back(tablets, [0.0] * len(tablets), follow)
    for one in tablets:
        await one.caller.close()
    return Back(tablets, tally, taken, max(tally.done, default=float("nan")), watch)


class Back:
    """What was seen of the return: seconds until all was taken, and until all feeds were caught up."""

    def __init__(
        self, tablets: Sequence[Returning], tally: Tally, taken: float, caught_up: float, watch: Watch
    ) -> None:
        self.tablets, self.tally, self.watch = tablets, tally, watch
        self.taken, self.caught_up = taken, caught_up
        self.waits = sum(one.caller.waits for one in tablets)


@asynccontextmanager
async def looking_at(store: Store) -> AsyncIterator[None]:
    """The store beside the processes that serve it."""
    reads_only = store.engine == "SQLite"
    async with running(open_engine(store.url, pool_size=2, reads_only=reads_only), all_tables()):
        yield


async def compared(store: Store, fleet: Fleet, back: Back, outboxes: Sequence[Outbox]) -> Custody:
    """Everything beside the store."""
    custody = Custody()
    async with looking_at(store):
        for tablet, seen, outbox in zip(fleet.tablets, back.tablets, outboxes, strict=True):
            receipts = [SignedText.model_validate_json(one) for one in seen.receipts]
            custody.compare(lines_of(outbox), receipts, await stored_of(tablet.id), fleet.keys.known)
    return custody


async def counts(store: Store) -> tuple[int, int]:
    """Leaves of the transparency log, and stored files."""
    async with looking_at(store):
        leaves = (await ask("SELECT COUNT(*) AS n FROM log_leaf"))[0]["n"]
        return int(leaves), int((await ask("SELECT COUNT(*) AS n FROM blob"))[0]["n"])


async def until_logged(store: Store, entries: int) -> float:
    """Seconds until every entry has its place in the transparency log; nan if that takes longer than anybody waits."""
    begin = time.perf_counter()
    while (await counts(store))[0] < entries:
        if time.perf_counter() - begin > LOG_WAIT_S:
            return float("nan")
        await asyncio.sleep(LOG_LOOK_S)
    return time.perf_counter() - begin


async def measure(
    store: Store, fleet: Fleet, site: Site, outboxes: Sequence[Outbox], days: Days, within: float
) -> bool:
    """One return of all; whether nothing is missing."""
    rows = await raw_limit(store.url, store.folder)
    files = Files(store.folder).make(SMALLS, SMALL)
    disk = SMALLS / await asyncio.to_thread(raw_disk, store.folder / "raw-files", files)
    back = await come_back(fleet, site, outboxes, within)
    entries, photos = len(fleet.tablets) * days.all_entries, len(fleet.tablets) * days.all_photos
    logged = await until_logged(store, entries)
    custody = await compared(store, fleet, back, outboxes)
    _, blobs = await counts(store)
    seen = sum(one.entries for one in back.tablets)
    name = f"outage of three days, {store.engine}, {words_of(site)}, {len(fleet.tablets):,} tablets"
    Figure(f"{name}: all is taken and each has pulled", back.taken / 60, "min", target=TARGET).emit()
    Figure(f"{name}: all feeds are caught up", back.caught_up / 60, "min").emit()
    Figure(f"{name}: and until all entries are logged", logged, "s", target="≤ 600").emit()
    Figure(f"{name}: entries", entries / back.taken, "1/s", rows, "raw rows, fsync a batch").emit()
    Figure(f"{name}: photographs beside", photos / back.taken, "1/s", disk, "the disk: write, sync, link").emit()
    same = entries - len(custody.missing)
    Figure(f"{name}: entries identical in the store and named in a receipt", same, "entries", entries, "all").emit()
    Figure(f"{name}: receipts", custody.receipts, "receipts").emit()
    Figure(f"{name}: promises of receipts that are not kept", len(custody.broken), "entries", target="0").emit()
    Figure(f"{name}: photographs in the store", blobs, "files", photos, "all").emit()
    Figure(
        f"{name}: entries that came down, again where unconfirmed", seen, "entries", entries * 2, "each twice"
    ).emit()
    for what, count in back.tally.errors.items():
        Figure(f"{name}: {what}", count, "tablets", target="0").emit()
    Figure(f"{name}: errors", back.tally.errors.total(), "errors", target="0").emit()
    Figure(f"{name}: requests without an answer, repeated", back.tally.repeats.total(), "requests").emit()
    Figure(f"{name}: times that a tablet was told to wait", back.waits, "times").emit()
    tell_processes(name, back.watch)
    plot(name, store.engine, site, back)
    return not (custody.missing or custody.broken or back.tally.errors) and blobs == photos


def plot(title: str, engine: str, site: Site, back: Back) -> None:
    """Entries in custody, memory and processor, over time."""
    tally = back.tally
    memory = {who: points for who, points in back.watch.over_time(tally.begin).items() if who != CLIENTS}
    panels = [
        Panel("entries in custody", {"entries": [(0.0, 0.0), *tally.entries]}),
        Panel("memory (RSS), MB", memory),
        Panel("processor, cores", processor(back.watch, tally.begin)),
    ]
    emit(course(f"outage-{engine}-{site.webs}".lower(), title, panels))


def main() -> int:
    usual = {"tablets": TABLETS, "visits": VISITS, "entries": ENTRIES, "photos": PHOTOS, "within": WITHIN_S, "webs": 1}
    told = parser_of(__doc__, ENGINES, **usual).parse_args()
    days = Days(told.visits, told.entries, told.photos)
    whole = True
    for engine in told.only:
        webs = 1 if engine == "SQLite" else told.webs
        with empty(engine) as store:
            fleet = uvloop.run(founded(store, told.tablets, days.visits))
            outboxes = written(store.folder / "outboxes", fleet.tablets, days)
            with serving(store, webs) as site:
                whole &= uvloop.run(measure(store, fleet, site, outboxes, days, told.within))
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
