"""The evidence of one person's diligence, put together out of the rows and the journal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.store import AccountRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, JournalEntry, append
from inspection.kernel.journal.search import Sought, search_all
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.store import reasons_of
from inspection.oversight.diligence import store
from inspection.oversight.diligence.facts import Diligence, Duty, DutyKind, Proof
from inspection.oversight.diligence.store import Asked
from inspection.oversight.statistics.spans import Span
from inspection.registry.find import inspectors
from inspection.registry.inspectors.facts import InspectorFacts
from mobile_contract.problems import ProblemCode

ALL_UNITS = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: an account, an inspector, or one who is both under one id."""

    id: UUID
    name: str
    role: Role
    unit: UUID | None
    inspector: InspectorFacts | None


async def diligence(cmd: Command, person: UUID, asked: Span, *, unit: UUID | None) -> Diligence:
    """What was required of a person and what was done in a span. `unit`: that of the one who asks.

    Raises:
        NotFound: `oversight.no_person`: nobody of this authority, or not for this reader to see: everybody reads of
            himself, a section head of those of his unit, supervision of all.
    """
    subject = await _subject(cmd, person)
    if subject is None or not may_read(cmd.actor, unit, subject):
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "oversight.no_person", person=str(person))
    found = await _told(cmd, subject, asked)
    if cmd.actor.id != str(person):
        async with unit_of_work():
            first, last = asked.first.isoformat(), asked.last.isoformat()
            await append(cmd.event(EventKind.DILIGENCE_READ, f"diligence:{person}", first=first, last=last))
    return found


def may_read(actor: Actor, unit: UUID | None, subject: Subject) -> bool:
    """Whether somebody reads of a person: of himself, as a head of those of his unit, as supervision of all. Pure."""
    if actor.id == str(subject.id) or actor.role in ALL_UNITS:
        return True
    return actor.role is Role.SECTION_HEAD and unit is not None and unit == subject.unit


async def _subject(cmd: Command, person: UUID) -> Subject | None:
    account = await authorities.account(person)
    inspector = (await inspectors([person])).get(person)
    if account is not None and account.authority != cmd.authority:
        return None
    if inspector is not None and inspector.authority != cmd.authority:
        return None
    return _both(account, inspector)


def _both(account: AccountRow | None, inspector: InspectorFacts | None) -> Subject | None:
    if account is not None:
        unit = account.unit or (inspector.unit_id if inspector else None)
        return Subject(account.id, account.name, account.role, unit, inspector)
    if inspector is not None:
        return Subject(inspector.id, inspector.name, Role.INSPECTOR, inspector.unit_id, inspector)
    return None


async def _told(cmd: Command, subject: Subject, asked: Span) -> Diligence:
    authority = cmd.authority
    if authority is None:
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "oversight.no_person", person=str(subject.id))
    sought = Sought(authority=authority, actor=str(subject.id), since=asked.begin, until=asked.end)
    acts = await _known(await search_all(sought))
    duties = [
        *await _visits(subject, asked, local_day(cmd.now)),
        *await _office(authority, subject, asked, local_day(cmd.now)),
    ]
    duties, other = proven(duties, acts)
    keys = {one: key for one in duties if (key := _alert_key(one)) is not None}
    reasons = await reasons_of(authority, list(keys.values()))
    house = await authorities.authority(authority)
    units = {one.id: one.name for one in await authorities.units(authority)}
    certificates = subject.inspector.certificates if subject.inspector else ()
    return Diligence(
        authority=house.name if house else "",
        person=str(subject.id),
        name=subject.name,
        role=subject.role,
        unit=units.get(subject.unit) if subject.unit else None,
        certificates=tuple(f"{one.issuer} {one.number}" for one in certificates),
        first=asked.first,
        last=asked.last,
        at=cmd.now,
        duties=tuple(replace(one, reason=reasons.get(keys.get(one, ""))) for one in duties),
        other_acts=tuple(sorted(other.items())),
    )


async def _visits(subject: Subject, asked: Span, today: date) -> list[Duty]:
    if subject.inspector is None:
        return []
    rows = await store.team_visits(subject.id, asked.first, asked.last)
    visits = [one.id for one in rows]
    items, numbers = await store.items_of(visits), await store.numbers_of(visits)
    wrote = await store.written(subject.id, visits)
    return [
        replace(
            duty(DutyKind.LEAD if one.led else DutyKind.VISIT, one, today),
            items=items.get(one.id, ()),
            written=wrote.get(one.id),
            public_as=numbers.get(one.id, ()),
        )
        for one in rows
    ]


async def _office(authority: UUID, subject: Subject, asked: Span, today: date) -> list[Duty]:
    own, span = (authority, str(subject.id)), (asked.begin, asked.end)
    found: dict[DutyKind, Sequence[Asked]] = {
        DutyKind.RECORD: await store.records(*own, *span),
        DutyKind.PUBLICATION: await store.publications(*own, *span),
        DutyKind.OBJECTION: await store.objections(*own, asked.first, asked.end),
        DutyKind.TASK: await store.tasks_preset(*own, *span),
        DutyKind.TASK_REVIEW: await store.tasks_reviewed(*own, *span),
        DutyKind.PLAN: await store.plans(*own, *span),
        DutyKind.REPORT: await store.reports(*own, *span),
    }
    records = [one.id for one in found[DutyKind.RECORD]]
    items, numbers = await store.items_of(records), await store.numbers_of(records)
    of = await store.visits_of(
        *([one.id for one in found[kind]] for kind in (DutyKind.PUBLICATION, DutyKind.OBJECTION))
    )
    duties = []
    for kind, rows in found.items():
        for one in rows:
            made = duty(kind, one, today)
            if kind is DutyKind.RECORD:
                made = replace(made, items=items.get(one.id, ()), public_as=numbers.get(one.id, ()))
            # The acts on a publication and on an objection stand in the stream of its visit.
            duties.append(replace(made, stream=f"visit:{of[one.id]}") if one.id in of else made)
    return duties


def duty(kind: DutyKind, one: Asked, today: date) -> Duty:
    """A duty without its proofs. Pure."""
    end = local_day(one.done_at) if one.done_at else today
    late = max(0, (end - one.due_on).days) if one.due_on is not None else None
    return Duty(
        kind, one.id, one.name, (), one.since, one.due_on, one.done_at, late, stream=f"{_STREAM[kind]}:{one.id}"
    )


_STREAM = {
    DutyKind.VISIT: "visit",
    DutyKind.LEAD: "visit",
    DutyKind.RECORD: "visit",
    DutyKind.PUBLICATION: "visit",
    DutyKind.OBJECTION: "objection",
    DutyKind.TASK: "task",
    DutyKind.TASK_REVIEW: "task",
    DutyKind.PLAN: "plan",
    DutyKind.REPORT: "report",
}


def proven(duties: Iterable[Duty], acts: Iterable[JournalEntry]) -> tuple[list[Duty], Counter[str]]:
    """Each duty with the lines that are about it; and how many lines of each kind are about none of them. Pure."""
    by_stream: dict[str, list[JournalEntry]] = defaultdict(list)
    for act in acts:
        by_stream[act.stream].append(act)
    found, used = [], set[UUID]()
    for one in duties:
        lines = sorted(by_stream.get(one.stream, ()), key=lambda line: line.seq)
        mine = [line for line in lines if _about(line, one)]
        used |= {line.id for line in mine}
        found.append(replace(one, proofs=tuple(map(_proof, mine))))
    other = Counter(act.kind.value for held in by_stream.values() for act in held if act.id not in used)
    return found, other


def _about(line: JournalEntry, one: Duty) -> bool:
    """Of the lines of a visit those on its results and objections name theirs."""
    room = line.kind.value.partition(".")[0]
    if one.kind in {DutyKind.PUBLICATION, DutyKind.OBJECTION}:
        return room == one.kind.value and str(one.subject).encode() in line.text
    return room not in {DutyKind.PUBLICATION.value, DutyKind.OBJECTION.value}


def _proof(line: JournalEntry) -> Proof:
    return Proof(line.kind.value, line.stream, line.seq, line.at, line.hash.hex())


async def _known(acts: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Without the lines of visits that are sealed."""
    named = {act.stream: _visit(act.stream) for act in acts}
    unsealed = await store.unsealed_visits([one for one in named.values() if one is not None])
    return [act for act in acts if named[act.stream] is None or named[act.stream] in unsealed]


def _visit(stream: str) -> UUID | None:
    subject, _, name = stream.partition(":")
    try:
        return UUID(name) if subject in {"visit", "custody"} else None
    except ValueError:
        return None


def _alert_key(one: Duty) -> str | None:
    kinds: Mapping[DutyKind, AlertKind] = {
        DutyKind.PUBLICATION: AlertKind.PUBLICATION_LATE,
        DutyKind.OBJECTION: AlertKind.OBJECTION_LATE,
    }
    kind = kinds.get(one.kind)
    return f"{kind.value}:{one.subject}:{one.due_on.isoformat()}" if kind is not None and one.due_on else None
