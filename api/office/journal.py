"""全程留痕: the journal, for those who supervise. Nobody reads a stream of another authority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of
from api.office.parameters import PageSize, Position
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, JournalEntry, read, verify
from inspection.kernel.journal.search import Sought, place_of, search
from inspection.kernel.journal.store import of_kind
from inspection.oversight.statistics.spans import ONE_DAY, midnight
from mobile_contract.problems import ProblemCode

StreamName = Annotated[str, QueryParameter(min_length=1, max_length=120, description="`<subject>:<id>`")]


StreamSought = Annotated[str | None, QueryParameter(name="stream", min_length=1, max_length=120)]
ActorId = Annotated[str | None, QueryParameter(name="actor", min_length=1, max_length=80)]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a stream's chain; `hash` and `prev` are SHA-256 in hex."""

    id: UUID
    stream: str
    seq: int
    kind: str
    at: datetime
    actor_id: str
    actor_name: str
    actor_role: str
    payload: Mapping[str, Any]
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """A stream re-hashed from its first line; `broken_at` is the first line that does not fit, `null` when all do."""

    stream: str
    whole: bool
    length: int
    head: str
    broken_at: int | None


@get("/journal/stream", opt={"action": Action.JOURNAL_READ})
async def read_stream(
    request: AnyRequest, stream: StreamName, after: Position = 0, limit: PageSize = 100
) -> Sequence[JournalLine]:
    """The lines of one stream, in order."""
    await check_mine(authority_of(request), stream)
    return [_line(entry) for entry in await read(stream, after, limit)]


@get("/journal/kind", opt={"action": Action.JOURNAL_READ})
async def read_kind(request: AnyRequest, kind: FromQuery[EventKind], limit: PageSize = 100) -> Sequence[JournalLine]:
    """The newest lines of one kind, newest first."""
    return [_line(entry) for entry in await of_kind(kind.value, authority_of(request), limit)]


@get("/journal/search", opt={"action": Action.JOURNAL_READ})
async def search_journal(
    request: AnyRequest,
    actor: ActorId = None,
    kind: FromQuery[EventKind | None] = None,
    stream: StreamSought = None,
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
    behind: FromQuery[UUID | None] = None,
    limit: PageSize = 100,
) -> Sequence[JournalLine]:
    """A page of this authority's lines by who, what, of what and when (both days included), the newest first.

    `behind`: the id of the last line of the page before.
    """
    sought = Sought(authority_of(request), actor, (kind,) if kind else (), stream, since_day(since), until_day(until))
    place = await place_of(sought, behind) if behind is not None else None
    return [_line(entry) for entry in await search(sought, behind=place, limit=limit)]


@get("/journal/verification", opt={"action": Action.JOURNAL_READ})
async def verify_stream(request: AnyRequest, stream: StreamName) -> ChainCheck:
    """Re-hash a stream from its beginning: nothing was changed, taken out or put in between."""
    await check_mine(authority_of(request), stream)
    report = await verify(stream)
    return ChainCheck(stream, report.ok, report.length, report.head.hex(), report.broken_at)


def since_day(day: date | None) -> datetime | None:
    """The instant from which lines are looked for; None for any."""
    return midnight(day) if day is not None else None


def until_day(day: date | None) -> datetime | None:
    """The instant before which lines are looked for, the day included; None for any."""
    return midnight(day + ONE_DAY) if day is not None and day < date.max else None


async def check_mine(authority: UUID, stream: str) -> None:
    """Let nobody read a stream of another authority.

    Raises:
        NotFound: `api.stream_unknown`.
    """
    first = await read(stream, 0, 1)
    if not first or authority not in {first[0].authority, _named(stream)}:
        raise NotFound(ProblemCode.NOT_FOUND, "api.stream_unknown")


def _named(stream: str) -> UUID | None:
    subject, _, name = stream.partition(":")
    try:
        return UUID(name) if subject in {"authority", "registry"} else None
    except ValueError:
        return None


def _line(entry: JournalEntry) -> JournalLine:
    return JournalLine(
        id=entry.id,
        stream=entry.stream,
        seq=entry.seq,
        kind=entry.kind.value,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        actor_role=entry.actor_role,
        payload=entry.payload,
        prev=entry.prev.hex(),
        hash=entry.hash.hex(),
    )


router = Router(
    "/office", route_handlers=[read_stream, read_kind, search_journal, verify_stream], tags=["office: journal"]
)
