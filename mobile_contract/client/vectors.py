"""Test vectors of the contract: bytes that a native app compares its own with, step by step (docs/native-app.md).

Made with fixed keys, clocks and salts; `python -m mobile_contract.artefacts` writes them to `mobile_contract/vectors/`.
Members that end in `_hex` are bytes in lower-case hex; texts are UTF-8. The keys are public: never use them elsewhere.
ES256 signatures are made as RFC 6979 says; an app whose keystore signs with random numbers verifies them instead.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mobile_contract.base import b64url, canonical_bytes, unb64url
from mobile_contract.client import dpop, examples, hostile
from mobile_contract.client.key import ORDER, DeviceKey
from mobile_contract.client.state import Captured
from mobile_contract.devices import ExportManifest, WipedStatement
from mobile_contract.enrol import enrolment_message, thumbprint
from mobile_contract.envelope import EntryLine, body_digest, entry_hash, entry_set_digest, signed_bytes
from mobile_contract.keys import KeyStatement
from mobile_contract.log import LogHead
from mobile_contract.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of,
)
from mobile_contract.signed import DeviceJwk, Purpose, ServerJwk

FOLDER: Final = Path(__file__).parent.parent / "vectors"
KEY: Final = DeviceKey.of_bytes(examples.DEVICE_SECRET)
SERVER: Final = Ed25519PrivateKey.from_private_bytes(examples.SERVER_SECRET)
BASE: Final = "https://fieldcheck.example"
_TOKEN: Final = "example-token"  # noqa: S105 -- opens nothing
_NONCE: Final = "example-nonce"
_IAT: Final = 1_772_413_200
_LEAVES: Final = 7


def build_vectors() -> dict[str, Any]:
    """File name → content. The same on every machine."""
    entries = examples.example_entries()
    return {
        "keys.json": _keys(),
        "enrolment.json": _enrolment(),
        "entries.json": _entries(entries),
        "signed.json": _signed_texts(entries),
        "dpop.json": _dpop(),
        "push.json": _push(entries),
        "feed.json": _feed(),
        "merkle.json": _merkle(entries),
        "canonical.json": _canonical(),
        "strict.json": hostile.strict_texts(),
        "refused-lines.json": hostile.refused_lines(entries[0]),
    }


def write_vectors(folder: Path = FOLDER) -> None:
    """Write every vector file."""
    folder.mkdir(exist_ok=True)
    for name, content in build_vectors().items():
        (folder / name).write_text(examples.rendered(content), encoding="utf-8")


def _keys() -> dict[str, Any]:
    server = examples.server_jwk()
    return {
        "device": {
            "d_hex": examples.DEVICE_SECRET.hex(),
            "jwk": KEY.jwk.model_dump(),
            "thumbprint_text": _thumbprint_text(KEY.jwk),
            "kid": KEY.kid,
        },
        "server": {
            "seed_hex": examples.SERVER_SECRET.hex(),
            "jwk": server.model_dump(),
            "thumbprint_text": _thumbprint_text(server),
            "kid": server.kid,
        },
    }


def _thumbprint_text(jwk: DeviceJwk | ServerJwk) -> str:
    members = {name: value for name, value in jwk.model_dump().items() if name in {"crv", "kty", "x", "y"}}
    return json.dumps(members, sort_keys=True, separators=(",", ":"))


def _enrolment() -> dict[str, Any]:
    message = enrolment_message(examples.CODE, KEY.kid)
    return {
        "code": examples.CODE,
        "kid": KEY.kid,
        "message_hex": message.hex(),
        "proof": b64url(KEY.sign(message)),
    }


def _entries(entries: Iterable[Captured]) -> dict[str, Any]:
    entries = list(entries)
    return {
        "domain_hex": signed_bytes(b"").hex(),
        "entries": [_entry(entry) for entry in entries],
        "set": {
            "hashes": sorted(entry.hash for entry in entries),
            "sorted_hex": [raw.hex() for raw in sorted(unb64url(entry.hash) for entry in entries)],
            "digest": entry_set_digest(entry.hash for entry in entries),
        },
    }


def _entry(entry: Captured) -> dict[str, Any]:
    line = EntryLine.model_validate_json(entry.line)
    p, b = line.p.encode(), (line.b or "").encode()
    signature = unb64url(line.s)
    flipped = (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    return {
        "type": entry.type,
        "body_text": line.b,
        "body_hex": b.hex(),
        "body_digest": b64url(body_digest(b)),
        "body_length": len(b),
        "header_text": line.p,
        "header_hex": p.hex(),
        "message_hex": signed_bytes(p).hex(),
        "hash_hex": entry_hash(p).hex(),
        "hash": entry.hash,
        "signature": line.s,
        "signature_hex": signature.hex(),
        "also_verifies": b64url(signature[:32] + flipped),
        "line": entry.line,
    }


def _signed_texts(entries: list[Captured]) -> dict[str, Any]:
    hashes = [leaf_hash(unb64url(entry.hash)) for entry in entries[:_LEAVES]]
    head = LogHead(
        size=len(hashes), root=b64url(root_of(hashes)), at=examples.NOW, history=examples.HISTORY
    ).model_dump_json()
    pushed = examples.example_push(entries[:2])["answer"]
    wiped = WipedStatement(device=examples.DEVICE, order=examples.RECEIPT, lost_entries=0, lost_files=0)
    manifest = _manifest(entries)
    successor = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"fieldcheck example next server").digest())
    x = b64url(successor.public_key().public_bytes_raw())
    following = ServerJwk(x=x, kid=thumbprint(ServerJwk(x=x, kid=x)))
    statement = KeyStatement(next=following, at=examples.NOW).model_dump_json()
    visit = str(examples.VISIT)
    custody = {"v": 1, "visit": visit, "n": 12, "hash": "c" * 64, "at": examples.NOW.isoformat()}
    evidence = {"v": 1, "visit": visit, "sha256": "e" * 64, "bytes": 4096}
    return {
        "anchor": _by_server(Purpose.TIME_ANCHOR, pushed["anchor"]["p"]),
        "receipt": _by_server(Purpose.RECEIPT, pushed["receipt"]["p"]),
        "key_statement": _by_server(Purpose.SERVER_KEY, statement),
        "tree_head": _by_server(Purpose.TREE_HEAD, head),
        "wiped": _by_device(Purpose.WIPED, wiped.model_dump_json()),
        "export": _by_device(Purpose.EXPORT, manifest.model_dump_json()),
        "custody_head": _by_server(Purpose.CUSTODY, _one_spelling(custody)),
        "evidence": _by_server(Purpose.EVIDENCE, _one_spelling(evidence)),
    }


def _one_spelling(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _manifest(entries: list[Captured]) -> ExportManifest:
    lines = "".join(f"{entry.line}\n" for entry in entries)
    return ExportManifest(
        device=examples.DEVICE,
        kid=KEY.kid,
        inspector=examples.INSPECTOR,
        wall=1_772_413_200_000,
        entries=len(entries),
        entries_sha256=hashlib.sha256(lines.encode()).hexdigest(),
        media=(),
    )


def _by_server(purpose: Purpose, text: str) -> dict[str, Any]:
    message = purpose.message(text)
    return _signature(purpose, text, message, examples.server_jwk().kid, "EdDSA", SERVER.sign(message))


def _by_device(purpose: Purpose, text: str) -> dict[str, Any]:
    message = purpose.message(text)
    return _signature(purpose, text, message, KEY.kid, "ES256", KEY.sign(message))


def _signature(purpose: Purpose, text: str, message: bytes, kid: str, alg: str, raw: bytes) -> dict[str, Any]:
    told = {"purpose": purpose.value, "text": text, "message_hex": message.hex()}
    return {**told, "k": kid, "a": alg, "signature": b64url(raw)}


def _dpop() -> dict[str, Any]:
    return {
        "token_request": _proof("POST", f"{BASE}/v1/devices/token", token=None),
        "pull": _proof("GET", f"{BASE}/v1/sync/pull?cursor=opaque&limit=100", token=_TOKEN),
    }


def _proof(method: str, url: str, token: str | None) -> dict[str, Any]:
    jti = b64url(hashlib.sha256(url.encode()).digest()[:16])
    jwt = dpop.proof(KEY, method=method, url=url, token=token, nonce=_NONCE, jti=jti, iat=_IAT)
    header, claims, signature = jwt.split(".")
    return {
        "method": method,
        "url": url,
        "token": token,
        "nonce": _NONCE,
        "ath": None if token is None else dpop.token_hash(token),
        "header_text": unb64url(header).decode(),
        "claims_text": unb64url(claims).decode(),
        "message": f"{header}.{claims}",
        "signature": signature,
        "proof": jwt,
    }


def _push(entries: list[Captured]) -> dict[str, Any]:
    body = "".join(f"{entry.line}\n" for entry in entries[:2])
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    return {"body": body, "content_digest": f"sha-256=:{digest}:", "hashes": [entry.hash for entry in entries[:2]]}


def _feed() -> dict[str, Any]:
    visit, other = f"visit:{examples.VISIT}", f"visit:{examples.TASK}"
    pinned = examples.checklist()
    topics = {f"checklist:{pinned.code}@{pinned.version}": 1, visit: 2, other: 3, f"entries:{examples.VISIT}": 4}
    moved = {**topics, visit: 5}
    removed = {topic: seq for topic, seq in moved.items() if topic != other}
    steps: tuple[tuple[str, dict[str, int]], ...] = (
        ("nothing yet", {}),
        ("four topics", topics),
        ("one moved to the end", moved),
        ("one removed", removed),
    )
    return {
        "inputs_hex": {topic: _feed_input(topic, seq).hex() for topic, seq in topics.items()},
        "steps": [{"what": what, "topics": told, "digest": _feed_digest(told)} for what, told in steps],
    }


def _feed_input(topic: str, seq: int) -> bytes:
    return f"{topic}\x00{seq}".encode()


def _feed_digest(topics: dict[str, int]) -> str:
    # Written out here and not taken from the server's side, so that the vectors and the code check each other.
    digests = [hashlib.sha256(_feed_input(topic, seq)).digest() for topic, seq in topics.items()]
    mixed = 0
    for digest in digests:
        mixed ^= int.from_bytes(digest, "big")
    return b64url(mixed.to_bytes(32, "big"))


def _merkle(entries: list[Captured]) -> dict[str, Any]:
    inputs = [unb64url(entry.hash) for entry in entries[:_LEAVES]]
    leaves = [leaf_hash(one) for one in inputs]
    sizes = range(_LEAVES + 1)
    return {
        "entries": [b64url(one) for one in inputs],
        "leaf_hashes_hex": [leaf.hex() for leaf in leaves],
        "roots_hex": [root_of(leaves[:size]).hex() for size in sizes],
        "inclusion": [
            {"index": index, "size": size, "path_hex": [node.hex() for node in inclusion_path(leaves[:size], index)]}
            for size, index in ((1, 0), (4, 2), (5, 4), (7, 0), (7, 3), (7, 6))
        ],
        "consistency": [
            {
                "first": first,
                "second": size,
                "path_hex": [node.hex() for node in consistency_path(leaves[:size], first)],
            }
            for first, size in ((1, 2), (3, 7), (4, 7), (6, 7), (7, 7))
        ],
    }


def _canonical() -> dict[str, Any]:
    checklist, card = examples.checklist(), examples.visit_card()
    return {
        "checklist": {"text": canonical_bytes(checklist).decode(), "digest": checklist.digest()},
        "visit_card": {"text": canonical_bytes(card).decode(), "digest": card.digest()},
    }
