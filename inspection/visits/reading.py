"""The record of a visit as it stands: its stored entries, folded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.visits import store
from inspection.visits.entries import store as store_entries
from inspection.visits.entries.admission import UNCOUNTED, serves_nothing
from inspection.visits.entries.alarm import sound_alarm
from inspection.visits.links.store import one_with
from inspection.visits.record import Authority, ReturnedField, Stretch, VisitRecord, fold, state_digest
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import StoredEntry, VisitRow
from inspection.visits.setting import Setting, setting_of
from mobile_contract.base import b64url
from mobile_contract.decisions import DECISION_OF
from mobile_contract.envelope import EntryLine, ParsedEntry, parse_entry
from mobile_contract.problems import ProblemCode
from mobile_contract.push import Reason


@dataclass(frozen=True, slots=True)
class Folded:
    """A record with what it was folded from. `reached`: by visit that is one with it, the number of its last entry."""

    record: VisitRecord
    setting: Setting
    reached: Mapping[UUID, int]
    entries: tuple[ParsedEntry, ...]
    authority: Authority

    @property
    def through(self) -> int:
        """The number of the last entry of the visit itself, 0 without any."""
        return self.reached[self.setting.visit.id]

    @property
    def digest(self) -> str:
        """State digest (hex): what a reviewer names as `seen`."""
        return state_digest(self.record)

    def with_media(self, complete: frozenset[str]) -> "Folded":
        """The same entries folded again, now that it is known which media (digests, hex) are all here."""
        return _fold(self.setting, self.entries, self.authority, self.reached, complete) if complete else self


async def read_record(visit_id: UUID, complete: frozenset[str] = frozenset()) -> VisitRecord:
    """The record as it stands. `complete`: digests (hex) of media whose bytes are all here.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return (await fold_visit(await known_visit(visit_id), complete)).record


async def approved_record(
    visit_id: UUID, complete: frozenset[str] = frozenset(), *, as_it_stands: Folded | None = None
) -> VisitRecord | None:
    """The record exactly as it was approved, whatever has arrived since; None before the approval.

    `as_it_stands`: the visit folded a moment ago with the same media: where nothing has arrived since the approval, it
    is not folded again.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visit = await known_visit(visit_id)
    approved = {one.id: await store_reviews.approval(one.id) for one in await one_with(visit)}
    through = {one: review.through for one, review in approved.items() if review is not None}
    if visit_id not in through:
        return None
    if as_it_stands is not None and all(last == through.get(one, 0) for one, last in as_it_stands.reached.items()):
        return as_it_stands.record
    return (await fold_visit(visit, complete, through=through)).record


async def known_visit(visit_id: UUID) -> VisitRow:
    """The visit, or NotFound `visits.no_visit`."""
    visit = await store.visit(visit_id)
    if visit is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit


async def joined_visits(visit_id: UUID) -> tuple[UUID, ...]:
    """The visits that this one is one with, itself included, the canonical one first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return tuple(one.id for one in await one_with(await known_visit(visit_id)))


async def fold_visit(
    visit: VisitRow, complete: frozenset[str] = frozenset(), *, through: Mapping[UUID, int] | None = None
) -> Folded:
    """Fold the numbered entries of the visit and of those that are one with it, under their canonical id.

    `through`: by visit, up to which number; None: all.
    """
    stored: list[StoredEntry] = []
    reached: dict[UUID, int] = {}
    for one in await one_with(visit):
        found = await store_entries.entries(one.id, through.get(one.id, 0) if through is not None else None)
        reached[one.id] = found[-1].vseq or 0 if found else 0
        stored += found
    entries = tuple(parsed(one) for one in stored)
    setting = await setting_of(visit, (entry.header.ck for entry in entries))
    uncounted = _uncounted(stored, entries, setting.served)
    gaps = await store_entries.gaps(list(reached))
    stretches = tuple(Stretch(str(gap.device), gap.epoch, gap.first, gap.last) for gap in gaps)
    authority = setting.authority(uncounted, await _returned(reached, stored, entries), stretches)
    return _fold(setting, entries, authority, reached, complete)


async def _returned(
    visits: Collection[UUID], stored: Sequence[StoredEntry], entries: Sequence[ParsedEntry]
) -> tuple[ReturnedField, ...]:
    """The check points that were sent back, each with the entries that the reviewer had seen."""
    points = await store_reviews.returned_points(visits)
    at = [(entry.header.visit, one.vseq or 0, one.hash) for one, entry in zip(stored, entries, strict=True)]
    seen = {
        (visit, through): frozenset(hash_ for of, vseq, hash_ in at if of == visit and vseq <= through)
        for visit, through in {(point.visit, point.through) for point in points}
    }
    return tuple(ReturnedField(one.field.checklist, one.field.item, seen[one.visit, one.through]) for one in points)


def _fold(
    setting: Setting,
    entries: tuple[ParsedEntry, ...],
    authority: Authority,
    reached: Mapping[UUID, int],
    complete: frozenset[str],
) -> Folded:
    joined = frozenset(one.id for one in setting.joined)
    record = fold(setting.visit.id, entries, authority, setting.scheme, complete, joined)
    sound_alarm(setting.visit.id, record)
    return Folded(record, setting, reached, entries, authority)


def parsed(stored: StoredEntry) -> ParsedEntry:
    """The entry out of the bytes that were kept."""
    body = None if stored.body is None else stored.body.decode()
    line = EntryLine(p=stored.header.decode(), b=body, k=stored.kid, a=stored.alg, s=b64url(stored.signature))
    return parse_entry(line)


def _uncounted(
    stored: Sequence[StoredEntry], entries: Sequence[ParsedEntry], served: frozenset[UUID]
) -> dict[str, tuple[str, ...]]:
    """Why entries do not count, apart from who wrote them: what was found when they came, and what is so now."""
    found: dict[str, tuple[str, ...]] = {}
    for one, entry in zip(stored, entries, strict=True):
        reasons = {reason for reason in one.reasons if reason in UNCOUNTED}
        if entry.header.type not in DECISION_OF and serves_nothing(entry.header, served):
            reasons.add(Reason.CANCELLED_TASK)
        if reasons:
            found[one.hash] = tuple(sorted(reasons))
    return found


async def locked_visit(cmd: Command, visit_id: UUID) -> VisitRow:
    """The visit of the actor's authority, kept from others until commit; NotFound `visits.no_visit` otherwise."""
    visit = await store.lock_visit(visit_id)
    if visit is None or (cmd.authority is not None and visit.authority != cmd.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit
