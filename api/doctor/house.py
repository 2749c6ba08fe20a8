"""What the house does with its database: work, evidence, log, people, and what a restore left to be done."""

import asyncio
from datetime import timedelta
from typing import Final

import asyncpg

from api.doctor import judging
from api.doctor.judging import Check
from api.doctor.patient import Patient, bad, good, warn
from api.simulation.password import PASSWORD
from inspection.authority import store as authorities
from inspection.authority.passwords import password_fits
from inspection.authority.store_factors import without_factor
from inspection.draw.store import open_draws
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.calendar.store import known_years
from inspection.kernel.database import speaks_postgres
from inspection.kernel.journal import EventKind, newest_of
from inspection.kernel.journal.store import kinds_by_stream
from inspection.kernel.standing import replica_behind
from inspection.kernel.work import store as work
from media import store_remote
from media.remote import RemoteAway
from media.vault import current_vault
from sync.devices.overview import last_heard
from sync.log import store as log_store
from sync.log.heads import leads_to

MOST: Final = 1_000
MOST_NAMED: Final = 10
_PROBE: Final = "0" * 64
DECEMBER: Final = 12
_LOOKED_AT: Final = 40
FAR_BEHIND: Final = 64 * 1024 * 1024
"""Bytes of PostgreSQL's log."""
AFTER_RESTORE: Final = timedelta(days=90)


async def calendar(patient: Patient) -> Check:
    """The working days of this year are known, and from December on those of the next."""
    today, known = local_day(patient.now), await known_years()
    if today.year not in known:
        return bad("calendar", "missing", year=today.year)
    if today.month == DECEMBER and today.year + 1 not in known:
        return warn("calendar", "next", year=today.year + 1)
    return good("calendar", year=max(known))


async def jobs(patient: Patient) -> Check:
    """Background work is being done, and none of it was given up."""
    found = await work.standing(patient.now, MOST)
    return judging.of_work(patient.now, found.waiting, found.dead, found.due, MOST)


async def object_store(_: Patient) -> Check:
    """The object store answers, where there is one. It is only asked, nothing is written."""
    remote = current_vault().remote
    if remote is None:
        return good("object_store", waiting=0)
    counts = await store_remote.counts()
    digest = await store_remote.newest_replicated() or _PROBE
    try:
        seen = await remote.head(digest)
    except RemoteAway as error:
        return bad("object_store", "away", reason=str(error)[:200])
    if digest != _PROBE and seen is None:
        return bad("object_store", "lost", digest=digest)
    return good("object_store", waiting=counts.unreplicated)


async def evidence(_: Patient) -> Check:
    """No stored file was found damaged or missing and stayed so."""
    damaged = await kinds_by_stream(EventKind.BLOB_DAMAGED.value, EventKind.BLOB_HEALED.value)
    return bad("evidence", "damaged", n=len(damaged), names=_few(damaged)) if damaged else good("evidence")


async def log(patient: Patient) -> Check:
    """What tablets handed in gets its place in the transparency log."""
    groups, since = await log_store.waiting()
    head = await log_store.newest_head()
    return judging.of_log(patient.now, head.size if head else None, groups, since)


async def tree(patient: Patient) -> Check:
    """The tree leads to the newest head that was signed, and no tablet knows another one."""
    head = await log_store.newest_head()
    if head is not None and not await leads_to(head.size, head.root):
        return bad("tree", "broken", size=head.size)
    told = await newest_of(EventKind.LOG_CONTRADICTED)
    if told is not None and patient.now - told.at < AFTER_RESTORE:
        return warn("tree", "contradicted", at=told.at.isoformat(timespec="minutes"))
    return good("tree", size=head.size if head else 0)


async def factors(patient: Patient) -> Check:
    """Everybody who should have a second factor has one."""
    roles = patient.settings.two_factor_roles
    found = await without_factor([role.value for role in roles])
    if not roles:
        return warn("factors", "nobody")
    return warn("factors", "missing", n=len(found), names=_few(found)) if found else good("factors")


async def passwords(_: Patient) -> Check:
    """Nobody's password is that of invented people, or his own name: of the first accounts of each authority, for to
    try one takes a tenth of a second.
    """
    weak: list[str] = []
    for authority in await authorities.authorities():
        working = [account for account in await authorities.accounts(authority.id) if account.active]
        weak += [
            account.username
            for account in working[:_LOOKED_AT]
            if await asyncio.to_thread(_fits, account.password_hash, (PASSWORD, account.username))
        ]
    return bad("passwords", "known", n=len(weak), names=_few(weak)) if weak else good("passwords")


async def replica(patient: Patient) -> Check:
    """The replica, where there is one, is near enough to be read from."""
    url = patient.settings.replica_url
    if not url or not speaks_postgres():
        return good("replica")
    try:
        behind = await replica_behind(url)
    except (OSError, asyncpg.PostgresError) as error:
        return bad("replica", "away", reason=str(error)[:200] or type(error).__name__)
    if behind is None:
        return bad("replica", "none")
    return warn("replica", "behind", size=judging.size(behind)) if behind > FAR_BEHIND else good("replica")


async def restored(patient: Patient) -> Check:
    """What the last restore left to people is done: draws given up, every tablet heard of again."""
    line = await newest_of(EventKind.BACKUP_RESTORED)
    if line is None:
        return good("restored")
    told = set(map(str, line.payload["draws"] if isinstance(line.payload["draws"], list) else ()))
    draws = [str(draw) for draw, _ in await open_draws() if str(draw) in told]
    away = []
    for authority in await authorities.authorities():
        heard = await last_heard(authority.id, limit=MOST)
        away += [device.name for device, at in heard if at is None or at < line.at]
    day = line.at.date().isoformat()
    if draws:
        return bad("restored", "draws", day=day, n=len(draws), names=_few(draws))
    if away and patient.now - line.at < AFTER_RESTORE:
        return warn("restored", "tablets", day=day, n=len(away), names=_few(away))
    return good("restored")


def _fits(hashed: str, guesses: tuple[str, ...]) -> bool:
    return any(password_fits(hashed, guess) for guess in guesses)


def _few(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


LOOKS: Final = (
    calendar,
    jobs,
    object_store,
    evidence,
    log,
    tree,
    factors,
    passwords,
    replica,
    restored,
)
