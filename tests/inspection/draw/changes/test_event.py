"""What a change hashes: golden bytes, and that its seed hangs on every part and on chance that came later."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from inspection.draw.changes.event import Happened, blind, change_seed, fresh_of_key
from inspection.draw.changes.terms import ChangeKind
from inspection.draw.lot.digest import hash_named

H = hash_named("sha256")
EVENT = Happened(
    UUID(int=1),
    2,
    ChangeKind.SWAP,
    "kinship",
    b"t" * 32,
    1,
    "i-1",
    "u-1",
    datetime(2026, 3, 2, 1, tzinfo=UTC),
    b"b" * 16,
)


def test_the_text_of_an_event_is_what_the_format_says() -> None:
    told = json.loads(EVENT.text())
    assert sorted(told) == sorted(
        ["draw", "seq", "kind", "reason", "door", "slot", "inspector", "asked_by", "asked_at", "blind"]
    )
    assert (told["door"], told["asked_at"]) == ("74" * 32, "2026-03-02T01:00:00+00:00")
    assert EVENT.text() == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_seed_of_a_change_is_the_format_s_hash() -> None:
    text = EVENT.text()
    assert change_seed(H, b"e" * 32, text, b"f") == H(b"\x33" + b"e" * 32 + H(text) + b"f")
    assert fresh_of_key(H, b"k" * 32, text) == H(b"\x38" + b"k" * 32 + H(text))
    assert blind(H, b"k" * 32, 7) == H(b"\x39" + b"k" * 32 + b"\x00\x00\x00\x07")[:16]


def test_the_seed_hangs_on_the_event_and_on_the_chance() -> None:
    text, other = EVENT.text(), replace(EVENT, slot=0).text()
    seeds = {change_seed(H, b"e" * 32, *parts) for parts in [(text, b"1"), (text, b"2"), (other, b"1")]}
    assert len(seeds) == 3


def test_a_print_of_an_event_names_nobody() -> None:
    assert "i-1" not in repr(EVENT)
    assert "u-1" not in repr(EVENT)
