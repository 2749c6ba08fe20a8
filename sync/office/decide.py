"""Decisions of the office: signed entries like all others, made on exactly what was on the screen (docs/sync.md)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from inspection.visits.entries.erase import check_erasable, erase_bodies
from inspection.visits.links.link import link_visits, lock_for_links, unlink_visits
from inspection.visits.reading import Folded, fold_visit, known_visit
from inspection.visits.review.pin import pin_checklist
from inspection.visits.review.send_back import as_seen, check_apart, whole_visit
from inspection.visits.rows import VisitRow
from inspection.visits.rules import AMENDERS, ERASERS, may_review
from inspection.visits.states import REVIEWABLE, VisitState
from mobile_contract.decisions import Admission, ChecklistDecision, DecisionType, EraseBody, VisitLink
from mobile_contract.entries import EntryBody
from mobile_contract.problems import ProblemCode
from sync.log.queue import queue
from sync.office.sign_entry import decision_body, sign_entry
from sync.pull.feeds import tell_entries

RULINGS: Final = frozenset({DecisionType.RESOLVE, DecisionType.ADMIT, DecisionType.EXCLUDE, DecisionType.LOG_GAP})
"""What decides what the record says; for that it must not be approved yet."""

LINKS: Final = frozenset({DecisionType.VISIT_LINK, DecisionType.VISIT_UNLINK})
WRITTEN: Final = RULINGS | LINKS | {DecisionType.ERASE_BODY, DecisionType.AMEND, DecisionType.CK_PIN}
"""The decisions that the office writes."""

_ROLES: Final = {DecisionType.ERASE_BODY: ERASERS, DecisionType.AMEND: AMENDERS}


@dataclass(frozen=True, slots=True)
class Decided:
    """The entry that was written, and the state digest of the record as it is now."""

    hash: str
    state: str


@dataclass(frozen=True, slots=True)
class Made:
    """A decision at the moment it is stored: of which visit, on which record, what it says, under which hash."""

    visit: VisitRow
    folded: Folded
    body: EntryBody
    hash: str


Effect = Callable[[Command, Made], Awaitable[None]]
"""What a decision does besides being there. It runs in the same unit: if it fails, nothing was decided."""


async def decide(
    cmd: Command,
    *,
    visit_id: UUID,
    type: DecisionType,  # noqa: A002 -- the envelope's own word
    body: Mapping[str, Any],
    over: Sequence[str] = (),
    seen: str,
    keys: ServerKeys,
    effect: Effect | None = None,
) -> Decided:
    """Write a decision as an entry of the authority's own log. `seen`: the state digest that was on the screen.

    `body` lacks only the salt. The entry is stored like any other: with a number in its visit, told to the tablets,
    queued for the transparency log, all in one transaction.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_reviewer`, `visits.reviewer_inspected`, or `sync.not_yours` for what another role decides.
        Conflict: `visits.wrong_step`, `visits.read_elsewhere`; whatever hinders a link.
        StaleScreen: `visits.stale`, with the digest as it is now.
        Invalid: the body is none of its type, or it names entries that this record does not have.
    """
    return await in_unit(_decide, cmd, visit_id, type, body, tuple(over), seen, keys, effect or _EFFECTS.get(type))


async def _decide(
    cmd: Command,
    visit_id: UUID,
    type_: DecisionType,
    members: Mapping[str, Any],
    over: Sequence[str],
    seen: str,
    keys: ServerKeys,
    effect: Effect | None,
) -> Decided:
    if type_ in LINKS:
        await lock_for_links(cmd, visit_id)
    visit, joined = await whole_visit(cmd, visit_id)
    _check_person(cmd, visit, type_)
    _check_step(joined, type_)
    folded = await as_seen(visit, seen)
    if type_ not in _ROLES:
        check_apart(cmd, folded)
    text, body = decision_body(cmd, type_, members)
    _check_named(folded, body, over)
    entry = await sign_entry(
        cmd, authority=visit.authority, visit=visit_id, type_=type_, body=text, over=over, keys=keys
    )
    own = VerifiedEntry(entry, visit.authority, frozenset({entry.header.ins}), revoked=False)
    (admitted,) = await admit_entries(cmd, [own], visit.authority)
    if effect is not None:
        await effect(cmd, Made(visit, folded, body, entry.text_hash))
    await queue([entry.text_hash], cmd.now, cmd.new_id())
    if admitted.vseq is None:
        raise RuntimeError("a decision of a visit that is there has a number in it")
    await tell_entries(visit_id, admitted.vseq, cmd.now, again=type_ is DecisionType.ERASE_BODY)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.VISIT_DECIDED,
            f"visit:{visit_id}",
            entry=entry.text_hash,
            type=type_.value,
            seen=seen,
            over=list(over),
        )
    )
    # Read anew: a link has changed what the visit is one with.
    return Decided(entry.text_hash, (await fold_visit(await known_visit(visit_id))).digest)


def _check_person(cmd: Command, visit: VisitRow, type_: DecisionType) -> None:
    if type_ not in WRITTEN:
        raise Invalid(ProblemCode.INVALID, "sync.decision_unknown", type=type_.value)
    roles = _ROLES.get(type_)
    if roles is not None and cmd.actor.role not in roles:
        raise Refused(ProblemCode.FORBIDDEN, "sync.not_yours", type=type_.value)
    if roles is None and not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit.id))


def _check_step(joined: Sequence[VisitRow], type_: DecisionType) -> None:
    states = {one.state for one in joined}
    if type_ in RULINGS:
        # Of an open visit too: all that has come may be entries that count only when they are admitted.
        stands = bool(states & {VisitState.OPEN, *REVIEWABLE})
    elif type_ is DecisionType.AMEND:
        stands = VisitState.APPROVED in states
    else:
        stands = VisitState.SEALED not in states
    if not stands:
        visit, state = str(joined[0].id), joined[0].state.value
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.wrong_step", visit=visit, state=state)


def _check_named(folded: Folded, body: EntryBody, over: Sequence[str]) -> None:
    """A decision names entries that its author has seen: all of them stand in the record that was on the screen."""
    targets = body.targets if isinstance(body, Admission | EraseBody) else ()
    unknown = sorted({*over, *targets} - set(folded.record.entries))
    if unknown:
        raise Invalid(ProblemCode.INVALID, "sync.entries_unknown", entries=list(unknown))
    if isinstance(body, EraseBody):
        check_erasable(folded, body.targets)
    if isinstance(body, VisitLink) and not {body.a, body.b} & {one.id for one in folded.setting.joined}:
        raise Invalid(ProblemCode.INVALID, "sync.link_elsewhere", visit=str(folded.setting.visit.id))


async def _link(cmd: Command, made: Made) -> None:
    if isinstance(made.body, VisitLink):
        await link_visits(cmd, made.body.a, made.body.b, made.hash)


async def _unlink(cmd: Command, made: Made) -> None:
    if isinstance(made.body, VisitLink):
        await unlink_visits(cmd, made.body.a, made.body.b, made.hash)


async def _pin(cmd: Command, made: Made) -> None:
    if isinstance(made.body, ChecklistDecision):
        await pin_checklist(cmd, visit_id=made.visit.id, ck=made.body.ck)


async def _erase(cmd: Command, made: Made) -> None:
    if isinstance(made.body, EraseBody):
        targets, ground = made.body.targets, made.body.ground
        await erase_bodies(cmd, visit_id=made.visit.id, targets=targets, decision=made.hash, ground=ground)


_EFFECTS: Final[Mapping[DecisionType, Effect]] = {
    DecisionType.VISIT_LINK: _link,
    DecisionType.VISIT_UNLINK: _unlink,
    DecisionType.CK_PIN: _pin,
    DecisionType.ERASE_BODY: _erase,
}
