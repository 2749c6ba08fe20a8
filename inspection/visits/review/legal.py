"""重大执法决定法制审核: an outcome of weight is not published before the legal office agreed to this very outcome.

Which outcomes those are is the rule-set's word (`legal_review`): by a code, by a measure that follows, or once it is
referred. Whoever reviews it is of the legal office and had no part in it: neither inspected nor approved it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID

from inspection.kernel.canonical import JSON, digest_of
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import ReferralKind
from inspection.registry import find as registry
from inspection.visits import store
from inspection.visits.follow_up.follow_outcomes import follow_outcomes
from inspection.visits.links.store import one_with
from inspection.visits.reading import locked_visit
from inspection.visits.review import store as store_reviews
from inspection.visits.review import store_legal
from inspection.visits.review.store_legal import DueRow, LegalReviewRow
from inspection.visits.rows import OutcomeRow, VisitRow
from mobile_contract.problems import ProblemCode

MAX_REASONS = 4000


class LegalStanding(StrEnum):
    """Where an outcome stands with the legal office."""

    WAITING = "waiting"  # 待法制审核
    AGREED = "agreed"  # 审核同意
    OBJECTED = "objected"  # 审核提出意见，待更正
    REPLACED = "replaced"  # 结果已更正，另行审核


@dataclass(frozen=True, slots=True)
class LegalCase:
    """An outcome that needs the legal office's word, with what was said of it. `seen`: what a review must name."""

    outcome: OutcomeRow
    seen: str
    because: tuple[str, ...]
    reviews: tuple[LegalReviewRow, ...]
    standing: LegalStanding


def because_of(codes: Sequence[str], follow_up: Sequence[str], rules: RuleSet) -> tuple[str, ...]:
    """Why an outcome needs the legal office's word; empty when it needs none. Pure."""
    asked = rules.legal_review
    found = [f"outcome:{code}" for code in codes if code in asked.outcomes]
    return (*found, *(f"follow-up:{step}" for step in follow_up if step in asked.follow_ups))


def review_due(outcome: OutcomeRow, rules: RuleSet) -> bool:
    """Whether the outcome by itself needs the legal office's word, whatever is referred later. Pure."""
    return bool(because_of(outcome.codes, outcome.follow_up, rules))


def seen_of(outcome: OutcomeRow) -> str:
    """The digest (hex) of an outcome as it is reviewed: all that was decided, and on which record. Pure."""
    return digest_of({one.name: _told(getattr(outcome, one.name)) for one in fields(outcome)})


def _told(value: object) -> JSON:
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    return None if value is None else str(value)


async def keep_outcomes(cmd: Command, visit: VisitRow, rows: Sequence[OutcomeRow]) -> None:
    """Keep outcomes that were just formed, note what they leave to be done, and ask for the review of those that need
    one.
    """
    await store_reviews.add_outcomes(rows)
    rules = rule_set_named(visit.rule_set)
    for row in rows:
        await _ask(cmd, visit, row, because_of(row.codes, row.follow_up, rules))
    await follow_outcomes(cmd, visit, rows)


async def ask_legal_review(cmd: Command, *, visit: VisitRow, outcome: OutcomeRow, referral: ReferralKind) -> bool:
    """An outcome is being referred: ask for its review where the rule-set wants that. Whether it does.

    Call it in the unit that refers it. An outcome that waits already, or was agreed to, is not asked for again.
    """
    asked = referral in rule_set_named(visit.rule_set).legal_review.referrals
    if asked:
        await _ask(cmd, visit, outcome, (f"referral:{referral.value}",))
    return asked


async def legal_reviews_of(visit_id: UUID) -> tuple[LegalCase, ...]:
    """The outcomes of a visit that need or needed the legal office's word, the oldest first."""
    due = await store_legal.due_of([visit_id])
    if not due:
        return ()
    outcomes = {row.id: row for row in await store_reviews.outcomes(visit_id)}
    told = await store_legal.reviews_of([row.outcome for row in due])
    replaced = {row.replaces for row in outcomes.values()}
    return tuple(_case(row, outcomes[row.outcome], told, replaced=row.outcome in replaced) for row in due)


async def waits(visit_id: UUID | None, outcome_id: UUID) -> bool:
    """Whether the legal office has still to agree to this outcome; of what no visit led to, it has not."""
    pending = {LegalStanding.WAITING, LegalStanding.OBJECTED}
    cases = await legal_reviews_of(visit_id) if visit_id is not None else ()
    return any(one.outcome.id == outcome_id and one.standing in pending for one in cases)


async def review_legally(cmd: Command, *, outcome_id: UUID, seen: str, agreed: bool, reasons: str) -> LegalReviewRow:
    """Agree to an outcome, or object and say what to correct. `seen`: the digest of the outcome on the screen.

    Sending the same again answers the same. After an objection the outcome is corrected and reviewed anew, or it is
    agreed to after all.

    Raises:
        NotFound: `visits.no_outcome`.
        Refused: `visits.legal_only`; `visits.legal_had_a_part`: the actor inspected or approved it.
        StaleScreen: `visits.outcome_stale`, with the outcome that stands now and its digest.
        Conflict: `visits.legal_not_asked`; `visits.legal_done` when it was agreed to already.
        Invalid: `visits.reasons_missing`, `visits.remarks_too_long`.
    """
    reasons = reasons.strip()
    if not reasons:
        raise Invalid(ProblemCode.INVALID, "visits.reasons_missing")
    if len(reasons) > MAX_REASONS:
        raise Invalid(ProblemCode.INVALID, "visits.remarks_too_long", limit=MAX_REASONS)
    return await in_unit(_review, cmd, outcome_id, seen, agreed, reasons)


async def _review(cmd: Command, outcome_id: UUID, seen: str, agreed: bool, reasons: str) -> LegalReviewRow:
    visit, outcome = await locked_outcome(cmd, outcome_id)
    if cmd.actor.role is not Role.LEGAL:
        raise Refused(ProblemCode.FORBIDDEN, "visits.legal_only")
    await standing_outcome(visit, outcome, seen)
    case = next((one for one in await legal_reviews_of(visit.id) if one.outcome.id == outcome_id), None)
    if case is None:
        raise Conflict(ProblemCode.CONFLICT, "visits.legal_not_asked", outcome=str(outcome_id))
    await _check_no_part(cmd, visit, outcome)
    last = case.reviews[-1] if case.reviews else None
    if last is not None and (last.by, last.agreed, last.reasons) == (cmd.actor.id, agreed, reasons):
        return last
    if case.standing is LegalStanding.AGREED and last is not None:
        raise Conflict(ProblemCode.CONFLICT, "visits.legal_done", outcome=str(outcome_id), by=last.by_name)
    row = LegalReviewRow(cmd.new_id(), outcome_id, seen, agreed, reasons, cmd.actor.id, cmd.actor.name, cmd.now)
    await store_legal.add_review(row)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.LEGAL_REVIEWED,
            f"visit:{visit.id}",
            outcome=str(outcome_id),
            seen=seen,
            agreed=agreed,
            # As a digest: the journal is for ever, and reasons may speak of people.
            said=digest_of(reasons),
        )
    )
    return row


async def locked_outcome(cmd: Command, outcome_id: UUID) -> tuple[VisitRow, OutcomeRow]:
    """An outcome of the actor's authority with its visit, which is kept from others until commit.

    Raises:
        NotFound: `visits.no_outcome`.
    """
    visit_id = await store_legal.visit_of(outcome_id)
    if visit_id is None:
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_outcome", outcome=str(outcome_id))
    visit = await locked_visit(cmd, visit_id)
    (outcome,) = [row for row in await store_reviews.outcomes(visit.id) if row.id == outcome_id]
    return visit, outcome


async def standing_outcome(visit: VisitRow, outcome: OutcomeRow, seen: str) -> None:
    """Refuse what was decided on another outcome than the one that stands.

    Raises:
        StaleScreen: `visits.outcome_stale`.
    """
    of_task = [row for row in await store_reviews.outcomes(visit.id) if row.task == outcome.task]
    replaced = {row.replaces for row in of_task}
    stands = next(row for row in reversed(of_task) if row.id not in replaced)
    if stands.id != outcome.id or seen_of(stands) != seen:
        now, which = seen_of(stands), str(stands.id)
        raise StaleScreen(ProblemCode.STALE_SCREEN, "visits.outcome_stale", seen=seen, now=now, outcome=which)


async def _ask(cmd: Command, visit: VisitRow, outcome: OutcomeRow, because: tuple[str, ...]) -> None:
    if not because or any(row.outcome == outcome.id for row in await store_legal.due_of([visit.id])):
        return
    await store_legal.add_due([DueRow(cmd.new_id(), outcome.id, visit.id, visit.authority, because, cmd.now)])
    told = cmd.under(visit.rule_set).event(
        EventKind.LEGAL_REVIEW_ASKED, f"visit:{visit.id}", outcome=str(outcome.id), because=list(because)
    )
    await append(told)


async def _check_no_part(cmd: Command, visit: VisitRow, outcome: OutcomeRow) -> None:
    joined = await one_with(visit)
    team = {member.inspector for one in joined for member in await store.members(one.id)}
    team |= {one.leader for one in joined if one.leader is not None}
    # An account of an inspector bears the inspector's id; one who has another account is known by name only.
    names = {name for name, _ in (await registry.named_people(team)).values()}
    deciders = {outcome.formed_by, *(one.approved_by for one in joined)}
    if cmd.actor.id in {*map(str, team), *deciders} or cmd.actor.name in names:
        raise Refused(ProblemCode.SAME_PERSON, "visits.legal_had_a_part", outcome=str(outcome.id))


def _case(due: DueRow, outcome: OutcomeRow, told: Sequence[LegalReviewRow], *, replaced: bool) -> LegalCase:
    own = tuple(row for row in told if row.outcome == due.outcome)
    if any(row.agreed for row in own):
        standing = LegalStanding.AGREED
    elif replaced:
        standing = LegalStanding.REPLACED
    else:
        standing = LegalStanding.OBJECTED if own else LegalStanding.WAITING
    return LegalCase(outcome, seen_of(outcome), due.because, own, standing)
