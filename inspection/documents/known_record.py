"""What the papers of a record are written from: the record as it was approved, or as it stands, and its outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from inspection.authority import store as authorities
from inspection.documents.known import KnownVisit, known
from inspection.documents.told_times import Times, nearest, told_time
from inspection.documents.views import Signed, Told
from inspection.kernel.calendar.rules import local_day
from inspection.visits.reading import Folded, approved_record, fold_visit
from inspection.visits.record import VisitRecord
from inspection.visits.record.intake import read_body
from inspection.visits.record.model import SignatureRecord, StatementState
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import OutcomeRow
from mobile_contract.entries import SignatureBody, SignerRole
from mobile_contract.envelope import ParsedEntry
from mobile_contract.ink import Ink

Draw: TypeAlias = Callable[[Ink], str]
"""Strokes to SVG."""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A visit with its record as it was approved, or as it stands; `by_hash`: its entries."""

    visit: KnownVisit
    folded: Folded
    record: VisitRecord
    by_hash: Mapping[str, ParsedEntry]
    outcomes: Mapping[UUID, OutcomeRow]
    draw: Draw
    times: Times

    def signed(self, role: SignerRole) -> tuple[Signed, ...]:
        """Who signed in this capacity and counts, with the drawings and the day, as far as it is not proven wrong."""
        current = (one for one in self.record.signatures if one.state is StatementState.CURRENT)
        return tuple(self._signed(one) for one in current if one.role == role)

    @property
    def inspected_on(self) -> date | None:
        """The day of the inspection as the outcomes name it."""
        return max((outcome.inspected_on for outcome in self.outcomes.values()), default=None)

    def told(self, hash_: str) -> Told:
        """When the tablet that wrote the entry said it was, and what is proven where that cannot be."""
        return told_time(self.by_hash[hash_].header.wall, self.times.get(hash_))

    @property
    def known_at(self) -> datetime:
        """Since when the server has had all of the record; since the unsealing while there is none."""
        return max((one.not_after for one in self.times.values()), default=self.visit.unsealed_at)

    def _signed(self, one: SignatureRecord) -> Signed:
        entry = self.by_hash[one.hash]
        body = read_body(entry.header.type, entry.body, entry.b)
        ink = body.ink if isinstance(body, SignatureBody) else None
        return Signed(one.name, self.draw(ink) if ink is not None else None, local_day(nearest(self.told(one.hash))))


async def known_record(
    visit_id: UUID, draw: Draw, times: Times = MappingProxyType({}), visit: KnownVisit | None = None
) -> KnownRecord:
    """Everything that the papers of a visit's record are written from.

    `times`: what is proven of its entries (`sync.log.visit_times`); without them the tablets' clocks are believed.
    `visit`: what is known of the visit already.

    Raises:
        NotFound, Refused, Conflict: as `known`.
    """
    told = visit or await known(visit_id)
    folded = await fold_visit(told.visit)
    formed = await store_reviews.outcomes(visit_id)
    replaced = {row.replaces for row in formed}
    return KnownRecord(
        visit=told,
        folded=folded,
        record=await approved_record(visit_id, as_it_stands=folded) or folded.record,
        by_hash={entry.text_hash: entry for entry in folded.entries},
        outcomes={row.task: row for row in formed if row.id not in replaced},
        draw=draw,
        times=times,
    )


async def person(account: str) -> str:
    """The name of who holds an account; the id as it is when nobody does (the shell acts under a name of its own)."""
    try:
        found = await authorities.account(UUID(account))
    except ValueError:
        return account
    return found.name if found is not None else account
