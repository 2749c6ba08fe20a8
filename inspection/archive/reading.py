"""Strict reading of the dossier's texts, with the standard library alone."""

import base64
import binascii
import hashlib
import json
from typing import Any, TypeAlias

from inspection.archive.container import Container

Object: TypeAlias = dict[str, Any]

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
README = "README.txt"
LAYOUT = "fieldcheck.dossier/2"
FIRST_LAYOUT = "fieldcheck.dossier/1"
"""Of dossiers that were sealed before there was a chain of custody; they stay verifiable."""

BASICS, EVIDENCE, PAPERS = "基础信息", "证据材料", "法律文书"
FACTS = f"{BASICS}/facts.json"
DRAWS = f"{BASICS}/draws.json"
JOURNAL = f"{BASICS}/journal.ndjson"
ENTRIES = f"{EVIDENCE}/entries.ndjson"
RECEIPTS = f"{EVIDENCE}/receipts.ndjson"
KEYS = f"{EVIDENCE}/keys.json"
MEDIA = f"{EVIDENCE}/media"
CUSTODY = f"{EVIDENCE}/custody.ndjson"
CUSTODY_HEAD = f"{EVIDENCE}/custody-head.json"
EVIDENCE_LIST = f"{EVIDENCE}/evidence.json"
EVIDENCE_SIGNATURE = f"{EVIDENCE}/evidence-signature.json"
LOG_PROOFS = f"{EVIDENCE}/log-proofs.json"
RECORD = f"{PAPERS}/record.json"
COVER = f"{BASICS}/cover.pdf"
INDEX = f"{BASICS}/index.pdf"
PUBLICATIONS = f"{PAPERS}/publications"
OBJECTIONS = f"{PAPERS}/objections.json"
OBJECTION_FILES = f"{PAPERS}/objection-files"
FOLLOW_UP = f"{PAPERS}/follow-up.json"
HANDED_IN = f"{EVIDENCE}/handed-in"

MAX_TEXT = 512 << 20
"""No text of a dossier comes near this; more is an attack."""


class Malformed(ValueError):
    """A text that is not in its form; the argument names it."""


def read_object(container: Container, path: str) -> Object:
    """One JSON object.

    Raises:
        Malformed: it is none.
        ContainerRefused: it is missing, too large or damaged.
    """
    return parse_object(container.read(path, MAX_TEXT), path)


def read_lines(container: Container, path: str) -> list[tuple[int, bytes]]:
    """The lines of an NDJSON member, numbered from 1."""
    data = container.read(path, MAX_TEXT)
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise Malformed(path)
    return list(enumerate(data[:-1].split(b"\n"), start=1))


def parse_object(data: bytes | str, name: str) -> Object:
    """A JSON object in UTF-8 without duplicate keys."""
    try:
        value = json.loads(data if isinstance(data, str) else data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Malformed(name) from error
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def text_of(owner: Object, key: str) -> str:
    """A text member."""
    value = owner.get(key)
    if not isinstance(value, str):
        raise Malformed(key)
    return value


def number_of(owner: Object, key: str) -> int:
    """A whole-number member."""
    value = owner.get(key)
    if type(value) is not int:
        raise Malformed(key)
    return value


def object_of(owner: Object, key: str) -> Object:
    """A member that is an object."""
    value = owner.get(key)
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def objects_of(owner: Object, key: str) -> list[Object]:
    """A list of objects."""
    value = owner.get(key)
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise Malformed(key)
    return value


def texts_of(owner: Object, key: str) -> list[str]:
    """A list of texts."""
    value = owner.get(key)
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise Malformed(key)
    return value


def b64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """The bytes of base64url without padding."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("base64url") from error


def unhex(text: str) -> bytes:
    """The bytes of lower-case hex."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("hex") from error


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def _once(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
