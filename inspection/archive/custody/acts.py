"""Which acts an entry or a line of the journal is the source of. Pure, and with the standard library alone: the server
writes the chain by this, and the offline verifier holds the chain against it.

No name of a person stands in an act, only ids, roles and digests: the chain outlives an erasure.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeGuard

Object: TypeAlias = Mapping[str, Any]


class Act(StrEnum):
    """What can happen to evidence (media.md §3.3)."""

    CAPTURED = "captured"  # claimed by the signed entry
    RECEIVED = "received"
    VERIFIED = "verified"
    MISMATCHED = "mismatched"
    DERIVED = "derived"
    VIEWED = "viewed"
    REDACTED = "redacted"
    EXPORTED = "exported"
    SIGNED = "signed"
    REFUSED = "refused"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SEALED = "sealed"
    TIMESTAMPED = "timestamped"
    HELD = "held"
    RELEASED = "released"
    LOST = "lost"


SELF_MADE: Final = frozenset({Act.VIEWED, Act.EXPORTED})
"""Acts that happen in a request; nothing else in the journal speaks of them."""

STAMP: Final = "stamp:"
"""What the source of a time stamp begins with; the local day follows."""


@dataclass(frozen=True, slots=True)
class Noted:
    """An act as the chain tells it.

    `source`: the hash of an entry (base64url) or of a line of the journal (hex), or a name. `digest`: SHA-256 (hex) of
    the file it is about, None when it is about the record.
    """

    act: Act
    source: str
    digest: str | None = None
    facts: Object = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same act when it is met again: SHA-256 (hex) of act, source and digest."""
        told = json.dumps([self.act.value, self.source, self.digest or ""])
        return hashlib.sha256(told.encode()).hexdigest()

    def payload(self) -> dict[str, Any]:
        """The members of its line."""
        told = {"act": self.act.value, "source": self.source}
        return told | ({} if self.digest is None else {"digest": self.digest}) | dict(self.facts)


@dataclass(frozen=True, slots=True)
class JournalFact:
    """A line of the journal: its hash (hex) and what its text says."""

    hash: str
    said: Object

    @property
    def kind(self) -> str:
        return str(self.said["kind"])

    @property
    def payload(self) -> Object:
        told = self.said["payload"]
        return told if isinstance(told, Mapping) else {}


@dataclass(frozen=True, slots=True)
class EntryFact:
    """An entry: its hash (base64url), the members of its signed header and of its body (None: erased)."""

    hash: str
    header: Object
    body: Object | None


_LONGEST: Final = 200
_SAFE: Final = 2**53 - 1
_CAPTURES: Final = {
    "photo.add": ("camera", "digest"),
    "document.add": ("imported", "digest"),
    "photo.annotate": ("overlay", "overlay"),
    "signature": ("signature", "image"),
}
"""By the type of the entry, how it makes a file (制作方法) and the member of its body that names the file."""
_SINGLE: Final = ("digest", "image", "of", "overlay")
"""Members of a body that name one file; `media` names several. `doc` names a paper that was shown, not a file."""


def acts_of_entry(entry: EntryFact) -> list[Noted]:
    """The acts that a signed entry claims; none once its body was erased."""
    return list(_entry_acts(entry)) if entry.body is not None else []


def _entry_acts(entry: EntryFact) -> Iterator[Noted]:
    body, kind = entry.body or {}, entry.header.get("type")
    if kind in {"signature", "refusal"}:
        yield _signed(entry, body) if kind == "signature" else _refused(entry, body)
    for how, digest in files_of(entry):
        yield Noted(Act.CAPTURED, entry.hash, digest, {"how": how} | _when(entry, body))


def files_of(entry: EntryFact) -> Iterator[tuple[str, str]]:
    """(how it was made, SHA-256) of every file that the entry refers to, in the body's order.

    `camera`, `imported`, `overlay`, `signature`: this entry brings the file; `referred`: it names one as its ground.
    """
    body, kind = entry.body or {}, str(entry.header.get("type"))
    how, name = _CAPTURES.get(kind, ("", ""))
    brought = body.get(name) if _is_digest(body.get(name)) else None
    if brought is not None:
        yield how, brought
    yield from (("referred", digest) for digest in digests_in(body) if digest != brought)


def digests_in(body: Object) -> list[str]:
    """The SHA-256 of every file that a body names, each once, whatever the type of the entry."""
    several = body.get("media")
    named = [*(body.get(name) for name in _SINGLE), *(several if isinstance(several, list) else ())]
    return list(dict.fromkeys(digest for digest in named if _is_digest(digest)))


def _signed(entry: EntryFact, body: Object) -> Noted:
    told = {name: plain(body.get(name)) for name in ("role", "method", "doc", "set")}
    return Noted(Act.SIGNED, entry.hash, None, told | _when(entry, body))


def _refused(entry: EntryFact, body: Object) -> Noted:
    told = {name: plain(body[name]) for name in ("what", "outcome", "reason_code", "item", "set") if name in body}
    return Noted(Act.REFUSED, entry.hash, None, told | _when(entry, body))


def _when(entry: EntryFact, body: Object) -> dict[str, Any]:
    """What the tablet says of time and place in its log: evidence only (sync.md §2.9)."""
    header = entry.header
    wall = body.get("taken_wall") or header.get("wall")
    return {
        "at_claimed": instant(wall),
        "by": {"id": plain(header.get("ins")), "role": "inspector"},
        "device": plain(header.get("dev")),
        "log": [plain(header.get("ep")), plain(header.get("seq"))],
        "clock": {name: plain(header.get(name)) for name in ("wall", "mono", "boot")},
    }


def plain(value: object, longest: int = _LONGEST) -> str | int | bool | None:
    """A short text or a safe whole number as it is; None for whatever else a held entry of a later version says."""
    if isinstance(value, bool) or (isinstance(value, str) and len(value) <= longest):
        return value
    return value if isinstance(value, int) and abs(value) <= _SAFE else None


def instant(ms: object) -> str | None:
    """Milliseconds since 1970 as ISO 8601 in UTC; None for what no calendar has."""
    if type(ms) is not int:
        return None
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")
    except OverflowError:
        return None


def acts_of_line(line: JournalFact) -> list[Noted]:
    """The acts that a line of the journal tells of; none for most kinds."""
    made = _LINES.get(line.kind)
    if made is None:
        return []
    digest = _text(line.payload.get("digest")) or _of_stream(str(line.said.get("stream")))
    return [_from(line, act, of, told) for act, of, told in made(line.payload, digest)]


def _of_stream(stream: str) -> str | None:
    room, _, name = stream.partition(":")
    return name if room == "media" and _is_digest(name) else None


def _from(line: JournalFact, act: Act, digest: str | None, told: Object) -> Noted:
    actor = line.said.get("actor") or {}
    by = {"at": line.said.get("at"), "by": {"id": actor.get("id"), "role": actor.get("role")}}
    return Noted(act, line.hash, digest, {name: value for name, value in told.items() if value is not None} | by)


_Told: TypeAlias = Iterator[tuple[Act, str | None, Object]]


def _stored(p: Object, digest: str | None) -> _Told:
    yield Act.RECEIVED, digest, {"bytes": p.get("length"), "mime": p.get("mime")}
    yield Act.VERIFIED, digest, {"bytes": p.get("length")}


def _completed(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    yield Act.RECEIVED, digest, {}


def _healed(p: Object, digest: str | None) -> _Told:
    yield Act.VERIFIED, digest, {"bytes": p.get("length"), "healed": True}


def _rejected(p: Object, digest: str | None) -> _Told:
    yield Act.MISMATCHED, _text(p.get("declared")) or digest, {"found": p.get("found")}


def _derived(p: Object, digest: str | None) -> _Told:
    probe = p.get("probe")
    findings = probe.get("findings") if isinstance(probe, Mapping) else None
    yield Act.DERIVED, digest, {"copies": p.get("derived"), "findings": findings}


def _damaged(p: Object, digest: str | None) -> _Told:
    # Bytes that no row knows are odd, but nothing of the record is lost by them.
    if p.get("kind") != "orphan":
        yield Act.LOST, digest, {"how": p.get("kind"), "where": p.get("place"), "found": p.get("found")}


def _redacted(p: Object, digest: str | None) -> _Told:
    yield Act.REDACTED, _text(p.get("of")) or digest, {name: p.get(name) for name in ("copy", "boxes", "ground")}


def _held(p: Object, digest: str | None) -> _Told:
    yield Act.HELD, digest, {"ground": p.get("ground")}


def _released(p: Object, digest: str | None) -> _Told:
    yield Act.RELEASED, digest, {"ground": p.get("ground")}


def _published(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    yield Act.PUBLISHED, None, {name: p.get(name) for name in ("number", "version", "sha256")}


def _corrected(p: Object, digest: str | None) -> _Told:
    yield Act.WITHDRAWN, None, {"number": p.get("number"), "sha256": p.get("replaces")}
    yield from _published(p, digest)


def _withdrawn(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    yield Act.WITHDRAWN, None, {"number": p.get("number"), "sha256": p.get("replaces"), "ground": p.get("ground")}


def _sealed(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    yield Act.SEALED, None, {name: p.get(name) for name in ("sha256", "bytes")}


def _admitted(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    yield Act.RECEIVED, None, {name: p.get(name) for name in ("first", "last", "carrier")}


def _approved(p: Object, digest: str | None) -> _Told:  # noqa: ARG001
    if p.get("media_certified"):
        yield Act.LOST, None, {"certified": True, "seen": p.get("seen")}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


_LINES: Final = {
    "blob.stored": _stored,
    "blob.healed": _healed,
    "blob.derived": _derived,
    "blob.damaged": _damaged,
    "blob.public_copy_made": _redacted,
    "media.held": _held,
    "media.released": _released,
    "upload.completed": _completed,
    "upload.rejected": _rejected,
    "publication.published": _published,
    "publication.corrected": _corrected,
    "publication.withdrawn": _withdrawn,
    "dossier.sealed": _sealed,
    "visit.entries_admitted": _admitted,
    "visit.entries_readmitted": _admitted,
    "visit.approved": _approved,
}


def acts_of_stamp(day: str, at: str, size: int, covers: int) -> Noted:
    """The act of a time-stamp authority: `covers` entries of the visit are below the stamped head of `size`."""
    return Noted(Act.TIMESTAMPED, f"{STAMP}{day}", None, {"at": at, "size": size, "covers": covers})


def _is_digest(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")  # noqa: PLR2004


def files_named(entries: Iterable[EntryFact]) -> frozenset[str]:
    """The digests of all files that these entries refer to."""
    return frozenset(digest for entry in entries for _, digest in files_of(entry))
