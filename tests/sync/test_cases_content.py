"""Cases 20–25 of the catalogue (sync.md §4): what an entry itself may be."""

import json
from typing import Any

import pytest

from api.worker import HANDLERS
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, read
from inspection.kernel.work.worker import Worker
from inspection.visits.reading import read_record
from inspection.visits.tables import Entry
from mobile_contract.base import b64url, unb64url
from mobile_contract.client import Device
from mobile_contract.client.key import ORDER, DeviceKey
from mobile_contract.client.state import Captured
from mobile_contract.envelope import body_digest, signed_bytes
from mobile_contract.push import PushAnswer, Reason, Receipt, Verdict
from sync.office.letters import list_letters
from sync.tables import DeadLetter
from tests.sync.unknown_keys import forget, know
from tests.sync.world import CK, World, build_world, note


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def stored() -> set[str]:
    return {row["hash"] for row in await Entry.select(Entry.hash)}


def told(answer: PushAnswer) -> list[tuple[Verdict, tuple[Reason, ...]]]:
    return [(one.verdict, one.reasons) for one in answer.verdicts]


def signed(entry: Captured, key: DeviceKey, b: str | None = None, **header: Any) -> str:
    """The entry with another header and body, signed by this key."""
    line = json.loads(entry.line)
    b = line["b"] if b is None else b
    body = {"body": b64url(body_digest(b.encode())), "blen": len(b.encode())}
    p = json.dumps({**json.loads(line["p"]), **body, **header})
    s = b64url(key.sign(signed_bytes(p.encode())))
    return json.dumps({**line, "p": p, "b": b, "k": key.kid, "s": s}, ensure_ascii=False)


def answered(device: Device, world: World, value: str) -> Captured:
    return device.capture("answer.set", {"item": "pc.01", "value": value}, visit=world.visit, ck=CK)


async def test_case_20_one_id_with_two_contents_is_two_entries_flagged_and_folded_as_two_statements(
    world: World, tablet: Device
) -> None:
    first, second = answered(tablet, world, "yes"), answered(tablet, world, "no")
    id_ = json.loads(json.loads(first.line)["p"])["id"]
    rival = signed(second, tablet.key, id=id_)
    await world.push(tablet, first)
    before = await Entry.select().where(Entry.hash == first.hash).first()
    answer = await world.push(tablet, rival)
    assert told(answer) == [(Verdict.FLAGGED, (Reason.ID_REUSE,))]
    assert await stored() == {first.hash, answer.verdicts[0].hash}
    assert await Entry.select().where(Entry.hash == first.hash).first() == before
    record = str(await read_record(world.visit))
    assert first.hash in record
    assert str(answer.verdicts[0].hash) in record


async def test_case_21_one_number_with_two_contents_is_a_fork_both_stored_and_the_device_starts_a_new_epoch(
    world: World, tablet: Device
) -> None:
    first, second = note(tablet, world.visit, "1"), note(tablet, world.visit, "2")
    await world.push(tablet, first, second)
    rival = signed(second, tablet.key, wall=1)
    answer = await world.push(tablet, rival)
    assert answer.verdicts[0].verdict is Verdict.FLAGGED
    assert Reason.LOG_FORK in answer.verdicts[0].reasons
    assert await stored() == {first.hash, second.hash, answer.verdicts[0].hash}
    state = Receipt.model_validate_json(answer.receipt.p).logs[0]
    assert (state.dev, state.ep, state.forked) == (tablet.id, 1, True)
    forks = [line for line in await read(f"device:{tablet.id}") if line.kind is EventKind.DEVICE_LOG_FORKED]
    assert [line.payload["hashes"] for line in forks] == [[answer.verdicts[0].hash]]
    # What the device was told makes it go on with a new incarnation, and nothing of it is lost.
    third = note(tablet, world.visit, "3")
    tablet.settle([third], await world.push(tablet, third))
    assert tablet.epoch == 2
    after = await world.push(tablet, *tablet.outbox(), note(tablet, world.visit, "4"))
    assert all(one.verdict.takes_custody for one in after.verdicts)
    assert (2, False) in {(log.ep, log.forked) for log in Receipt.model_validate_json(after.receipt.p).logs}


async def test_case_22_the_twin_of_a_signature_makes_a_duplicate_and_the_first_signature_stays(
    world: World, tablet: Device
) -> None:
    entry = note(tablet, world.visit)
    first = await world.push(tablet, entry)
    raw = unb64url(json.loads(entry.line)["s"])
    twin = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    answer = await world.push(tablet, json.dumps({**json.loads(entry.line), "s": b64url(twin)}))
    assert [(one.verdict, one.hash, one.vseq) for one in answer.verdicts] == [(Verdict.DUPLICATE, entry.hash, 1)]
    assert first.verdicts[0].vseq == 1
    rows = await Entry.select(Entry.signature)
    assert [bytes(row["signature"]) for row in rows] == [raw]


async def test_case_23_a_valid_signature_over_a_swapped_body_is_refused_and_the_line_is_kept(
    world: World, tablet: Device
) -> None:
    entry = note(tablet, world.visit, "十二箱")
    line = json.loads(entry.line)
    swapped = json.dumps({**line, "b": line["b"].replace("十二", "二十")}, ensure_ascii=False)
    answer = await world.push(tablet, swapped)
    assert told(answer) == [(Verdict.REFUSED, (Reason.BODY_MISMATCH,))]
    assert answer.verdicts[0].hash == entry.hash
    assert await stored() == set()
    rows = await DeadLetter.select(DeadLetter.content, DeadLetter.reason)
    assert [(bytes(row["content"]).decode(), row["reason"]) for row in rows] == [(swapped, "body-mismatch")]
    assert told(await world.push(tablet, entry)) == [(Verdict.ACCEPTED, ())]


async def test_case_25_an_unknown_key_is_refused_kept_and_read_again_when_it_appears_and_tenants_do_not_learn_of_others(
    world: World, tablet: Device
) -> None:
    elsewhere = await build_world("elsewhere")
    foreign = await elsewhere.tablet()
    stranger = DeviceKey.of_entropy(b"stranger" * 6)
    theirs, nobodys = note(foreign, world.visit), signed(note(tablet, world.visit), stranger)
    answer = await world.push(tablet, theirs, nobodys)
    # A key of another authority and one of nobody are told in the same words.
    assert told(answer) == [(Verdict.REFUSED, (Reason.UNKNOWN_KEY,))] * 2
    assert {(one.visit, one.vseq) for one in answer.verdicts} == {(None, None)}
    assert await stored() == set()
    assert [one.letter.reason for one in await list_letters(world.authority)] == ["unknown-key"] * 2
    assert await list_letters(elsewhere.authority) == []
    newcomer = await world.tablet(1)
    early = note(newcomer, world.visit)
    await forget(newcomer)
    assert told(await world.push(tablet, early)) == [(Verdict.REFUSED, (Reason.UNKNOWN_KEY,))]
    await know(world, newcomer)
    await Worker(HANDLERS, FixedClock(world.now), SeededEntropy("letters")).drain()
    assert await stored() == {early.hash}
    settled = {sha256_hex(one.letter.content) for one in await list_letters(world.authority) if one.outcome is not None}
    assert settled == {sha256_hex(early.line.encode())}


async def test_case_24_a_header_without_its_body_is_held_and_the_body_may_come_later(
    world: World, tablet: Device
) -> None:
    colleague = await world.tablet(1)
    entry, other = note(tablet, world.visit, "spät"), note(tablet, world.visit, "gleich")
    bare = json.dumps({**json.loads(entry.line), "b": None})
    answer = await world.push(tablet, bare, other)
    assert told(answer) == [(Verdict.HELD, (Reason.BODY_MISSING,)), (Verdict.ACCEPTED, ())]
    assert (answer.verdicts[0].vseq, await stored()) == (1, {entry.hash, other.hash})
    assert "spät" not in str(await read_record(world.visit))
    async with world.session(colleague) as session:
        await session.pull()
    # From anybody, at any time: the header's signature vouches for it.
    later = await world.push(colleague, entry)
    assert [(one.verdict, one.visit, one.vseq) for one in later.verdicts] == [(Verdict.DUPLICATE, world.visit, 1)]
    row = await Entry.select(Entry.body, Entry.verdict, Entry.reasons).where(Entry.hash == entry.hash).first()
    assert row is not None
    assert (bytes(row["body"]).decode(), row["verdict"], row["reasons"]) == (
        json.loads(entry.line)["b"],
        "accepted",
        "[]",
    )
    assert "spät" in str(await read_record(world.visit))
    async with world.session(colleague) as session:
        assert await session.pull() > 0
    assert "spät" in str(colleague.store.heard(world.visit))
