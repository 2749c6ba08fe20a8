"""Leafing through the journal: however rare a thing is, one page looks at no more than so many lines.

Each question is answered along one index – of a stream, of who acted, of what happened, or of the authority – and what
else is asked for is held against the lines that the index names. Where the page is not full after `DEEP` lines, the
reader may look further back.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.kernel.journal import store
from inspection.kernel.journal.kinds import JournalEntry
from inspection.kernel.journal.search import Sought, conditions
from mobile_contract.problems import ProblemCode

DEEP: Final = 5_000
_BY_TIME: Final = "at DESC, id DESC"
_BY_NUMBER: Final = "seq DESC"


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of lines, the newest first. `next`: the line behind which to go on, None at the end; `partly`: the page
    ended because enough lines were looked at, not because it is full.
    """

    lines: tuple[JournalEntry, ...]
    next: UUID | None
    partly: bool = False


async def look(sought: Sought, *, behind: UUID | None = None, limit: int = 50, deep: int = DEEP) -> Looked:
    """A page of what is sought.

    Raises:
        NotFound: `kernel.no_line`: `behind` is no line.
    """
    # Of any authority: where an index goes on, whoever's line stands there, and nothing is told of it.
    place = await store.line(behind) if behind is not None else None
    if behind is not None and place is None:
        raise NotFound(ProblemCode.NOT_FOUND, "kernel.no_line", line=str(behind))
    order = _BY_NUMBER if sought.stream is not None else _BY_TIME
    drive = _drive(sought, place)
    found = await store.looked_at(drive, order, _more(sought), deep=deep, limit=limit + 1)
    if len(found) > limit:
        return Looked(tuple(found[:limit]), found[limit - 1].id)
    last = await store.last_looked_at(drive, order, deep)
    return Looked(tuple(found), last, partly=last is not None)


async def line_of(authority: UUID, line_id: UUID) -> JournalEntry:
    """One line of an authority.

    Raises:
        NotFound: `kernel.no_line`.
    """
    found = await store.line(line_id)
    if found is None or found.authority != authority:
        raise NotFound(ProblemCode.NOT_FOUND, "kernel.no_line", line=str(line_id))
    return found


async def neighbours(line: JournalEntry) -> tuple[JournalEntry | None, JournalEntry | None]:
    """The line before and the line after one in its stream."""
    before = await store.lines(line.stream, line.seq - 2, 1) if line.seq > 1 else []
    behind = await store.lines(line.stream, line.seq, 1)
    return before[0] if before else None, behind[0] if behind else None


Condition = tuple[str, list[Any]]


def _drive(sought: Sought, place: JournalEntry | None) -> Condition:
    """What one index names: the lines of a stream by number, or of a person, a kind or the authority by time."""
    where: str
    values: list[Any]
    if sought.stream is not None:
        where, values = "stream = {}", [sought.stream]
        return (f"{where} AND seq < {{}}", [*values, place.seq]) if place else (where, values)
    where, values = _narrowest(sought)
    if sought.since is not None:
        where, values = f"{where} AND at >= {{}}", [*values, sought.since]
    if sought.until is not None:
        where, values = f"{where} AND at < {{}}", [*values, sought.until]
    if place is not None:
        where, values = f"{where} AND at <= {{}} AND (at < {{}} OR id < {{}})", [*values, place.at, place.at, place.id]
    return where, values


def _narrowest(sought: Sought) -> Condition:
    if sought.actor is not None:
        return "actor_id = {}", [sought.actor]
    if len(sought.kinds) == 1:
        return "kind = {}", [sought.kinds[0].value]
    return "authority = {}", [sought.authority]


def _more(sought: Sought) -> Condition:
    """Everything that is sought: what the index answers already costs nothing to ask again."""
    where, values = conditions(sought)
    return " AND ".join(where), values
