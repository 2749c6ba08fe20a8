"""Chance of every kind in a ceremony: links asked for and given once, a public beacon after the freeze, no going on
without."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from inspection.draw.ceremony import DrawState, VoidReason
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.lot.chain import chain_of
from inspection.draw.lot.entropy import Assurance, ContributionKind, Contributor
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.beacon import use_beacon, whole_seconds
from inspection.draw.supervision.give_link import ask_link
from inspection.draw.supervision.register_chain import register_chain, retire_chain
from inspection.draw.told.disclose import bundle, public_view
from inspection.draw.verify import verify_public
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import read
from tests.inspection.draw.office import WITNESSED, Office, frozen, open_office

pytestmark = pytest.mark.usefixtures("db")
LINKS = chain_of(b"c" * 32, 5)
CHAIN = "监察室链"
LINK = Contributor(ContributionKind.LINK, CHAIN)
BEACON = Contributor(ContributionKind.BEACON, "公共信标")


class Drum:
    """A beacon of the tests: signs its rounds by a hash, once a minute since 1970."""

    network = "drum"
    genesis = 0
    period = 60

    def signature(self, number: int) -> bytes:
        return hashlib.sha512(b"drum %d" % number).digest()

    def value(self, number: int) -> bytes:
        return hashlib.sha256(self.signature(number)).digest()

    def verify(self, round_number: int, value: bytes, signature: bytes) -> bool:
        return signature == self.signature(round_number) and value == self.value(round_number)


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


@pytest.fixture
async def chain(office):
    return await register_chain(office.supervisor, authority=office.authority, name=CHAIN, head=LINKS[-1])


@pytest.fixture
def drum():
    yield use_beacon(f"{__name__}:Drum")
    use_beacon("")


async def test_a_link_is_asked_for_on_record_and_given_by_its_holder(office, chain) -> None:
    draw = (await frozen(office, contributors=(LINK,))).draw
    with pytest.raises(Conflict) as error:
        await contribute(office.supervisor, draw_id=draw, name=CHAIN, value=LINKS[-2])
    assert error.value.message_key == "draw.link_not_asked"
    await ask_link(office.operator, draw_id=draw, name=CHAIN)
    await ask_link(office.approver, draw_id=draw, name=CHAIN)
    done = await contribute(office.supervisor, draw_id=draw, name=CHAIN, value=LINKS[-2])
    assert (done.state, done.level) == (DrawState.ENTROPY, Assurance.L1)
    kinds = [line.kind.value for line in await read(f"draw:{draw}")]
    assert kinds.count("draw.link_asked") == 1
    (given,) = [line for line in await read(f"chain:{chain.id}") if line.kind.value == "chain.link_given"]
    assert given.payload["used_for"] == done.fingerprint.hex()
    told = next(c for c in json.loads(done.params)["entropy"]["contributors"] if c["kind"] == "LINK")
    assert told["anchor"] == LINKS[-1].hex()


async def test_links_of_two_draws_at_once_are_both_good_whoever_comes_first(office, chain, cmd) -> None:
    first = (await frozen(office, contributors=(LINK,))).draw
    await ask_void(office.operator, draw_id=first, reason=VoidReason.FRAME_WRONG, note="x")
    await confirm_void(office.approver, draw_id=first)
    second = (await frozen(office, contributors=(LINK,))).draw
    await store_supervisors.change_chain(chain.id, {"latest": LINKS[-2], "used": 1})  # another draw was quicker
    await ask_link(office.operator, draw_id=second, name=CHAIN)
    with pytest.raises(Refused) as error:
        await contribute(office.supervisor, draw_id=second, name=CHAIN, value=LINKS[-2])
    assert error.value.message_key == "draw.link_reused"
    done = await contribute(office.supervisor, draw_id=second, name=CHAIN, value=LINKS[-3])
    assert done.state is DrawState.ENTROPY
    await execute(office.operator, draw_id=second)
    await match(office.operator, draw_id=second)
    await seal(office.approver, draw_id=second)
    assert [one for one in verify_public(await bundle(office.operator, draw_id=second)) if not one.ok] == []


async def test_a_wrong_link_changes_nothing(office, chain) -> None:
    draw = (await frozen(office, contributors=(LINK,))).draw
    await ask_link(office.operator, draw_id=draw, name=CHAIN)
    for value in (LINKS[-3], LINKS[-1], b"x" * 32):
        with pytest.raises(Refused):
            await contribute(office.supervisor, draw_id=draw, name=CHAIN, value=value)
    with pytest.raises(Refused):
        await contribute(office.operator, draw_id=draw, name=CHAIN, value=LINKS[-2])
    assert (await store_supervisors.chain(chain.id)).used == 0
    assert (await public_view(draw))["state"] == "frozen"


async def test_no_draw_names_a_chain_that_is_not_there(office, chain) -> None:
    with pytest.raises(Invalid) as error:
        await plan_draw(office.operator, task_ids=[office.task], contributors=[replace(LINK, name="别的链")])
    assert error.value.message_key == "draw.link_without_chain"
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=[LINK])
    with pytest.raises(NotFound):
        await ask_link(office.operator, draw_id=planned.draw, name="别的链")
    with pytest.raises(Conflict):
        await ask_link(office.operator, draw_id=planned.draw, name=CHAIN)
    await retire_chain(office.supervisor, chain_id=chain.id)
    with pytest.raises(Conflict) as late:
        await freeze(office.approver, draw_id=planned.draw)
    assert late.value.message_key == "draw.chain_retired"


async def test_a_beacon_s_round_lies_a_minute_after_the_freeze_and_is_checked(office, drum) -> None:
    done = await frozen(office, contributors=(WITNESSED, BEACON))
    (fixed,) = [c.beacon for c in done.contributions if c.beacon]
    seconds = whole_seconds(done.frozen_at)
    assert fixed.at(fixed.round) >= seconds + 60
    assert fixed.at(fixed.round - 1) < seconds + 60
    early = replace(office.operator, now=done.frozen_at + timedelta(seconds=59))
    value, signature = drum.value(fixed.round), drum.signature(fixed.round)
    with pytest.raises(Conflict) as error:
        await contribute(early, draw_id=done.draw, name=BEACON.name, value=value, nonce=signature)
    assert error.value.message_key == "draw.beacon_too_early"
    later = replace(office.operator, now=done.frozen_at + timedelta(minutes=5))
    before = fixed.round - 1
    for number, said in ((before, drum.value(before)), (fixed.round, drum.value(before)), (before, value)):
        with pytest.raises(Invalid) as wrong:
            await contribute(later, draw_id=done.draw, name=BEACON.name, value=said, nonce=drum.signature(number))
        assert wrong.value.message_key == "draw.beacon_wrong"
    await contribute(later, draw_id=done.draw, name=BEACON.name, value=value, nonce=signature)


async def test_a_whole_draw_by_link_and_beacon_is_l3_and_verifies(office, chain, drum) -> None:
    done = await frozen(office, contributors=(LINK, BEACON))
    (fixed,) = [c.beacon for c in done.contributions if c.beacon]
    await ask_link(office.operator, draw_id=done.draw, name=CHAIN)
    await contribute(office.supervisor, draw_id=done.draw, name=CHAIN, value=LINKS[-2])
    later = replace(office.operator, now=done.frozen_at + timedelta(minutes=5))
    value, signature = drum.value(fixed.round), drum.signature(fixed.round)
    seeded = await contribute(later, draw_id=done.draw, name=BEACON.name, value=value, nonce=signature)
    assert (seeded.level, seeded.state) == (Assurance.L3, DrawState.ENTROPY)
    office.minutes += 10
    await execute(office.operator, draw_id=done.draw)
    await match(office.operator, draw_id=done.draw)
    await seal(office.approver, draw_id=done.draw)
    assert [one for one in verify_public(await bundle(office.operator, draw_id=done.draw)) if not one.ok] == []


async def test_without_a_plug_in_there_is_no_beacon(office, drum) -> None:
    done = await frozen(office, contributors=(BEACON,))
    use_beacon("")
    with pytest.raises(Invalid) as error:
        await contribute(office.operator, draw_id=done.draw, name=BEACON.name, value=bytes(32), nonce=b"x")
    assert error.value.message_key == "draw.beacon_not_offered"
    await ask_void(office.operator, draw_id=done.draw, reason=VoidReason.CONTRIBUTOR_ABSENT, note="信标停用")
    await confirm_void(office.approver, draw_id=done.draw)
    with pytest.raises(Invalid):
        await plan_draw(office.operator, task_ids=[office.task], contributors=[BEACON])


async def test_who_never_reveals_can_only_be_voided_and_is_counted(office, chain) -> None:
    draw = (await frozen(office, contributors=(LINK, WITNESSED))).draw
    await ask_link(office.operator, draw_id=draw, name=CHAIN)
    for step in (execute, match, seal):
        with pytest.raises(Conflict) as error:
            await step(office.approver, draw_id=draw)
    assert error.value.message_key == "draw.wrong_step"
    with pytest.raises(Conflict) as open_:
        await plan_draw(office.operator, task_ids=[office.task])
    assert open_.value.message_key == "draw.attempt_open"
    await ask_void(office.operator, draw_id=draw, reason=VoidReason.CONTRIBUTOR_ABSENT, note="链节未提供")
    await confirm_void(office.approver, draw_id=draw)
    told = await public_view(draw)
    assert (told["of_authority"]["draws"], told["of_authority"]["void"]) == (1, 1)
    assert [void["reason"] for void in told["voids"]] == ["contributor-absent"]
