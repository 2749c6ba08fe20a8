"""Hashes, signatures and the reading of entries, from the published vectors."""

import base64
import json
from functools import cache
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mobile_contract.base import b64url, unb64url
from mobile_contract.client.vectors import FOLDER
from mobile_contract.enrol import thumbprint
from mobile_contract.entries import BODY_OF, NoteAdd, VisitOpen, printable
from mobile_contract.envelope import (
    BodyMismatchError,
    EntryLine,
    MalformedEntryError,
    OversizedEntryError,
    entry_hash,
    entry_set_digest,
    parse_entry,
    parse_header,
    parse_line,
    signed_bytes,
)
from mobile_contract.signed import DeviceJwk

KEY = json.loads((FOLDER / "keys.json").read_text())["device"]
VECTORS = json.loads((FOLDER / "entries.json").read_text())["entries"]
by_type = pytest.mark.parametrize("vector", VECTORS, ids=[f"{n}-{v['type']}" for n, v in enumerate(VECTORS)])


@cache
def public_key() -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(unb64url(KEY["jwk"][name]), "big") for name in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def verify(signature: str, message: bytes) -> None:
    raw = unb64url(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public_key().verify(der, message, ec.ECDSA(hashes.SHA256()))


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(VECTORS[0]["line"]), **changes}).encode()


def with_header(**changes: Any) -> EntryLine:
    line = json.loads(VECTORS[0]["line"])
    header = {**json.loads(line["p"]), **changes}
    p = json.dumps({name: value for name, value in header.items() if value is not ...})
    return parse_line(changed(p=p))


@by_type
def test_the_hash_covers_the_exact_header_bytes(vector):
    parsed = parse_entry(parse_line(vector["line"].encode()))
    assert parsed.text_hash == vector["hash"] == b64url(entry_hash(parsed.p))
    assert parsed.p == vector["header_text"].encode() == bytes.fromhex(vector["header_hex"])
    assert parsed.b == vector["body_text"].encode() == bytes.fromhex(vector["body_hex"])
    assert parsed.body == json.loads(vector["body_text"])
    spaced = parsed.p.replace(b'{"v"', b'{ "v"')
    assert b64url(entry_hash(spaced)) != vector["hash"]


@by_type
def test_the_signature_verifies_and_so_does_its_twin_under_the_same_hash(vector):
    line = parse_line(vector["line"].encode())
    verify(line.s, signed_bytes(line.p.encode()))
    twin = line.model_copy(update={"s": vector["also_verifies"]})
    verify(twin.s, signed_bytes(twin.p.encode()))
    assert twin.s != line.s
    assert parse_entry(twin).hash == parse_entry(line).hash


@by_type
def test_one_flipped_bit_of_the_header_breaks_the_signature(vector):
    line = parse_line(vector["line"].encode())
    p = bytearray(line.p.encode())
    p[len(p) // 2] ^= 1
    with pytest.raises(InvalidSignature):
        verify(line.s, signed_bytes(bytes(p)))


@by_type
def test_known_bodies_fit_their_model_as_they_will_be_read(vector):
    model = BODY_OF.get(vector["type"])
    if model is not None:
        body = json.loads(vector["body_text"])
        assert model.model_validate_json(json.dumps(printable(body))).salt == body["salt"]
    else:
        assert vector["type"] == "quantum.leap"


def test_the_key_id_is_the_rfc_7638_thumbprint():
    # The example of RFC 7638 §3.1 is RSA; this one is the P-256 key of RFC 7517 appendix A.1.
    jwk = DeviceJwk(x="MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", y="4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")
    assert thumbprint(jwk) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
    assert KEY["kid"] == thumbprint(DeviceJwk.model_validate(KEY["jwk"]))


def test_a_nul_in_a_note_is_kept_in_the_bytes_and_shown_to_readers():
    note = next(vector for vector in VECTORS if vector["type"] == "note.add")
    parsed = parse_entry(parse_line(note["line"].encode()))
    assert parsed.body is not None
    assert "\x00" in str(parsed.body["text"])
    assert NoteAdd.model_validate(printable(parsed.body)).text.startswith("a␀b")


def test_a_swapped_body_is_a_mismatch_and_a_missing_one_is_none():
    line = json.loads(VECTORS[0]["line"])
    with pytest.raises(BodyMismatchError):
        parse_entry(parse_line(changed(b=line["b"].replace("salt", "sal7"))))
    assert parse_entry(parse_line(changed(b=None))).body is None


def test_header_and_body_have_their_limits():
    with pytest.raises(OversizedEntryError):
        parse_entry(parse_line(changed(p=" " * 5_000)))
    with pytest.raises(OversizedEntryError):
        parse_entry(parse_line(changed(b=" " * 65_537)))


def test_a_newer_version_with_members_nobody_knows_is_read_as_far_as_known():
    header = parse_header(with_header(v=2, novelty={"deep": [1]}))
    assert (header.v, header.seq) == (2, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 0},
        {"seq": "1"},
        {"seq": 2},
        {"prev": VECTORS[0]["hash"]},
        {"ep": 0},
        {"type": "Answer Set"},
        {"dev": "not-an-id"},
        {"body": "short"},
        {"over": ["x"]},
        {"ins": ...},
        {"ck": ["code", 1]},
    ],
)
def test_a_header_that_breaks_its_form_is_malformed(changes):
    with pytest.raises(MalformedEntryError):
        parse_header(with_header(**changes))


@pytest.mark.parametrize("member", ["id", "dev", "ins", "visit", "tasks", "asg"])
@pytest.mark.parametrize("spelt", ["urn:uuid:{}", "{{{}}}", "{}\n"])
def test_an_id_in_a_header_has_one_spelling(member, spelt):
    """pydantic reads them all; another tablet that is handed the same bytes need not."""
    text = "019a0000-0000-7000-8000-00000000000a"
    for odd in (spelt.format(text), text.upper(), text.replace("-", "")):
        value = {"tasks": [text, odd], "asg": [odd, 1]}.get(member, odd)
        with pytest.raises(MalformedEntryError):
            parse_header(with_header(**{member: value}))
    value = {"tasks": [text, text], "asg": [text, 1]}.get(member, text)
    assert text in str(getattr(parse_header(with_header(**{member: value})), member))


def test_an_id_in_a_body_has_one_spelling():
    body = {"salt": "A" * 22, "object": "019A0000-0000-7000-8000-00000000000A"}
    with pytest.raises(ValidationError, match="lower case"):
        VisitOpen.model_validate_json(json.dumps(body))
    assert VisitOpen.model_validate_json(json.dumps({**body, "object": body["object"].lower()}))


@pytest.mark.parametrize("example", json.loads((FOLDER / "refused-lines.json").read_text()))
def test_every_published_malformed_line_is_malformed(example):
    raw = base64.b64decode(example["line_base64"])
    if example["reason"] == "malformed":
        with pytest.raises(MalformedEntryError):
            parse_entry(parse_line(raw))
    elif example["reason"] == "body-mismatch":
        with pytest.raises(BodyMismatchError):
            parse_entry(parse_line(raw))
    else:
        assert parse_entry(parse_line(raw)).kid


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_line_breaks_the_reader(raw):
    with pytest.raises(MalformedEntryError):
        parse_entry(parse_line(raw))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=6), st.randoms())
def test_a_set_digest_knows_no_order_and_no_repetition(hashes_, random):
    texts = [b64url(one) for one in hashes_]
    shuffled = texts + texts[:2]
    random.shuffle(shuffled)
    assert entry_set_digest(shuffled) == entry_set_digest(texts)


@given(st.binary(max_size=80))
def test_base64url_has_one_spelling(data):
    text = b64url(data)
    assert unb64url(text) == data
    for other in (text + "=", text + "\n", "+" + text[1:], text[:-1] + "*"):
        with pytest.raises(ValueError, match="base64url"):
            unb64url(other)
