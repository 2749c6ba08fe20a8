"""The base of every model on the wire, and the small types that many of them share."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Wire(BaseModel):
    """A frozen value that crosses the wire: unknown members, NUL and lone surrogates are refused.

    SQLite stores U+0000 in text and PostgreSQL refuses it; a lone surrogate fails on both. Refusing them here
    gives one answer on every engine. Strict: no text becomes a number on its way in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _text_is_storable(self) -> Self:
        if not _storable(self.__dict__.values()):
            raise ValueError("text must not contain U+0000 or a lone surrogate")
        return self


_LISTS = (tuple, list, set, frozenset)


def _storable(values: Iterable[Any]) -> bool:
    for value in values:
        if isinstance(value, str):
            # Most text is plain: asking it here costs half of a call, and this runs for every member of every entry.
            if (not value.isascii() or "\x00" in value) and not is_storable_text(value):
                return False
        elif isinstance(value, dict):
            if not _storable(value) or not _storable(value.values()):
                return False
        elif isinstance(value, _LISTS) and not _storable(value):
            return False
    return True


def is_storable_text(text: str) -> bool:
    """Whether both engines can store this text: no U+0000 and no lone surrogate."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 4648 §5), the form of hashes, keys and signatures on the wire."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def unb64url(text: str) -> bytes:
    """The bytes of canonical unpadded base64url; ValueError for padding, foreign characters or stray bits."""
    try:
        padded = (text + "=" * (-len(text) % 4)).encode().translate(_FROM_URL)
        data = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise ValueError("not base64url") from error
    if b64url(data) != text:
        raise ValueError("not canonical base64url")
    return data


def canonical_bytes(value: Wire) -> bytes:
    """Canonical JSON (RFC 8785 subset: ASCII names, no floats) of a model, for digests of our own state."""
    dumped = value.model_dump(mode="json", by_alias=True)
    return json.dumps(dumped, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def b64url_pattern(length: int) -> str:
    """The regular expression of canonical base64url of `length` bytes: what `unb64url` reads, no more."""
    letters, rest = divmod(length * 8, 6)
    if not rest:
        return f"^[A-Za-z0-9_-]{{{letters}}}$"
    # The last letter carries `rest` bits and zeros behind them.
    last = "".join(_LETTERS[:: 1 << (6 - rest)])
    return f"^[A-Za-z0-9_-]{{{letters}}}[{last}]$"


Bytes32 = Annotated[str, Field(pattern=b64url_pattern(32), description="32 bytes, base64url.")]
"""Any 32 bytes as base64url without padding, e.g. a coordinate of a key."""

EntryHash = Bytes32
"""SHA-256 as base64url without padding: entry hashes, body digests, chain heads, checklist digests."""

KeyId = EntryHash
"""RFC 7638 thumbprint of a key."""

SignatureText = Annotated[str, Field(pattern=b64url_pattern(64), description="64 bytes, base64url.")]
"""A raw 64-byte signature as base64url: r ‖ s of ES256, or Ed25519."""

Salt = Annotated[str, Field(pattern=b64url_pattern(16), description="16 random bytes, base64url.")]
"""16 random bytes as base64url, so that "yes" cannot be guessed from the digest of a body."""

MediaDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hex.")]
"""SHA-256 of a file's original bytes, lower-case hex."""

_ID_PATTERN: Final = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_ID: Final = re.compile(_ID_PATTERN.strip("^$"))


def is_id_text(text: str) -> bool:
    """Whether this is the one spelling of a UUID on the wire: lower case, with hyphens, nothing around.

    pydantic reads four others ("urn:uuid:…", braces, no hyphens, capitals). Signed bytes are handed on unchanged: a
    spelling that only the server reads would stop another tablet's reader.
    """
    return _ID.fullmatch(text) is not None


def _spelt_once(value: Any) -> Any:
    if isinstance(value, str) and not is_id_text(value):
        raise ValueError("a UUID is written in lower case with hyphens")
    return value


HeaderId = Annotated[UUID, Field(json_schema_extra={"pattern": _ID_PATTERN})]
"""A UUID whose spelling the reader of headers checks itself, all at once: this stands on the path of every entry."""

Id = Annotated[HeaderId, BeforeValidator(_spelt_once)]
"""A UUID in a signed text."""

SAFE_INTEGER = 2**53 - 1
SafeInt = Annotated[int, Field(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
"""An integer every JSON implementation reads alike."""

Count = Annotated[int, Field(ge=0, le=SAFE_INTEGER)]
Position = Annotated[int, Field(ge=1, le=SAFE_INTEGER)]
"""A dense number counted from one."""

FirstVersion = Annotated[int, Field(ge=1, le=1, json_schema_extra={"const": 1})]
"""The number 1. `Literal[1]` would read `true` as well: in Python they are equal."""

ShortText = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(max_length=10_000)]
