"""A record as its reviewer reads it: point by point what each inspector stated, with what, when, and how it fits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.registry import find as registry
from inspection.visits.reading import Folded
from inspection.visits.record import ItemClass, ItemRecord, RecordStatus
from inspection.visits.record.grounds import Ground
from inspection.visits.record.intake import read_body
from inspection.visits.record.model import Conflict, Gap, Quorum, Statement, StatementState
from inspection.visits.record.scheme import Scheme
from inspection.visits.review import store as store_reviews
from inspection.visits.review.legal import LegalCase, LegalStanding, legal_reviews_of, seen_of
from inspection.visits.review.outcomes import Finding, FollowUp, OutcomeCode, propose
from inspection.visits.review.steps import doubtful_of
from inspection.visits.review.store_legal import LegalReviewRow
from inspection.visits.rows import OutcomeRow, ReviewRow, ServedTask
from inspection.visits.states import VisitState
from inspection.visits.timing.interval import Timing
from mobile_contract.checklist import Text
from mobile_contract.entries import EntryType, Stance
from mobile_contract.envelope import ParsedEntry
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """One inspector's statement on a check point. `media`: digests (hex) of what he added to it, here or not.

    `time`: the proven interval in which it was made; None while the house cannot tell. `by`: the entries that
    superseded, resolved or excluded it.
    """

    entry: str
    inspector: str
    name: str
    value: str
    comment: str | None
    basis: str
    media: tuple[str, ...]
    notes: tuple[str, ...]
    state: StatementState
    by: tuple[str, ...]
    reasons: tuple[str, ...]
    time: Timing | None


@dataclass(frozen=True, slots=True)
class DisputeSheet:
    """That an inspector disputes statements of another, and why."""

    entry: str
    inspector: str
    name: str
    reason: str | None
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointSheet:
    """One check point: the statements side by side, how they stand to each other, and why."""

    code: str
    text: Text
    checklists: tuple[str, ...]
    cls: ItemClass
    value: str | None
    answers: tuple[AnswerSheet, ...]
    disputes: tuple[DisputeSheet, ...]
    because: tuple[Ground, ...]
    remarks: tuple[str, ...]
    rulings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingMedia:
    """Bytes that an entry refers to and that are not here."""

    digest: str
    kind: str
    entry: str
    inspector: str
    item: str | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an approval would form of one task, were it given now. `codes` is empty when a person must decide."""

    task: UUID
    task_name: str
    item: UUID
    item_name: str
    codes: tuple[OutcomeCode, ...]
    follow_up: tuple[FollowUp, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeSheet:
    """An outcome that was formed. `seen`: what a legal review or a correction must name; `standing`: None where the
    rule-set asks for no legal review of it."""

    outcome: OutcomeRow
    seen: str
    standing: LegalStanding | None
    because: tuple[str, ...]
    reviews: tuple[LegalReviewRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """Everything that a decision on a record looks at. `seen`: the state digest that the decision names.

    `silent`: inspectors of the team who have not vouched; `doubtful`: entries that wait to be admitted or excluded.
    """

    visit: UUID
    state: VisitState
    seen: str
    status: RecordStatus
    object: UUID
    object_name: str
    leader: UUID | None
    people: dict[str, str]
    points: tuple[PointSheet, ...]
    conflicts: tuple[Conflict, ...]
    doubtful: tuple[str, ...]
    missing_media: tuple[MissingMedia, ...]
    gaps: tuple[Gap, ...]
    quorum: Quorum
    silent: tuple[str, ...]
    proposed: tuple[Proposed, ...]
    outcomes: tuple[OutcomeSheet, ...]
    reviews: tuple[ReviewRow, ...]


async def review_sheet(folded: Folded, here: frozenset[str], times: Mapping[str, Timing]) -> ReviewSheet:
    """The sheet of a folded visit. `here`: which of its media are all here; `times`: by entry, when it was made.

    Raises:
        NotFound: `visits.no_visit`: while a visit is sealed nobody is told whose it is.
    """
    record, setting, visit = folded.record, folded.setting, folded.setting.visit
    if visit.unsealed_at is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit.id))
    people = await _people(folded)
    reader = _Reader(folded, people, times)
    cases = await legal_reviews_of(visit.id)
    (facts,) = (await registry.objects({visit.object})).values()
    return ReviewSheet(
        visit=visit.id,
        state=visit.state,
        seen=folded.digest,
        status=record.status,
        object=visit.object,
        object_name=facts.name,
        leader=visit.leader,
        people=people,
        points=tuple(reader.point(item) for item in record.items),
        conflicts=record.conflicts,
        doubtful=doubtful_of(record.flags),
        missing_media=tuple(_missing(folded, frozenset(record.missing_media) - here)),
        gaps=record.gaps,
        quorum=record.quorum,
        silent=tuple(sorted(setting.team - frozenset(record.quorum.inspectors))),
        proposed=tuple(_proposed(folded, task) for task in setting.tasks),
        outcomes=tuple(_outcome(row, cases) for row in await store_reviews.outcomes(visit.id)),
        reviews=tuple(await store_reviews.reviews(visit.id)),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the check points of one record."""

    folded: Folded
    people: Mapping[str, str]
    times: Mapping[str, Timing]

    def point(self, item: ItemRecord) -> PointSheet:
        scheme: Scheme = self.folded.setting.scheme
        told = {entry.text_hash: entry for entry in self.folded.entries if entry.text_hash in item.disputes}
        return PointSheet(
            code=item.code,
            text=scheme.by_place[item.checklists[0], item.code].item.text,
            checklists=item.checklists,
            cls=item.cls,
            value=item.value,
            answers=tuple(self._answer(item, one) for one in item.statements),
            disputes=tuple(self._dispute(told[hash_]) for hash_ in item.disputes if hash_ in told),
            because=item.because,
            remarks=item.remarks,
            rulings=item.rulings,
        )

    def _answer(self, item: ItemRecord, said: Statement) -> AnswerSheet:
        record = self.folded.record
        added = (
            one.digest
            for one in record.media
            if one.counted and (one.item, one.inspector) == (item.code, said.inspector)
        )
        notes = (
            one.text for one in record.notes if one.counted and (one.item, one.inspector) == (item.code, said.inspector)
        )
        return AnswerSheet(
            entry=said.hash,
            inspector=said.inspector,
            name=self.people.get(said.inspector, ""),
            value=said.value,
            comment=said.comment,
            basis=said.basis,
            media=tuple(sorted({*said.media, *added})),
            notes=tuple(notes),
            state=said.state,
            by=said.by,
            reasons=said.reasons,
            time=self.times.get(said.hash),
        )

    def _dispute(self, entry: ParsedEntry) -> DisputeSheet:
        body = read_body(EntryType.DISPUTE, entry.body, entry.b)
        inspector = str(entry.header.ins)
        reason, targets = (body.reason, body.targets) if isinstance(body, Stance) else (None, ())
        return DisputeSheet(entry.text_hash, inspector, self.people.get(inspector, ""), reason, targets)


async def _people(folded: Folded) -> dict[str, str]:
    """Everybody who was of the team or wrote an entry, by id."""
    people = {*folded.setting.people.ever, *(entry.header.ins for entry in folded.entries)}
    return {str(one): name for one, (name, _) in (await registry.named_people(people)).items()}


def _missing(folded: Folded, digests: frozenset[str]) -> Iterable[MissingMedia]:
    for one in folded.record.media:
        if one.counted and one.digest in digests:
            yield MissingMedia(one.digest, one.kind, one.hash, one.inspector, one.item)


def _proposed(folded: Folded, task: ServedTask) -> Proposed:
    code = folded.setting.pinned[task.checklist].code
    proposal = propose(item for item in folded.record.items if code in item.checklists)
    return Proposed(
        task.task,
        task.task_name,
        task.item,
        task.item_name,
        proposal.codes,
        proposal.follow_up,
        proposal.findings,
        proposal.undecided,
    )


def _outcome(row: OutcomeRow, cases: Iterable[LegalCase]) -> OutcomeSheet:
    case = next((one for one in cases if one.outcome.id == row.id), None)
    if case is None:
        return OutcomeSheet(row, seen_of(row), None, (), ())
    return OutcomeSheet(row, case.seen, case.standing, case.because, case.reviews)
