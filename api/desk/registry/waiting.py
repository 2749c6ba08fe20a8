"""Files that wait between the look at what an import would do and the word that it shall be done, as the desk knows
them (`inspection.registry.intake.waiting`): what was told of them is kept beside them.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile

from api.commands import AnyRequest, bearer_of, command
from api.office.registry import Register, unknown_run
from api.office.registry_views import PreviewView
from api.process import process_of
from inspection.registry.intake import store_waiting, waiting
from inspection.registry.intake.store_waiting import WaitingRow
from inspection.registry.intake.waiting import KEPT, PIECE

PREFIX: Final = "waiting-"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file and what is asked of it. `headers`: which header means which field; `origin`: under which name that is
    kept; `header`: all headers of the file. `told`: by language, what an import would do; empty while the file lacks a
    column, then `lacking` names it.
    """

    id: UUID
    account: str
    register: Register
    name: str
    kept_at: datetime
    origin: str = ""
    headers: Mapping[str, str] | None = None
    absent: bool = False
    header: Sequence[str] = ()
    told: Mapping[str, PreviewView] = field(default_factory=dict)
    lacking: str = ""


async def keep(request: AnyRequest, told: Waiting, sent: UploadFile) -> Waiting:
    """Keep a file; what this person had waiting is gone."""

    async def pieces() -> AsyncIterator[bytes]:
        while piece := await sent.read(PIECE):
            yield piece

    await waiting.let_wait(command(request), WaitingRow(told.id, told.account, told.kept_at, _written(told)), pieces())
    return told


async def note(told: Waiting) -> Waiting:
    """Remember what was told of a file."""
    await waiting.note_told(told.id, _written(told))
    return told


async def one_waiting(request: AnyRequest, file_id: UUID) -> Waiting:
    """One that this person sent.

    Raises:
        NotFound: `registry.import_unknown`: none, somebody else's, or it waited for too long.
    """
    row = await store_waiting.waiting_file(file_id)
    told = _read(row) if row is not None and row.kept_at + KEPT >= command(request).now else None
    if told is None or told.account != bearer_of(request).actor.id:
        raise unknown_run(file_id)
    return told


async def mine(request: AnyRequest) -> Waiting | None:
    """What this person has waiting."""
    after = command(request).now - KEPT
    rows = await store_waiting.waiting_of(bearer_of(request).actor.id)
    return next((told for row in rows if row.kept_at >= after and (told := _read(row))), None)


@asynccontextmanager
async def file_of(request: AnyRequest, file_id: UUID) -> AsyncIterator[Path]:
    """Its bytes in a file of this machine, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=process_of(request).settings.data_dir) as folder:
        path = Path(folder) / "file"
        with await asyncio.to_thread(path.open, "wb") as out:
            async for piece in waiting.bytes_of(file_id):
                await asyncio.to_thread(out.write, piece)
        yield path


def _written(told: Waiting) -> str:
    return msgspec.json.encode(told).decode()


def _read(row: WaitingRow) -> Waiting | None:
    try:
        return msgspec.json.decode(row.told, type=Waiting)
    except msgspec.DecodeError:
        return None  # another version of the product wrote it
