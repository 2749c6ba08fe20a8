"""The verdict on an authentic entry (sync.md §2.6). Pure. Nothing here refuses: custody comes before judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from inspection.visits.record import Scheme, held_because
from inspection.visits.record.intake import read_body
from inspection.visits.states import VisitState
from mobile_contract.decisions import DECISION_OF
from mobile_contract.entries import AnswerSet, EntryType
from mobile_contract.envelope import ParsedEntry
from mobile_contract.push import Reason, Verdict

CLOCK_TOLERANCE = timedelta(minutes=2)
UNCOUNTED = frozenset({Reason.NOT_BOUND, Reason.DEVICE_REVOKED})
"""Facts about the device, found once and for ever: such an entry counts only when a leader admits it."""

AT_THE_DOOR = frozenset(EntryType) - {EntryType.VISIT_OPEN, EntryType.LOG_EPOCH}
"""What only somebody who is there, or was, can record: the visit has been carried out."""


@dataclass(frozen=True, slots=True)
class VerifiedEntry:
    """An entry whose signature holds, with what is known of the device that signed it."""

    entry: ParsedEntry
    device_id: UUID
    inspector_id: UUID | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a visit's entries are judged by. Ids of inspectors as text; `former`: who left → the word for it."""

    state: VisitState
    created_at: datetime
    team: frozenset[str]
    scheme: Scheme
    former: Mapping[str, str] = field(default_factory=dict)
    leader: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and why. `reasons` are sorted words of the wire."""

    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether nothing about its device speaks against the entry."""
        return not UNCOUNTED.intersection(self.reasons)


def judge(
    entry: ParsedEntry, visit: VisitFacts | None, device: frozenset[Reason], now: datetime, *, id_reused: bool
) -> Judgement:
    """The verdict on one entry. `device`: what `device_reasons` found; `visit`: None when the visit is not known."""
    held = _held(entry, visit)
    flags = set(device)
    if id_reused:
        flags.add(Reason.ID_REUSE)
    if _clock_is_suspect(entry, visit, now):
        flags.add(Reason.CLOCK_SUSPECT)
    if visit is not None:
        flags |= _visit_flags(entry, visit, known=not held)
    reasons = tuple(sorted({*held, *flags}))
    if held:
        return Judgement(Verdict.HELD, reasons)
    return Judgement(Verdict.FLAGGED if reasons else Verdict.ACCEPTED, reasons)


def device_reasons(verified: VerifiedEntry) -> frozenset[Reason]:
    """What speaks against the device: revoked, or not the device or the inspector that the header names."""
    header = verified.entry.header
    found: set[Reason] = set()
    if verified.revoked:
        found.add(Reason.DEVICE_REVOKED)
    if header.dev != verified.device_id or header.ins != verified.inspector_id:
        found.add(Reason.NOT_BOUND)
    return frozenset(found)


def _held(entry: ParsedEntry, visit: VisitFacts | None) -> set[Reason]:
    if visit is None:
        return {Reason.UNKNOWN_VISIT} if entry.header.visit is not None else set()
    why = held_because(entry.header, entry.body is not None, visit.scheme)
    return {Reason(why)} if why is not None else set()


def _clock_is_suspect(entry: ParsedEntry, visit: VisitFacts | None, now: datetime) -> bool:
    # Compared as integers: a wall of the year 200 000 is no datetime, and nothing but a flag depends on it.
    wall = entry.header.wall
    if wall > _ms(now + CLOCK_TOLERANCE):
        return True
    return visit is not None and wall < _ms(visit.created_at - CLOCK_TOLERANCE)


def _visit_flags(entry: ParsedEntry, visit: VisitFacts, *, known: bool) -> set[Reason]:
    header, flags = entry.header, set[Reason]()
    if visit.state is VisitState.APPROVED:
        flags.add(Reason.AFTER_APPROVAL)
    author = str(header.ins)
    if header.type in DECISION_OF:
        if author != visit.leader:
            flags.add(Reason.NOT_IN_TEAM)
    elif author not in visit.team:
        flags.add(Reason(visit.former.get(author, Reason.NOT_IN_TEAM)))
    pinned = visit.scheme.pinned
    if header.ck is not None and header.ck[0] in pinned and not visit.scheme.is_pinned(header.ck):
        flags.add(Reason.SUPERSEDED_CHECKLIST)
    if known:
        flags |= _body_flags(entry, visit.scheme)
    return flags


def _body_flags(entry: ParsedEntry, scheme: Scheme) -> set[Reason]:
    body = read_body(entry.header.type, entry.body)
    if isinstance(body, str):
        return {Reason.INVALID_BODY}
    if isinstance(body, AnswerSet):
        point = scheme.place(entry.header.ck, body.item)
        if point is None:
            return {Reason.UNKNOWN_ITEM}
        if not scheme.allows(entry.header.ck, point, body.value):
            return {Reason.INVALID_VALUE}
    return set()


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
