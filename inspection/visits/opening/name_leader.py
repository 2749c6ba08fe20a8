"""The section head names the leader among the drawn inspectors (威海 第十六条)."""

from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits import store
from inspection.visits.listing import proposed_leader
from inspection.visits.reading import locked_visit
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode

REASON_MOST = 1000


async def name_leader(cmd: Command, *, visit_id: UUID, inspector_id: UUID, reason: str = "") -> VisitRow:
    """Make `inspector_id` the leader, also instead of another one, until the record is approved.

    The lot proposes somebody who may lead; whoever is named instead is named for a `reason`, which is journalled.

    Raises:
        Invalid: `visits.leader_reason`: somebody else than proposed without a reason, or a very long one.
        NotFound: `visits.no_visit`.
        Refused: `visits.not_section_head`, `visits.leader_not_in_team`.
        Conflict: `visits.approved_already`.
    """
    if cmd.actor.role is not Role.SECTION_HEAD:
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_section_head")
    async with unit_of_work():
        visit = await locked_visit(cmd, visit_id)
        if visit.state is VisitState.APPROVED:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.approved_already", visit=str(visit_id))
        team = {member.inspector for member in await store.members(visit_id) if member.left_at is None}
        if inspector_id not in team:
            raise Refused(
                ProblemCode.LEADER_NOT_IN_TEAM,
                "visits.leader_not_in_team",
                visit=str(visit_id),
                inspector=str(inspector_id),
            )
        first = await proposed_leader(visit_id, team)
        follows = first is None or first == inspector_id
        if len(reason) > REASON_MOST or not (follows or reason.strip()):
            raise Invalid(ProblemCode.INVALID, "visits.leader_reason", proposed=str(first), most=REASON_MOST)
        await store.change_visit(visit_id, leader=inspector_id)
        told: dict[str, JSON] = {"inspector": str(inspector_id)}
        if not follows:
            told |= {"proposed": str(first), "reason": reason}
        await append(cmd.under(visit.rule_set).event(EventKind.LEADER_NAMED, f"visit:{visit_id}", lane=None, **told))
        changed = await store.visit(visit_id)
    return changed or visit
