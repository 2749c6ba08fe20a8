"""The parts of a bundle that prove custody: the chains with their signed heads, the signed list of evidence, and what
the transparency log proves.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from inspection.archive.contents import CustodyParts, media_paths
from inspection.archive.custody import evidence
from inspection.archive.custody.acts import files_named, plain
from inspection.archive.custody.due import entry_fact, journal_fact
from inspection.archive.custody.head import signed_head
from inspection.archive.custody.note import STREAM, stream
from inspection.archive.sources import BlobSource, ClockFacts, CustodySource, DeviceFacts, FileFacts, LogProofs
from inspection.archive.store import EntryLine, MemberFacts, TaskFacts, VisitFacts
from inspection.kernel.canonical import JSON, canonical_json, sha256_hex
from inspection.kernel.journal import JournalEntry, read_all
from inspection.visits.entries.store import gaps
from inspection.visits.rows import LogGap
from mobile_contract.signed import Purpose, SignedText

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """The visits that are one, the first of them canonical, and what record and journal hold of them."""

    visit: VisitFacts
    visits: Sequence[UUID]
    entries: Sequence[EntryLine]
    tasks: Sequence[TaskFacts]
    team: Sequence[MemberFacts]
    journal: Mapping[str, Sequence[JournalEntry]]
    here: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What other rooms say of them: chains by stream, clocks by entry, files by digest."""

    chains: Mapping[str, Sequence[JournalEntry]]
    clocks: Mapping[str, ClockFacts]
    files: Mapping[str, FileFacts]
    devices: Sequence[DeviceFacts]
    gaps: Sequence[LogGap]
    proofs: LogProofs


async def ask(ground: Ground, blobs: BlobSource, custody: CustodySource) -> Asked:
    """Everything as it stands; the chain must have been brought up to date before (`note_custody`)."""
    facts = [entry_fact(entry) for entry in ground.entries]
    return Asked(
        chains=await read_all([stream(one) for one in ground.visits]),
        clocks=await custody.clocks(ground.visit.id),
        files=await blobs.file_facts(files_named(facts) & ground.here),
        devices=await custody.devices({UUID(str(fact.header["dev"])) for fact in facts}),
        gaps=await gaps(ground.visits),
        proofs=await custody.log_proofs([entry.hash for entry in ground.entries]),
    )


def custody_parts(ground: Ground, asked: Asked, sign: Callable[[Purpose, str], SignedText]) -> CustodyParts:
    """Chains, signed heads, signed list. Pure but for the server's key: the same values give the same bytes."""
    data = canonical_json(evidence_list(ground, asked))
    signed: dict[str, JSON] = {
        "v": 1,
        "visit": str(ground.visit.id),
        "sha256": sha256_hex(data),
        "bytes": len(data),
    }
    return CustodyParts(
        chains=asked.chains,
        heads=[signed_head(lines[-1], sign) for _, lines in sorted(asked.chains.items())],
        evidence=data,
        signature=sign(Purpose.EVIDENCE, canonical_json(signed).decode()),
        proofs=asked.proofs,
    )


def evidence_list(ground: Ground, asked: Asked) -> dict[str, Any]:
    """证据清单, as it lies in the bundle."""
    facts = [entry_fact(entry) for entry in ground.entries]
    paths = {digest: path for path, digest in media_paths(ground.entries, ground.here).items()}
    walls = {fact.hash: fact.header.get("wall") for fact in facts}
    known = {
        digest: _file(paths.get(digest), asked.files.get(digest))
        | {
            "shows": _shows(claimed, ground.tasks),
            "clock": {one["entry"]: clock(asked.clocks, one["entry"], walls) for one in claimed},
        }
        for digest, claimed in evidence.claims(facts).items()
    }
    return evidence.manifest(
        _about(ground, asked),
        facts,
        [
            journal_fact(line)
            for name, lines in ground.journal.items()
            if name.startswith(evidence.FILE_STREAMS)
            for line in lines
        ],
        [(one.removeprefix(STREAM), line.seq, line.payload) for one, lines in asked.chains.items() for line in lines],
        known,
    )


def _about(ground: Ground, asked: Asked) -> dict[str, Any]:
    """What the list is about, whose hands it was in, and which tablets."""
    visit = ground.visit
    return {
        "visit": str(visit.id),
        "joined": [str(one) for one in ground.visits if one != visit.id],
        "authority": {"code": visit.authority_code, "name": visit.authority_name},
        "object": {"code": visit.object_code, "name": visit.object_name},
        "rule_set": visit.rule_set,
        "people": [
            {"id": str(one.inspector), "name": one.name, "certificates": [list(card) for card in one.certificates]}
            for one in ground.team
        ],
        "devices": [
            {
                "id": str(one.id),
                "name": one.name,
                "kid": one.kid,
                "inspector": str(one.inspector),
                "enrolled_at": one.enrolled_at.isoformat(),
                "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
                "app": one.app,
            }
            for one in asked.devices
        ],
        # Numbers of device logs next to these entries that never came: told, and no reason to refuse anything.
        "gaps": [
            {"device": str(one.device), "epoch": one.epoch, "first": one.first, "last": one.last} for one in asked.gaps
        ],
    }


def _file(path: str | None, known: FileFacts | None) -> dict[str, Any]:
    if known is None:
        return {"path": path, "state": "missing", "bytes": None, "mime": None, "sm3": None, "remote_at": None}
    remote = known.remote_at.isoformat() if known.remote_at else None
    told = {"bytes": known.bytes, "mime": known.mime, "sm3": known.sm3, "remote_at": remote}
    return {"path": path, "state": "here" if path else "missing"} | told


def _shows(claimed: Sequence[Mapping[str, Any]], tasks: Sequence[TaskFacts]) -> list[dict[str, Any]]:
    """证明对象: the check points that entries which refer to the file are about, in the words of the checklist."""
    words = {item.get("code"): item.get("text") for one in tasks for item in json.loads(one.checklist_body)["items"]}
    codes = dict.fromkeys(claim["item"] for claim in claimed if claim.get("item") is not None)
    return [{"item": code, "text": words.get(code)} for code in codes]


def clock(clocks: Mapping[str, ClockFacts], entry: str, walls: Mapping[str, Any]) -> dict[str, Any] | None:
    """制作时间: the proven interval, the best estimate with its error, and how far off the tablet's clock was (ms)."""
    told = clocks.get(entry)
    if told is None:
        return None
    found: dict[str, Any] = {
        "not_before": told.not_before.isoformat() if told.not_before else None,
        "not_after": told.not_after.isoformat(),
        "estimate": told.estimate.isoformat() if told.estimate else None,
        "by": told.by,
        "flags": list(told.flags),
        "error_ms": None,
        "correction_ms": None,
    }
    if told.estimate is not None:
        wall = walls.get(entry)
        if type(wall) is int:
            found["correction_ms"] = plain((told.estimate - _EPOCH) // _MS - wall)
        if told.not_before is not None:
            found["error_ms"] = max(told.estimate - told.not_before, told.not_after - told.estimate) // _MS
    return found
