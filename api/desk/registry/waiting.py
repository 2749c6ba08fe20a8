"""Files that wait between the look at what an import would do and the word that it shall be done.

A file and what was told of it lie in a folder of the data directory, for the account that sent them and nobody else:
one a person, gone once it is imported, put away, or a day old.
"""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile

from api.commands import AnyRequest, bearer_of, command
from api.office.registry import Register, unknown_run
from api.office.registry_views import PreviewView
from api.process import process_of

KEPT: Final = timedelta(days=1)
BUFFER: Final = 1024 * 1024
_FOLDER: Final = "waiting-imports"


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
    """Keep a file; what this person had waiting, and what waited for too long, is gone."""
    folder = _place(request, told.id)
    await asyncio.to_thread(_clear, folder.parent, told.account, told.kept_at - KEPT)
    await asyncio.to_thread(folder.mkdir, 0o700, parents=True, exist_ok=True)
    with await asyncio.to_thread((folder / "file").open, "wb") as out:
        while block := await sent.read(BUFFER):
            await asyncio.to_thread(out.write, block)
    return await note(request, told)


async def clear_waiting(data_dir: Path, now: datetime) -> None:
    """Delete what has waited for too long, whoever sent it."""
    await asyncio.to_thread(_clear, data_dir / _FOLDER, None, now - KEPT)


async def note(request: AnyRequest, told: Waiting) -> Waiting:
    """Remember what was told of a file."""
    path = _place(request, told.id) / "told.json"
    await asyncio.to_thread(path.write_bytes, msgspec.json.encode(told))
    return told


async def waiting(request: AnyRequest, file_id: UUID) -> Waiting:
    """One that this person sent.

    Raises:
        NotFound: `registry.import_unknown`: none, somebody else's, or it waited for too long.
    """
    found = await asyncio.to_thread(_read, _place(request, file_id))
    now = command(request).now
    if found is None or found.account != bearer_of(request).actor.id or found.kept_at + KEPT < now:
        raise unknown_run(file_id)
    return found


async def mine(request: AnyRequest) -> Waiting | None:
    """What this person has waiting."""
    folder, account = _place(request, UUID(int=0)).parent, bearer_of(request).actor.id
    found = await asyncio.to_thread(lambda: [one for one in map(_read, _folders(folder)) if one is not None])
    after = command(request).now - KEPT
    return next((one for one in found if one.account == account and one.kept_at >= after), None)


async def put_away(request: AnyRequest, file_id: UUID) -> None:
    """It waits no longer."""
    await asyncio.to_thread(shutil.rmtree, _place(request, file_id), ignore_errors=True)


def file_of(request: AnyRequest, file_id: UUID) -> Path:
    """Where the bytes are."""
    return _place(request, file_id) / "file"


def _place(request: AnyRequest, file_id: UUID) -> Path:
    return process_of(request).settings.data_dir / _FOLDER / str(file_id)


def _folders(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _read(folder: Path) -> Waiting | None:
    try:
        return msgspec.json.decode((folder / "told.json").read_bytes(), type=Waiting)
    except (OSError, msgspec.DecodeError):
        return None


def _clear(folder: Path, account: str | None, before: datetime) -> None:
    """Blocking. What was kept before then goes, and what `account` has waiting. What cannot be read is another
    request's that is being written, or half of one: its age decides.
    """
    for one in _folders(folder):
        told = _read(one)
        try:
            kept_at = told.kept_at if told else datetime.fromtimestamp(one.stat().st_mtime, before.tzinfo)
        except FileNotFoundError:
            continue  # imported or put away meanwhile
        if kept_at < before or (told is not None and told.account == account):
            shutil.rmtree(one, ignore_errors=True)
