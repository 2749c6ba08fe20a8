"""Have the background work make a backup."""

from typing import Final

from inspection.kernel.backup.make import BackupPlace, check_room, new_name
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work import store
from mobile_contract.problems import ProblemCode

JOB: Final = "kernel.backup"
STREAM: Final = "backups"


async def ask_for_backup(cmd: Command, place: BackupPlace) -> None:
    """Have the background work back up database and keys; of the stored files it makes a list.

    Raises:
        Refused: `kernel.backup_by_command`: of PostgreSQL it is made by the command, which finds pg_dump.
        Conflict: `kernel.backup_waits`: one is being made; `kernel.backup_no_room` (`storage-full`).
    """
    if place.database is None:
        raise Refused(ProblemCode.REFUSED, "kernel.backup_by_command")
    await check_room(place)
    async with unit_of_work():
        if await store.pending(JOB):
            raise Conflict(ProblemCode.CONFLICT, "kernel.backup_waits")
        await append(cmd.event(EventKind.BACKUP_ASKED, STREAM, name=new_name(cmd.now, cmd.entropy)))
