"""Gaming by drawing again: withdraw and redraw, ten similar tasks, a lost key, a last mover (draw.md §4.13)."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw import store_secrets
from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.plan_draw import plan_draw
from inspection.draw.supervision.escrow import open_escrow, point
from inspection.draw.supervision.register_key import register_key
from inspection.draw.tables import Draw, DrawTicket
from inspection.draw.told.disclose import attempts, bundle, public_view
from inspection.draw.told.monitoring import Alert, Sign, monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.draw.verify import verify_full, verify_public
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.journal import read
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.gaming import failing
from tests.inspection.draw.office import (
    DICE,
    NONCE,
    WITNESSED,
    Office,
    drawn,
    frozen,
    open_office,
    sealed,
    seeded,
    supervision,
)

pytestmark = pytest.mark.usefixtures("db")
PRIVATE = ec.derive_private_key(11**60, ec.SECP256R1())


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def withdrawn(office: Office, draw, reason: VoidReason = VoidReason.SYSTEM_FAULT) -> None:
    await ask_void(office.operator, draw_id=draw, reason=reason, note="重新来过")
    await confirm_void(office.approver, draw_id=draw)


async def test_drawing_again_gives_the_same_and_nothing_else(office: Office) -> None:
    """There is nothing to run until it pleases."""
    first = await drawn(office)
    before = await DrawTicket.select().order_by(DrawTicket.cell, DrawTicket.rank)
    assert await execute(office.operator, draw_id=first.draw) == first
    assert await execute(office.approver, draw_id=first.draw) == first
    assert await DrawTicket.select().order_by(DrawTicket.cell, DrawTicket.rank) == before


async def test_a_withdrawn_draw_stays_in_the_count_binds_the_next_and_is_watched(office: Office) -> None:
    for _ in range(2):
        await withdrawn(office, (await drawn(office)).draw)
    done = await sealed(office)
    assert [one.state for one in await attempts(office.task)] == [DrawState.VOIDED, DrawState.VOIDED, DrawState.SEALED]
    told = await public_view(done.draw)
    assert [void["reason"] for void in told["voids"]] == ["system-fault"] * 2
    assert monitor(await past_draws(office.authority)).alerts == (Alert(Sign.VOIDED, "2026Q1"),)
    files = await bundle(office.operator, draw_id=done.draw)
    assert failing(verify_public(files)) == set()
    for hidden in (told["voids"][1:], told["voids"][:1], []):
        head = json.loads(files["ceremony.json"]) | {"voids": hidden}
        assert "public.attempts" in failing(verify_public({**files, "ceremony.json": json.dumps(head).encode()}))


async def test_ten_draws_begun_and_one_kept_leaves_nine_numbers_to_explain(office: Office) -> None:
    """Every fingerprint has a number. One that is hidden leaves a gap; two at once there are not."""
    for _ in range(3):
        await withdrawn(office, (await frozen(office)).draw)
    last = await frozen(office)
    assert (await public_view(last.draw))["sequence"] == 4
    with pytest.raises(Conflict) as error:
        await plan_draw(office.operator, task_ids=[office.task])
    assert error.value.message_key == "draw.attempt_open"
    assert monitor(await past_draws(office.authority)).missing == ()
    elsewhere = (await open_office(office.by("x"), code="other")).authority
    await Draw.update({Draw.authority: elsewhere}).where(Draw.sequence == 2)
    told = monitor(await past_draws(office.authority))
    assert told.missing == (2,)
    assert Alert(Sign.MISSING) in told.alerts


async def test_a_key_lost_by_accident_is_no_reason_to_draw_again(office: Office) -> None:
    """The supervisor holds it from before the freeze, and can run the whole draw with it."""
    await register_key(office.supervisor, authority=office.authority, public_key=point(PRIVATE.public_key()))
    done = await sealed(office)
    assert (await store_secrets.kept(done.draw)).key == b""
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    ciphertext = bytes.fromhex(json.loads(files["ceremony.json"])["escrow"])
    key = open_escrow(PRIVATE, ciphertext, draw=done.draw.bytes)
    assert failing(verify_full({**files, "secret.json": json.dumps({"key": key.hex()}).encode()})) == set()
    kinds = [line.kind.value for line in await read(f"draw:{done.draw}")]
    assert kinds.index("draw.escrowed") < kinds.index("draw.frozen")


async def test_whoever_does_not_reveal_stops_the_draw_and_it_counts_as_given_up(office: Office) -> None:
    """No going on without him: else the last one to speak would choose between two results."""
    waiting = await frozen(office)
    await contribute(office.operator, draw_id=waiting.draw, name=WITNESSED.name, value=DICE)
    await contribute(office.supervisor, draw_id=waiting.draw, name=WITNESSED.name, value=DICE)
    with pytest.raises(Conflict) as error:
        await execute(office.operator, draw_id=waiting.draw)
    assert error.value.code is ProblemCode.DRAW_CONTRIBUTION_MISSING
    await withdrawn(office, waiting.draw, VoidReason.CONTRIBUTOR_ABSENT)
    assert [one.voids[-1].reason for one in await attempts(office.task)] == [VoidReason.CONTRIBUTOR_ABSENT]


async def test_the_last_to_speak_cannot_choose_what_to_say(office: Office) -> None:
    """The supervisor is bound by a commitment; the operator's own value opens by itself with the last of the others."""
    waiting = await frozen(office)
    await contribute(office.operator, draw_id=waiting.draw, name=WITNESSED.name, value=DICE)
    told = await contribute(office.supervisor, draw_id=waiting.draw, name=WITNESSED.name, value=DICE)
    assert next(c for c in told.contributions if c.name == "经办人").value is None
    for value in (b"t" * 32, b"s" * 31 + b"t"):
        with pytest.raises(Refused):
            await contribute(office.supervisor, draw_id=waiting.draw, name="监察室", value=value, nonce=NONCE)
    done = await contribute(office.supervisor, draw_id=waiting.draw, name="监察室", value=b"s" * 32, nonce=NONCE)
    assert done.state is DrawState.ENTROPY
    own = next(c for c in done.contributions if c.name == "经办人").value
    again = await contribute(office.operator, draw_id=waiting.draw, name="经办人", value=b"another")
    assert next(c for c in again.contributions if c.name == "经办人").value == own


async def test_nothing_is_contributed_before_the_fingerprint_is_out(office: Office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=(WITNESSED, supervision()))
    for who, name, value, nonce in (
        (office.operator, WITNESSED.name, DICE, b""),
        (office.supervisor, "监察室", b"s" * 32, NONCE),
        (office.operator, "经办人", b"", b""),
    ):
        with pytest.raises(Conflict) as error:
            await contribute(who, draw_id=planned.draw, name=name, value=value, nonce=nonce)
        assert error.value.code is ProblemCode.DRAW_WRONG_STEP
    assert (await freeze(office.approver, draw_id=planned.draw)).fingerprint is not None


async def test_a_friend_left_out_of_the_frame_is_missing_in_a_public_count(office: Office) -> None:
    """Every row of the register stands in the frame, the excluded ones with their code; the counts are under the
    fingerprint, for the supervisor to hold against the register.
    """
    told = await public_view((await frozen(office)).draw)
    (task,) = json.loads(told["params"])["tasks"]
    assert told["frame_rows"] == len(office.objects) == 60
    assert (task["rows"], task["eligible"], task["excluded"]) == (54, 54, {"CLOSED": 6})


async def test_numbers_changed_in_the_store_after_the_seed_do_not_draw(office: Office) -> None:
    """Terms and parameters are under the fingerprint; a database that says otherwise stops the draw."""
    before = await seeded(office, weights={"A": 1, "B": 2, "C": 3, "D": 4})
    params = (before.params or b"").decode()
    assert '"D":4' in params
    await Draw.update({Draw.params: params.replace('"D":4', '"D":1')}).where(Draw.id == before.draw)
    with pytest.raises(Conflict) as error:
        await execute(office.operator, draw_id=before.draw)
    assert error.value.code is ProblemCode.DRAW_NOT_REPRODUCIBLE
