"""组长审核: the record is settled as it was seen, and each item gets its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, DomainError, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.facts import TaskFacts
from inspection.planning.review_task import complete_task
from inspection.planning.store_tasks import lock_task
from inspection.visits import store
from inspection.visits.follow_up.conclude import rest_on
from inspection.visits.reading import Folded
from inspection.visits.record import VisitRecord
from inspection.visits.repeats.explain import check_explained
from inspection.visits.review import store as store_reviews
from inspection.visits.review.codes import plain
from inspection.visits.review.legal import keep_outcomes
from inspection.visits.review.outcomes import (
    FollowUp,
    OutcomeCode,
    Proposal,
    contradiction,
    measures_apart,
    propose,
)
from inspection.visits.review.send_back import MAX_REMARKS, review_row, row_of, seen_record
from inspection.visits.rows import OutcomeRow, ReviewRow, ServedTask, VisitRow
from inspection.visits.rules import Hindrance, hindrance
from inspection.visits.states import ReviewDecision, VisitState
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Choice:
    """A reviewer's own outcome of one task's item, instead of the proposed one, and why."""

    task: UUID
    codes: tuple[OutcomeCode, ...]
    reason: str
    follow_up: tuple[FollowUp, ...] = (FollowUp.OTHER,)
    rectify_by: date | None = None
    """The last day to put it right (责令改正), where one is set."""
    problems: str = ""
    """发现问题情况 in the reviewer's words; without them the findings speak."""
    handling: str = ""
    """处置情况 in the reviewer's words, beside the measures."""
    basis: tuple[UUID, ...] = ()
    """Third parties' conclusions that it rests on."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What the approval formed, and which tasks it completed."""

    outcomes: tuple[OutcomeRow, ...]
    completed: tuple[UUID, ...]


async def approve_visit(
    cmd: Command,
    *,
    visit_id: UUID,
    seen: str,
    complete: frozenset[str] = frozenset(),
    choices: Sequence[Choice] = (),
    media_certified: bool = False,
    remarks: str = "",
) -> Approved:
    """Approve the record exactly as it was seen and form the outcome of each item (威海 第十六、二十三条).

    `seen`: the state digest of the screen. `complete`: media digests whose bytes are here. `media_certified`: the
    reviewer certifies that missing ones are lost for good, and says why in `remarks`.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_reviewer`.
        StaleScreen: `visits.stale`, with the digest as it is now.
        Conflict: `visits.wrong_step`, `visits.in_conflict`, `visits.incomplete`, `visits.log_gap`,
            `visits.media_missing`, `visits.outcome_due` when the record does not decide an item and no choice is given;
            `visits.run_unexplained`: one of the team found nothing here again and again, and nobody has said why.
        Invalid: a choice without a reason, of an unknown task, with codes or measures that exclude each other, or with
            a day to put it right that is over.
    """
    if media_certified and not remarks.strip():
        raise Invalid(ProblemCode.INVALID, "visits.certificate_needs_reason")
    async with unit_of_work():
        visit, folded = await seen_record(cmd, visit_id, seen, complete)
        _check_ready(folded.record, media_certified=media_certified)
        await check_explained(cmd, visit, folded.setting.joined)
        outcomes = _form(cmd, visit, folded, _by_task(cmd, choices, folded.setting.tasks))
        decided = review_row(
            cmd, visit, folded, ReviewDecision.APPROVED, remarks.strip(), media_certified=media_certified
        )
        tasks = await _locked_tasks(folded)
        await _settle(cmd, decided, folded)
        await keep_outcomes(cmd, visit, outcomes)
        await rest_on(cmd, [one.id for one in folded.setting.joined], bases_of(outcomes, choices))
        await append(
            cmd.under(visit.rule_set).event(
                EventKind.VISIT_APPROVED,
                f"visit:{visit_id}",
                seen=folded.digest,
                through=folded.through,
                outcomes=[
                    {"outcome": str(row.id), "task": str(row.task), "codes": list(row.codes)} for row in outcomes
                ],
                media_certified=media_certified,
                cut=decided.cut,
                fold=decided.fold,
            )
        )
        completed = await _complete_tasks(cmd, tasks)
    return Approved(tuple(outcomes), completed)


async def _settle(cmd: Command, decided: ReviewRow, folded: Folded) -> None:
    """The visit and all that are one with it are approved, each as far as its own entries were seen."""
    for one in folded.setting.joined:
        await store_reviews.add_review(row_of(cmd, decided, folded, one.id))
        await store.change_visit(one.id, state=VisitState.APPROVED.value, approved_at=cmd.now, approved_by=cmd.actor.id)


def _check_ready(record: VisitRecord, *, media_certified: bool) -> None:
    stands = hindrance(record, media_certified=media_certified)
    if stands is None:
        return
    error: DomainError
    match stands:
        case Hindrance.CONFLICT:
            topics = sorted(conflict.topic for conflict in record.conflicts)
            error = Conflict(ProblemCode.RECORD_IN_CONFLICT, "visits.in_conflict", topics=topics)
        case Hindrance.INCOMPLETE:
            quorum = record.quorum
            error = Conflict(
                ProblemCode.RECORD_INCOMPLETE,
                "visits.incomplete",
                status=record.status.value,
                needed=quorum.needed,
                inspectors=len(quorum.inspectors),
                uncovered=list(quorum.uncovered),
                signature_due=quorum.signature_due,
            )
        case Hindrance.GAP:
            gaps: list[JSON] = [
                {"dev": gap.dev, "ep": gap.ep, "first": gap.first, "last": gap.last}
                for gap in record.gaps
                if not gap.certified
            ]
            error = Conflict(ProblemCode.RECORD_INCOMPLETE, "visits.log_gap", gaps=gaps, count=len(gaps))
        case Hindrance.MEDIA:
            missing = list(record.missing_media)
            error = Conflict(ProblemCode.MEDIA_MISSING, "visits.media_missing", digests=missing, count=len(missing))
    raise error


def corrected_outcome(cmd: Command, visit: VisitRow, folded: Folded, old: OutcomeRow, choice: Choice) -> OutcomeRow:
    """The outcome that takes the place of one that was formed wrongly; the old one stays as it was.

    Raises:
        Invalid: a choice without a reason, or with codes that exclude each other.
    """
    (task,) = [one for one in folded.setting.tasks if one.task == old.task]
    chosen = _by_task(cmd, [choice], [task])
    code = folded.setting.pinned[task.checklist].code
    proposal = propose(item for item in folded.record.items if code in item.checklists)
    formed = _outcome(cmd, visit, folded, task, proposal, chosen.get(old.task))
    return replace(formed, visit=old.visit, inspected_on=old.inspected_on, replaces=old.id)


def _by_task(cmd: Command, choices: Sequence[Choice], tasks: Sequence[ServedTask]) -> dict[UUID, Choice]:
    known = {task.task for task in tasks}
    for choice in choices:
        task = str(choice.task)
        if choice.task not in known:
            raise Invalid(ProblemCode.INVALID, "visits.choice_of_unknown_task", task=task)
        if not choice.reason.strip():
            raise Invalid(ProblemCode.INVALID, "visits.choice_needs_reason", task=task)
        wrong = contradiction(choice.codes)
        if wrong is not None:
            raise Invalid(ProblemCode.INVALID, "visits.choice_contradictory", task=task, why=wrong)
        apart = measures_apart(choice.follow_up)
        if apart is not None:
            raise Invalid(ProblemCode.INVALID, "visits.choice_measures", task=task, why=apart)
        if max(len(choice.problems), len(choice.handling)) > MAX_REMARKS or "\0" in choice.problems + choice.handling:
            raise Invalid(ProblemCode.INVALID, "visits.remarks_too_long", limit=MAX_REMARKS)
        if choice.rectify_by is not None and choice.rectify_by < local_day(cmd.now):
            raise Invalid(ProblemCode.INVALID, "visits.choice_rectify_past", task=task)
    return {choice.task: choice for choice in choices}


def _form(cmd: Command, visit: VisitRow, folded: Folded, choices: Mapping[UUID, Choice]) -> list[OutcomeRow]:
    rows = []
    for task in folded.setting.tasks:
        code = folded.setting.pinned[task.checklist].code
        proposal = propose(item for item in folded.record.items if code in item.checklists)
        rows.append(_outcome(cmd, visit, folded, task, proposal, choices.get(task.task)))
    return rows


def _outcome(
    cmd: Command, visit: VisitRow, folded: Folded, task: ServedTask, proposal: Proposal, choice: Choice | None
) -> OutcomeRow:
    if choice is None and not proposal.codes:
        undecided: list[JSON] = list(proposal.undecided)
        raise Conflict(ProblemCode.RECORD_INCOMPLETE, "visits.outcome_due", task=str(task.task), items=undecided)
    codes = plain(choice.codes if choice else proposal.codes)
    follow_up = choice.follow_up if choice else proposal.follow_up
    findings: list[JSON] = [{"item": finding.item, "comments": list(finding.comments)} for finding in proposal.findings]
    return OutcomeRow(
        id=cmd.new_id(),
        visit=visit.id,
        task=task.task,
        item=task.item,
        codes=tuple(code.value for code in codes),
        findings=canonical_json(findings).decode(),
        follow_up=tuple(step.value for step in follow_up),
        override_reason=choice.reason.strip() if choice else None,
        state_digest=folded.digest,
        inspected_on=local_day(folded.setting.executed_at or cmd.now),
        formed_at=cmd.now,
        formed_by=cmd.actor.id,
        replaces=None,
        rectify_by=choice.rectify_by if choice else None,
        problems=(choice.problems.strip() or None) if choice else None,
        handling=(choice.handling.strip() or None) if choice else None,
    )


def bases_of(outcomes: Sequence[OutcomeRow], choices: Sequence[Choice]) -> dict[UUID, tuple[OutcomeRow, ...]]:
    """By conclusion, the outcomes that rest on it."""
    formed = {row.task: row for row in outcomes}
    held: dict[UUID, dict[UUID, OutcomeRow]] = {}
    for choice in choices:
        for conclusion in choice.basis:
            held.setdefault(conclusion, {})[choice.task] = formed[choice.task]
    return {conclusion: tuple(rows.values()) for conclusion, rows in held.items()}


async def _locked_tasks(folded: Folded) -> list[TaskFacts]:
    """The tasks that the visit serves, locked before an outcome refers to one: it is kept from others by that as well,
    and two last visits approved at the same moment would wait for each other.
    """
    found = [await lock_task(task) for task in sorted({one.task for one in folded.setting.tasks})]
    return [task for task in found if task is not None]


async def _complete_tasks(cmd: Command, tasks: Sequence[TaskFacts]) -> tuple[UUID, ...]:
    """Complete the tasks all of whose visits are approved; the clock of publication starts there (威海 第二十五条).

    They are locked before their visits are counted: two last visits approved at once must see one another.
    """
    done: list[UUID] = []
    for task in tasks:
        if task.completed_at is not None or await store.unfinished_visits(task.id):
            continue
        await complete_task(cmd, task.id)
        done.append(task.id)
    return tuple(done)
