"""The comparison after the outage: a store that lost, changed or misplaced anything must not pass for a whole one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.outbox import Custody, Days, Stored, lines_of, written
from bench.push_batches import Tablet
from inspection.kernel.keys import server_keys
from mobile_contract.base import b64url, unb64url
from mobile_contract.client.key import DeviceKey
from mobile_contract.envelope import entry_hash, parse_entry, parse_line, signed_bytes
from mobile_contract.push import Receipt, ReceiptEntry, Verdict
from mobile_contract.signed import Purpose, SignedText
from sync.signatures import public_key, verify

KEYS = server_keys(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
OTHERS = server_keys(Ed25519PrivateKey.from_private_bytes(b"o" * 32))
VISIT = UUID(int=9)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def line(text: str) -> bytes:
    """An entry's line; the comparison looks at its bytes only."""
    return json.dumps({"p": json.dumps({"n": text}), "b": text, "s": b64url(text.encode() * 8)}).encode()


LINES = [line(text) for text in ("one", "two", "three")]
NAMES = [b64url(entry_hash(json.loads(one)["p"].encode())) for one in LINES]
STORED = {
    name: Stored(told["p"].encode(), told["b"].encode(), unb64url(told["s"]), str(VISIT), number)
    for number, (name, told) in enumerate(zip(NAMES, map(json.loads, LINES), strict=True), start=1)
}


def receipt(names: list[str] = NAMES, keys: object = KEYS) -> SignedText:
    """A receipt that names these entries in their places."""
    entries = tuple(
        ReceiptEntry(hash=name, verdict=Verdict.ACCEPTED, visit=VISIT, vseq=NAMES.index(name) + 1) for name in names
    )
    bare = {"id": UUID(int=1), "history": UUID(int=2), "carrier": UUID(int=3), "received_at": NOW}
    text = Receipt(**bare, entries=entries, logs=(), feed=0).model_dump_json()
    return keys.sign_text(Purpose.RECEIPT, text)  # type: ignore[attr-defined]


def compared(stored: dict[str, Stored], *receipts: SignedText) -> Custody:
    custody = Custody()
    custody.compare(LINES, receipts, stored, KEYS.known)
    return custody


def test_a_store_that_has_everything_is_whole() -> None:
    found = compared(STORED, receipt())
    assert (found.entries, found.receipts, found.missing, found.broken) == (3, 1, [], [])


def test_an_entry_that_is_gone_breaks_its_receipt() -> None:
    found = compared({name: STORED[name] for name in NAMES[1:]}, receipt())
    assert (found.missing, found.broken) == ([NAMES[0]], [NAMES[0]])


@pytest.mark.parametrize("change", [{"header": b"{}"}, {"body": b"other"}, {"body": None}, {"signature": b"0" * 64}])
def test_an_entry_that_was_changed_is_missing(change: dict[str, bytes | None]) -> None:
    found = compared(STORED | {NAMES[1]: replace(STORED[NAMES[1]], **change)}, receipt())
    assert (found.missing, found.broken) == ([NAMES[1]], [])


def test_a_place_that_is_not_the_promised_one_breaks_the_receipt() -> None:
    found = compared(STORED | {NAMES[2]: replace(STORED[NAMES[2]], vseq=7)}, receipt())
    assert found.broken == [NAMES[2]]


def test_an_entry_that_no_receipt_names_is_missing() -> None:
    assert compared(STORED, receipt(NAMES[:2])).missing == [NAMES[2]]


def test_a_receipt_of_another_server_promises_nothing() -> None:
    found = compared(STORED, receipt(keys=OTHERS))
    assert found.broken == ["a receipt that the server did not sign"]
    assert found.missing == NAMES


def test_what_a_tablet_writes_is_one_signed_chain(tmp_path: Path) -> None:
    key = DeviceKey.of_entropy(b"k" * 48)
    tablet = Tablet(UUID(int=5), UUID(int=6), key, "", (VISIT, UUID(int=10)))
    (outbox,) = written(tmp_path / "outboxes", [tablet], Days(visits=2, entries=300, photos=2))
    lines = [parse_line(raw) for raw in lines_of(outbox)]
    entries = [parse_entry(one) for one in lines]
    assert len(outbox.pushes) == 2  # no push holds more than 500
    assert len(outbox.photos) == 4
    assert [one.header.seq for one in entries] == list(range(1, 601))
    assert [one.header.prev for one in entries[1:]] == [b64url(entry_hash(one.p.encode())) for one in lines[:-1]]
    assert len({one.header.id for one in entries}) == 600
    assert {one.header.visit for one in entries} == {VISIT, UUID(int=10)}
    public = public_key(key.jwk)
    assert all(verify(public, signed_bytes(one.p.encode()), unb64url(one.s)) for one in lines[::60])
