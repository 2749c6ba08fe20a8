"""Canonical JSON of our own derived values (RFC 8785 without floats), and their digests.

Never used in a signature path of what a device sent: there the exact bytes are kept (sync.md, fact 7).
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON] | None"

SAFE_INTEGER = 2**53 - 1

# Made once: `json.dumps` with arguments makes an encoder for every call.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: JSON) -> bytes:
    """UTF-8 bytes with sorted keys and no white space.

    Raises:
        TypeError: for a float or any other type that has no one spelling.
        ValueError: for an integer beyond ±(2^53 - 1), which JavaScript would round.
    """
    _check(value)
    return _ENCODER.encode(value).encode()


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: JSON) -> str:
    """SHA-256 (hex) of the canonical JSON of `value`."""
    return sha256_hex(canonical_json(value))


def normal_text(text: str) -> str:
    """Unicode NFC: two spellings of one name must give one digest."""
    return unicodedata.normalize("NFC", text)


def _check(value: object) -> None:
    # By exact type first: asking an abstract class costs more than the whole encoding, and this runs for every value.
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is dict or (kind is not list and kind is not tuple and isinstance(value, Mapping)):
        _check_mapping(cast("Mapping[object, object]", value))
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise ValueError(f"integer {value} is beyond ±(2^53 - 1)")
    elif not isinstance(value, str):
        _check_sequence(value)


def _check_mapping(value: Mapping[object, object]) -> None:
    for key, inner in value.items():
        if not isinstance(key, str):
            raise TypeError(f"key {key!r} is not text")
        _check(inner)


def _check_sequence(value: object) -> None:
    if isinstance(value, bytes | bytearray) or not isinstance(value, Sequence):
        raise TypeError(f"{type(value).__name__} has no canonical JSON form")
    for inner in value:
        _check(inner)
