"""How this server is doing, in plain words, and what to do; and the copies of its database."""

import asyncio
import platform
import shutil
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Final

from litestar import Response, get, post

from api.backups import place_of
from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted
from api.doctor import judging
from api.doctor.judging import Check, Tone, size
from api.migrate import waiting
from api.permits import Action
from api.process import process_of
from inspection.kernel.backup import JOB, Backup, ask_for_backup, backups
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.standing import database_standing
from inspection.kernel.work import store as work
from media.vault import current_vault
from mobile_contract.version import CONTRACT_VERSION
from sync.devices.overview import last_heard
from sync.log import store as log

BACKUPS: Final = "/desk/admin/backups"
MOST: Final = 1_000
_DISTRIBUTION: Final = "fieldcheck-inspection"


@get("/desk/admin/health", opt={"action": Action.AUTHORITY_KEEP})
async def read_health(request: AnyRequest) -> Response[bytes]:
    """Everything that keeps the server going, the worst first."""
    checks = [await one(request) for one in (_schema, _disk, _store, _work, _backup, _log, _stamps, _tablets)]
    standing = await database_standing()
    return desk_page(
        request,
        "desk_admin/health.html",
        checks=sorted(checks, key=lambda one: list(Tone).index(one.tone), reverse=True),
        failed=await _failed(),
        standing=standing,
        length=size(standing.length),
        head=await log.newest_head(),
        versions={
            "Fieldcheck": version(_DISTRIBUTION),
            "mobile_contract": str(CONTRACT_VERSION),
            "Python": platform.python_version(),
            standing.engine: standing.version,
        },
    )


@get(BACKUPS, opt={"action": Action.AUTHORITY_KEEP})
async def read_backups(request: AnyRequest) -> Response[bytes]:
    """The copies that there are, the newest first."""
    return await backups_page(request)


@post(BACKUPS, opt={"action": Action.AUTHORITY_KEEP})
async def send_backup(request: AnyRequest) -> Response[bytes]:
    """Have a copy made in the background."""

    async def do(_: Form) -> str:
        await ask_for_backup(command(request), place_of(process_of(request).settings))
        return see(BACKUPS, "desk_admin.done_backup_asked")

    return await acted(request, do, lambda: backups_page(request))


async def backups_page(request: AnyRequest) -> Response[bytes]:
    """The copies, whether one is being made, and what they are not."""
    place = place_of(process_of(request).settings)
    return desk_page(
        request,
        "desk_admin/backups.html",
        place=place,
        backups=await _copies(request),
        making=bool(await work.pending(JOB)),
        now=command(request).now,
        size=size,
    )


async def _schema(request: AnyRequest) -> Check:
    # As readiness does: migrations are never taken back under a running process.
    if getattr(request.app.state, "migrated", False):
        return judging.of_migrations(0)
    return judging.of_migrations(len(await waiting()))


async def _disk(request: AnyRequest) -> Check:
    usage = await asyncio.to_thread(shutil.disk_usage, process_of(request).settings.data_dir)
    return judging.of_disk(usage.free, usage.total, current_vault().limits.free_floor)


async def _store(_: AnyRequest) -> Check:
    return judging.of_store(writable=await asyncio.to_thread(_writable, current_vault().disk.staging_dir))


async def _work(request: AnyRequest) -> Check:
    now = command(request).now
    found = await work.standing(now, MOST)
    return judging.of_work(now, found.waiting, found.dead, found.due, MOST)


async def _log(request: AnyRequest) -> Check:
    groups, since = await log.waiting()
    head = await log.newest_head()
    return judging.of_log(command(request).now, head.size if head else None, groups, since)


async def _stamps(request: AnyRequest) -> Check:
    stamp, head = await log.newest_stamp(), await log.newest_head()
    covered = head is None or (stamp is not None and stamp.size >= head.size)
    return judging.of_stamps(
        local_day(command(request).now),
        configured=bool(process_of(request).settings.timestamp_url),
        last=stamp.day if stamp else None,
        covered=covered,
    )


async def _tablets(request: AnyRequest) -> Check:
    return judging.of_tablets(command(request).now, [at for _, at in await last_heard(authority_of(request))])


async def _backup(request: AnyRequest) -> Check:
    found = await _copies(request)
    return judging.of_backups(command(request).now, found[0].made_at if found else None)


async def _copies(request: AnyRequest) -> list[Backup]:
    return await asyncio.to_thread(backups, place_of(process_of(request).settings).folder)


async def _failed() -> list[tuple[str, str, int]]:
    """(job, kind of error, how many) of what was given up. What an error says may quote a row: it stays where it is."""
    given_up = await work.given_up(MOST)
    counted = Counter((name, error.partition(":")[0][:80]) for name, _, error in given_up)
    return [(name, error, count) for (name, error), count in sorted(counted.items())]


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ready?")
    except OSError:
        return False
    return True


HANDLERS = [read_health, read_backups, send_backup]
