"""Asking for a change of a drawn visit: recusal (回避), another inspector (递补), another object."""

from collections.abc import Sequence
from uuid import UUID

from inspection.draw import store as draws
from inspection.draw.changes import ask
from inspection.draw.changes.ask import Wish
from inspection.draw.changes.current import current_team, tickets_of_door
from inspection.draw.changes.rules import recusal_kind
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeKind, ObjectReason
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits import store
from inspection.visits.changes import store as store_changes
from inspection.visits.reading import known_visit
from inspection.visits.rows import VisitRow
from inspection.visits.rules import may_review
from inspection.visits.states import REPLACEABLE, VisitState
from mobile_contract.problems import ProblemCode

ENDED = frozenset({VisitState.APPROVED, VisitState.CANCELLED})


async def recuse(
    cmd: Command, *, visit_id: UUID, inspector_id: UUID, way: RecusalWay, ground: RelationKind, note: str = ""
) -> list[ChangeRow]:
    """Declare that an inspector has an interest in the object of an unsealed visit (威海 第十七条, 金凤 第十一条).

    By the inspector, the visit's leader or the section head. One change for each draw that sent the inspector there.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.recusal_before_unsealing`: nobody knows the object yet; an interest that is known belongs into
            the register; `visits.not_concerned`; `draw.change_way_unknown`: the rule-set knows no such way.
        Conflict: `visits.change_too_late`, `visits.change_not_drawn`; as `draw.changes.ask.ask_change`.
    """
    async with unit_of_work():
        visit = await _changeable(cmd, visit_id)
        if visit.unsealed_at is None:
            raise Refused(ProblemCode.VISIT_SEALED, "visits.recusal_before_unsealing", visit=str(visit_id))
        _concerned(cmd, visit, inspector_id)
        kind = recusal_kind(rule_set_named(visit.rule_set), way)
        return await _ask_all(cmd, visit_id, kind, ground.value, inspector_id, note)


async def ask_replacement(
    cmd: Command, *, visit_id: UUID, inspector_id: UUID, reason: str, note: str
) -> list[ChangeRow]:
    """Ask for another inspector by lot, for a reason of the rule-set (威海 第十八条); the visit may still be sealed.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.not_concerned`; as `draw.changes.rules.check_reason`.
        Conflict: `visits.change_too_late`, `visits.change_not_drawn`; as `draw.changes.ask.ask_change`.
        Invalid: `draw.change_note`.
    """
    async with unit_of_work():
        visit = await _changeable(cmd, visit_id)
        _concerned(cmd, visit, inspector_id)
        return await _ask_all(cmd, visit_id, ChangeKind.REPLACE_INSPECTOR, reason, inspector_id, note)


async def ask_other_object(cmd: Command, *, visit_id: UUID, reason: str, note: str) -> list[ChangeRow]:
    """Ask for the next object of the lot, before anybody has gone to this one. `note`: what it is evidenced by.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `draw.change_reason_is_result`: refused, closed or not found are results of a visit, and
            `draw.change_reason_not_allowed`.
        Conflict: `visits.object_visited`: somebody has been there; `visits.change_not_drawn`; as
            `draw.changes.ask.ask_change`.
        Invalid: `draw.change_note`.
    """
    async with unit_of_work():
        visit = await _changeable(cmd, visit_id)
        if visit.state not in REPLACEABLE or visit.executed_at is not None:
            raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.object_visited", visit=str(visit_id))
        return await _ask_all(cmd, visit_id, ChangeKind.REPLACE_OBJECT, reason, None, note)


async def ask_instead_of_held(cmd: Command, *, draw_id: UUID, ticket: bytes, note: str) -> ChangeRow:
    """Ask for the next object of the lot for a ticket that got no visit, because another draw has used up its object's
    year since the freeze (draw.md §4.9, CAP-RACE). `ticket`: its value, as `assemble_visits` told it.

    Raises:
        NotFound: `visits.no_draw`; `visits.ticket_unknown`: no such ticket on the table of this draw.
        Conflict: `visits.ticket_served`: it has a visit; as `draw.changes.ask.ask_change`.
        Refused, Invalid: as `draw.changes.ask.ask_change`.
    """
    async with unit_of_work():
        row = await draws.draw_row(draw_id)
        if cmd.authority is not None and row.authority != cmd.authority:
            raise NotFound(ProblemCode.DRAW_UNKNOWN, "visits.no_draw", draw=str(draw_id))
        found = (await tickets_of_door(draw_id, frozenset({ticket})))[ticket]
        if not found:
            raise NotFound(ProblemCode.TICKET_UNKNOWN, "visits.ticket_unknown", ticket=ticket.hex())
        if not set(found).isdisjoint(await store.tickets_served(draw_id)):
            raise Conflict(ProblemCode.CONFLICT, "visits.ticket_served", ticket=ticket.hex())
        wish = Wish(ChangeKind.REPLACE_OBJECT, ObjectReason.CAP_RACE.value, found[0], None, note)
        return await ask.ask_change(cmd, draw_id=draw_id, wish=wish)


async def _changeable(cmd: Command, visit_id: UUID) -> VisitRow:
    # Not locked: settling takes draw and visits in the other order, and an approval at this moment does no harm.
    visit = await known_visit(visit_id)
    if cmd.authority is not None and visit.authority != cmd.authority:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    if visit.state in ENDED:
        raise Conflict(
            ProblemCode.VISIT_WRONG_STEP, "visits.change_too_late", visit=str(visit_id), state=visit.state.value
        )
    return visit


def _concerned(cmd: Command, visit: VisitRow, inspector_id: UUID) -> None:
    """An inspector's account bears the inspector's id; the planning office asks for nobody's recusal."""
    own = cmd.actor.id == str(inspector_id) and cmd.actor.role in {Role.INSPECTOR, Role.LEADER}
    if not own and not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_concerned", visit=str(visit.id))


async def _ask_all(
    cmd: Command, visit_id: UUID, kind: ChangeKind, reason: str, inspector: UUID | None, note: str
) -> list[ChangeRow]:
    asked = []
    for draw, ticket in await _doors(visit_id, inspector):
        closed = await store_changes.closed_tickets(draw)
        wish = Wish(kind, reason, ticket, inspector, note)
        asked.append(await ask.ask_change(cmd, draw_id=draw, wish=wish, closed=closed))
    if not asked:
        raise Conflict(ProblemCode.CONFLICT, "visits.change_not_drawn", visit=str(visit_id))
    return asked


async def _doors(visit_id: UUID, inspector: UUID | None) -> Sequence[tuple[UUID, UUID]]:
    """One ticket of each draw that made the visit; with `inspector`, that sends this person there."""
    found: dict[UUID, UUID] = {}
    for draw, ticket in await store_changes.draws_served(visit_id):
        team = {person for person, _, _ in await current_team(draw, ticket)}
        if inspector is None or inspector in team:
            found.setdefault(draw, ticket)
    return sorted(found.items())
