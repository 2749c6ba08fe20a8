"""The verdict on an authentic entry (sync.md §2.6). Pure. Nothing here refuses: custody comes before judgement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.registry.inspectors.facts import CertificateFacts
from inspection.visits.entries.fast_answer import Answer, fast_answer
from inspection.visits.record import Scheme, held_because
from inspection.visits.record.intake import read_body
from inspection.visits.states import VisitState
from mobile_contract.decisions import DECISION_OF
from mobile_contract.entries import AnswerSet, EntryType
from mobile_contract.envelope import EntryHeader, ParsedEntry
from mobile_contract.push import Reason, Verdict

CLOCK_TOLERANCE = timedelta(minutes=2)
_TOLERANCE_MS: Final = int(CLOCK_TOLERANCE.total_seconds() * 1000)
DEVICE_FACTS = frozenset({Reason.NOT_BOUND, Reason.DEVICE_REVOKED, Reason.LOG_WITNESS})
"""What was found of the device or by it when the entry came; an entry that waits for its visit keeps it."""

UNCOUNTED = frozenset({Reason.NOT_BOUND, Reason.DEVICE_REVOKED, Reason.ACTED_AFTER_RECUSAL, Reason.CERTIFICATE_EXPIRED})
"""Found when the entry came, and for ever: such an entry counts only when a leader admits it."""

OUTSIDERS = frozenset({Reason.NOT_IN_TEAM, Reason.STALE_ASSIGNMENT, Reason.RECUSED, Reason.CANCELLED_TASK})
"""What the fold finds anew each time, from the team and the tasks as they stand: such an entry does not count now."""

AT_THE_DOOR = frozenset(EntryType) - {EntryType.VISIT_OPEN, EntryType.LOG_EPOCH, EntryType.NOTICE_SERVE}
"""What only somebody who is there, or was, can record: the visit has been carried out. A link can be sent before."""


class VerifiedEntry(NamedTuple):
    """An entry whose signature holds, with what is known of the device that signed it.

    `inspectors`: who may act on the device. `aware`: the highest number of its feed that the entry, or one before it in
    its log, proves by an anchor to have been applied there; 0 without one. `noticed`: what else was found of it
    (`log-witness`). `not_after`: an instant before its receipt by which it proves to have been made (the receipt of a
    successor that came first).
    """

    entry: ParsedEntry
    device_id: UUID
    inspectors: frozenset[UUID]
    revoked: bool
    aware: int = 0
    noticed: frozenset[Reason] = frozenset()
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a visit's entries are judged by. Ids of inspectors as text; `former`: who left → the word for it.

    `tasks`: those that it serves. `certificates`: the authors' enforcement certificates. `published`: a result of it
    stands in public.
    """

    state: VisitState
    created_at: datetime
    team: frozenset[str]
    scheme: Scheme
    former: Mapping[str, str] = field(default_factory=dict)
    leaders: frozenset[str] = frozenset()
    office: UUID | None = None
    tasks: frozenset[UUID] = frozenset()
    certificates: Mapping[str, Sequence[CertificateFacts]] = field(default_factory=dict)
    published: bool = False


class Circumstances(NamedTuple):
    """What is known of one entry besides its bytes.

    `now`: the server's clock. `latest`: the latest instant at which it can have been made. `noticed`: what
    `device_reasons` found. `aware`: as in `VerifiedEntry`; `removed`: the number of its device's feed by which the
    device was told at the latest that the visit is not its inspector's any more, None when it was not told.
    """

    now: datetime
    latest: datetime
    noticed: frozenset[Reason] = frozenset()
    id_reused: bool = False
    aware: int = 0
    removed: int | None = None

    @property
    def knew(self) -> bool:
        """Whether it is proven that the author's tablet had been told."""
        return self.removed is not None and self.aware >= self.removed


class Judgement(NamedTuple):
    """The verdict and why. `reasons` are sorted words of the wire."""

    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether the entry counts as things stand, without a leader's word."""
        return not (UNCOUNTED | OUTSIDERS).intersection(self.reasons)


_SPOTLESS: Final = Judgement(Verdict.ACCEPTED, ())


def judge(
    entry: ParsedEntry,
    visit: VisitFacts | None,
    around: Circumstances,
    shared: dict[object, frozenset[Reason]] | None = None,
) -> Judgement:
    """The verdict on one entry. `visit`: None when the visit is not known. `shared`: what was found of other entries of
    the same author, type and circumstances, for those who judge many at once.
    """
    held = _held(entry, visit)
    flags = around.noticed
    if around.id_reused:
        flags |= {Reason.ID_REUSE}
    if _clock_is_suspect(entry, visit, around.now):
        flags |= {Reason.CLOCK_SUSPECT}
    if visit is not None:
        flags |= _shared_flags(entry, visit, around, {} if shared is None else shared)
        if held is None and (wrong := _body_flag(entry, visit.scheme)) is not None:
            flags |= {wrong}
    if held is not None:
        return Judgement(Verdict.HELD, tuple(sorted({held, *flags})))
    return Judgement(Verdict.FLAGGED, tuple(sorted(flags))) if flags else _SPOTLESS


def device_reasons(verified: VerifiedEntry) -> frozenset[Reason]:
    """What speaks against the device: revoked, or not the device or an inspector that the header names."""
    header = verified.entry.header
    found = verified.noticed
    if verified.revoked:
        found |= {Reason.DEVICE_REVOKED}
    if header.dev != verified.device_id or header.ins not in verified.inspectors:
        found |= {Reason.NOT_BOUND}
    return found


def _held(entry: ParsedEntry, visit: VisitFacts | None) -> Reason | None:
    if visit is None:
        return Reason.UNKNOWN_VISIT if entry.header.visit is not None else None
    why = held_because(entry.header, entry.body is not None, visit.scheme)
    return Reason(why) if why is not None else None


def _clock_is_suspect(entry: ParsedEntry, visit: VisitFacts | None, now: datetime) -> bool:
    # Compared as integers: a wall of the year 200 000 is no datetime, and nothing but a flag depends on it.
    wall = entry.header.wall
    if wall > _ms(now) + _TOLERANCE_MS:
        return True
    return visit is not None and wall < _ms(visit.created_at) - _TOLERANCE_MS


def _shared_flags(
    entry: ParsedEntry, visit: VisitFacts, around: Circumstances, shared: dict[object, frozenset[Reason]]
) -> frozenset[Reason]:
    header = entry.header
    key = (header.ins, header.type, header.ck, header.tasks, around.latest, around.aware, around.removed)
    found = shared.get(key)
    if found is None:
        found = shared[key] = frozenset(_visit_flags(entry, visit, around))
    return found


def _visit_flags(entry: ParsedEntry, visit: VisitFacts, around: Circumstances) -> set[Reason]:
    header, flags = entry.header, set[Reason]()
    if visit.published:
        flags.add(Reason.AFTER_PUBLICATION)
    elif visit.state is VisitState.APPROVED:
        flags.add(Reason.AFTER_APPROVAL)
    author = str(header.ins)
    if header.type in DECISION_OF:
        if author not in visit.leaders and header.dev != visit.office:
            flags.add(Reason.NOT_IN_TEAM)
        return flags
    if author not in visit.team:
        flags.add(_outside(visit.former.get(author), around))
    if serves_nothing(header, visit.tasks):
        flags.add(Reason.CANCELLED_TASK)
    if not certified(visit.certificates.get(author, ()), around.latest):
        flags.add(Reason.CERTIFICATE_EXPIRED)
    pinned = visit.scheme.pinned
    if header.ck is not None and header.ck[0] in pinned and not visit.scheme.is_pinned(header.ck):
        flags.add(Reason.SUPERSEDED_CHECKLIST)
    return flags


def _outside(word: str | None, around: Circumstances) -> Reason:
    """Why an author outside the team does not count; who was told of his recusal acted against it."""
    if word is None:
        return Reason.NOT_IN_TEAM
    return Reason.ACTED_AFTER_RECUSAL if word == Reason.RECUSED and around.knew else Reason(word)


def serves_nothing(header: EntryHeader, tasks: Collection[UUID]) -> bool:
    """Whether an entry names tasks and its visit serves none of them (any more)."""
    return bool(header.tasks) and not any(task in tasks for task in header.tasks)


def certified(certificates: Iterable[CertificateFacts], latest: datetime) -> bool:
    """Whether one of an author's certificates was valid on the local day of the latest instant (国办发〔2024〕54号)."""
    day = local_day(latest)
    return any(one.covers(day, day) for one in certificates)


def _body_flag(entry: ParsedEntry, scheme: Scheme) -> Reason | None:
    header = entry.header
    answer = fast_answer(entry.b) if header.type == EntryType.ANSWER_SET else None
    body = answer or read_body(header.type, entry.body, entry.b)
    if isinstance(body, str):
        return Reason.INVALID_BODY
    if isinstance(body, Answer | AnswerSet):
        point = scheme.place(header.ck, body.item)
        if point is None:
            return Reason.UNKNOWN_ITEM
        if not scheme.allows(header.ck, point, body.value):
            return Reason.INVALID_VALUE
    return None


@lru_cache(maxsize=1024)
def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
