"""What sealing needs from rooms that the domain does not know: stored files, and the custody of entries."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from inspection.kernel.command import Command
from mobile_contract.signed import Purpose, SignedText


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the store knows of a file, beside what the journal tells of it. `sm3`: hex, None until it was computed.

    `mime` is the first sender's word; `remote_at`: since when the object store has it.
    """

    digest: str
    bytes: int
    mime: str
    sm3: str | None
    remote_at: datetime | None


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """An upload of a file that was begun. `owner`: the actor's id; `ended_at`: complete, rejected or given up."""

    id: UUID
    owner: str
    digest: str
    bytes: int | None
    state: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """When an entry was made, by what is proven and what the clocks add (sync.md §2.9); UTC.

    `by`: what the estimate goes by; `flags`: what is odd about the tablet's clocks.
    """

    not_before: datetime | None
    not_after: datetime
    estimate: datetime | None
    by: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A tablet. `app`: the version it last told."""

    id: UUID
    name: str
    kid: str
    inspector: UUID
    enrolled_at: datetime
    revoked_at: datetime | None
    app: str | None


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where an entry stands in the transparency log, counted from 0, and the proof under the head (RFC 9162 §2.1.3)."""

    place: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogStamp:
    """A time stamp (RFC 3161) of the tree head that closed a local day.

    `size`: leaves below that head; `response`: the whole TimeStampResp, base64; `path`: the proof that of this head and
    the head of the proofs the larger tree begins with the smaller (RFC 9162 §2.1.4); `covers`: how many entries of the
    visit are below it.
    """

    day: date
    at: datetime
    url: str
    head: SignedText
    size: int
    response: str
    path: tuple[str, ...]
    covers: int


@dataclass(frozen=True, slots=True)
class LogProofs:
    """What the transparency log proves of entries. `head`: None while no head covers any; `waiting`: not below it;
    `torn`: the log is damaged and proves nothing, so that all of them wait until it is mended.
    """

    head: SignedText | None
    size: int
    places: Mapping[str, LogPlace]
    waiting: tuple[str, ...]
    stamps: tuple[LogStamp, ...]
    torn: bool = False


class BlobSource(Protocol):
    """Files by their SHA-256 (hex)."""

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here, verified, whoever brought them."""
        ...

    async def claimed_digests(self, authority: UUID, digests: Collection[str]) -> frozenset[str]:
        """Those of `digests` whose bytes are here for this authority: all that is told of files that somebody names."""
        ...

    def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        ...

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:
        """Keep a finished file; returns its SHA-256 (hex). The file at `path` may be moved away."""
        ...

    async def file_facts(self, digests: Collection[str]) -> Mapping[str, FileFacts]:
        """What is known of those of `digests` that are here."""
        ...

    async def uploads(self, authority: UUID, digests: Collection[str]) -> Sequence[UploadFacts]:
        """All uploads that tablets of this authority began under these digests, the oldest first."""
        ...


class CustodySource(Protocol):
    """Who carried what: receipts as they were signed, and the public keys of devices and server."""

    async def receipts(self, visit: UUID) -> Sequence[SignedText]:
        """The receipts that speak of entries of this visit, the oldest first."""
        ...

    async def public_keys(self, kids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Key id → JWK, of those that are known."""
        ...

    async def devices(self, ids: Collection[UUID]) -> Sequence[DeviceFacts]:
        """The tablets among these ids, by id."""
        ...

    async def clocks(self, visit: UUID) -> Mapping[str, ClockFacts]:
        """By hash, when the entries of a visit, and of those that are one with it, were made."""
        ...

    async def log_proofs(self, entries: Collection[str]) -> LogProofs:
        """What the transparency log proves of these entries (hashes)."""
        ...

    def sign(self, purpose: Purpose, text: str) -> SignedText:
        """A text in the server's name."""
        ...
