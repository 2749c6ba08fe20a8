"""Gaming after the draw: objects that are "not available", inspectors who fall ill, a leaked key (draw.md §4.10, §4.12,
§4.13).
"""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw import store_tickets
from inspection.draw.changes.ask import Wish, ask_change
from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.settle import Chance, give_chance
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import RESULTS, ChangeKind, ChangeState, Fresh
from inspection.draw.frozen.reopen import reopen
from inspection.draw.lot.chain import chain_of
from inspection.draw.lot.salts import salt
from inspection.draw.store import draw_row
from inspection.draw.supervision.escrow import point
from inspection.draw.supervision.register_chain import register_chain
from inspection.draw.supervision.register_key import register_key
from inspection.draw.tables import DrawSecret, DrawTicket
from inspection.draw.told.disclose import bundle, sealed_matches
from inspection.draw.verify import verify_full
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import read
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.gaming import failing
from tests.inspection.draw.office import DICE, Office, open_office, sealed

pytestmark = pytest.mark.usefixtures("db")
LINKS = chain_of(bytes(range(32)), 4)


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


def replace_object(ticket, reason: str = "cap-race") -> Wish:
    return Wish(ChangeKind.REPLACE_OBJECT, reason, ticket, None, "复核台账，见附件")


async def left(office: Office, draw, match) -> ChangeRow:
    """The first of the team declares an interest and leaves; approved where the rule-set asks for it."""
    wish = Wish(ChangeKind.LEAVE, "kinship", match.ticket_id, match.team[0][0])
    asked = await ask_change(office.by("检查员0"), draw_id=draw, wish=wish)
    if asked.state is ChangeState.ASKED:
        asked = await decide_change(office.approver, change_id=asked.id, approved=True)
    return asked


async def test_what_is_found_at_the_door_never_brings_another_object_in(office: Office) -> None:
    """Else firms would buy their way out with a locked door."""
    done = await sealed(office)
    (found, *_) = await sealed_matches(done.draw)
    assert {"not-found", "refused", "suspended"} <= RESULTS
    for reason in RESULTS:
        with pytest.raises(Refused) as error:
            await ask_change(office.operator, draw_id=done.draw, wish=replace_object(found.ticket_id, reason))
        assert error.value.message_key == "draw.change_reason_is_result"


async def test_another_object_needs_a_reason_of_the_list_evidence_and_a_second_person(office: Office) -> None:
    done = await sealed(office)
    (found, *_) = await sealed_matches(done.draw)
    with pytest.raises(Refused):
        await ask_change(office.operator, draw_id=done.draw, wish=replace_object(found.ticket_id, "busy"))
    bare = Wish(ChangeKind.REPLACE_OBJECT, "cap-race", found.ticket_id)
    with pytest.raises(Invalid):
        await ask_change(office.operator, draw_id=done.draw, wish=bare)
    asked = await ask_change(office.operator, draw_id=done.draw, wish=replace_object(found.ticket_id))
    assert asked.state is ChangeState.ASKED
    with pytest.raises(Refused):
        await decide_change(office.operator, change_id=asked.id, approved=True)
    with pytest.raises(Conflict):
        await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.KEY))


async def test_the_one_who_comes_in_is_the_next_of_the_same_cell_and_was_so_from_the_start(office: Office) -> None:
    """Nobody picks: the order was fixed with the seed, and a bundle that tells of another is named."""
    done = await sealed(office)
    (found, *_) = await sealed_matches(done.draw)
    gone = next(t for t in await store_tickets.drawn_tickets(done.draw) if t.id == found.ticket_id)
    quota = next(cell.quota for cell in done.cells if cell.number == gone.record.cell)
    asked = await ask_change(office.operator, draw_id=done.draw, wish=replace_object(found.ticket_id))
    await decide_change(office.approver, change_id=asked.id, approved=True)
    settled = await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.KEY))
    (came,) = json.loads(settled.outcome or b"")["tickets"]
    assert (came["cell"], came["rank"]) == (gone.record.cell, (quota or 0) + 1)
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert failing(verify_full(files)) == set()
    waiting = await DrawTicket.select(DrawTicket.ticket).where(
        DrawTicket.draw == done.draw, DrawTicket.rank == came["rank"] + 1
    )
    other = files["changes-secret.json"].replace(came["ticket"].encode(), bytes(waiting[0]["ticket"]).hex().encode())
    assert failing(verify_full({**files, "changes-secret.json": other})) & {"full.texts", "full.changes"}


async def test_nobody_falls_ill_knowing_who_would_follow(office: Office) -> None:
    """A supervisor's chain stands: the lot of a change waits for a link that does not exist for the office when the
    change is asked for; the draw's own key, which the platform knows, does not do in its place.
    """
    chain = await register_chain(office.supervisor, authority=office.authority, name="链", head=LINKS[-1])
    done = await sealed(office)
    (found, *_) = await sealed_matches(done.draw)
    asked = await left(office, done.draw, found)
    with pytest.raises(Conflict) as error:
        await give_chance(office.operator, change_id=asked.id, chance=Chance(Fresh.KEY))
    assert error.value.message_key == "draw.change_link_first"
    with pytest.raises(Refused):
        await give_chance(office.operator, change_id=asked.id, chance=Chance(Fresh.LINK, LINKS[-2], chain.id))
    settled = await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.LINK, LINKS[-2], chain.id))
    assert settled.state is ChangeState.SETTLED
    kinds = [line.kind.value for line in await read(f"draw:{done.draw}")]
    assert kinds.index("draw.link_asked") < kinds.index("draw.change_settled")
    assert failing(verify_full(await bundle(office.supervisor, draw_id=done.draw, full=True))) == set()


async def test_a_link_that_came_out_before_draws_no_second_change(office: Office) -> None:
    """Else its holder could try which change pleases."""
    chain = await register_chain(office.supervisor, authority=office.authority, name="链", head=LINKS[-1])
    done = await sealed(office)
    first, second, *_ = await sealed_matches(done.draw)
    one, other = await left(office, done.draw, first), await left(office, done.draw, second)
    given = Chance(Fresh.LINK, LINKS[-2], chain.id)
    await give_chance(office.supervisor, change_id=one.id, chance=given)
    with pytest.raises(Refused) as error:
        await give_chance(office.supervisor, change_id=other.id, chance=given)
    assert error.value.message_key == "draw.link_reused"
    settled = await give_chance(office.supervisor, change_id=other.id, chance=replace(given, value=LINKS[-3]))
    assert settled.state is ChangeState.SETTLED


async def test_dice_for_a_change_are_seen_by_two(office: Office) -> None:
    done = await sealed(office)
    asked = await left(office, done.draw, (await sealed_matches(done.draw))[0])
    thrown = Chance(Fresh.DICE, DICE)
    for _ in range(2):
        waiting = await give_chance(office.operator, change_id=asked.id, chance=thrown)
        assert waiting.state is ChangeState.APPROVED
    with pytest.raises(Invalid):
        await give_chance(office.supervisor, change_id=asked.id, chance=Chance(Fresh.DICE, DICE[::-1]))
    assert (await give_chance(office.supervisor, change_id=asked.id, chance=thrown)).state is ChangeState.SETTLED


async def test_after_the_seal_the_office_has_no_key_that_could_leak(office: Office) -> None:
    """A leaked K would be the list. The supervisor's escrow remains; what is left opens drawn and waiting rows only."""
    private = ec.derive_private_key(11**60, ec.SECP256R1())
    await register_key(office.supervisor, authority=office.authority, public_key=point(private.public_key()))
    done = await sealed(office)
    (row,) = await DrawSecret.select().where(DrawSecret.draw == done.draw)
    assert bytes(row["key"]) == b""
    assert "draw.key_erased" in [line.kind.value for line in await read(f"draw:{done.draw}")]
    drawn = {found.object_id for found in await sealed_matches(done.draw)}
    stored = [row["object"] for row in await DrawTicket.select(DrawTicket.object).where(DrawTicket.draw == done.draw)]
    opened = await reopen(await draw_row(done.draw))
    codes = {thing: f"91371000{n:010d}" for n, thing in enumerate(office.objects)}
    assert drawn <= set(stored) < set(office.objects)
    for thing, code in codes.items():
        if thing in stored:
            assert salt(opened.h, opened.secret, code)
            continue
        with pytest.raises(Conflict, match=r"draw\.key_gone"):
            salt(opened.h, opened.secret, code)


async def test_the_secrets_go_to_a_supervisor_who_took_no_part_and_on_record(office: Office) -> None:
    done = await sealed(office)
    for who in (office.operator, office.approver):
        with pytest.raises(Refused) as error:
            await bundle(who, draw_id=done.draw, full=True)
        assert error.value.code in {ProblemCode.FORBIDDEN, ProblemCode.SAME_PERSON}
    await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert (await read(f"draw:{done.draw}"))[-1].kind.value == "draw.secrets_read"
