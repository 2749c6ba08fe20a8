"""The log of a device: dense, chained, signed, and never shorter than what was written."""

import json
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mobile_contract.base import b64url, unb64url
from mobile_contract.client import Device, DeviceStore
from mobile_contract.client.device import ndjson
from mobile_contract.client.examples import FOLDER, VISIT, visit_card
from mobile_contract.client.key import DeviceKey, server_signed
from mobile_contract.client.state import Custody
from mobile_contract.entries import EntryType, LogEpoch
from mobile_contract.envelope import ParsedEntry, entry_set_digest, parse_entry, parse_line, signed_bytes
from mobile_contract.pull import FeedItem, FeedOp, InventoryAnswer, LogComparison, PullAnswer, SeqRange, SnapshotAnswer
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES, LogState, Verdict
from mobile_contract.signed import Purpose, SignedText
from tests.mobile_contract.client.tablets import surroundings, tablet

CARD = visit_card()
ANCHOR = SignedText.model_validate(json.loads((FOLDER / "enrolment.json").read_text())["answer"]["anchor"])


def parsed(device: Device) -> list[ParsedEntry]:
    return [parse_entry(parse_line(entry.line.encode())) for entry in device.store.entries()]


def put(seq: int, visit: UUID = VISIT) -> FeedItem:
    card = CARD.model_copy(update={"id": visit})
    return FeedItem(topic=f"visit:{visit}", seq=seq, op=FeedOp.PUT, rev=card.digest(), card=card)


def page(since: str | None, to: str, *items: FeedItem) -> PullAnswer:
    return PullAnswer(from_=since, to=to, head=9, more=False, anchor=ANCHOR, items=items)


@settings(max_examples=30)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), max_size=8))
def test_a_log_is_dense_chained_and_signed_by_its_key(texts):
    device = tablet()
    for text in texts:
        device.capture("note.add", {"text": text}, visit=VISIT)
    entries = parsed(device)
    x, y = (int.from_bytes(unb64url(part), "big") for part in (device.key.jwk.x, device.key.jwk.y))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    before = None
    for seq, (entry, text) in enumerate(zip(entries, texts, strict=True), start=1):
        assert (entry.header.seq, entry.header.prev, entry.header.dev) == (seq, before, device.id)
        assert entry.body is not None
        assert entry.body["text"] == text
        r, s = (int.from_bytes(half, "big") for half in (entry.sig[:32], entry.sig[32:]))
        key.verify(encode_dss_signature(r, s), signed_bytes(entry.p), ec.ECDSA(hashes.SHA256()))
        before = entry.text_hash
    assert len({entry.body["salt"] for entry in entries if entry.body}) == len(texts)


def test_the_same_surroundings_write_the_same_bytes():
    first, again, other = tablet("one"), tablet("one"), tablet("two")
    for device in (first, again, other):
        device.capture("note.add", {"text": "x"}, visit=VISIT)
    assert first.store.entries() == again.store.entries()
    assert first.key.kid != other.key.kid


def test_what_is_wrongly_filled_in_is_not_written():
    device = tablet()
    with pytest.raises(ValidationError):
        device.capture("answer.set", {"item": "pc.01"}, visit=VISIT)
    assert device.store.entries() == []
    assert device.capture("note.add", {"text": "x"}).seq == 1


def test_an_unenrolled_device_writes_nothing():
    with pytest.raises(RuntimeError, match="enrolled"):
        Device(DeviceStore(), surroundings()).capture("note.add", {"text": "x"})


def test_every_entry_names_the_newest_anchor():
    device = tablet()
    device.capture("note.add", {"text": "x"})
    answer = json.loads((FOLDER / "enrolment.json").read_text())["answer"]
    assert parsed(device)[0].header.anchor == json.loads(answer["anchor"]["p"])["id"]


def test_a_text_the_server_did_not_sign_is_not_trusted():
    device = tablet()
    answer = json.loads((FOLDER / "enrolment.json").read_text())["answer"]
    signed = SignedText.model_validate_json(json.dumps(answer["anchor"]))
    assert device.trusted(Purpose.TIME_ANCHOR, signed)
    forged = signed.model_copy(update={"p": signed.p.replace("2026", "2027")})
    foreign = signed.model_copy(update={"k": device.key.kid})
    for purpose, text in (
        (Purpose.TIME_ANCHOR, forged),
        (Purpose.RECEIPT, signed),
        (Purpose.TIME_ANCHOR, foreign),
    ):
        with pytest.raises(Exception, match=str(purpose)):
            device.trusted(purpose, text)
    assert not server_signed((), Purpose.TIME_ANCHOR, signed)


def test_a_new_incarnation_starts_at_one_and_names_the_old_head():
    device = tablet()
    last = device.capture("note.add", {"text": "x"}, visit=VISIT)
    epoch = device.start_epoch("restored")
    assert (epoch.ep, epoch.seq, epoch.type) == (2, 1, EntryType.LOG_EPOCH)
    body = LogEpoch.model_validate_json(parsed(device)[1].b or b"")
    assert body.last is not None
    assert (body.last.ep, body.last.seq, body.last.hash) == (1, 1, last.hash)
    assert [(head.ep, head.seq) for head in device.heads()] == [(1, 1), (2, 1)]


def test_an_attestation_names_the_own_entries_of_the_visit():
    device = tablet()
    mine = [device.capture("note.add", {"text": str(n)}, visit=VISIT) for n in range(3)]
    last = device.capture("note.add", {"text": "elsewhere"}, visit=CARD.object.id)
    told = device.attestation(VISIT)
    assert told["count"] == 3
    assert told["set"] == entry_set_digest(entry.hash for entry in mine)
    assert [(head["seq"], head["hash"]) for head in told["heads"]] == [(4, last.hash)]
    assert device.capture("submit", told, visit=VISIT).seq == 5


def test_the_outbox_keeps_within_what_one_push_may_carry():
    device = tablet()
    for n in range(MAX_LINES + 3):
        device.capture("note.add", {"text": str(n)})
    assert len(device.outbox()) == MAX_LINES
    fat = tablet("fat")
    for _ in range(100):
        fat.capture("note.add", {"text": "字" * 10_000})
    batch = fat.outbox()
    assert 0 < len(batch) < 100
    assert len(ndjson(batch)) < MAX_PACKED_BYTES


def test_settled_entries_leave_the_outbox_and_stay_on_the_device():
    device = tablet()
    kept, refused, open_ = (device.capture("note.add", {"text": str(n)}) for n in range(3))
    device.store.settle(kept.hash, Custody.SERVER, Verdict.ACCEPTED, ())
    device.store.settle(refused.hash, Custody.REFUSED, Verdict.REFUSED, ("malformed",))
    assert [entry.hash for entry in device.outbox()] == [open_.hash]
    assert len(device.store.entries()) == 3


def comparison(seq: int, hash_: str | None, *missing: tuple[int, int], forked: bool = False) -> InventoryAnswer:
    state = LogState(dev=CARD.object.id, ep=1, seq=seq, hash=hash_, top=seq, forked=forked)
    gaps = tuple(SeqRange(first=first, last=last) for first, last in missing)
    return InventoryAnswer(history=CARD.id, logs=(LogComparison(state=state, missing=gaps),))


def test_what_the_server_lacks_is_offered_again_and_refused_entries_are_not():
    device = tablet()
    entries = [device.capture("note.add", {"text": str(n)}) for n in range(6)]
    for entry in entries:
        device.store.settle(entry.hash, Custody.SERVER, Verdict.ACCEPTED, ())
    device.store.settle(entries[5].hash, Custody.REFUSED, Verdict.REFUSED, ())
    assert device.offer_again(comparison(2, entries[1].hash, (4, 6))) == 2
    assert [entry.seq for entry in device.outbox()] == [4, 5]
    assert device.offer_again(comparison(3, b64url(bytes(32)))) == 3
    assert [entry.seq for entry in device.outbox()] == [1, 2, 3, 4, 5]


def test_a_page_is_applied_only_behind_the_own_cursor():
    device = tablet()
    assert not device.apply(page("elsewhere", "c1", put(1)))
    assert device.apply(page(None, "c1", put(1)))
    assert not device.apply(page(None, "c9", put(2)))
    assert (device.cursor, list(device.visits())) == ("c1", [VISIT])
    gone = FeedItem(topic=f"visit:{VISIT}", seq=2, op=FeedOp.REMOVE)
    assert device.apply(page("c1", "c2", gone))
    assert (device.cursor, device.visits()) == ("c2", {})


def test_a_page_that_cannot_be_kept_moves_no_cursor(monkeypatch: pytest.MonkeyPatch):
    device = tablet()

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(device.store, "drop_topic", full)
        with pytest.raises(sqlite3.OperationalError):
            device.apply(page(None, "c1", put(1), FeedItem(topic="visit:x", seq=2, op=FeedOp.REMOVE)))
    assert device.cursor is None
    assert device.visits() == {}
    assert device.apply(page(None, "c1", put(1)))


def test_a_snapshot_replaces_what_is_read_and_nothing_that_was_written():
    device = tablet()
    device.apply(page(None, "c1", put(1), put(2, CARD.object.id)))
    own = device.capture("note.add", {"text": "x"}, visit=CARD.object.id)
    shown = SnapshotAnswer(cursor="s", next="p", items=(put(1),))
    rest = SnapshotAnswer(cursor="s", next=None, items=())
    device.apply_snapshot([shown, rest])
    assert (device.cursor, list(device.visits())) == ("s", [VISIT])
    assert [entry.hash for entry in device.outbox()] == [own.hash]


def test_a_file_is_kept_once_under_its_digest(tmp_path: Path):
    device = tablet(path=tmp_path / "t.sqlite3")
    digest = device.attach(b"photo", "image/jpeg")
    assert device.attach(b"photo", "image/jpeg") == digest
    assert device.store.incomplete_files() == [digest]


def test_a_key_is_a_scalar_of_the_curve():
    key = DeviceKey.of_entropy(b"\xff" * 48)
    assert DeviceKey.of_bytes(key.secret()).kid == key.kid
    with pytest.raises(ValueError, match="scalar"):
        DeviceKey(0)
