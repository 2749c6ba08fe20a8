"""Until here nobody knows the drawn object; from here its team does, and the moment is on record (金凤 第十八条)."""

from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.registry.find import inspectors
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
        Refused: `visits.not_reviewer`; `visits.certificate_invalid` when a member may not go.
        Conflict: `visits.unsealed_already`, `visits.leader_missing`.
    """
    async with unit_of_work():
        visit = await locked_visit(cmd, visit_id)
        if not may_review(cmd.actor, visit.leader):
            raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit_id))
        if visit.state is not VisitState.SEALED:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.unsealed_already", visit=str(visit_id))
        if visit.leader is None and rule_set_named(visit.rule_set).team.leaders:
            raise Conflict(ProblemCode.LEADER_MISSING, "visits.leader_missing", visit=str(visit_id))
        await _check_certificates(visit, local_day(cmd.now))
        await store.change_visit(visit_id, state=VisitState.OPEN.value, unsealed_at=cmd.now)
        await append(
            cmd.under(visit.rule_set).event(EventKind.VISIT_UNSEALED, f"visit:{visit_id}", object=str(visit.object))
        )
        changed = await store.visit(visit_id)
    return changed or visit


async def _check_certificates(visit: VisitRow, today: date) -> None:
    """Nobody without a certificate inspects (金凤 第三条; 国办发〔2024〕54号): checked at the draw and again here."""
    team = [member.inspector for member in await store.members(visit.id) if member.left_at is None]
    people = await inspectors(team)
    first = first_day((visit.starts_on, visit.ends_on), today)
    lacking = [person for person in team if people[person].certificate_for(first, visit.ends_on) is None]
    if lacking:
        ids = [str(person) for person in lacking]
        names = [people[person].name for person in lacking]
        raise Refused(
            ProblemCode.CERTIFICATE_INVALID,
            "visits.certificate_invalid",
            visit=str(visit.id),
            inspectors=ids,
            names=names,
        )
