"""A change is asked for at a door that stands, of a sealed draw; what is not settled yet is told to nobody."""

from uuid import UUID

import pytest

from inspection.draw import store_tickets
from inspection.draw.changes import store as changes
from inspection.draw.changes.ask import Wish, ask_change
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.files import change_files
from inspection.draw.changes.settle import Chance, give_chance
from inspection.draw.changes.terms import ChangeKind, ChangeState, Fresh
from inspection.draw.lot.digest import hash_named
from inspection.draw.told.disclose import sealed_matches
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound, Refused
from tests.inspection.draw.office import Office, drawn, open_office, sealed

H = hash_named("sha256")


@pytest.fixture
async def office(db: Engine, cmd: Command) -> Office:
    return await open_office(cmd)


def other_object(ticket: UUID) -> Wish:
    return Wish(ChangeKind.REPLACE_OBJECT, "duplicate", ticket, None, "重复登记")


async def test_nothing_is_changed_before_the_seal(office: Office) -> None:
    done = await drawn(office)
    ticket = (await store_tickets.drawn_tickets(done.draw))[0].id
    with pytest.raises(Conflict) as error:
        await ask_change(office.operator, draw_id=done.draw, wish=other_object(ticket))
    assert error.value.message_key == "draw.wrong_step"


async def test_a_door_whose_object_is_gone_is_no_door(office: Office) -> None:
    done = await sealed(office)
    ticket = (await sealed_matches(done.draw))[0].ticket_id
    asked = await ask_change(office.operator, draw_id=done.draw, wish=other_object(ticket))
    await decide_change(office.approver, change_id=asked.id, approved=True)
    await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.KEY))
    with pytest.raises(Conflict) as error:
        await ask_change(office.operator, draw_id=done.draw, wish=other_object(ticket))
    assert error.value.message_key == "draw.change_door_gone"
    assert ticket not in {match.ticket_id for match in await sealed_matches(done.draw)}
    assert len(await sealed_matches(done.draw)) == 6


async def test_whoever_is_at_another_door_does_not_leave_this_one(office: Office) -> None:
    done = await sealed(office)
    first = (await sealed_matches(done.draw))[0]
    stranger = next(one for one in office.inspectors if one not in {person for person, _, _ in first.team})
    wish = Wish(ChangeKind.REPLACE_INSPECTOR, "health", first.ticket_id, stranger, "病假")
    with pytest.raises(Conflict) as error:
        await ask_change(office.operator, draw_id=done.draw, wish=wish)
    assert error.value.message_key == "draw.change_not_in_team"


async def test_who_asked_brings_no_chance(office: Office) -> None:
    done = await sealed(office)
    first = (await sealed_matches(done.draw))[0]
    asked = await ask_change(office.supervisor, draw_id=done.draw, wish=other_object(first.ticket_id))
    await decide_change(office.approver, change_id=asked.id, approved=True)
    with pytest.raises(Refused) as error:
        await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.KEY))
    assert error.value.message_key == "draw.change_same_person"


async def test_dice_that_wait_for_a_second_person_are_told_to_nobody(office: Office) -> None:
    done = await sealed(office)
    first = (await sealed_matches(done.draw))[0]
    asked = await ask_change(office.operator, draw_id=done.draw, wish=other_object(first.ticket_id))
    await decide_change(office.approver, change_id=asked.id, approved=True)
    digits = b"17320508075688772935"
    waiting = await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.DICE, digits))
    assert (waiting.state, waiting.fresh) == (ChangeState.APPROVED, digits)
    files = change_files(H, await changes.of_draw(done.draw), full=True)
    assert digits.hex() not in b"".join(files.values()).decode()
    assert digits.decode() not in repr(waiting)


async def test_an_unknown_change_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        await decide_change(office.approver, change_id=UUID(int=1), approved=True)
    with pytest.raises(NotFound):
        await give_chance(office.supervisor, change_id=UUID(int=1), chance=Chance(Fresh.KEY))
