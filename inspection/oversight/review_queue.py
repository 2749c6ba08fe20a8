"""One queue of all that waits after the last signature: records, results with the legal office, results to publish."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.kernel.errors import Invalid
from inspection.publicity.store_queue import how_many_to_publish, to_publish
from inspection.visits.review import store_queue
from inspection.visits.review.queue import MediaHere, QueueLine, legal_lines, publication_lines, record_lines
from inspection.visits.review.steps import OF_RECORDS, Step
from inspection.visits.review.store_queue import Waiting
from mobile_contract.problems import ProblemCode

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


class Source(StrEnum):
    """What of a visit waits. Of each visit one thing does."""

    RECORD = "record"
    LEGAL = "legal"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `mine`: only what it is this person's turn to do."""

    step: Step | None = None
    mine: Actor | None = None
    after: Waiting | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True)
class Total:
    """How many visits wait with this, whatever step comes next."""

    source: Source
    visits: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page, the longest waiting first. At most `limit` visits were looked at: with a filter there may be fewer lines.

    `next`: what to ask for behind it; None at the end.
    """

    lines: tuple[QueueLine, ...]
    next: str | None
    totals: tuple[Total, ...]


async def review_queue(authority: UUID, asked: Asked, media_here: MediaHere, today: date) -> QueuePage:
    """What waits for a person, one next step each."""
    sources = _sources(asked)
    looked = [(one, source) for source in sources for one in await _candidates(authority, source, asked)]
    page = sorted(looked)[: asked.limit]
    lines = [line for source in sources for line in await _lines(source, page, media_here, today)]
    shown = sorted((line for line in lines if _wanted(line, asked)), key=lambda line: (line.since, line.visit))
    return QueuePage(tuple(shown), cursor_of(page[-1][0]) if len(looked) > len(page) else None, await totals(authority))


async def totals(authority: UUID) -> tuple[Total, ...]:
    """How many visits wait, by what of them does."""
    records, legal = await store_queue.how_many(authority)
    publications = await how_many_to_publish(authority)
    return (
        Total(Source.RECORD, records),
        Total(Source.LEGAL, legal),
        Total(Source.PUBLICATION, publications),
    )


def cursor_of(last: Waiting) -> str:
    """Where a page ended, as a client hands it back."""
    return f"{(last.since - _EPOCH) // _MICRO}-{last.visit.hex}"


def cursor_from(text: str) -> Waiting:
    """What `cursor_of` made.

    Raises:
        Invalid: `oversight.cursor_unreadable`.
    """
    since, _, visit = text.partition("-")
    try:
        return Waiting(_EPOCH + int(since) * _MICRO, UUID(visit))
    except (ValueError, OverflowError):
        raise Invalid(ProblemCode.INVALID, "oversight.cursor_unreadable") from None


def _sources(asked: Asked) -> Sequence[Source]:
    if asked.step is not None:
        return (_SOURCE_OF.get(asked.step, Source.RECORD),)
    of_role = _OF_ROLE.get(asked.mine.role) if asked.mine else None
    return of_role or tuple(Source)


_SOURCE_OF: Final = {
    Step.LEGAL_REVIEW: Source.LEGAL,
    Step.OUTCOME: Source.LEGAL,
    Step.PUBLICATION: Source.PUBLICATION,
    **dict.fromkeys(OF_RECORDS, Source.RECORD),
}
_OF_ROLE: Final = {
    Role.LEGAL: (Source.LEGAL,),
    Role.APPROVER: (Source.PUBLICATION,),
    Role.LEADER: (Source.RECORD, Source.LEGAL),
    Role.SECTION_HEAD: (Source.RECORD, Source.LEGAL),
    Role.INSPECTOR: (Source.RECORD,),
}
"""What can be the turn of a role at all: nothing else is looked at for it."""


async def _candidates(authority: UUID, source: Source, asked: Asked) -> list[Waiting]:
    most = asked.limit + 1
    match source:
        case Source.RECORD:
            led = asked.mine is not None and asked.mine.role is Role.LEADER
            leader = UUID(asked.mine.id) if led and asked.mine is not None else None
            return await store_queue.records(authority, leader=leader, after=asked.after, limit=most)
        case Source.LEGAL:
            return await store_queue.legal(authority, after=asked.after, limit=most)
        case Source.PUBLICATION:
            return await to_publish(authority, after=asked.after, limit=most)


async def _lines(
    source: Source, page: Sequence[tuple[Waiting, Source]], media_here: MediaHere, today: date
) -> list[QueueLine]:
    own = [one for one, of in page if of is source]
    if not own:
        return []
    if source is Source.RECORD:
        return await record_lines(own, media_here, today)
    made: Callable[[Sequence[Waiting]], Awaitable[list[QueueLine]]]
    made = legal_lines if source is Source.LEGAL else publication_lines
    return await made(own)


def _wanted(line: QueueLine, asked: Asked) -> bool:
    return asked.step in {None, line.step} and (asked.mine is None or line.turn.is_of(asked.mine))
