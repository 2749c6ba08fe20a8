"""The record of a visit as it stands: its stored entries, folded."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.visits import store, store_entries, store_reviews
from inspection.visits.admission import UNCOUNTED
from inspection.visits.record import VisitRecord, fold, state_digest
from inspection.visits.rows import StoredEntry, VisitRow
from inspection.visits.setting import Setting, setting_of
from mobile_contract.base import b64url
from mobile_contract.envelope import EntryLine, ParsedEntry, parse_entry
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Folded:
    """A record with what it was folded from. `through`: the number of its last entry, 0 without any."""

    record: VisitRecord
    setting: Setting
    through: int
    entries: tuple[ParsedEntry, ...]
    uncounted: dict[str, tuple[str, ...]]

    @property
    def digest(self) -> str:
        """State digest (hex): what a reviewer names as `seen`."""
        return state_digest(self.record)

    def with_media(self, complete: frozenset[str]) -> "Folded":
        """The same entries folded again, now that it is known which media (digests, hex) are all here."""
        return _fold(self.setting, self.entries, self.uncounted, self.through, complete) if complete else self


async def read_record(visit_id: UUID, complete: frozenset[str] = frozenset()) -> VisitRecord:
    """The record as it stands. `complete`: digests (hex) of media whose bytes are all here.

    Raises:
        NotFound: `visits.no_visit`.
    """
    return (await fold_visit(await known_visit(visit_id), complete)).record


async def approved_record(visit_id: UUID, complete: frozenset[str] = frozenset()) -> VisitRecord | None:
    """The record exactly as it was approved, whatever has arrived since; None before the approval.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visit = await known_visit(visit_id)
    approved = await store_reviews.approval(visit_id)
    if approved is None:
        return None
    return (await fold_visit(visit, complete, through=approved.through)).record


async def known_visit(visit_id: UUID) -> VisitRow:
    """The visit, or NotFound `visits.no_visit`."""
    visit = await store.visit(visit_id)
    if visit is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit


async def fold_visit(visit: VisitRow, complete: frozenset[str] = frozenset(), *, through: int | None = None) -> Folded:
    """Fold the visit's numbered entries, up to number `through`."""
    stored = await store_entries.entries(visit.id, through)
    entries = tuple(parsed(one) for one in stored)
    setting = await setting_of(visit, (entry.header.ck for entry in entries))
    return _fold(setting, entries, _uncounted(stored), stored[-1].vseq or 0 if stored else 0, complete)


def _fold(
    setting: Setting,
    entries: tuple[ParsedEntry, ...],
    uncounted: dict[str, tuple[str, ...]],
    through: int,
    complete: frozenset[str],
) -> Folded:
    record = fold(setting.visit.id, entries, setting.authority(uncounted), setting.scheme, complete)
    return Folded(record, setting, through, entries, uncounted)


def parsed(stored: StoredEntry) -> ParsedEntry:
    """The entry out of the bytes that were kept."""
    body = None if stored.body is None else stored.body.decode()
    line = EntryLine(p=stored.header.decode(), b=body, k=stored.kid, a=stored.alg, s=b64url(stored.signature))
    return parse_entry(line)


def _uncounted(stored: Sequence[StoredEntry]) -> dict[str, tuple[str, ...]]:
    found = {one.hash: tuple(reason for reason in one.reasons if reason in UNCOUNTED) for one in stored}
    return {hash_: reasons for hash_, reasons in found.items() if reasons}


async def locked_visit(cmd: Command, visit_id: UUID) -> VisitRow:
    """The visit of the actor's authority, kept from others until commit; NotFound `visits.no_visit` otherwise."""
    visit = await store.lock_visit(visit_id)
    if visit is None or (cmd.authority is not None and visit.authority != cmd.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit
