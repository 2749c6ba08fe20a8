"""The section head names the leader among the drawn inspectors (威海 第十六条)."""

from uuid import UUID

from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits import store
from inspection.visits.reading import locked_visit
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode


async def name_leader(cmd: Command, *, visit_id: UUID, inspector_id: UUID) -> VisitRow:
    """Make `inspector_id` the leader, also instead of another one, until the record is approved.

    Raises:
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
        await store.change_visit(visit_id, leader=inspector_id)
        await append(
            cmd.under(visit.rule_set).event(EventKind.LEADER_NAMED, f"visit:{visit_id}", inspector=str(inspector_id))
        )
        changed = await store.visit(visit_id)
    return changed or visit
