"""复核决定: what the review found, and whether the result stands."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.publicity import store as publications
from inspection.publicity.amend import amend_publication
from inspection.publicity.objections import store
from inspection.publicity.objections.case import Case, locked_objection, seen_case, wrong_step
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.rows import OPEN, ObjectionRow, ObjectionState
from inspection.publicity.open_publications import stream
from inspection.visits.review.approve import Choice, corrected_outcome
from inspection.visits.review.legal import keep_outcomes
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from mobile_contract.problems import ProblemCode

MAX_WORDS = 10_000


@dataclass(frozen=True, slots=True)
class Instead:
    """The result that takes the place of the one objected to."""

    codes: tuple[OutcomeCode, ...]
    follow_up: tuple[FollowUp, ...] = (FollowUp.OTHER,)
    rectify_by: date | None = None
    """The last day to put it right, where one is set."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the reviewer decides. `instead` is given exactly where an objection against a result succeeds."""

    upheld: bool
    facts: str
    reasons: str
    instead: Instead | None = None


async def decidable(cmd: Command, objection_id: UUID, seen: str, ruling: Ruling) -> Case:
    """The locked case, if this actor may decide it so, on what was seen. Call inside the unit that decides.

    Raises:
        NotFound: `publicity.no_objection`.
        StaleScreen: `publicity.objection_stale`, with the digest as it is now.
        Conflict: `publicity.objection_step`: nobody has taken it, or it is decided or withdrawn.
        Refused: `publicity.not_its_reviewer`; `publicity.had_a_part_<part>`.
        Invalid: facts or reasons are missing or too long; a new result is missing, out of place, or the old one.
    """
    if any(not words.strip() or len(words) > MAX_WORDS or "\0" in words for words in (ruling.facts, ruling.reasons)):
        raise Invalid(ProblemCode.INVALID, "publicity.ruling_words", limit=MAX_WORDS)
    case = await seen_case(cmd, await locked_objection(cmd, objection_id), seen, OPEN)
    if case.row.reviewer is None:
        raise wrong_step(case.row)
    if case.row.reviewer != cmd.actor.id:
        raise Refused(
            ProblemCode.FORBIDDEN,
            "publicity.not_its_reviewer",
            number=case.row.number,
            reviewer=case.row.reviewer_name,
        )
    _check_instead(case, ruling)
    return case


def _check_instead(case: Case, ruling: Ruling) -> None:
    wanted = case.against is not None and not ruling.upheld
    if (ruling.instead is not None) is not wanted:
        key = "publicity.instead_missing" if wanted else "publicity.instead_unfit"
        raise Invalid(ProblemCode.INVALID, key, number=case.row.number)
    if ruling.instead is None or case.standing is None:
        return
    same = set(ruling.instead.codes) == set(case.standing.codes)
    if same and set(ruling.instead.follow_up) == set(case.standing.follow_up):
        raise Invalid(ProblemCode.INVALID, "publicity.instead_same", number=case.row.number)


def choice_of(case: Case, ruling: Ruling) -> Choice | None:
    """The new result as an outcome is chosen."""
    if ruling.instead is None or case.standing is None:
        return None
    instead = ruling.instead
    return Choice(case.standing.task, instead.codes, ruling.reasons.strip(), instead.follow_up, instead.rectify_by)


async def settle(cmd: Command, case: Case, ruling: Ruling, *, entry: str | None = None) -> ObjectionRow:
    """Write the decision down and form the corrected outcome. `entry`: the signed entry that amends what is public.

    A result that is public is then published anew by somebody else (`correct_publication`); one that is not waits for
    its approval again, because what was approved is not what goes out.

    Raises:
        Invalid: the codes of the new result exclude each other.
    """
    row, choice = case.row, choice_of(case, ruling)
    formed = await _form(cmd, case, choice, entry) if choice is not None else None
    state = ObjectionState.UPHELD if ruling.upheld else ObjectionState.CORRECTED
    words = {"facts": ruling.facts.strip(), "reasons": ruling.reasons.strip()}
    await store.change(row.id, state=state.value, decided_at=cmd.now, corrected_by=formed, **words)
    await append(
        cmd.under(case.folded.setting.visit.rule_set).event(
            EventKind.OBJECTION_DECIDED,
            stream(row.visit),
            objection=str(row.id),
            number=row.number,
            state=state.value,
            seen=case.seen,
            outcome=str(formed) if formed else None,
            entry=entry,
            # As a digest: the journal is for ever, and what a review found may speak of people.
            said=digest_of(words),
        )
    )
    return await known_objection(row.id)


async def _form(cmd: Command, case: Case, choice: Choice, entry: str | None) -> UUID | None:
    if case.out is not None and entry is not None:
        amended = await amend_publication(
            cmd, folded=case.folded, out=case.out, reason=choice.reason, decision=entry, choice=choice
        )
        return amended.outcome
    if case.against is None or case.standing is None:
        return None
    made = corrected_outcome(cmd, case.folded.setting.visit, case.folded, case.standing, choice)
    await keep_outcomes(cmd, case.folded.setting.visit, [made])
    await publications.approve_anew(case.against.publication)
    return made.id
