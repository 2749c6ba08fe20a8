"""What this installation backs up and where to, and the job that does it. Opened once, at the edge."""

from pathlib import Path
from typing import Final

from inspection.kernel.backup import STREAM, Backup, BackupPlace, Shelves, Wanted, make_backup
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.settings import Settings
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from media.disk import Disk

FOLDER: Final = "backups"

_place: list[BackupPlace] = []


def sqlite_path(settings: Settings) -> Path | None:
    """The file of the database; None on PostgreSQL."""
    scheme, _, rest = settings.database.partition(":///")
    return Path(f"/{rest.lstrip('/')}") if scheme == "sqlite" else None


def place_of(settings: Settings, folder: Path | None = None) -> BackupPlace:
    """What is backed up, into `folder` or into that of the data directory."""
    return BackupPlace(
        database=sqlite_path(settings),
        folder=folder or settings.backups or settings.data_dir / FOLDER,
        shelves=Shelves(Disk(settings.data_dir / "media").blob_path, lambda root, digest: Disk(root).blob_path(digest)),
        keys=settings.data_dir / "keys",
        # Past the pooler: a dump and its snapshot need connections of their own.
        url=settings.as_owner.database,
        programs=settings.pg_bin,
    )


def use_backups(settings: Settings) -> None:
    """From now on, in this process: this installation is backed up there."""
    _place[:] = [place_of(settings)]


async def _copied(job: Job) -> Backup:
    if not _place:
        raise RuntimeError("this process does not know of a database that it could copy")
    # A job is given up after some minutes: stored files are copied by the command, which has all the time it needs.
    return await make_backup(_place[0], str(job.payload["name"]), job.claimed_at, Wanted(files=False))


async def _told(cmd: Command, _: Job, made: Backup) -> None:
    await append(cmd.event(EventKind.BACKUP_MADE, STREAM, lane=None, **made.facts()))


BACKUP: Final = TwoStep(_copied, _told)
