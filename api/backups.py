"""Where this process keeps copies of its database, and the job that makes one. Opened once, at the edge."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Final

from inspection.kernel.backup import STREAM, Backup, BackupPlace, make_backup
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.settings import Settings
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep

FOLDER: Final = "backups"

_place: list[BackupPlace] = []


def place_of(settings: Settings) -> BackupPlace | None:
    """The file of the database and the folder of its copies; None on PostgreSQL."""
    scheme, _, rest = settings.database.partition(":///")
    if scheme != "sqlite":
        return None
    return BackupPlace(Path(f"/{rest.lstrip('/')}"), settings.data_dir / FOLDER)


def use_backups(settings: Settings) -> None:
    """From now on, in this process: copies of this database go there."""
    _place[:] = [place] if (place := place_of(settings)) else []


async def _copied(job: Job) -> Backup:
    if not _place:
        raise RuntimeError("this process does not know of a database that it could copy")
    return await asyncio.to_thread(make_backup, _place[0], str(job.payload["name"]), job.claimed_at)


async def _told(cmd: Command, _: Job, made: Backup) -> None:
    told: dict[str, JSON] = {**asdict(made), "made_at": made.made_at.isoformat()}
    await append(cmd.event(EventKind.BACKUP_MADE, STREAM, lane=None, **told))


BACKUP: Final = TwoStep(_copied, _told)
