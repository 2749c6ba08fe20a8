from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.authority.store import next_number
from inspection.draw.told.disclose import open_ticket
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_documents
from inspection.publicity.clock import is_late
from inspection.publicity.content import content_of
from inspection.publicity.open_publications import start_clocks
from inspection.publicity.release import Hindrance, hindrances
from inspection.publicity.store import WaitingRow
from inspection.publicity.store_documents import NewDocument


@dataclass(frozen=True, slots=True)
class Published:
    """A result or penalty that went out: its number, the SHA-256 (hex) of its bytes, and whether it is late."""

    publication: UUID
    visit: UUID | None
    penalty: UUID | None
    number: str
    digest: str
    late: bool


@dataclass(frozen=True, slots=True)
class KeptIn:
    """A result or penalty that is due but did not go out, and why."""

    publication: UUID
    visit: UUID | None
    penalty: UUID | None
    due_on: date
    why: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one run did."""

    published: tuple[Published, ...]
    kept_in: tuple[KeptIn, ...]


async def publish_due(cmd: Command, *, through: date) -> PublishReport:
    """Publish every result and penalty that may go out and whose due day is `through` or earlier, of one authority or
    of all.

    Each goes out in a transaction of its own, so a run that breaks off is simply repeated; what is out stays as it is.
    A result past its due day goes out all the same and bears the mark `late`.
    """
    await in_unit(start_clocks, cmd, authority=cmd.authority)
    published: list[Published] = []
    kept_in: list[KeptIn] = []
    for row in await store.waiting(authority=cmd.authority):
        if row.due_on is None or row.due_on > through:
            continue
        try:
            done = await in_unit(_publish, cmd, row.id)
        except ValueError:
            # One record that cannot be printed must not keep its neighbours in.
            done = (Hindrance.FACTS_INCOMPLETE,)
        if isinstance(done, Published):
            published.append(done)
        elif done:
            kept_in.append(KeptIn(row.id, row.visit, row.penalty, row.due_on, done))
    return PublishReport(tuple(published), tuple(kept_in))


async def _publish(cmd: Command, publication: UUID) -> Published | tuple[Hindrance, ...]:
    """Publish one, or say why not; an empty answer: somebody else has published it meanwhile."""
    await store.lock(publication)
    waiting = await store.waiting(publication=publication)
    if not waiting:
        return ()
    row, today = waiting[0], local_day(cmd.now)
    why = hindrances(row.readiness, today)
    return why or await _release(cmd, row, today)


async def _release(cmd: Command, row: WaitingRow, today: date) -> Published:
    content = await content_of(row.id, row.outcome, row.penalty)
    number = content.number(today.year, await next_number(f"{row.authority}:{content.series}:{today.year}"))
    data = content.write(number, 1, None, today)
    digest = sha256_hex(data)
    late = row.due_on is not None and is_late(row.due_on, today)
    await store.name_object(row.id, content.told)
    await store.mark_published(row.id, number, cmd.now, late=late)
    version = NewDocument(cmd.new_id(), row.id, content.outcome, 1, data, digest, cmd.now, content.kind)
    await store_documents.add_document(version)
    if content.ticket is not None:
        # From now on a stranger may be shown that this object was drawn by lot.
        await open_ticket(cmd, ticket_id=content.ticket)
    await append(
        cmd.under(row.rule_set).event(
            EventKind.PUBLICATION_PUBLISHED,
            row.stream,
            publication=str(row.id),
            outcome=str(content.outcome) if content.outcome else None,
            number=number,
            version=1,
            sha256=digest,
            due_on=row.due_on.isoformat() if row.due_on else None,
            published_on=today.isoformat(),
            late=late,
            rests_on=dict(content.rests_on),
        )
    )
    return Published(row.id, row.visit, row.penalty, number, digest, late)
