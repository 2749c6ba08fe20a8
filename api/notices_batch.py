"""The notices (告知书) of many visits in one go, each a file in a folder: what a clerk prints before the teams set out.

Numbers and doors are taken for a few dozen visits in one transaction; the papers are set in threads, as many at once
as there are processors. What is there already is not made again, so a batch that broke off goes on where it stopped.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from api.entity.printed import door_link
from inspection.documents.blocks import Paper
from inspection.documents.known import Around
from inspection.documents.of_visit import notice_view
from inspection.documents.papers import make_paper
from inspection.documents.press import typeset
from inspection.documents.views import Link, PaperKind
from inspection.door.give import Door
from inspection.door.issue import issue_notices
from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit_at_once, read_at_once

AT_ONCE: Final = 40
"""Visits whose numbers and doors are taken in one transaction."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked for: the notices of `visits` in `lang` into `folder`, with doors at this server's `address`."""

    visits: Sequence[UUID]
    folder: Path
    lang: str
    keys: ServerKeys
    address: str

    def file(self, visit: UUID) -> Path:
        """Where the notice of a visit goes: under its id, for a party's name may be anything."""
        return self.folder / f"notice-{visit}.{self.lang}.pdf"


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of it: `kept` were there before; `failed`: why, by visit."""

    written: int
    kept: int
    failed: Mapping[UUID, DomainError]


async def print_notices(now: Callable[[], Command], batch: Batch, advance: Callable[[int], None]) -> Printed:
    """Write every notice that is not there yet.

    Args:
        now: a command of this moment.
        batch: which, and where to.
        advance: told how many more are done.

    Raises:
        OSError: the folder takes no more; what was written stays.
    """
    waiting = [visit for visit in batch.visits if not batch.file(visit).is_file()]
    advance(len(batch.visits) - len(waiting))
    failed: dict[UUID, DomainError] = {}
    room, around = asyncio.Semaphore(2 * (os.cpu_count() or 1)), Around()

    async def one(visit: UUID, door: Door | DomainError) -> None:
        try:
            await _print(batch, visit, door, around)
        except DomainError as error:
            failed[visit] = error
        room.release()
        advance(1)

    try:
        async with asyncio.TaskGroup() as tasks:
            for first in range(0, len(waiting), AT_ONCE):
                issued = await in_unit_at_once(issue_notices, now(), waiting[first : first + AT_ONCE], batch.keys)
                for visit, door in issued.items():
                    await room.acquire()
                    tasks.create_task(one(visit, door))
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return Printed(len(waiting) - len(failed), len(batch.visits) - len(waiting), failed)


async def _print(batch: Batch, visit: UUID, door: Door | DomainError, around: Around) -> None:
    if isinstance(door, DomainError):
        raise door
    link = door_link(door, batch.address)
    paper = await read_at_once(_paper, visit, batch.lang, link, around)
    await asyncio.to_thread(_write, paper, batch.file(visit))


async def _paper(visit: UUID, lang: str, link: Link | None, around: Around) -> Paper:
    return make_paper(PaperKind.NOTICE, await notice_view(visit, lang=lang, link=link, around=around), lang)


def _write(paper: Paper, file: Path) -> None:
    """Whole or not at all: a file under its name is a notice that was set to its end."""
    part = file.with_suffix(".part")
    part.write_bytes(typeset(paper))
    part.replace(file)
