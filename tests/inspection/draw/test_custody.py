"""K between two hands: escrowed before the freeze, erased at the seal, given back when the draw is closed."""

import json
from uuid import uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.ceremony import DrawState
from inspection.draw.execute import execute
from inspection.draw.frozen.reopen import reopen
from inspection.draw.lot.digest import hash_named
from inspection.draw.match import match
from inspection.draw.seal import seal
from inspection.draw.supervision.escrow import escrow_digest, key_fingerprint, open_escrow, point
from inspection.draw.supervision.key_custody import return_key, reveal_frame
from inspection.draw.supervision.register_key import register_key, retire_key
from inspection.draw.told.disclose import bundle, open_ticket, opening, public_view, sealed_matches
from inspection.draw.told.disclosure import opened
from inspection.draw.told.prove_object import object_code, object_proofs
from inspection.draw.verify import verify_full, verify_one, verify_public
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import read
from inspection.registry.objects.tables import InspectionObject
from tests.inspection.draw.office import Office, drawn, frozen, open_office, sealed

pytestmark = pytest.mark.usefixtures("db")
PRIVATE = ec.derive_private_key(5**70, ec.SECP256R1())
PUBLIC = point(PRIVATE.public_key())


@pytest.fixture
async def office(cmd, db) -> Office:
    made = await open_office(cmd, objects=30)
    await register_key(made.supervisor, authority=made.authority, public_key=PUBLIC)
    return made


def taken_out(ceremony) -> bytes:
    """K, as the supervisor's own machine opens it."""
    return open_escrow(PRIVATE, ceremony.escrow, draw=ceremony.draw.bytes)


async def closed(office: Office):
    """Sealed, and all its objects made public."""
    done = await sealed(office)
    for one in await sealed_matches(done.draw):
        await open_ticket(office.operator, ticket_id=one.ticket_id)
    return await store.ceremony(done.draw)


async def codes(office: Office, *, of_drawn: bool) -> list[str]:
    """The identifying codes of drawn, or of undrawn, objects."""
    rows = {row["id"]: row["code"] for row in await InspectionObject.select("id", "code")}
    drawn_ids = {one.object for one in await store_tickets.drawn_tickets((await store.draws_of(office.task))[-1].id)}
    return [code for thing, code in rows.items() if (thing in drawn_ids) == of_drawn]


async def test_the_escrow_is_bound_into_the_fingerprint_and_opens_for_the_supervisor(office) -> None:
    done = await frozen(office)
    h = hash_named("sha256")
    told = json.loads(done.params)["escrow"]
    assert told == {"key": key_fingerprint(PUBLIC), "digest": escrow_digest(h, done.escrow).hex()}
    assert taken_out(done) == (await store_secrets.kept(done.draw)).key
    (line,) = [one for one in await read(f"draw:{done.draw}") if one.kind.value == "draw.escrowed"]
    assert line.payload["ciphertext"] == done.escrow.hex()


async def test_without_a_key_in_use_nothing_is_escrowed_and_nothing_erased(office, cmd) -> None:
    bare = await open_office(cmd, code="bare")
    done = await sealed(bare)
    assert (done.escrow, json.loads(done.params)["escrow"]) == (None, None)
    assert len((await store_secrets.kept(done.draw)).key) == 32
    with pytest.raises(Conflict):
        await return_key(bare.supervisor, draw_id=done.draw, key=bytes(32))


async def test_a_retired_key_takes_no_more_escrows(cmd, db) -> None:
    office = await open_office(cmd)
    row = await register_key(office.supervisor, authority=office.authority, public_key=PUBLIC)
    await retire_key(office.supervisor, key_id=row.id)
    assert (await frozen(office)).escrow is None


async def test_the_key_is_gone_with_the_seal_and_every_opening_still_proves_itself(office) -> None:
    draw = (await drawn(office)).draw
    key = (await store_secrets.kept(draw)).key
    await match(office.operator, draw_id=draw)
    await seal(office.approver, draw_id=draw)
    for one in await sealed_matches(draw):
        await open_ticket(office.operator, ticket_id=one.ticket_id)
        assert all(check.ok for check in verify_one(opened(await opening(one.ticket_id))))
    done = await store.ceremony(draw)
    assert done.state is DrawState.CLOSED
    assert (await store_secrets.kept(done.draw)).key == b""
    assert "draw.key_erased" in [line.kind.value for line in await read(f"draw:{done.draw}")]
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert "secret.json" not in files
    assert key not in b"".join(files.values())
    assert key.hex().encode() not in b"".join(files.values())
    assert [one for one in verify_public(files) if not one.ok] == []
    whole = files | {"secret.json": json.dumps({"key": taken_out(done).hex()}).encode()}
    assert [one for one in verify_full(whole) if not one.ok] == []


async def test_what_needs_the_key_is_refused_and_what_does_not_goes_on(office) -> None:
    done = await sealed(office)
    again = await execute(office.operator, draw_id=done.draw)
    assert again.tickets == done.tickets
    left = await reopen(await store.draw_row(done.draw))
    with pytest.raises(Conflict) as error:
        left.h(b"\x38" + left.secret)
    assert error.value.message_key == "draw.key_gone"
    assert all(left.secret.of(row.name) for row in left.roster.rows)
    assert len(left.secret.blind(1)) == 16


async def test_only_a_supervisor_returns_the_right_key_of_a_closed_draw(office) -> None:
    done = await sealed(office)
    key = taken_out(done)
    with pytest.raises(Conflict):
        await return_key(office.supervisor, draw_id=done.draw, key=key)
    for one in await sealed_matches(done.draw):
        await open_ticket(office.operator, ticket_id=one.ticket_id)
    for who in (office.operator, office.approver):
        with pytest.raises(Refused):
            await return_key(who, draw_id=done.draw, key=key)
    for wrong in (bytes(32), key[:-1], b""):
        with pytest.raises(Invalid) as error:
            await return_key(office.supervisor, draw_id=done.draw, key=wrong)
        assert error.value.message_key == "draw.key_wrong"
    await return_key(office.supervisor, draw_id=done.draw, key=key)
    await return_key(office.supervisor, draw_id=done.draw, key=key)
    assert (await store_secrets.kept(done.draw)).key == key
    kinds = [line.kind.value for line in await read(f"draw:{done.draw}")]
    assert kinds.count("draw.key_returned") == 1
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [one for one in verify_full(files) if not one.ok] == []


async def test_an_undrawn_firm_sees_its_own_ticket_with_the_printed_code(office) -> None:
    done = await closed(office)
    with pytest.raises(Conflict) as away:
        await object_code(office.approver, draw_id=done.draw, oid="x")
    assert away.value.message_key == "draw.key_away"
    await return_key(office.supervisor, draw_id=done.draw, key=taken_out(done))
    for of_drawn in (False, True):
        oid = (await codes(office, of_drawn=of_drawn))[0]
        code = await object_code(office.approver, draw_id=done.draw, oid=oid)
        typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()
        (proof,) = await object_proofs(done.draw, oid=oid, code=typed)
        assert (proof.rank is not None) == of_drawn
        assert proof.row.decode().startswith(oid)
        assert all(check.ok for check in verify_one(opened(proof)))
    with pytest.raises(NotFound):
        await object_code(office.approver, draw_id=done.draw, oid="没有")


async def test_one_answer_for_drawn_undrawn_and_unknown_and_for_wrong_codes(office) -> None:
    done = await sealed(office)
    asked = [(await codes(office, of_drawn=True))[0], (await codes(office, of_drawn=False))[0], "没有"]

    async def answers(code: str) -> set[tuple[str, str]]:
        found = set()
        for oid in asked:
            with pytest.raises(NotFound) as error:
                await object_proofs(done.draw, oid=oid, code=code)
            found.add((error.value.message_key, json.dumps(error.value.facts)))
        return found

    assert await answers("A" * 16) == {("draw.no_proof", "{}")}
    for one in await sealed_matches(done.draw):
        await open_ticket(office.operator, ticket_id=one.ticket_id)
    assert await answers("A" * 16) == {("draw.no_proof", "{}")}
    await return_key(office.supervisor, draw_id=done.draw, key=taken_out(done))
    assert await answers("A" * 16) == {("draw.no_proof", "{}")}
    with pytest.raises(NotFound):
        await object_proofs(uuid5(done.draw, "x"), oid=asked[0], code="A" * 16)
    assert (await public_view(done.draw))["state"] == "closed"


async def test_the_whole_frame_comes_out_of_a_closed_draw_of_equal_weights_only(office) -> None:
    done = await closed(office)
    with pytest.raises(Refused):
        await reveal_frame(office.operator, draw_id=done.draw)
    with pytest.raises(Conflict) as away:
        await reveal_frame(office.approver, draw_id=done.draw)
    assert away.value.message_key == "draw.key_away"
    await return_key(office.supervisor, draw_id=done.draw, key=taken_out(done))
    files = await reveal_frame(office.approver, draw_id=done.draw)
    assert json.loads(files["secret.json"])["key"] == taken_out(done).hex()
    assert files["manifest.tsv"].count(b"\n") == done.frame_rows
    assert (await read(f"draw:{done.draw}"))[-1].payload == {"what": "frame"}


async def test_the_frame_of_a_draw_by_risk_stays_inside(office) -> None:
    done = await sealed(office, weights={"A": 1, "D": 4})
    with pytest.raises(Conflict):
        await reveal_frame(office.approver, draw_id=done.draw)
    for one in await sealed_matches(done.draw):
        await open_ticket(office.operator, ticket_id=one.ticket_id)
    with pytest.raises(Refused) as error:
        await reveal_frame(office.approver, draw_id=done.draw)
    assert error.value.message_key == "draw.reveal_weighted"
