"""The fast reader never reads more than the strict one, and never another value; the written answer is the models'."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.base import b64url
from mobile_contract.envelope import (
    EntryHeader,
    EntryLine,
    MalformedEntryError,
    parse_header,
    parse_line,
)
from mobile_contract.push import EntryVerdict, LogState, PushAnswer, Reason, Receipt, ReceiptEntry, Verdict
from mobile_contract.signed import SignedText
from mobile_contract.strict_json import MalformedJsonError, parse_strict_object
from sync.push.answer import answer_text, receipt_text
from sync.push.fast_lines import fast_body, fast_header, fast_line
from sync.push.outcomes import Told

HASH, SIGNATURE = b64url(b"\x07" * 32), b64url(b"\x07" * 64)
ID, OTHER = "0199a2b4-0000-7000-8000-00000000000a", "0199a2b4-0000-7000-8000-00000000000b"
HEADER: dict[str, Any] = {
    "v": 1,
    "id": ID,
    "dev": OTHER,
    "ep": 1,
    "seq": 2,
    "prev": HASH,
    "ins": ID,
    "visit": OTHER,
    "tasks": [ID],
    "type": "answer.set",
    "over": [HASH],
    "asg": [ID, 3],
    "ck": ["fire", 7, HASH],
    "wall": -1,
    "mono": 5,
    "boot": "7f3a",
    "anchor": "x" * 22,
    "sth": [0, HASH],
    "body": HASH,
    "blen": 0,
}
LINE: dict[str, Any] = {"p": "{}", "b": "{}", "k": HASH, "a": "ES256", "s": SIGNATURE}
BODY: dict[str, Any] = {"salt": "x", "item": "好", "value": ["a", {"b": None}], "n": 3, "yes": True}

odd = st.one_of(
    st.sampled_from(
        [
            *(None, True, False, 0, -1, 1, 41, 2**53 - 1, 2**53, 2**64, 65_536, 65_537, 1.0, 0.5, 1e400, "", "x"),
            *("x" * 40, "x" * 41, "x" * 17, "a.b", "a..b", "A", "a.b\n", "\x00", "\u2028", '"\\', [], {}, [ID], [None]),
            *(
                ID.upper(),
                ID.replace("-", ""),
                f"urn:uuid:{ID}",
                f"{{{ID}}}",
                f"{ID} ",
                HASH[:-1],
                HASH + "=",
                HASH + "A",
            ),
            *(HASH[:-1] + "d", SIGNATURE[:-1] + "B", [ID, 0], [ID, 1, 1], ["", 1, HASH], ["x" * 101, 1, HASH]),
            *([HASH] * 64, [HASH] * 65, [ID] * 50, [ID] * 51, [1, HASH], [-1, HASH], [1.0, HASH], [True, HASH]),
        ]
    ),
    st.text(max_size=5),
    st.integers(),
)


@st.composite
def bent(draw: st.DrawFn, good: dict[str, Any]) -> bytes:
    """A good text with up to three members changed, added or left out, written in one of several ways."""
    value = dict(good)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from([*good, "novelty"]))
        if draw(st.booleans()):
            value[name] = draw(odd)
        else:
            value.pop(name, None)
    names = draw(st.permutations(list(value)))
    spaced = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    plain = draw(st.booleans())
    text = json.dumps({name: value[name] for name in names}, ensure_ascii=not plain, separators=spaced)
    return text.encode("utf-8", "surrogatepass")


@st.composite
def garbled(draw: st.DrawFn, good: dict[str, Any]) -> bytes:
    """A text with a piece put in, doubled, cut out or changed anywhere."""
    raw = draw(bent(good))
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 30)))
    pieces = [
        b"",
        raw[start:end] * 2,
        b" ",
        b"\xef\xbb\xbf",
        b"\\u0000",
        b"\xff",
        b',"v":1',
        b"NaN",
        b"-0",
        b"1e3",
        b"{}",
    ]
    return raw[:start] + draw(st.sampled_from(pieces)) + raw[end:]


def strict_line(raw: bytes) -> EntryLine | None:
    try:
        return parse_line(raw)
    except MalformedEntryError:
        return None


def strict_header(p: bytes) -> EntryHeader | None:
    try:
        return parse_header(EntryLine.model_construct(**{**LINE, "p": p.decode()}))
    except (MalformedEntryError, UnicodeDecodeError):
        return None


def strict_body(b: bytes) -> dict[str, Any] | None:
    try:
        return parse_strict_object(b)
    except MalformedJsonError:
        return None


READERS = [(fast_line, strict_line, LINE), (fast_header, strict_header, HEADER), (fast_body, strict_body, BODY)]
every = pytest.mark.parametrize(("fast", "strict", "good"), READERS, ids=["line", "header", "body"])


@every
@settings(max_examples=250)
@given(data=st.data())
def test_what_is_read_fast_is_what_the_strict_reader_reads(fast, strict, good, data):
    raw = data.draw(st.one_of(bent(good), garbled(good)))
    found = fast(raw)
    if found is None:
        return
    told = strict(raw)
    assert found == told
    if isinstance(found, EntryLine | EntryHeader):
        assert found.model_fields_set == told.model_fields_set
        assert [(name, type(value)) for name, value in found] == [(name, type(value)) for name, value in told]
        assert found.model_dump_json() == told.model_dump_json()


@every
def test_a_plain_text_is_read_fast(fast, strict, good):
    raw = json.dumps(good, ensure_ascii=False, separators=(",", ":")).encode()
    assert fast(raw) is not None
    shuffled = json.dumps(dict(reversed(good.items())), ensure_ascii=False, separators=(",", ":")).encode()
    assert fast(shuffled) == strict(shuffled)


@pytest.mark.parametrize("prev", ["", None, HASH])
@pytest.mark.parametrize("seq", [1, 2])
def test_only_the_first_of_a_log_may_do_without_a_predecessor(seq, prev):
    raw = json.dumps({**HEADER, "seq": seq, "prev": prev}, separators=(",", ":")).encode()
    assert fast_header(raw) == strict_header(raw)


@every
@pytest.mark.parametrize("depth", [16, 17, 50_000])
def test_no_depth_breaks_the_fast_reader(fast, strict, good, depth):
    raw = b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    found = fast(raw)
    assert found is None or found == strict(raw)


def spellings() -> Iterator[bytes]:
    """Every byte, every escape of one letter, every code unit as it is and escaped: each as a text and as a name."""
    for inner in (
        *(bytes([byte]) for byte in range(256)),
        *(b"\\" + bytes([byte]) for byte in range(256)),
        *(f"\\u{unit:04x}".encode() for unit in range(0x3000)),
        *(chr(unit).encode() for unit in (*range(0x80, 0x3000), 0xFFFF, 0x10000, 0x10FFFF)),
        *(b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    ):
        yield b'{"a":"' + inner + b'"}'
        yield b'{"' + inner + b'":0}'


def test_no_text_is_read_whose_plain_spelling_is_longer():
    """What `fast_lines` rests on: were there one, blanks elsewhere could make up for it."""
    for raw in spellings():
        try:
            value = msgspec.json.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        assert len(msgspec.json.encode(value)) <= len(raw), raw


@pytest.mark.parametrize("text", ["1e2", "10e1", "1E+2", "0.1e3", "1.0", "-0", "-0.0", "00", "+1", "0x1"])
def test_no_number_is_read_as_a_whole_one_whose_plain_spelling_is_longer(text):
    try:
        value = msgspec.json.decode(text.encode(), type=int)
    except msgspec.MsgspecError:
        return
    assert len(msgspec.json.encode(value)) <= len(text)


told = st.builds(
    Told,
    number=st.integers(0, 999),
    hash=st.one_of(st.none(), st.binary(min_size=32, max_size=32).map(b64url)),
    verdict=st.sampled_from(Verdict),
    reasons=st.lists(st.sampled_from(Reason), max_size=3).map(tuple),
    visit=st.one_of(st.none(), st.uuids()),
    vseq=st.one_of(st.none(), st.integers(1, 2**53 - 1)),
)
SIGNED = SignedText(p='{"v":1,"text":"\\"好\\""}', k=HASH, s=SIGNATURE)


@settings(max_examples=60)
@given(st.lists(told, max_size=6), st.booleans())
def test_the_answer_is_written_as_the_model_writes_it(outcomes, truncated):
    verdicts = tuple(
        EntryVerdict(
            line=one.number, hash=one.hash, verdict=one.verdict, reasons=one.reasons, visit=one.visit, vseq=one.vseq
        )
        for one in outcomes
    )
    written = answer_text(outcomes, truncated, SIGNED, SIGNED)
    model = PushAnswer(verdicts=verdicts, truncated=truncated, receipt=SIGNED, anchor=SIGNED)
    assert written.decode() == model.model_dump_json()


@settings(max_examples=60)
@given(st.lists(told.filter(lambda one: one.hash is not None), max_size=6))
def test_the_receipt_is_written_as_the_model_writes_it(outcomes):
    moment, someone = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC), UUID(ID)
    log = LogState(dev=someone, ep=1, seq=1, hash=HASH, top=1)
    bare = Receipt(
        id=someone,
        history=someone,
        carrier=someone,
        received_at=moment,
        entries=(),
        logs=(log,),
        feed=3,
        sth=(4, HASH),
        merge_by=moment,
    )
    entries = tuple(
        ReceiptEntry(hash=one.hash, verdict=one.verdict, visit=one.visit, vseq=one.vseq) for one in outcomes
    )
    assert receipt_text(bare, outcomes) == bare.model_copy(update={"entries": entries}).model_dump_json()
