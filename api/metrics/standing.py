"""How things stand when somebody scrapes: of this process at once, of the database as it was read last.

Nothing here is asked by a request. What is read from the database is kept for a while, so that a scrape every few
seconds, from several places, costs a question every `KEPT_S`; what needs a look at many rows is kept longer still.
"""

import asyncio
import platform
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.backups import place_of
from api.metrics import catalogue as m
from api.metrics.catalogue import Metric
from inspection.authority.store import authorities
from inspection.kernel.backup import backups
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.clock import Clock
from inspection.kernel.database import current_engine
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.journal.store import unsettled
from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.settings import Settings
from inspection.kernel.standing import database_standing, replica_lag
from inspection.kernel.work import store as work
from inspection.oversight.clock_filters import ClockFilter
from inspection.oversight.clock_page import clock_page
from inspection.publicity.channels.rules import DeliveryState
from inspection.publicity.channels.store_outbox import count_everywhere
from inspection.visits.entries.store import count_held
from media.store_remote import count_unreplicated
from mobile_contract.version import CONTRACT_VERSION
from sync.devices.store_contacts import farthest_behind, silence
from sync.log import store as tree

KEPT_S: Final = 15.0
KEPT_LONG_S: Final = 300.0
MOST: Final = 100_000
"""As far as anything is counted."""

Labelled = Mapping[tuple[str, ...], float]
Values = dict[Metric, Labelled]

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")


@dataclass(slots=True)
class _Kept:
    """What one reading found, and when (on the monotonic clock)."""

    read: Callable[[datetime], Awaitable[Values]]
    lasts: float
    values: Values = field(default_factory=dict)
    at: float | None = None
    well: bool = False


class Standing(Collector):
    """The gauges of a process. `refresh` reads; `collect` tells what was read and asks nobody."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lag = 0.0
        self._own: Values = {}
        self._disks: Values = {}
        self._looking: asyncio.Task[Values] | None = None
        self._readings = [
            _Kept(self._often, KEPT_S),
            _Kept(self._seldom, KEPT_LONG_S),
        ]
        self._turn = asyncio.Lock()

    async def refresh(self, *, asked: float | None = None) -> None:
        """Read anew what is too old. `asked`: when the scrape came, by `time.perf_counter`."""
        self._lag = 0.0 if asked is None else max(0.0, time.perf_counter() - asked)
        async with self._turn:
            # Beside each other: a disk that hangs keeps nobody from reading the database, nor the other way round.
            await asyncio.gather(self._look_around(), self._read_what_is_old())

    async def _look_around(self) -> None:
        self._own = _own()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(_on_disks(self._settings, self._clock.now()), name="look at the disks")
        # One look, however many scrapes lose their patience with it: a disk that hangs keeps its thread for good, and
        # the threads that there are do everything else that must not hold up the loop.
        try:
            self._disks = await asyncio.shield(self._looking)
        except asyncio.CancelledError:
            self._disks = {}  # what it told before is no answer
            raise

    async def _read_what_is_old(self) -> None:
        for one in self._readings:
            if one.at is None or time.monotonic() - one.at >= one.lasts:
                await self._read(one)

    async def _read(self, one: _Kept) -> None:
        one.well = False  # until it is: the scrape may lose its patience, and cancel this
        try:
            one.values = await one.read(self._clock.now())
            one.at, one.well = time.monotonic(), True
        except Exception as error:  # noqa: BLE001  a database that is away must not hide the rest
            log.warning("figures cannot be read now", error=type(error).__name__)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What was read last; figures of the database that could not be read for long are left out."""
        now = time.monotonic()
        values: Values = {m.LOOP_LAG: _one(self._lag), **self._own, **self._disks}
        values[m.READ_OK] = _one(all(one.well for one in self._readings))
        ages = [now - one.at for one in self._readings if one.at is not None]
        values[m.READ_AGE] = _one(max(ages, default=0.0))
        for one in self._readings:
            if one.well or (one.at is not None and now - one.at < 2 * one.lasts):
                values |= one.values
        return _families(values)

    async def _often(self, now: datetime) -> Values:
        queue = await work.standing(now, MOST)
        leaves, since = await tree.unplaced()
        head = await tree.newest_head()
        standing = await database_standing()
        found: Values = {
            m.DATABASE_SIZE: _one(standing.length),
            m.JOBS_WAITING: _one(queue.waiting),
            m.JOBS_DEAD: _one(queue.dead),
            m.JOBS_AGE: _one(_age(now, queue.due)),
            m.LEAVES: _one(leaves),
            m.LEAVES_AGE: _one(_age(now, since)),
            m.HEAD_SIZE: _one(head.size if head else 0),
            m.HELD: _one(await count_held(MOST)),
            m.DELIVERY_STATES: {
                (state.value,): await count_everywhere(state, MOST)
                for state in (DeliveryState.WAITING, DeliveryState.DEAD)
            },
        }
        if head is not None:
            found[m.HEAD_AGE] = _one(_age(now, head.signed_at))
        if self._settings.s3_url:
            found[m.UNREPLICATED] = _one(await count_unreplicated(MOST))
        if (lag := await replica_lag()) is not None:
            found[m.REPLICA_LAG] = _one(lag)
        return found

    async def _seldom(self, now: datetime) -> Values:
        devices, silent = await silence(now - timedelta(days=self._settings.silent_days))
        running: dict[tuple[str, ...], float] = {}
        late: dict[tuple[str, ...], float] = {}
        for authority in await authorities():
            page = await clock_page(authority.id, local_day(now), ClockFilter(), limit=1)
            for one in page.summaries:
                key = (one.matter.value,)
                running[key] = running.get(key, 0) + one.running
                late[key] = late.get(key, 0) + one.late
        return {
            m.DEVICES: _one(devices),
            m.SILENT: _one(silent),
            m.FEED_LAG: _one(await farthest_behind()),
            m.DAMAGED: _one(await unsettled(EventKind.BLOB_DAMAGED, EventKind.BLOB_HEALED)),
            m.CLOCKS_RUN: running,
            m.CLOCKS_LATE: late,
        }


def _own() -> Values:
    """What this process knows of itself."""
    engine = current_engine()
    told = (version("fieldcheck-inspection"), str(CONTRACT_VERSION), platform.python_version(), engine.engine_type)
    load = engine.load()
    found: Values = {
        m.BUILD: {told: 1},
        m.POOL: {("busy",): load.busy, ("idle",): load.idle},
        m.POOL_MOST: _one(load.most),
        m.POOL_WAIT: _one(load.waiting),
    }
    if isinstance(engine, PooledPostgresEngine) and engine.replica is not None:
        reads = engine.replica.standing()
        found[m.REPLICA_READS] = {("replica",): reads.answered, ("primary",): reads.fell_back}
        if reads.behind_s is not None:
            found[m.REPLICA_BEHIND] = _one(reads.behind_s)
    if load.log_bytes is not None:
        found[m.WAL] = _one(load.log_bytes)
    return found


async def _on_disks(settings: Settings, now: datetime) -> Values:
    """What the disks tell. One that is gone must not hide the rest."""
    try:
        usage = await asyncio.to_thread(shutil.disk_usage, settings.data_dir)
        copies = await asyncio.to_thread(backups, place_of(settings).folder)
    except (OSError, ValueError) as error:
        log.warning("a disk cannot be read now", error=type(error).__name__)
        return {}
    found: Values = {m.DISK_FREE: _one(usage.free), m.DISK_SIZE: _one(usage.total)}
    if copies:
        found[m.BACKUP_AGE] = _one(_age(now, copies[0].made_at))
    return found


def _one(value: float) -> Labelled:
    return {(): float(value)}


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _families(values: Values) -> Iterator[GaugeMetricFamily]:
    for metric, labelled in values.items():
        family = GaugeMetricFamily(metric.name, metric.told, labels=metric.labels)
        for labels, value in labelled.items():
            family.add_metric(labels, value)
        yield family
