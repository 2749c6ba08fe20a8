"""Finding lines of the journal by who, what, of what and when."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.kernel.journal import store
from inspection.kernel.journal.kinds import EventKind, JournalEntry
from mobile_contract.problems import ProblemCode

PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines of an authority are looked for; None and () ask for nothing.

    `actor`: the id of an account, a device or a job; `stream`: of one subject; `since` and `until`: from this instant
    on, and before that one.
    """

    authority: UUID
    actor: str | None = None
    kinds: tuple[EventKind, ...] = ()
    stream: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: what comes behind it is older."""

    at: datetime
    id: UUID


async def search(sought: Sought, *, behind: Place | None = None, limit: int = 100) -> list[JournalEntry]:
    """A page of the lines, the newest first."""
    where, values = conditions(sought)
    if behind is not None:
        # `at` by itself first: only that lets an index begin where the page before ended.
        where.append("at <= {} AND (at < {} OR id < {})")
        values += [behind.at, behind.at, behind.id]
    return await store.matching(" AND ".join(where), values, limit)


async def place_of(sought: Sought, line: UUID) -> Place:
    """Where a page goes on that ended with this line.

    Raises:
        NotFound: `kernel.no_line`: there is none of this authority.
    """
    found = await store.line(line)
    if found is None or found.authority != sought.authority:
        raise NotFound(ProblemCode.NOT_FOUND, "kernel.no_line", line=str(line))
    return Place(found.at, found.id)


async def pages(sought: Sought) -> AsyncIterator[list[JournalEntry]]:
    """All of them, page by page, the newest first."""
    behind: Place | None = None
    while page := await search(sought, behind=behind, limit=PAGE):
        yield page
        if len(page) < PAGE:
            return
        behind = Place(page[-1].at, page[-1].id)


async def search_all(sought: Sought) -> list[JournalEntry]:
    """All of them, the oldest first; for what is rare."""
    return [line async for page in pages(sought) for line in page][::-1]


def conditions(sought: Sought) -> tuple[list[str], list[Any]]:
    """What is sought as conditions that all must hold, and their values in order."""
    where, values = ["authority = {}"], list[Any]([sought.authority])
    if sought.actor is not None:
        where.append("actor_id = {}")
        values.append(sought.actor)
    if sought.kinds:
        where.append(f"kind IN ({', '.join('{}' for _ in sought.kinds)})")
        values += [kind.value for kind in sought.kinds]
    if sought.stream is not None:
        where.append("stream = {}")
        values.append(sought.stream)
    if sought.since is not None:
        where.append("at >= {}")
        values.append(sought.since)
    if sought.until is not None:
        where.append("at < {}")
        values.append(sought.until)
    return where, values
