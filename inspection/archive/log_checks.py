"""Checks of what the transparency log proves: entries are below a signed tree head, and a third party saw that head."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspection.archive import signatures
from inspection.archive.container import Container
from inspection.archive.entry_checks import Line, read_keys
from inspection.archive.reading import (
    LOG_PROOFS,
    Malformed,
    Object,
    number_of,
    object_of,
    objects_of,
    parse_object,
    read_object,
    text_of,
    texts_of,
    unb64url,
)
from inspection.archive.sentences import Check, check
from mobile_contract.merkle import consistency_holds, inclusion_holds, leaf_hash

TREE_DOMAIN = b"insp/tree/v1\x00"


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    root: bytes
    text: str


def check_log(container: Container, lines: Sequence[Line], trusted: Path | None = None) -> list[Check]:
    """Merkle inclusion of the entries under a signed head (RFC 9162), those that wait for it, and the time stamps.

    `trusted`: certificates (PEM) of the time-stamp authority; without them a stamp is held to its text alone.
    """
    told, keys = read_object(container, LOG_PROOFS), read_keys(container)
    proofs = objects_of(told, "entries")
    waiting = set(texts_of(told, "waiting"))
    proven = {text_of(proof, "hash") for proof in proofs}
    hashes = {line.hash for line in lines}
    if proven & waiting or proven | waiting != hashes or len(proven) != len(proofs):
        return [check("log", False, "log.entries")]
    if told.get("torn"):
        return [check("log", False, "log.torn", waiting=len(waiting))]
    if not proofs:
        return [check("log", True, "log.waiting", waiting=len(waiting))]
    head = _head(object_of(told, "head"), keys)
    if head is None:
        return [check("log", False, "log.head")]
    for proof in proofs:
        leaf = leaf_hash(unb64url(text_of(proof, "hash")))
        path = [unb64url(node) for node in texts_of(proof, "path")]
        if not inclusion_holds(leaf, number_of(proof, "place"), head.size, path, head.root):
            return [check("log", False, "log.inclusion", detail=text_of(proof, "hash"))]
    how = "log.ok" if signatures.available() else "log.unsigned"
    found = check("log", True, how, count=len(proofs), size=head.size, waiting=len(waiting))
    places = [number_of(proof, "place") for proof in proofs]
    return [found, *_check_stamps(objects_of(told, "stamps"), head, keys, places, trusted)]


def _head(signed: Object, keys: Mapping[str, Object]) -> _Head | None:
    """The head that a signed text tells of; None when its signature does not hold."""
    if signatures.available() and not signatures.server_text(keys, TREE_DOMAIN, signed):
        return None
    text = text_of(signed, "p")
    told = parse_object(text, LOG_PROOFS)
    return _Head(number_of(told, "size"), unb64url(text_of(told, "root")), text)


def _check_stamps(
    stamps: Sequence[Object], head: _Head, keys: Mapping[str, Object], places: Sequence[int], trusted: Path | None
) -> list[Check]:
    if not stamps:
        return [check("stamps", True, "stamps.none")]
    covered, days, how = 0, list[str](), ""
    for stamp in stamps:
        day, other = text_of(stamp, "day"), _head(object_of(stamp, "head"), keys)
        if other is None or other.size != number_of(stamp, "size") or not _one_tree(head, other, stamp):
            return [check("stamps", False, "stamps.tree", day=day)]
        now = sum(place < other.size for place in places)
        if now != number_of(stamp, "covers") or now <= covered:
            return [check("stamps", False, "stamps.covers", day=day)]
        how = _stamped(stamp, other.text, trusted)
        if not how:
            return [check("stamps", False, "stamps.bad", day=day)]
        covered = now
        days.append(day)
    return [check("stamps", True, how, days=", ".join(days), covered=covered, count=len(places))]


def _one_tree(head: _Head, other: _Head, stamp: Object) -> bool:
    path = [unb64url(node) for node in texts_of(stamp, "path")]
    small, large = (head, other) if head.size <= other.size else (other, head)
    return consistency_holds(small.size, large.size, path, small.root, large.root)


def _stamped(stamp: Object, text: str, trusted: Path | None) -> str:
    """The sentence for a stamp that holds; empty for one that does not."""
    try:
        response = base64.b64decode(text_of(stamp, "response"), validate=True)
        at = datetime.fromisoformat(text_of(stamp, "at"))
    except (binascii.Error, ValueError) as error:
        raise Malformed(LOG_PROOFS) from error
    if not signatures.stamps_available():
        return "stamps.unchecked"
    if not signatures.stamp_holds(response, text, at, trusted):
        return ""
    return "stamps.ok" if trusted else "stamps.untrusted"
