"""Files that wait between the look at what an import would do and the word that it shall be done.

They lie in the database, packed and in pieces, for the account that sent them: one a person, gone once it is imported,
put away, or a day old. Whichever process gets the word finds them (docs/decisions/0067).
"""

import asyncio
import zlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from inspection.registry.intake import store_waiting as store
from inspection.registry.intake.store_waiting import WaitingRow

KEPT: Final = timedelta(days=1)
PIECE: Final = 1024 * 1024
_QUICK: Final = 1


async def let_wait(cmd: Command, row: WaitingRow, pieces: AsyncIterator[bytes]) -> None:
    """Keep a file; what this account had waiting is gone. It waits once all of it is here."""
    place = 0
    async for piece in pieces:
        packed = await asyncio.to_thread(zlib.compress, piece, _QUICK)
        await in_unit(store.add_piece, cmd.new_id(), row.id, place, row.kept_at, packed)
        place += 1
    await in_unit(_replace, row)


async def _replace(row: WaitingRow) -> None:
    for one in await store.waiting_of(row.account):
        await store.drop_file(one.id)
    await store.add_file(row)


async def bytes_of(file: UUID) -> AsyncIterator[bytes]:
    """A file that waits, piece by piece."""
    place = 0
    while (packed := await store.piece_of(file, place)) is not None:
        yield await asyncio.to_thread(zlib.decompress, packed)
        place += 1


async def note_told(file: UUID, told: str) -> None:
    """Keep what was told of a file."""
    await in_unit(store.set_told, file, told)


async def put_away(file: UUID) -> None:
    """It waits no longer."""
    await in_unit(store.drop_file, file)


async def clear_waiting(now: datetime) -> None:
    """Forget what has waited for too long, whoever sent it."""
    await in_unit(store.drop_kept_before, now - KEPT)
