"""What lies in a dossier: three parts as folders (泉州 二(四)3) and a manifest. Pure: values in, bytes out.

The same record gives the same bytes on every machine: no clock, no order of arrival but the record's own.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any
from uuid import UUID

from inspection.archive.container import Member
from inspection.archive.entry_checks import referred
from inspection.archive.follow_up_parts import Followed
from inspection.archive.objection_parts import Objected
from inspection.archive.reading import (
    CUSTODY,
    CUSTODY_HEAD,
    DRAWS,
    ENTRIES,
    EVIDENCE_LIST,
    EVIDENCE_SIGNATURE,
    FACTS,
    FOLLOW_UP,
    JOURNAL,
    KEYS,
    LAYOUT,
    LOG_PROOFS,
    MEDIA,
    OBJECTIONS,
    PUBLICATIONS,
    README,
    RECEIPTS,
    RECORD,
    b64url,
)
from inspection.archive.sources import LogProofs, LogStamp
from inspection.archive.store import EntryLine, MemberFacts, ReviewFacts, TaskFacts, VisitFacts
from inspection.archive.store_dossiers import DossierRow
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.journal import JournalEntry
from inspection.publicity.settled import Settled
from mobile_contract.signed import SignedText

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
}


@dataclass(frozen=True, slots=True)
class Lot:
    """A draw that led to this visit: what is public of it, and the opening of this object's ticket, if it is open."""

    public: Mapping[str, JSON]
    opening: Mapping[str, JSON] | None


class Bundle(StrEnum):
    """What a bundle is: sealed once after publication (档案), or made when somebody asks for evidence (证据包)."""

    SEALED = "sealed"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class CustodyParts:
    """What proves that nobody touched the evidence.

    `chains`: stream → its lines, of this visit and those that are one with it; `heads`: the signed head of each;
    `evidence`: the bytes of the list, with its signature; `proofs`: of the transparency log.
    """

    chains: Mapping[str, Sequence[JournalEntry]]
    heads: Sequence[SignedText]
    evidence: bytes
    signature: SignedText
    proofs: LogProofs


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything a dossier is made of.

    `joined`: further visits that are one with it. `journal`: stream → its lines; `media_here`: digests whose bytes we
    hold; `follows`: the volume that was sealed before this one.
    """

    kind: Bundle
    visit: VisitFacts
    joined: Sequence[UUID]
    rule_set_digest: str
    tasks: Sequence[TaskFacts]
    team: Sequence[MemberFacts]
    reviews: Sequence[ReviewFacts]
    entries: Sequence[EntryLine]
    receipts: Sequence[SignedText]
    keys: Mapping[str, Mapping[str, str]]
    record: Mapping[str, JSON]
    lots: Sequence[Lot]
    journal: Mapping[str, Sequence[JournalEntry]]
    settled: Settled
    objected: Objected
    media_here: frozenset[str]
    custody: CustodyParts
    followed: Followed
    follows: DossierRow | None = None

    @property
    def media_wanted(self) -> frozenset[str]:
        """Digests of the files that the entries refer to."""
        return frozenset(referred(entry.body for entry in self.entries))


def small_parts(materials: Materials) -> dict[str, bytes]:
    """Path → bytes of everything but the media and the manifest."""
    return {
        README: files("inspection.archive").joinpath("papers", README).read_bytes(),
        FACTS: canonical_json(_facts(materials)),
        DRAWS: canonical_json({"draws": [_lot(lot) for lot in materials.lots]}),
        JOURNAL: _lines(_journal_line(e) for _, lines in sorted(materials.journal.items()) for e in lines),
        ENTRIES: _lines(entry_line(entry) for entry in materials.entries),
        RECEIPTS: _lines(receipt.model_dump(mode="json") for receipt in materials.receipts),
        KEYS: canonical_json({kid: dict(key) for kid, key in materials.keys.items()}),
        RECORD: canonical_json(materials.record),
        # Without any the bytes are those that earlier versions made.
        **({OBJECTIONS: canonical_json(materials.objected.told())} if materials.objected.rows else {}),
        **({} if materials.followed.empty else {FOLLOW_UP: canonical_json(materials.followed.told())}),
        **_custody_parts(materials),
        **{
            f"{PUBLICATIONS}/{document.number}.v{document.version}.json": document.document
            for document in materials.settled.documents
        },
        **{
            f"{CHECKLISTS}/{task.checklist_code}.v{task.checklist_version}.json": task.checklist_body.encode()
            for task in materials.tasks
        },
    }


def _custody_parts(materials: Materials) -> dict[str, bytes]:
    parts = materials.custody
    return {
        CUSTODY: _lines(_journal_line(e) for _, lines in sorted(parts.chains.items()) for e in lines),
        CUSTODY_HEAD: canonical_json({"heads": [head.model_dump(mode="json") for head in parts.heads]}),
        EVIDENCE_LIST: parts.evidence,
        EVIDENCE_SIGNATURE: canonical_json(parts.signature.model_dump(mode="json")),
        LOG_PROOFS: canonical_json(_log_proofs(parts.proofs)),
    }


def _log_proofs(proofs: LogProofs) -> dict[str, JSON]:
    return {
        "head": proofs.head.model_dump(mode="json") if proofs.head else None,
        "size": proofs.size,
        "entries": [
            {"hash": hash_, "place": one.place, "path": list(one.path)} for hash_, one in sorted(proofs.places.items())
        ],
        "waiting": list(proofs.waiting),
        "stamps": [_stamp(stamp) for stamp in proofs.stamps],
        **({"torn": True} if proofs.torn else {}),
    }


def _stamp(stamp: LogStamp) -> dict[str, JSON]:
    return {
        "day": stamp.day.isoformat(),
        "at": stamp.at.isoformat(),
        "url": stamp.url,
        "head": stamp.head.model_dump(mode="json"),
        "size": stamp.size,
        "response": stamp.response,
        "path": list(stamp.path),
        "covers": stamp.covers,
    }


CHECKLISTS = f"{FACTS.rpartition('/')[0]}/checklists"


def media_paths(entries: Sequence[EntryLine], here: frozenset[str]) -> dict[str, str]:
    """Path → digest (hex) of every original that entries refer to and that is `here`."""
    kinds: dict[str, set[str]] = {}
    for entry in entries:
        body = json.loads(entry.body) if entry.body is not None else {}
        if isinstance(body.get("digest"), str) and isinstance(body.get("mime"), str):
            kinds.setdefault(body["digest"], set()).add(body["mime"])
    wanted = sorted(referred(entry.body for entry in entries) & here)
    # Two entries may call one file by two kinds; the first in the alphabet is as good as any, and always the same.
    return {f"{MEDIA}/{digest}{EXTENSIONS.get(min(kinds.get(digest, {''})), '')}": digest for digest in wanted}


def manifest(materials: Materials, members: Sequence[Member]) -> bytes:
    """The table of contents: what the dossier is about, and every file with its SHA-256 and bytes."""
    visit = materials.visit
    return canonical_json(
        {
            "layout": LAYOUT,
            "kind": materials.kind.value,
            **_volume(materials.follows),
            "visit": str(visit.id),
            "joined": [str(one) for one in materials.joined],
            "authority": {"code": visit.authority_code, "name": visit.authority_name},
            "rule_set": {"name": visit.rule_set, "sha256": materials.rule_set_digest},
            "object": {"code": visit.object_code, "name": visit.object_name},
            "tasks": [
                {
                    "number": task.task_number,
                    "item": task.item_code,
                    "plan": _plan(visit, task),
                    "draw": _text(task.draw),
                }
                for task in materials.tasks
            ],
            "team": [str(member.inspector) for member in materials.team if member.left_at is None],
            "entries": [entry.hash for entry in materials.entries],
            "media_lost": sorted(materials.media_wanted - materials.media_here),
            "journal": [
                {"stream": stream, "lines": len(lines), "head": lines[-1].hash.hex()}
                for stream, lines in sorted(materials.journal.items())
                if lines
            ],
            "publications": [
                {"number": d.number, "version": d.version, "sha256": d.digest} for d in materials.settled.documents
            ],
            "withheld": [
                {"outcome": str(w.outcome), "item": w.item_name, "ground": w.ground.value}
                for w in materials.settled.withheld
            ],
            "files": [asdict(member) for member in sorted(members, key=lambda member: member.path)],
        }
    )


def _volume(follows: DossierRow | None) -> dict[str, JSON]:
    """Of a further volume: its number, and the one before it. Of the first nothing, as ever."""
    if follows is None:
        return {}
    return {"volume": follows.volume + 1, "follows": {"number": follows.number, "sha256": follows.digest}}


def sums(members: Iterable[Member]) -> bytes:
    """The same digests in the form that `sha256sum -c` reads."""
    return "".join(f"{m.sha256}  {m.path}\n" for m in sorted(members, key=lambda m: m.path)).encode()


def entry_line(entry: EntryLine) -> dict[str, JSON]:
    """An entry as it crossed the wire: header and body are texts, byte for byte what was signed."""
    return {
        "p": entry.header.decode(),
        "b": None if entry.body is None else entry.body.decode(),
        "k": entry.kid,
        "a": entry.alg,
        "s": b64url(entry.signature),
    }


def _facts(materials: Materials) -> dict[str, JSON]:
    visit = materials.visit
    return {
        "visit": _plain(visit),
        "tasks": [_plain(task, leave_out="checklist_body") for task in materials.tasks],
        "team": [_plain(member) for member in materials.team],
        "reviews": [_plain(review) for review in materials.reviews],
        "plans": sorted({plan for task in materials.tasks if (plan := _plan(visit, task))}),
    }


def _plan(visit: VisitFacts, task: TaskFacts) -> str | None:
    return f"{visit.authority_code}-{task.plan_year}-{task.plan_version}" if task.plan_year else None


def _lot(lot: Lot) -> dict[str, JSON]:
    return {"public": dict(lot.public), "opening": None if lot.opening is None else dict(lot.opening)}


def _journal_line(entry: JournalEntry) -> dict[str, JSON]:
    return {"prev": entry.prev.hex(), "hash": entry.hash.hex(), "text": entry.text.decode()}


def _lines(values: Iterable[Mapping[str, JSON]]) -> bytes:
    return b"".join(canonical_json(value) + b"\n" for value in values)


def _plain(value: Any, leave_out: str = "") -> dict[str, JSON]:
    return {name: _text(member) for name, member in asdict(value).items() if name != leave_out}


def _text(value: Any) -> JSON:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple | list):
        return [_text(member) for member in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
