"""Another object: only before the visit, only for what was wrong with the frame, and the next ticket of the lot."""

import json
from collections.abc import Sequence
from uuid import UUID

import pytest

from inspection.draw import store_tickets
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import RESULTS
from inspection.draw.told.disclose import bundle, open_ticket, opening, sealed_matches
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_one, verify_public
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Refused
from inspection.policy.load import rule_set_named
from inspection.visits import store
from inspection.visits.card import visit_card
from inspection.visits.changes.ask import ask_other_object
from inspection.visits.ledger.questions import visits_this_year
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.states import VisitState
from inspection.visits.tables import Visit
from tests.inspection.visits.changes.scene import Scene, scene

NOTE = "登记机关注销通知书，名录冻结前已注销"


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await scene(cmd)


async def replaced(here: Scene, visit: UUID, reason: str = "cancelled-before-freeze") -> ChangeRow:
    (asked,) = await ask_other_object(here.head, visit_id=visit, reason=reason, note=NOTE)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    return await here.settle(asked)


async def objects(here: Scene) -> Sequence[UUID]:
    return [match.object_id for match in await sealed_matches(here.draw)]


async def test_the_next_ticket_comes_in_with_the_old_team_and_a_sealed_visit(here: Scene) -> None:
    before, drawn = await here.lines(), set(await objects(here))
    old = await store.visit(here.visit)
    assert old is not None
    done = await replaced(here, here.visit)
    (ticket,) = done.result.tickets
    told = await store_tickets.drawn_tickets(here.draw)
    last = max(one.record.rank for one in told if one.record.cell == ticket.cell)
    assert ticket.rank == last + 1
    after = {line.id: line for line in await here.lines()}
    (fresh,) = after.keys() - {line.id for line in before}
    assert after[here.visit].state is VisitState.CANCELLED
    assert after[fresh].state is VisitState.SEALED
    assert set(after[fresh].team) == {here.leader, here.other}
    assert set(await objects(here)) - drawn == {(await store.visit(fresh)).object}  # type: ignore[union-attr]
    assert old.object not in await objects(here)
    assert (await store.visit(fresh)).starts_on == old.starts_on  # type: ignore[union-attr]


async def test_the_visit_that_ended_counts_for_no_cap_and_leaves_the_tablets(here: Scene) -> None:
    old = await store.visit(here.visit)
    assert old is not None
    rules = rule_set_named(old.rule_set)
    day = old.starts_on
    assert old.object in await visits_this_year(here.office.authority, rules, day, day)
    await replaced(here, here.visit)
    assert old.object not in await visits_this_year(here.office.authority, rules, day, day)
    with pytest.raises(Conflict) as error:
        await visit_card(here.visit)
    assert error.value.message_key == "visits.cancelled"
    with pytest.raises(Conflict):
        await unseal_visit(here.head, visit_id=here.visit)


async def test_a_sealed_visit_can_end_and_its_object_stays_unknown(here: Scene) -> None:
    sealed = next(line for line in await here.lines() if line.id != here.visit)
    await replaced(here, sealed.id, "duplicate")
    ended = await here.line(sealed.id)
    assert (ended.state, ended.object) == (VisitState.CANCELLED, None)


async def test_one_replacement_after_the_other_takes_the_next_and_the_next(here: Scene) -> None:
    known = {line.id for line in await here.lines()}
    first = await replaced(here, here.visit)
    (fresh,) = {line.id for line in await here.lines()} - known
    second = await replaced(here, fresh)
    (one,), (other,) = first.result.tickets, second.result.tickets
    assert (other.cell, other.rank) == (one.cell, one.rank + 1) or other.cell != one.cell
    assert one.value != other.value
    assert len(set(await objects(here))) == 6


@pytest.mark.parametrize("reason", sorted(RESULTS))
async def test_what_is_found_at_the_door_is_a_result(here: Scene, reason: str) -> None:
    with pytest.raises(Refused) as error:
        await ask_other_object(here.head, visit_id=here.visit, reason=reason, note=NOTE)
    assert error.value.message_key == "draw.change_reason_is_result"


async def test_a_reason_of_one_s_own_is_refused_with_the_list(here: Scene) -> None:
    with pytest.raises(Refused) as error:
        await ask_other_object(here.head, visit_id=here.visit, reason="far-away", note=NOTE)
    assert "cap-race" in error.value.facts["reasons"]  # type: ignore[operator]


async def test_after_somebody_was_there_no_other_object_comes_in(here: Scene) -> None:
    await Visit.update({Visit.executed_at: here.office.cmd.now}).where(Visit.id == here.visit)
    with pytest.raises(Conflict) as error:
        await ask_other_object(here.head, visit_id=here.visit, reason="duplicate", note=NOTE)
    assert error.value.message_key == "visits.object_visited"


async def test_the_operator_does_not_approve_another_object(here: Scene) -> None:
    (asked,) = await ask_other_object(here.head, visit_id=here.visit, reason="duplicate", note=NOTE)
    with pytest.raises(Refused) as error:
        await decide_change(here.office.by("经办人", Role.APPROVER), change_id=asked.id, approved=True)
    assert error.value.message_key == "draw.change_same_person"
    with pytest.raises(Refused) as error:
        await decide_change(here.head, change_id=asked.id, approved=True)
    assert error.value.message_key == "draw.change_not_decider"


async def test_the_object_that_came_in_is_opened_by_its_own_proof(here: Scene) -> None:
    done = await replaced(here, here.visit)
    (ticket,) = done.result.tickets
    values = {
        (await store_tickets.ticket_row(one.ticket_id)).record.value: one for one in await sealed_matches(here.draw)
    }
    match = values[ticket.value]
    await open_ticket(here.office.operator, ticket_id=match.ticket_id)
    proof = await opening(match.ticket_id)
    assert (proof.ticket, proof.cell, proof.rank) == (ticket.value, ticket.cell, None)
    assert [check for check in verify_one(opened(proof)) if not check.ok] == []
    files = await bundle(here.office.operator, draw_id=here.draw)
    assert [one["ticket"] for one in json.loads(files["openings.json"])] == [ticket.value.hex()]
    assert [check for check in verify_public(files) if not check.ok] == []
