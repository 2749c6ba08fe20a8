"""Push: the verdict on each line, custody before judgement, and never an error for any body."""

import gzip
import json
import random
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, read, verify
from inspection.visits.tables import Entry
from mobile_contract.base import b64url, unb64url
from mobile_contract.client import Device
from mobile_contract.client.key import DeviceKey
from mobile_contract.client.state import Captured
from mobile_contract.entries import EntryType
from mobile_contract.envelope import MAX_LINE_BYTES, signed_bytes
from mobile_contract.problems import ProblemCode
from mobile_contract.push import EntryVerdict, PushAnswer, Reason, Receipt, Verdict
from mobile_contract.signed import Purpose
from sync.opaque import ANCHOR_SECRET, read_anchor
from sync.push import custody, store
from sync.push.keep import MAX_LETTERS
from sync.push.receive import receive_push
from sync.tables import DeadLetter
from tests.sync.world import CK, KEYS, World, note


def told(answer: PushAnswer) -> list[tuple[Verdict, tuple[Reason, ...]]]:
    return [(verdict.verdict, verdict.reasons) for verdict in answer.verdicts]


def only(answer: PushAnswer) -> EntryVerdict:
    assert len(answer.verdicts) == 1
    return answer.verdicts[0]


def receipt_of(answer: PushAnswer) -> Receipt:
    key = Ed25519PublicKey.from_public_bytes(unb64url(KEYS.public_jwk.x))
    key.verify(unb64url(answer.receipt.s), Purpose.RECEIPT.message(answer.receipt.p))
    return Receipt.model_validate_json(answer.receipt.p)


def changed(entry: Captured, **changes: Any) -> str:
    return json.dumps({**json.loads(entry.line), **changes}, ensure_ascii=False)


def resigned(entry: Captured, key: DeviceKey, **header: Any) -> str:
    """The entry with another header, signed anew."""
    line = json.loads(entry.line)
    p = json.dumps({**json.loads(line["p"]), **header})
    return changed(entry, p=p, k=key.kid, s=b64url(key.sign(signed_bytes(p.encode()))))


async def stored() -> set[str]:
    return {row["hash"] for row in await Entry.select(Entry.hash)}


async def letters() -> list[str]:
    return sorted(row["reason"] for row in await DeadLetter.select(DeadLetter.reason))


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def test_an_authentic_entry_is_accepted_and_told_by_a_signed_receipt(world: World, tablet: Device):
    entry = note(tablet, world.visit)
    answer = await world.push(tablet, entry)
    verdict = only(answer)
    assert (verdict.verdict, verdict.hash, verdict.visit, verdict.vseq) == (
        Verdict.ACCEPTED,
        entry.hash,
        world.visit,
        1,
    )
    receipt = receipt_of(answer)
    assert [(one.hash, one.verdict, one.vseq) for one in receipt.entries] == [(entry.hash, Verdict.ACCEPTED, 1)]
    assert (receipt.carrier, receipt.logs[0].seq, receipt.logs[0].hash) == (tablet.id, 1, entry.hash)
    assert await stored() == {entry.hash}
    kept = await store.receipts_of_visit(world.visit)
    assert [(row.text, b64url(row.signature)) for row in kept] == [(answer.receipt.p, answer.receipt.s)]


async def test_pushing_again_changes_nothing_and_tells_the_first_place(world: World, tablet: Device):
    batch = [note(tablet, world.visit, str(n)) for n in range(5)]
    first = await world.push(tablet, *batch)
    again = await world.push(tablet, *reversed(batch))
    assert {verdict.verdict for verdict in again.verdicts} == {Verdict.DUPLICATE}
    places = {(verdict.hash, verdict.visit, verdict.vseq) for verdict in first.verdicts}
    assert {(verdict.hash, verdict.visit, verdict.vseq) for verdict in again.verdicts} == places
    assert receipt_of(again).logs == receipt_of(first).logs


async def test_every_bad_line_costs_only_itself(world: World, tablet: Device):
    good = [note(tablet, world.visit, str(n)) for n in range(3)]
    victim = note(tablet, world.visit, "victim")
    stranger = DeviceKey.of_entropy(b"stranger" * 6)
    # Newest first in its log and without a run behind it, so that its own signature is what is checked.
    bad: list[tuple[str | bytes, Reason]] = [
        (changed(victim, s=b64url(bytes(64))), Reason.BAD_SIGNATURE),
        (changed(victim, a="EdDSA"), Reason.BAD_SIGNATURE),
        (changed(victim, k=stranger.kid), Reason.UNKNOWN_KEY),
        (resigned(victim, stranger), Reason.UNKNOWN_KEY),
        (resigned(victim, tablet.key, dev=str(world.visit)), Reason.UNKNOWN_KEY),
        (changed(victim, b=json.loads(victim.line)["b"].replace("victim", "forger")), Reason.BODY_MISMATCH),
        (resigned(victim, tablet.key, seq=4, prev=None), Reason.MALFORMED),
        (b"{not json", Reason.MALFORMED),
        (b"[]", Reason.MALFORMED),
        (b"\xff\xfe", Reason.MALFORMED),
        (b"[" * 50_000, Reason.MALFORMED),
        (victim.line.replace('"p":', '"p":"","p":', 1), Reason.MALFORMED),
        (b'{"p":"' + b"x" * MAX_LINE_BYTES + b'"}', Reason.TOO_LARGE),
        (changed(victim, p=" " * 5_000), Reason.TOO_LARGE),
    ]
    lines: list[Any] = []
    for n, (line, _) in enumerate(bad):
        lines += [good[n // 2], line] if n in {0, 2, 4} else [line]
    answer = await world.push(tablet, *lines)
    refused = [verdict for verdict in answer.verdicts if verdict.verdict is Verdict.REFUSED]
    assert [verdict.reasons for verdict in refused] == [(reason,) for _, reason in bad]
    assert await stored() == {entry.hash for entry in good}
    assert [verdict.line for verdict in answer.verdicts] == list(range(len(lines)))
    assert {one.hash for one in receipt_of(answer).entries} == await stored()
    assert await letters() == sorted(reason.value for _, reason in bad)
    assert only(await world.push(tablet, victim)).verdict is Verdict.ACCEPTED


async def test_refused_lines_are_kept_once_byte_for_byte_and_within_a_quota(world: World, tablet: Device):
    for _ in range(2):
        await world.push(tablet, b"{broken", b"{broken", b"{other")
    rows = await DeadLetter.select(DeadLetter.content).order_by(DeadLetter.content)
    assert [bytes(row["content"]) for row in rows] == [b"{broken", b"{other"]
    for start in range(0, MAX_LETTERS + 500, 500):
        answer = await world.push(tablet, *(f"{{{n}".encode() for n in range(start, start + 500)))
    assert {verdict.verdict for verdict in answer.verdicts} == {Verdict.REFUSED}
    assert await DeadLetter.count() == MAX_LETTERS


async def test_a_colleagues_tablet_may_carry_the_entries(world: World, tablet: Device):
    colleague = await world.tablet(1)
    entry = note(tablet, world.visit)
    answer = await world.push(colleague, entry)
    assert only(answer).verdict is Verdict.ACCEPTED
    receipt = receipt_of(answer)
    assert receipt.carrier == colleague.id
    assert [log.dev for log in receipt.logs] == [tablet.id]
    assert only(await world.push(tablet, entry)).verdict is Verdict.DUPLICATE
    row = await Entry.select(Entry.carrier, Entry.device).first()
    assert row == {"carrier": colleague.id, "device": tablet.id}


async def test_an_entry_of_an_unknown_visit_is_held_in_custody(world: World, tablet: Device):
    entry = note(tablet, world.authority)
    answer = await world.push(tablet, entry)
    assert told(answer) == [(Verdict.HELD, (Reason.UNKNOWN_VISIT,))]
    assert await stored() == {entry.hash}
    assert receipt_of(answer).entries[0].verdict is Verdict.HELD


async def test_what_is_new_is_held_and_never_refused(world: World, tablet: Device):
    future = tablet.capture("quantum.leap", {"to": "later"}, visit=world.visit)
    answer = await world.push(tablet, future)
    assert told(answer) == [(Verdict.HELD, (Reason.UNKNOWN_TYPE,))]
    newer = resigned(note(tablet, world.visit), tablet.key, v=2, novelty=[1])
    assert told(await world.push(tablet, newer)) == [(Verdict.HELD, (Reason.NEWER_VERSION,))]
    bare = changed(note(tablet, world.visit), b=None)
    assert only(await world.push(tablet, bare)).reasons[0] is Reason.BODY_MISSING


async def test_what_is_stated_against_the_checklist_is_kept_and_flagged(world: World, tablet: Device):
    foreign = {"item": "no.such", "value": "yes"}
    wrong = {"item": "pc.01", "value": "perhaps"}
    right = {"item": "pc.01", "value": "yes"}
    entries = [tablet.capture("answer.set", body, visit=world.visit, ck=CK) for body in (foreign, wrong, right)]
    assert told(await world.push(tablet, *entries)) == [
        (Verdict.FLAGGED, (Reason.UNKNOWN_ITEM,)),
        (Verdict.FLAGGED, (Reason.INVALID_VALUE,)),
        (Verdict.ACCEPTED, ()),
    ]


async def test_visits_that_alternate_in_one_log_leave_no_gap(world: World, tablet: Device):
    other = await world.add_visit()
    batch = [note(tablet, world.visit if n % 2 else other, str(n)) for n in range(20)]
    random.Random(3).shuffle(batch)
    answer = await world.push(tablet, *batch)
    assert {verdict.verdict for verdict in answer.verdicts} == {Verdict.ACCEPTED}
    assert receipt_of(answer).logs[0].seq == 20


async def test_a_line_that_stands_twice_in_one_body_is_one_entry(world: World, tablet: Device):
    entry, other = note(tablet, world.visit, "1"), note(tablet, world.visit, "2")
    answer = await world.push(tablet, entry, other, entry)
    assert [verdict.verdict for verdict in answer.verdicts] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.DUPLICATE,
    ]
    assert answer.verdicts[0].vseq == answer.verdicts[2].vseq
    assert len(receipt_of(answer).entries) == 2


async def test_a_revoked_device_may_still_hand_in_what_it_wrote(world: World, tablet: Device):
    before, after = note(tablet, world.visit, "before"), note(tablet, world.visit, "after")
    await world.push(tablet, before)
    await world.revoke(tablet)
    answer = await world.push(tablet, before, after)
    assert answer.verdicts[0].verdict is Verdict.DUPLICATE
    assert told(answer)[1] == (Verdict.FLAGGED, (Reason.DEVICE_REVOKED,))


async def test_no_clock_of_a_device_refuses_anything(world: World, tablet: Device):
    walls = [0, 4_070_908_800_000, -1, 2**53 - 1]
    lines = []
    for n, wall in enumerate(walls):
        base = note(tablet, world.visit, str(n))
        lines.append(resigned(base, tablet.key, wall=wall, seq=1, prev=None, ep=n + 1))
    answer = await world.push(tablet, *lines)
    assert all(verdict.verdict is Verdict.FLAGGED for verdict in answer.verdicts)
    assert all(verdict.reasons == (Reason.CLOCK_SUSPECT,) for verdict in answer.verdicts)


async def test_a_bomb_or_a_garbled_body_has_no_effect(world: World, tablet: Device):
    good = note(tablet, world.visit).line.encode() + b"\n"
    cases = [
        ({"body": gzip.compress(good + bytes(9 << 20)), "encoding": "gzip"}, ProblemCode.TOO_LARGE),
        ({"body": b"x\n" * 501}, ProblemCode.TOO_LARGE),
        ({"body": good, "encoding": "gzip"}, ProblemCode.MALFORMED),
        ({"body": good, "encoding": "br"}, ProblemCode.ENCODING_UNSUPPORTED),
        ({"body": good, "content_digest": "sha-256=:AAAA:"}, ProblemCode.DIGEST_MISMATCH),
    ]
    for how, code in cases:
        with pytest.raises(Invalid) as refused:
            await world.push(tablet, **how)
        assert refused.value.code is code
    assert await stored() == set()


async def test_no_body_breaks_the_push(world: World, tablet: Device):
    chaos = random.Random(7)
    entries = [note(tablet, world.visit, str(n)).line.encode() for n in range(10)]
    for _ in range(15):
        lines = []
        for raw in entries:
            line = bytearray(raw)
            for _ in range(chaos.randint(1, 3)):
                line[chaos.randrange(len(line))] = chaos.randrange(256)
            lines.append(bytes(line).replace(b"\n", b" "))
        answer = await world.push(tablet, *lines)
        assert len(answer.verdicts) >= 1
    answer = await world.push(tablet, *entries)
    assert {verdict.verdict for verdict in answer.verdicts} <= {Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.FLAGGED}
    assert receipt_of(answer).logs[0].seq == 10


async def test_a_carrier_nobody_knows_is_not_listened_to(world: World):
    with pytest.raises(NotFound):
        await receive_push(world.cmd(), device_id=world.visit, body=b"", keys=KEYS)


async def test_an_entry_that_cannot_be_stored_costs_only_itself_and_is_kept(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
):
    batch = [note(tablet, world.visit, str(n)) for n in range(4)]
    poison = batch[1].hash
    admit = custody.admit_entries

    async def failing(cmd, entries, carrier, **how):
        admitted = await admit(cmd, entries, carrier, **how)
        if any(verified.entry.text_hash == poison for verified in entries):
            raise LookupError("a projection that raises")
        return admitted

    monkeypatch.setattr(custody, "admit_entries", failing)
    answer = await world.push(tablet, *batch)
    verdicts = {verdict.hash: verdict for verdict in answer.verdicts}
    assert (verdicts[poison].verdict, verdicts[poison].reasons) == (Verdict.LATER, (Reason.BUSY,))
    assert await stored() == {entry.hash for entry in batch} - {poison}
    assert poison not in {one.hash for one in receipt_of(answer).entries}
    assert await letters() == ["unprocessable"]
    monkeypatch.undo()
    assert only(await world.push(tablet, batch[1])).verdict is Verdict.ACCEPTED
    assert receipt_of(await world.push(tablet, *batch)).logs[0].seq == 4


async def test_a_full_disk_is_told_as_later_and_nothing_as_accepted(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
):
    async def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(custody, "admit_entries", full)
    answer = await world.push(tablet, note(tablet, world.visit))
    assert told(answer) == [(Verdict.LATER, (Reason.STORAGE,))]
    assert receipt_of(answer).entries == ()
    assert await letters() == []


async def test_a_push_is_one_line_of_the_carriers_journal(world: World, tablet: Device):
    await world.push(tablet, note(tablet, world.visit), b"{broken")
    line = (await read(f"device:{tablet.id}"))[-1]
    assert line.kind is EventKind.PUSH_RECEIVED
    assert line.payload["verdicts"] == {"accepted": 1}
    assert line.payload["dead_letters"] == 1
    assert line.authority == world.authority
    assert (await verify(f"device:{tablet.id}")).ok


async def test_every_answer_brings_a_fresh_time_anchor_of_the_carrier(world: World, tablet: Device):
    answer = await world.push(tablet)
    anchor = json.loads(answer.anchor.p)
    told = read_anchor(anchor["id"], KEYS.secret(ANCHOR_SECRET), tablet.id)
    assert told is not None
    assert abs(told.time - world.now) < timedelta(milliseconds=1)
    assert told.feed == anchor["feed"] == 0


async def test_an_entry_without_a_visit_is_kept(world: World, tablet: Device):
    note(tablet, world.visit)
    epoch = tablet.start_epoch("tail lost")
    assert epoch.type == EntryType.LOG_EPOCH
    answer = await world.push(tablet, *tablet.outbox())
    assert all(verdict.verdict.takes_custody for verdict in answer.verdicts)
    assert [(log.ep, log.seq) for log in receipt_of(answer).logs] == [(1, 1), (2, 1)]
