"""Matching inspectors with the drawn objects, by lot. Never short in silence: what cannot be staffed is explained."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from uuid import UUID

from inspection.draw import store, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.frozen.reopen import Reopened, draw_again, drawn_again, reopen
from inspection.draw.frozen.shortfall import lack_of
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.ticket import DoorLot, doors
from inspection.draw.standing import event, past, someone_else
from inspection.draw.store import DrawRow
from inspection.draw.teams.roster import Roster
from inspection.draw.teams.rules import MatchRules
from inspection.draw.teams.staffing import Staffing, match_root, staff
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

if TYPE_CHECKING:
    from inspection.draw.teams.shortage import Shortage


async def match(cmd: Command, *, draw_id: UUID, load_cap: int | None = None) -> Ceremony:
    """Give every drawn object its inspectors. A second call returns the first match.

    `load_cap` answers a shortage: the agreed load is raised to it, by another person than the operator, and only to the
    least number under which everybody is staffed – so nobody chooses the outcome by choosing the cap.

    Raises:
        Conflict: `DRAW_TOO_FEW_INSPECTORS` with the bottlenecks in counts (never names) and the `cap_needed`, if
            a higher cap helps at all.
        Invalid: a cap that is not the one needed.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if not past(row, DrawState.DRAWN):
            opened = await reopen(row)
            await drawn_again(row, opened)
            staffing, cap = _match(cmd, row, opened, load_cap)
            await _keep(cmd, row, opened, staffing, cap)
    return await store.ceremony(draw_id)


def _match(cmd: Command, row: DrawRow, opened: Reopened, load_cap: int | None) -> tuple[Staffing, int | None]:
    agreed = row.terms.match.max_load
    staffing = staff_again(row, opened, agreed)
    if not staffing.short:
        if load_cap not in {None, agreed}:
            raise Invalid(ProblemCode.INVALID, "draw.cap_not_needed", cap=agreed)
        return staffing, agreed
    shortage = _why(row, opened, agreed)
    if load_cap is None:
        raise _too_few(shortage)
    someone_else(cmd, row.operator, "draw.operator_raises_cap")
    if load_cap != shortage.cap_needed:
        raise Invalid(ProblemCode.INVALID, "draw.cap_not_least", cap=shortage.cap_needed)
    return staff_again(row, opened, load_cap), load_cap


def staff_again(row: DrawRow, opened: Reopened, cap: int | None) -> Staffing:
    """The match of a drawn draw under a load cap: always the same."""
    return staff(*_asked(row, opened, cap))


def _why(row: DrawRow, opened: Reopened, cap: int | None) -> "Shortage":
    # scipy, for draws that lack people only
    from inspection.draw.teams.why import why_short  # noqa: PLC0415

    shortage = why_short(*_asked(row, opened, cap))
    if shortage is None:
        raise ValueError("the match stays short where a maximum flow does not")
    return shortage


def _asked(
    row: DrawRow, opened: Reopened, cap: int | None
) -> tuple[Hash, bytes, bytes, tuple[DoorLot, ...], Roster, MatchRules]:
    if row.seed is None:
        raise ValueError("the seed is not fixed yet")
    lots = doors(draw_again(row, opened).selection, opened.frame.cells)
    rules = replace(row.terms.match, max_load=cap)
    return opened.h, row.seed, opened.secret, lots, opened.roster, rules


# Whether whole teams lack, and whether no higher load helps.
_KEYS = {
    (False, True): "draw.too_few",
    (False, False): "draw.too_few_under_cap",
    (True, True): "draw.too_few_teams",
    (True, False): "draw.too_few_teams_under_cap",
}


def _too_few(shortage: "Shortage") -> Conflict:
    # Where no cap helps, the one that no cap helps is told first.
    worst = max(shortage.bottlenecks, key=lambda one: (shortage.cap_needed is None and one.more_people > 0, one.short))
    return Conflict(
        ProblemCode.DRAW_TOO_FEW_INSPECTORS,
        _KEYS[shortage.teams, shortage.cap_needed is None],
        **{name: fact for name, fact in asdict(worst).items() if name != "needs"},
        **lack_of(shortage),
    )


async def _keep(cmd: Command, row: DrawRow, opened: Reopened, staffing: Staffing, cap: int | None) -> None:
    tickets: dict[bytes, UUID] = {}
    for ticket in await store_tickets.drawn_tickets(row.id):
        tickets.setdefault(ticket.record.value, ticket.id)  # the door's in its lowest cell
    places = [
        (cmd.new_id(), tickets[door.value], one.slot, UUID(one.inspector), one.how.value)
        for number, door in enumerate(staffing.doors)
        for one in staffing.team(number)
    ]
    await store_tickets.add_assignments(row.id, places)
    root = match_root(opened.h, opened.secret, staffing)
    await store.change_draw(
        row.id,
        {
            "state": DrawState.MATCHED.value,
            "match_root": root,
            "match_objects": len(staffing.doors),
            "match_places": len(places),
            "match_how": canonical_json(staffing.how).decode(),
            "load_cap": cap,
            "matched_at": cmd.now,
        },
    )
    await append(
        event(
            cmd,
            row,
            EventKind.DRAW_MATCHED,
            match_root=root.hex(),
            objects=len(staffing.doors),
            places=len(places),
            how=staffing.how,
            load_cap=cap,
        )
    )
