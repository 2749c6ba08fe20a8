"""Every vector, checked from its own members with hashlib, `cryptography` and the readers: as a native app would."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mobile_contract.base import unb64url
from mobile_contract.checklist import Checklist
from mobile_contract.client.vectors import FOLDER
from mobile_contract.merkle import consistency_holds, inclusion_holds, leaf_hash
from mobile_contract.pull import feed_digest
from mobile_contract.signed import Purpose
from mobile_contract.strict_json import MalformedJsonError, parse_strict
from mobile_contract.visit_card import VisitCard

VECTORS: dict[str, Any] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}


def text64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def by_device(signature: str, message: bytes) -> None:
    x, y = (int.from_bytes(unb64url(VECTORS["keys"]["device"]["jwk"][name]), "big") for name in "xy")
    r, s = (int.from_bytes(half, "big") for half in (unb64url(signature)[:32], unb64url(signature)[32:]))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def test_the_keys_are_those_of_their_secrets_and_named_by_their_thumbprints() -> None:
    device, server = VECTORS["keys"]["device"], VECTORS["keys"]["server"]
    numbers = ec.derive_private_key(int(device["d_hex"], 16), ec.SECP256R1()).public_key().public_numbers()
    assert [text64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y)] == [device["jwk"]["x"], device["jwk"]["y"]]
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(server["seed_hex"]))
    assert text64(seed.public_key().public_bytes_raw()) == server["jwk"]["x"]
    for one in (device, server):
        assert text64(hashlib.sha256(one["thumbprint_text"].encode()).digest()) == one["kid"]
        assert json.loads(one["thumbprint_text"]).items() <= one["jwk"].items()


def test_the_enrolment_proof_is_over_code_and_key() -> None:
    told = VECTORS["enrolment"]
    message = b"insp/enrol/v1\x00" + f"{told['code']}.{told['kid']}".encode()
    assert bytes.fromhex(told["message_hex"]) == message
    by_device(told["proof"], message)


def test_entries_are_digested_hashed_signed_and_chained() -> None:
    told = VECTORS["entries"]
    domain = bytes.fromhex(told["domain_hex"])
    before = None
    for seq, entry in enumerate(told["entries"], 1):
        header, body = bytes.fromhex(entry["header_hex"]), bytes.fromhex(entry["body_hex"])
        assert (header.decode(), body.decode()) == (entry["header_text"], entry["body_text"])
        assert bytes.fromhex(entry["message_hex"]) == domain + header
        assert text64(hashlib.sha256(domain + header).digest()) == entry["hash"]
        assert text64(bytes.fromhex(entry["hash_hex"])) == entry["hash"]
        assert text64(hashlib.sha256(body).digest()) == entry["body_digest"] == json.loads(header)["body"]
        assert len(body) == entry["body_length"] == json.loads(header)["blen"]
        by_device(entry["signature"], domain + header)
        by_device(entry["also_verifies"], domain + header)
        assert (json.loads(header)["seq"], json.loads(header).get("prev")) == (seq, before)
        line = json.loads(entry["line"])
        assert (line["p"], line["b"], line["s"]) == (entry["header_text"], entry["body_text"], entry["signature"])
        before = entry["hash"]


def test_a_set_is_digested_over_the_sorted_hashes() -> None:
    told = VECTORS["entries"]["set"]
    raw = [bytes.fromhex(one) for one in told["sorted_hex"]]
    assert raw == sorted(raw)
    assert {text64(one) for one in raw} == set(told["hashes"])
    assert text64(hashlib.sha256(b"".join(raw)).digest()) == told["digest"]


@pytest.mark.parametrize("name", sorted(VECTORS["signed"]))
def test_a_signed_text_is_signed_for_its_purpose(name: str) -> None:
    told = VECTORS["signed"][name]
    message = bytes.fromhex(told["message_hex"])
    assert message == told["purpose"].encode() + b"\x00" + told["text"].encode()
    assert told["purpose"] in set(Purpose)
    if told["a"] == "EdDSA":
        server = VECTORS["keys"]["server"]["jwk"]["x"]
        Ed25519PublicKey.from_public_bytes(unb64url(server)).verify(unb64url(told["signature"]), message)
        assert told["k"] == VECTORS["keys"]["server"]["kid"]
    else:
        by_device(told["signature"], message)
        assert told["k"] == VECTORS["keys"]["device"]["kid"]


def test_every_purpose_has_a_vector() -> None:
    told = {one["purpose"] for one in VECTORS["signed"].values()}
    assert told | {Purpose.ENROLMENT} == set(Purpose)


@pytest.mark.parametrize("name", sorted(VECTORS["dpop"]))
def test_a_dpop_proof_is_a_jwt_over_what_it_names(name: str) -> None:
    told = VECTORS["dpop"][name]
    header, claims, signature = told["proof"].split(".")
    assert told["message"] == f"{header}.{claims}"
    assert (unb64url(header).decode(), unb64url(claims).decode()) == (told["header_text"], told["claims_text"])
    by_device(signature, told["message"].encode())
    said = json.loads(told["claims_text"])
    assert (said["htm"], said["htu"]) == (told["method"], told["url"].partition("?")[0])
    assert (said["nonce"], said.get("ath")) == (told["nonce"], told["ath"])
    if told["token"] is not None:
        assert told["ath"] == text64(hashlib.sha256(told["token"].encode()).digest())


def test_the_digest_of_a_push_is_over_its_bytes() -> None:
    told = VECTORS["push"]
    digest = base64.b64encode(hashlib.sha256(told["body"].encode()).digest()).decode()
    assert told["content_digest"] == f"sha-256=:{digest}:"
    assert [json.loads(line)["p"] for line in told["body"].splitlines()] == [
        entry["header_text"] for entry in VECTORS["entries"]["entries"][: len(told["hashes"])]
    ]


def test_the_digest_of_a_feed_is_the_one_that_server_and_client_compute() -> None:
    for step in VECTORS["feed"]["steps"]:
        assert feed_digest(step["topics"]) == step["digest"], step["what"]
    inputs = VECTORS["feed"]["inputs_hex"]
    assert {topic: bytes.fromhex(one).partition(b"\x00")[0].decode() for topic, one in inputs.items()} == {
        topic: topic for topic in inputs
    }


def test_the_proofs_of_the_log_hold_and_hold_for_nothing_else() -> None:
    told = VECTORS["merkle"]
    leaves = [leaf_hash(unb64url(entry)) for entry in told["entries"]]
    roots = [bytes.fromhex(root) for root in told["roots_hex"]]
    assert [leaf.hex() for leaf in leaves] == told["leaf_hashes_hex"]
    for one in told["inclusion"]:
        path = [bytes.fromhex(node) for node in one["path_hex"]]
        proved = [
            n
            for n, leaf in enumerate(leaves)
            if inclusion_holds(leaf, one["index"], one["size"], path, roots[one["size"]])
        ]
        assert proved == [one["index"]]
    for one in told["consistency"]:
        path = [bytes.fromhex(node) for node in one["path_hex"]]
        first, second = one["first"], one["second"]
        assert consistency_holds(first, second, path, roots[first], roots[second])
        assert not consistency_holds(first, second, path, roots[first - 1], roots[second])


@pytest.mark.parametrize(("name", "model"), [("checklist", Checklist), ("visit_card", VisitCard)])
def test_canonical_json_is_read_and_digested(name: str, model: Any) -> None:
    told = VECTORS["canonical"][name]
    assert text64(hashlib.sha256(told["text"].encode()).digest()) == told["digest"]
    assert model.model_validate_json(told["text"]).digest() == told["digest"]
    members = json.loads(told["text"])
    assert json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == told["text"]


@pytest.mark.parametrize("one", VECTORS["strict"]["refused"], ids=lambda one: one["why"])
def test_a_text_that_every_reader_refuses_is_refused(one: dict[str, str]) -> None:
    with pytest.raises(MalformedJsonError):
        parse_strict(bytes.fromhex(one["bytes_hex"]))


@pytest.mark.parametrize("one", VECTORS["strict"]["read"], ids=lambda one: one["why"])
def test_a_text_that_every_reader_reads_is_read(one: dict[str, str]) -> None:
    raw = bytes.fromhex(one["bytes_hex"])
    assert parse_strict(raw) == json.loads(raw)


def test_base64url_is_read_and_refused_as_told() -> None:
    for text in VECTORS["strict"]["base64url_read"]:
        assert text64(unb64url(text)) == text
    for text in VECTORS["strict"]["base64url_refused"]:
        with pytest.raises(ValueError, match="base64url"):
            unb64url(text)
