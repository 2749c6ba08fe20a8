"""Until here nobody knows the drawn object; from here its team does, and the moment is on record (金凤 第十八条)."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import OF_CERTIFICATES, Hindrance, need_of
from inspection.registry.inspectors.questions import hindrances_of
from inspection.visits import store
from inspection.visits.reading import locked_visit
from inspection.visits.rows import VisitRow
from inspection.visits.rules import first_day, may_review
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode


async def unseal_visit(cmd: Command, *, visit_id: UUID) -> VisitRow:
    """Tell the team whom it inspects. By the visit's leader or the section head.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_reviewer`; `visits.team_barred` when a member may not go, with every reason.
        Conflict: `visits.unsealed_already`, `visits.leader_missing`, `visits.cancelled`.
    """
    async with unit_of_work():
        visit = await locked_visit(cmd, visit_id)
        if not may_review(cmd.actor, visit.leader):
            raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit_id))
        if visit.state is VisitState.CANCELLED:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.cancelled", visit=str(visit_id))
        if visit.state is not VisitState.SEALED:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.unsealed_already", visit=str(visit_id))
        if visit.leader is None and rule_set_named(visit.rule_set).team.leaders:
            raise Conflict(ProblemCode.LEADER_MISSING, "visits.leader_missing", visit=str(visit_id))
        await _check_team(visit, local_day(cmd.now))
        await store.change_visit(visit_id, state=VisitState.OPEN.value, unsealed_at=cmd.now)
        await append(
            cmd.under(visit.rule_set).event(EventKind.VISIT_UNSEALED, f"visit:{visit_id}", object=str(visit.object))
        )
        changed = await store.visit(visit_id)
    return changed or visit


async def _check_team(visit: VisitRow, today: date) -> None:
    """Nobody inspects who may not be sent (金凤 第三条; 国办发〔2024〕54号): checked at the draw and again here.

    Absence, review, category, certificate and its scope are asked from today on: whoever is only away for some days
    may be sent after them. Of a visit that serves several items each member must be fit for one: teams were joined.
    """
    team = [member.inspector for member in await store.members(visit.id) if member.left_at is None]
    window = (first_day((visit.starts_on, visit.ends_on), today), visit.ends_on)
    rules = rule_set_named(visit.rule_set)
    items = sorted({served.item for served in await store.served_tasks([visit.id])})
    asked = [await hindrances_of(team, window, rules, need=need_of(await registry.item(item))) for item in items]
    barred = {one: asked[0][one] for one in team if all(one in against for against in asked)}
    if not barred:
        return
    people = await registry.inspectors(barred)
    reasons = {people[person].staff_no: against for person, against in barred.items()}
    certificate = any(one.key in OF_CERTIFICATES for against in reasons.values() for one in against)
    raise Refused(
        ProblemCode.CERTIFICATE_INVALID if certificate else ProblemCode.REFUSED,
        "visits.team_barred",
        visit=str(visit.id),
        inspectors=[str(person) for person in barred],
        why={lang: reasons_in_words(reasons, lang) for lang in LANGUAGES},
    )


def reasons_in_words(reasons: Mapping[str, Collection[Hindrance]], lang: str) -> str:
    """By staff number, every reason against sending the person."""
    return " ".join(
        text("visits.member_barred", lang, staff_no=staff_no, why=" ".join(one.text(lang) for one in against))
        for staff_no, against in reasons.items()
    )
