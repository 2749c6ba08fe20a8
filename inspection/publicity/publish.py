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
from inspection.publicity.open_publications import start_clocks, stream
from inspection.publicity.redaction import document, public_number, search_text
from inspection.publicity.release import Hindrance, hindrances
from inspection.publicity.store import WaitingRow
from inspection.publicity.wording import public_facts


@dataclass(frozen=True, slots=True)
class Published:
    """A result that went out: its number, the SHA-256 (hex) of its bytes, and whether it is late."""

    publication: UUID
    visit: UUID
    number: str
    digest: str
    late: bool


@dataclass(frozen=True, slots=True)
class KeptIn:
    """A result that is due but did not go out, and why."""

    publication: UUID
    visit: UUID
    due_on: date
    why: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one run did."""

    published: tuple[Published, ...]
    kept_in: tuple[KeptIn, ...]


async def publish_due(cmd: Command, *, through: date) -> PublishReport:
    """Publish every result that may go out and whose due day is `through` or earlier; of one authority or of all.

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
            kept_in.append(KeptIn(row.id, row.visit, row.due_on, done))
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
    outcome = await store_documents.newest_outcome(row.outcome)
    known = await store_documents.outcome_facts(outcome)
    facts = public_facts(known)
    n = await next_number(f"{row.authority}:publication:{today.year}")
    number = public_number(known["authority_code"], today.year, n)
    data = document(facts, number=number, version=1, replaces=None, published_on=today)
    digest = sha256_hex(data)
    late = row.due_on is not None and is_late(row.due_on, today)
    await store.name_object(row.id, facts.object_name, search_text(facts.object_name, facts.object_code))
    await store.mark_published(row.id, number, cmd.now, late=late)
    await store_documents.add_document(cmd.new_id(), row.id, outcome, 1, data, digest, cmd.now)
    if known["ticket"] is not None:
        # From now on a stranger may be shown that this object was drawn by lot.
        await open_ticket(cmd, ticket_id=known["ticket"])
    await append(
        cmd.under(row.rule_set).event(
            EventKind.PUBLICATION_PUBLISHED,
            stream(row.visit),
            publication=str(row.id),
            outcome=str(outcome),
            number=number,
            version=1,
            sha256=digest,
            due_on=row.due_on.isoformat() if row.due_on else None,
            published_on=today.isoformat(),
            late=late,
            rests_on=await store_documents.pins_of(outcome),
        )
    )
    return Published(row.id, row.visit, number, digest, late)
