"""From the lines of a push to entries whose bytes hold, or to the reason why not. Pure; run it off the event loop.

Per line, in this order: size, strict JSON, known key, signature, body digest. No line costs another one anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from mobile_contract.base import b64url, unb64url
from mobile_contract.envelope import (
    ALGORITHM,
    MAX_LINE_BYTES,
    BodyMismatchError,
    EntryHeader,
    EntryLine,
    MalformedEntryError,
    OversizedEntryError,
    ParsedEntry,
    body_digest,
    entry_hash,
    parse_entry,
    parse_header,
    parse_line,
)
from mobile_contract.push import Reason
from sync.push.fast_lines import fast_body, fast_header, fast_line
from sync.rows import DeviceRow
from sync.signatures import Claim, authentic, newest_of_runs, public_key


class Envelope(NamedTuple):
    """A line that reads as an entry; nothing about it is proven yet."""

    number: int
    raw: bytes
    line: EntryLine
    header: EntryHeader
    p: bytes
    digest: bytes
    hash: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not an authentic entry. `hash` is None when its header could not be read."""

    number: int
    raw: bytes
    reason: Reason
    hash: str | None = None


class Authentic(NamedTuple):
    """An entry signed by `signer`, or one whose signed bytes are in the store already."""

    number: int
    raw: bytes
    entry: ParsedEntry
    signer: DeviceRow


def open_envelopes(numbered: Iterable[tuple[int, bytes]]) -> tuple[list[Envelope], list[Refused]]:
    """Read line and header of each numbered line."""
    envelopes: list[Envelope] = []
    refused: list[Refused] = []
    for number, raw in numbered:
        found = _open(number, raw)
        if isinstance(found, Envelope):
            envelopes.append(found)
        else:
            refused.append(found)
    return envelopes, refused


def claims_of(envelopes: Iterable[Envelope], signers: Mapping[str, DeviceRow]) -> list[Claim]:
    """What is to be proven: the headers whose key is enrolled for the device that they name."""
    return [_claim(envelope) for envelope in envelopes if _owner(envelope, signers) is not None]


def to_ask_for(claims: Sequence[Claim]) -> frozenset[str]:
    """The hashes of which it is worth knowing whether they are in the store: they spare the dear verifications."""
    return newest_of_runs(claims)


def prove(
    envelopes: Sequence[Envelope], claims: Sequence[Claim], signers: Mapping[str, DeviceRow], known: frozenset[str]
) -> tuple[list[Authentic], list[Refused]]:
    """Check key, signature and body of each. Bytes that are `known` were verified when they came first."""
    good = authentic(claims, _keys(signers, claims), known)
    proven: list[Authentic] = []
    refused: list[Refused] = []
    for envelope in envelopes:
        found = _prove(envelope, _owner(envelope, signers), good)
        if isinstance(found, Authentic):
            proven.append(found)
        else:
            refused.append(found)
    return proven, refused


def _open(number: int, raw: bytes) -> Envelope | Refused:
    if len(raw) > MAX_LINE_BYTES:
        return Refused(number, raw, Reason.TOO_LARGE)
    try:
        line = fast_line(raw) or parse_line(raw)
        p = line.p.encode()
        header = fast_header(p) or parse_header(line)
    except OversizedEntryError:
        return Refused(number, raw, Reason.TOO_LARGE)
    except MalformedEntryError:
        return Refused(number, raw, Reason.MALFORMED)
    digest = entry_hash(p)
    return Envelope(number, raw, line, header, p, digest, b64url(digest), unb64url(line.s))


def _prove(envelope: Envelope, signer: DeviceRow | None, good: frozenset[int]) -> Authentic | Refused:
    if signer is None:
        return _refuse(envelope, Reason.UNKNOWN_KEY)
    if envelope.line.a != ALGORITHM or envelope.number not in good:
        return _refuse(envelope, Reason.BAD_SIGNATURE)
    try:
        entry = _fast_entry(envelope) or parse_entry(envelope.line, envelope.header)
    except OversizedEntryError:
        return _refuse(envelope, Reason.TOO_LARGE)
    except BodyMismatchError:
        return _refuse(envelope, Reason.BODY_MISMATCH)
    except MalformedEntryError:
        return _refuse(envelope, Reason.MALFORMED)
    return Authentic(envelope.number, envelope.raw, entry, signer)


def _fast_entry(envelope: Envelope) -> ParsedEntry | None:
    line, header = envelope.line, envelope.header
    if line.b is None:
        return None
    b = line.b.encode()
    if len(b) != header.blen or b64url(body_digest(b)) != header.body:
        return None
    body = fast_body(b)
    if body is None:
        return None
    return ParsedEntry(header, body, envelope.digest, envelope.p, b, envelope.sig, line.k, line.a)


def _owner(envelope: Envelope, signers: Mapping[str, DeviceRow]) -> DeviceRow | None:
    # A device signs for itself only: its key under another device's number is nobody's key.
    signer = signers.get(envelope.line.k)
    return signer if signer is not None and signer.id == envelope.header.dev else None


def _claim(envelope: Envelope) -> Claim:
    header = envelope.header
    return Claim(
        number=envelope.number,
        kid=envelope.line.k,
        dev=header.dev,
        ep=header.ep,
        seq=header.seq,
        prev=header.prev,
        hash=envelope.hash,
        p=envelope.p,
        sig=envelope.sig,
    )


def _keys(signers: Mapping[str, DeviceRow], claims: Iterable[Claim]) -> dict[str, ec.EllipticCurvePublicKey]:
    return {kid: public_key(signers[kid].key) for kid in {claim.kid for claim in claims}}


def _refuse(envelope: Envelope, reason: Reason) -> Refused:
    return Refused(envelope.number, envelope.raw, reason, envelope.hash)
