"""The chain itself: pure. `hash = SHA-256(0x40 ‖ prev ‖ SHA-256(text))`; the genesis prev is 32 zero bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.journal.kinds import Event, EventKind, JournalEntry

GENESIS = bytes(32)


def link(prev: bytes, text: bytes) -> bytes:
    """The hash of a line whose canonical text is `text` and whose predecessor's hash is `prev`."""
    return hashlib.sha256(b"\x40" + prev + hashlib.sha256(text).digest()).digest()


def line_text(event: Event, seq: int) -> bytes:
    """The exact bytes that are hashed and kept."""
    return canonical_json(
        {
            "stream": event.stream,
            "seq": seq,
            "kind": event.kind.value,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": {"id": event.actor_id, "name": event.actor_name, "role": event.actor_role},
            "authority": str(event.authority) if event.authority else None,
            "rule_set": event.rule_set,
            "request_id": event.request_id,
            "payload": event.payload,
        }
    )


def chained(event: Event, entry_id: UUID, seq: int, prev: bytes) -> JournalEntry:
    """The event as line `seq` behind `prev`."""
    text = line_text(event, seq)
    return _entry(entry_id, text, prev, link(prev, text), json.loads(text))


def read_back(entry_id: UUID, text: bytes, prev: bytes, hash_: bytes) -> JournalEntry:
    """An entry as it is stored, all fields taken from the hashed text."""
    return _entry(entry_id, text, prev, hash_, json.loads(text))


def _entry(entry_id: UUID, text: bytes, prev: bytes, hash_: bytes, told: Mapping[str, Any]) -> JournalEntry:
    return JournalEntry(
        id=entry_id,
        stream=told["stream"],
        seq=told["seq"],
        kind=EventKind(told["kind"]),
        at=datetime.fromisoformat(told["at"]),
        actor_id=told["actor"]["id"],
        actor_name=told["actor"]["name"],
        actor_role=told["actor"]["role"],
        authority=UUID(told["authority"]) if told["authority"] else None,
        payload=told["payload"],
        text=text,
        prev=prev,
        hash=hash_,
    )


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of one stream found. `broken_at` is the first seq that does not fit, `None` when all do."""

    stream: str
    length: int
    head: bytes
    broken_at: int | None

    @property
    def ok(self) -> bool:
        return self.broken_at is None


def check_chain(stream: str, entries: Iterable[JournalEntry], seq: int = 0, prev: bytes = GENESIS) -> ChainReport:
    """Follow the chain behind line `seq` with hash `prev`; order, density, text and hashes must all fit."""
    for entry in entries:
        fits = entry.seq == seq + 1 and entry.stream == stream and entry.prev == prev
        if not fits or entry.hash != link(prev, entry.text):
            return ChainReport(stream, seq, prev, seq + 1)
        seq, prev = entry.seq, entry.hash
    return ChainReport(stream, seq, prev, None)
