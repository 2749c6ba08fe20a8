"""The signed envelope of an entry (sync protocol, envelope version 1).

`p` (header) and `b` (body) are JSON texts inside JSON: what was signed is what is stored and verified,
byte for byte. No canonical form exists on the path of a signature. Header and body are split so that a
body with personal data can be erased by law while chain, signature and count stay verifiable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, ValidationError

from mobile_contract.base import (
    Count,
    EntryHash,
    HeaderId,
    KeyId,
    Position,
    SafeInt,
    SignatureText,
    Wire,
    b64url,
    is_id_text,
    unb64url,
)
from mobile_contract.strict_json import JSON, MalformedJsonError, parse_strict_object

ENVELOPE_VERSION: Final = 1
MAX_HEADER_BYTES: Final = 4 * 1024
MAX_BODY_BYTES: Final = 64 * 1024
MAX_LINE_BYTES: Final = 160 * 1024
"""One NDJSON line: header and body escaped inside a JSON string, with room for `\\"` and `\\uXXXX`."""

ALGORITHM: Final = "ES256"
SERVER_ALGORITHM: Final = "EdDSA"
"""By which the server signs the office's own decisions (Ed25519, RFC 8032)."""
_DOMAIN: Final = b"insp/entry/v1\x00"

EntryTypeName = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z]+)*$", max_length=40)]
AssignmentRef = tuple[HeaderId, Position]
ChecklistRef = tuple[Annotated[str, Field(min_length=1, max_length=100)], Position, EntryHash]
TreeHead = tuple[Count, EntryHash]


class EntryLine(Wire):
    """One line of a push: header text, body text, and who signed the header how.

    `b` is None when only the header travels (the body was erased, or comes later).
    """

    p: Annotated[str, Field(json_schema_extra={"maxLength": MAX_HEADER_BYTES})]
    """The header's JSON text, byte for byte as it was signed; at most 4 KiB of UTF-8."""
    b: Annotated[str, Field(json_schema_extra={"maxLength": MAX_BODY_BYTES})] | None = None
    """The body's JSON text, byte for byte as its digest was taken; at most 64 KiB of UTF-8."""
    k: KeyId
    a: Annotated[str, Field(max_length=16)]
    """`ES256` of a device, `EdDSA` of the server (docs/sync.md §Decisions)."""
    s: SignatureText


class EntryHeader(Wire):
    """The signed header. A member this version does not know is ignored here and kept in the signed bytes."""

    model_config = ConfigDict(extra="ignore")

    v: Position
    """Version of the envelope: 1. A newer one is stored and held."""
    id: HeaderId
    """UUIDv7 by the device's clock. Two entries may have one: the entry's identity is its hash."""
    dev: HeaderId
    """The device whose log this is; in the office's own log the authority."""
    ep: Position
    """Incarnation of the device log: 1, and one more after the device learnt that it lost its tail."""
    seq: Position
    """Dense from 1 within (dev, ep)."""
    prev: EntryHash | None = None
    """Hash of the previous header of (dev, ep); None for seq 1."""
    ins: HeaderId
    """The acting inspector."""
    visit: HeaderId | None = None
    """The visit as the server named it; absent in `log.epoch`."""
    tasks: Annotated[tuple[HeaderId, ...], Field(max_length=50)] = ()
    """The tasks of the visit that the entry is about; none: all of them."""
    type: EntryTypeName
    """What the body is; a type that nobody knows is stored and held."""
    over: Annotated[tuple[EntryHash, ...], Field(max_length=64)] = ()
    """Earlier statements of the author (for a resolution: every head considered) that this one replaces."""
    asg: AssignmentRef | None = None
    """Assignment and its version the author acted under."""
    ck: ChecklistRef | None = None
    """Checklist code, version and digest the author saw."""
    wall: SafeInt
    """Device wall clock, ms since 1970. Evidence only: orders nothing, decides nothing."""
    mono: Count
    """Monotonic ms since boot."""
    boot: Annotated[str, Field(min_length=1, max_length=40)]
    """Names one life of the monotonic clock."""
    anchor: Annotated[str, Field(max_length=40)] | None = None
    """Id of the newest server time anchor held."""
    sth: TreeHead | None = None
    """Newest signed tree head seen."""
    body: EntryHash
    blen: Annotated[int, Field(ge=0, le=MAX_BODY_BYTES)]
    """Bytes of the body."""


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry whose bytes were read and whose body digest holds. Its signature may still be unverified."""

    header: EntryHeader
    body: dict[str, JSON] | None
    """The body's members including `salt`; None when only the header travelled."""
    hash: bytes
    p: bytes
    b: bytes | None
    sig: bytes
    """Raw r ‖ s, 64 bytes. Never an identity: (r, n−s) verifies as well."""
    kid: str
    alg: str
    text_hash: str = field(init=False, compare=False, repr=False)
    """The hash as it stands on the wire; made once, because everything asks for it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_hash", b64url(self.hash))


class MalformedEntryError(ValueError):
    """Not an entry of any version: refused as `malformed`."""


class OversizedEntryError(MalformedEntryError):
    """A header or body above its limit: refused as `too-large`."""


class BodyMismatchError(MalformedEntryError):
    """The body is not the one the header names: refused as `body-mismatch`."""


def entry_hash(p: bytes) -> bytes:
    """The identity of an entry: 32 bytes, SHA-256 over a domain prefix and the exact header bytes."""
    return hashlib.sha256(_DOMAIN + p).digest()


def signed_bytes(p: bytes) -> bytes:
    """What the device key signs: the domain prefix and the exact header bytes."""
    return _DOMAIN + p


def body_digest(b: bytes) -> bytes:
    """The digest the header's `body` member names."""
    return hashlib.sha256(b).digest()


def parse_line(raw: bytes) -> EntryLine:
    """The envelope of one NDJSON line; MalformedEntryError for anything else."""
    try:
        parse_strict_object(raw)
        return EntryLine.model_validate_json(raw)
    except (MalformedJsonError, ValidationError) as error:
        raise MalformedEntryError(_reason(error)) from error


def parse_header(line: EntryLine) -> EntryHeader:
    """The signed header of a line; OversizedEntryError or MalformedEntryError."""
    p = line.p.encode()
    if len(p) > MAX_HEADER_BYTES:
        raise OversizedEntryError("header")
    try:
        members = parse_strict_object(p)
        header = EntryHeader.model_validate_json(p)
    except (MalformedJsonError, ValidationError) as error:
        raise MalformedEntryError(f"header: {_reason(error)}") from error
    if not _ids_spelt_once(members):
        raise MalformedEntryError("header: a UUID is written in lower case with hyphens")
    if (header.prev is None) != (header.seq == 1):
        raise MalformedEntryError("header: prev must be absent exactly at seq 1")
    return header


def _ids_spelt_once(members: dict[str, Any]) -> bool:
    # The members have their types by now.
    ids = [members["id"], members["dev"], members["ins"], *members.get("tasks", ())]
    ids += [members["visit"]] if members.get("visit") else []
    ids += members["asg"][:1] if members.get("asg") else []
    return all(map(is_id_text, ids))


def parse_entry(line: EntryLine, header: EntryHeader | None = None) -> ParsedEntry:
    """Read header (unless already read) and body; check the body against the header, but not the signature.

    Raises OversizedEntryError, BodyMismatchError or MalformedEntryError.
    """
    header = header or parse_header(line)
    p = line.p.encode()
    b = None if line.b is None else line.b.encode()
    return ParsedEntry(
        header=header,
        body=None if b is None else _parse_body(header, b),
        hash=entry_hash(p),
        p=p,
        b=b,
        sig=unb64url(line.s),
        kid=line.k,
        alg=line.a,
    )


def _parse_body(header: EntryHeader, b: bytes) -> dict[str, JSON]:
    if len(b) > MAX_BODY_BYTES:
        raise OversizedEntryError("body")
    if len(b) != header.blen or b64url(body_digest(b)) != header.body:
        raise BodyMismatchError("digest")
    try:
        return parse_strict_object(b)
    except MalformedJsonError as error:
        raise MalformedEntryError(f"body: {error}") from error


def _reason(error: MalformedJsonError | ValidationError) -> str:
    if isinstance(error, MalformedJsonError):
        return str(error)
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}"


def entry_set_digest(hashes: Iterable[str]) -> str:
    """What `set` of an attestation or a signature names: SHA-256 over the sorted 32-byte hashes, base64url."""
    return b64url(hashlib.sha256(b"".join(sorted(unb64url(text) for text in set(hashes)))).digest())
