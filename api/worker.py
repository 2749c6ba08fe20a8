"""Who does the background work: the handlers by job name, and the loop that runs them beside the server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

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
async def handing_over(keys: ServerKeys) -> AsyncIterator[None]:
    """Tell other machines that this one is there, and give them the uploads that go on at theirs, until the block ends.
    Every process does so: only the one that works on an upload can stop.
    """
    if not speaks_postgres():
        yield
        return
    stop = asyncio.Event()
    giving = keep_tending(hand_over_wanted, stop, HAND_OVER_PAUSE_S, "uploads are not handed over")
    telling = keep_tending(lambda: tell_here(keys.kid), stop, TOLD_EVERY_S, "nobody hears that this machine is there")
    loops = [
        asyncio.create_task(giving, name="uploads go on elsewhere"),
        asyncio.create_task(telling, name="this machine is there"),
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*loops)


@asynccontextmanager
async def working(clock: Clock, entropy: Entropy, keys: ServerKeys, settings: Settings) -> AsyncIterator[None]:
    """Run the background work in this process until the block ends; the job at hand is finished first, or given back
    when that takes longer than the settings allow.

    Of the settings: the address of the public pages, for those to whom results are sent; the data directory.
    """
    stop = asyncio.Event()

    def system() -> Command:
        return Command(SYSTEM, clock.now(), entropy)

    tending = keep_tending(lambda: tend_log(system(), keys=keys), stop)
    sweeping = keep_tending(lambda: sweep_feeds(system()), stop, SWEEP_PAUSE_S, "feeds are not swept")
    expiring = keep_tending(lambda: expire_uploads(system()), stop, SWEEP_PAUSE_S, "uploads do not expire")
    sending = keep_tending(
        lambda: replicate_waiting(system, stopped=stop.is_set), stop, REPLICATE_PAUSE_S, "files are not replicated"
    )
    evicting = keep_tending(lambda: evict_replicated(system, stop.is_set), stop, EVICT_PAUSE_S, "files are not evicted")
    watching = keep_tending(lambda: watch.watch_all(system()), stop, SWEEP_PAUSE_S, "nobody watches")
    reminding = keep_tending(lambda: remind_all(system()), stop, SWEEP_PAUSE_S, "nobody is reminded")
    postman = Postman(keys, settings.address, reach=reach_of(settings.private_receivers))
    posting = keep_tending(
        lambda: deliver_waiting(system, postman, stop.is_set), stop, POST_PAUSE_S, "results are not delivered"
    )
    clearing = keep_tending(lambda: clear(system()), stop, SWEEP_PAUSE_S, "what had its time is not cleared")
    emptying = keep_tending(lambda: clear_waiting(clock.now()), stop, SWEEP_PAUSE_S, "waiting files are not cleared")
    telling = keep_tending(lambda: tell_remarks(system()), stop, SWEEP_PAUSE_S, "remarks are not told")

    async def forget() -> None:
        await forget_proofs(clock.now())
        await forget_rates(clock.now())

    forgetting = keep_tending(forget, stop, FORGET_PAUSE_S, "what has run out is not forgotten")
    loops = [
        asyncio.create_task(keep_working(make_worker(clock, entropy), stop), name="background work"),
        asyncio.create_task(tending, name="transparency log"),
        asyncio.create_task(sweeping, name="sweep of feeds"),
        asyncio.create_task(expiring, name="uploads expire"),
        asyncio.create_task(watching, name="alerts are raised"),
        asyncio.create_task(reminding, name="reminders are noted"),
        asyncio.create_task(sending, name="files go to the object store"),
        asyncio.create_task(evicting, name="files leave the disk"),
        asyncio.create_task(clearing, name="what had its time is cleared"),
        asyncio.create_task(emptying, name="files that wait to be imported are cleared"),
        asyncio.create_task(telling, name="remarks are told"),
        asyncio.create_task(forgetting, name="what has run out is forgotten"),
        asyncio.create_task(posting, name="results go to their channels"),
    ]
    try:
        yield
    finally:
        stop.set()
        await _ended(loops, settings.shutdown_s)


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


async def keep_tending(
    tend: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
    pause_s: float = LOG_PAUSE_S,
    trouble: str = "the transparency log stands still",
) -> None:
    """Tend something again and again until `stop` is set, whatever one round of it runs into."""
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
