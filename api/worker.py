"""Who does the background work: the handlers by job name, and the loop that runs them beside the server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeAlias

import structlog

from api.backups import BACKUP
from api.dossiers import StoredFiles
from api.retention import REMOVERS
from inspection.archive.custody import job as custody
from inspection.authority.attempts.rates import forget_rates
from inspection.authority.end_sessions import clear_sessions
from inspection.door.remark import tell_remarks
from inspection.kernel import backup
from inspection.kernel.clock import Clock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import speaks_postgres
from inspection.kernel.entropy import Entropy
from inspection.kernel.keys import ServerKeys
from inspection.kernel.retention.run import retain_daily
from inspection.kernel.settings import Settings
from inspection.kernel.work.worker import Handler, Worker
from inspection.oversight.alerts import watch
from inspection.oversight.reminders.note import remind_all
from inspection.publicity import jobs as publicity
from inspection.publicity.channels.deliver import Postman, deliver_waiting
from inspection.publicity.channels.post import post
from inspection.publicity.channels.reach import reach_of
from inspection.publicity.channels.tell import tell
from inspection.publicity.credit import feed
from inspection.registry.intake.waiting import clear_waiting
from inspection.visits import jobs as visits
from media import derive, second_digest
from media.depots import TOLD_EVERY_S, tell_here
from media.evict import evict_replicated
from media.expire_uploads import expire_uploads
from media.pass_on import hand_over_wanted
from media.replicate import replicate_waiting
from sync.devices.proofs import forget_proofs
from sync.log import stamps
from sync.log.tend import tend_log
from sync.office import letters, verification
from sync.pull import projections, wide
from sync.pull.sweep import sweep_feeds
from sync.push import audit

PAUSE_S: Final = 5.0
LOG_PAUSE_S: Final = 2.0
SWEEP_PAUSE_S: Final = 3600.0
REPLICATE_PAUSE_S: Final = 5.0
EVICT_PAUSE_S: Final = 600.0
POST_PAUSE_S: Final = 5.0
HAND_OVER_PAUSE_S: Final = 1.0
FORGET_PAUSE_S: Final = 60.0

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")

Tend: TypeAlias = Callable[[], Awaitable[object]]
"""One round of what is done again and again."""

HANDLERS: Final[Mapping[str, Handler]] = {
    backup.JOB: BACKUP,
    custody.JOB: custody.custody_job(StoredFiles()),
    derive.JOB: derive.DERIVE,
    second_digest.JOB: second_digest.SECOND_DIGEST,
    audit.JOB: audit.AUDIT,
    stamps.JOB: stamps.STAMP,
    letters.JOB: letters.reread_of_key,
    verification.JOB: verification.VERIFY_ALL,
    **wide.JOBS,
    watch.JOB: watch.watch_visit,
    feed.JOB: feed.feed_credit,
    "publicity.count_again": publicity.count_again,
    "publicity.open": publicity.open_for_visit,
    "publicity.post": post,
    "publicity.tell": tell,
    "visits.note_late_filing": visits.note_late_filing,
    "visits.readmit": visits.readmit,
}
"""Every job name of `inspection.kernel.work.routes`, and nothing else."""


def install_projections() -> None:
    """Install what runs inside the transaction that appends an event: how a room above hears of it in the same commit.

    Once a process, before the first command; repeating it changes nothing.
    """
    projections.install()


def make_worker(clock: Clock, entropy: Entropy) -> Worker:
    """A worker with every handler of the house."""
    return Worker(HANDLERS, clock, entropy)


@asynccontextmanager
async def handing_over(keys: ServerKeys, patience_s: float) -> AsyncIterator[None]:
    """Tell other machines that this one is there, and give them the uploads that go on at theirs, until the block ends;
    what is on its way then is broken off after `patience_s`, and given by another process or when this one is back.
    Every process does so: only the one that works on an upload can stop.
    """
    if not speaks_postgres():
        yield
        return
    stop = asyncio.Event()
    giving = keep_tending(hand_over_wanted, stop, HAND_OVER_PAUSE_S, "uploads are not handed over")
    telling = keep_tending(lambda: tell_here(keys.kid), stop, TOLD_EVERY_S, "nobody hears that this machine is there")
    async with _beside({"uploads go on elsewhere": giving, "this machine is there": telling}, stop, patience_s):
        yield


@asynccontextmanager
async def working(clock: Clock, entropy: Entropy, keys: ServerKeys, settings: Settings) -> AsyncIterator[None]:
    """Run the background work in this process until the block ends; the job at hand is finished first, or given back
    when that takes longer than the settings allow.

    Of the settings besides: the address of the public pages and the networks of one's own, for those to whom results
    are sent.
    """
    stop = asyncio.Event()
    postman = Postman(keys, settings.address, reach=reach_of(settings.private_receivers))

    def system() -> Command:
        return Command(SYSTEM, clock.now(), entropy)

    async def forget() -> None:
        await forget_proofs(clock.now())
        await forget_rates(clock.now())

    async def send() -> None:
        await replicate_waiting(system, stopped=stop.is_set)

    async def post_results() -> None:
        await deliver_waiting(system, postman, stop.is_set)

    tended: Sequence[tuple[str, Tend, float, str]] = (
        ("transparency log", lambda: tend_log(system(), keys=keys), LOG_PAUSE_S, "the transparency log stands still"),
        ("sweep of feeds", lambda: sweep_feeds(system()), SWEEP_PAUSE_S, "feeds are not swept"),
        ("uploads expire", lambda: expire_uploads(system()), SWEEP_PAUSE_S, "uploads do not expire"),
        ("alerts are raised", lambda: watch.watch_all(system()), SWEEP_PAUSE_S, "nobody watches"),
        ("reminders are noted", lambda: remind_all(system()), SWEEP_PAUSE_S, "nobody is reminded"),
        ("files go to the object store", send, REPLICATE_PAUSE_S, "files are not replicated"),
        ("files leave the disk", lambda: evict_replicated(system, stop.is_set), EVICT_PAUSE_S, "files are not evicted"),
        ("what had its time is cleared", lambda: clear(system()), SWEEP_PAUSE_S, "what had its time is not cleared"),
        ("imports are cleared", lambda: clear_waiting(clock.now()), SWEEP_PAUSE_S, "waiting files are not cleared"),
        ("remarks are told", lambda: tell_remarks(system()), SWEEP_PAUSE_S, "remarks are not told"),
        ("what has run out is forgotten", forget, FORGET_PAUSE_S, "what has run out is not forgotten"),
        ("results go to their channels", post_results, POST_PAUSE_S, "results are not delivered"),
    )
    loops = {name: keep_tending(tend, stop, pause_s, trouble) for name, tend, pause_s, trouble in tended}
    loops["background work"] = keep_working(make_worker(clock, entropy), stop)
    async with _beside(loops, stop, settings.shutdown_s):
        yield


@asynccontextmanager
async def _beside(
    loops: Mapping[str, Coroutine[Any, Any, None]], stop: asyncio.Event, patience_s: float
) -> AsyncIterator[None]:
    """Run these, each by its name, until the block ends: then they are told to `stop`."""
    running = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
    try:
        yield
    finally:
        stop.set()
        await _ended(running, patience_s)


async def _ended(loops: Sequence["asyncio.Task[None]"], patience_s: float) -> None:
    """Let them come to their ends; what has not after a while is broken off, and undone by its transaction."""
    _, late = await asyncio.wait(loops, timeout=patience_s)
    for one in late:
        log.warning("background work is broken off", work=one.get_name())
        one.cancel()
    for outcome in await asyncio.gather(*loops, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def clear(cmd: Command) -> None:
    """Forget sessions that have run out, and once a day what a rule of retention names."""
    await clear_sessions(cmd)
    await retain_daily(cmd, REMOVERS)


async def keep_tending(tend: Tend, stop: asyncio.Event, pause_s: float, trouble: str) -> None:
    """Tend something again and again until `stop` is set, whatever one round of it runs into. `trouble`: what the log
    says then.
    """
    while not stop.is_set():
        try:
            await tend()
        except Exception as error:  # noqa: BLE001  whatever it is, the next round may succeed
            log.error(trouble, error=type(error).__name__)  # noqa: TRY400  no row in the log
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_s)


async def keep_working(worker: Worker, stop: asyncio.Event, pause_s: float = PAUSE_S) -> None:
    """Run `worker` until `stop` is set. A database that is away for a while ends no background work for good.

    What a handler raises is the worker's own affair; what comes out of it is the claiming itself that failed.
    """
    while not stop.is_set():
        try:
            await worker.run(stop)
        except Exception as error:  # noqa: BLE001  whatever it is, the next attempt may succeed
            log.error("background work broke off", error=type(error).__name__)  # noqa: TRY400  no message, no row in the log
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause_s)
