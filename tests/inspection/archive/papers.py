"""A whole dossier in memory: signed entries, receipts, media, journals, a rehearsed draw, a published document."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.archive.bundle import write_bundle
from inspection.archive.contents import Lot, Materials
from inspection.archive.reading import MANIFEST, SUMS
from inspection.archive.store import EntryLine, MemberFacts, ReviewFacts, TaskFacts, VisitFacts
from inspection.draw.told.disclosure import opened, public_view
from inspection.kernel.canonical import canonical_json, sha256_hex
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, JournalEntry
from inspection.kernel.journal.chain import GENESIS, chained
from inspection.kernel.keys import server_keys
from inspection.publicity.settled import Settled
from inspection.publicity.store_documents import DocumentRow
from mobile_contract.base import b64url
from mobile_contract.client.key import DeviceKey
from mobile_contract.envelope import entry_hash, signed_bytes
from mobile_contract.signed import Purpose
from tests.inspection.draw.rehearsal import Rehearsal, rehearse

VISIT = UUID("019c8d11-0000-7000-8000-0000000000aa")
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0 a photo " * 200
PHOTO_DIGEST = hashlib.sha256(PHOTO).hexdigest()
KEY = DeviceKey(12345)
SERVER = server_keys(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
DEVICE = "019c8d11-0000-7000-8000-0000000000dd"
REHEARSAL: Rehearsal = rehearse()


class Shelf:
    """Stored files in memory."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = {PHOTO_DIGEST: PHOTO} if files is None else files
        self.kept: dict[str, bytes] = {}

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        return frozenset(digests) & self.files.keys()

    async def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        data = self.files[digest]
        for start in range(0, len(data), 1000):
            yield data[start : start + 1000]

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:  # noqa: ARG002  as the store's own
        data = await asyncio.to_thread(path.read_bytes)
        self.kept[sha256_hex(data)] = data
        return sha256_hex(data)


def write_entries() -> list[EntryLine]:
    """Four entries of one tablet; number 3 of its log belongs to another visit."""
    bodies: list[tuple[int, str, dict[str, Any]]] = [
        (1, "arrive", {"no_fix": "地下室"}),
        (2, "answer.set", {"item": "cy.01", "value": "yes", "media": [PHOTO_DIGEST]}),
        (4, "photo.add", {"digest": PHOTO_DIGEST, "bytes": len(PHOTO), "mime": "image/jpeg"}),
        (5, "note.add", {"text": "“引号”、<标签> 和 emoji 🙂"}),
    ]
    lines: list[EntryLine] = []
    prev: str | None = None
    for seq, kind, body in bodies:
        text = json.dumps({"salt": b64url(bytes([seq]) * 16), **body}, ensure_ascii=False).encode()
        header = {
            "v": 1,
            "id": str(UUID(int=seq)),
            "dev": DEVICE,
            "ep": 1,
            "seq": seq,
            "prev": b64url(b"e" * 32) if seq == 4 else prev,
            "ins": str(UUID(int=500)),
            "visit": str(VISIT),
            "type": kind,
            "wall": 1_790_000_000_000 + seq,
            "mono": seq,
            "boot": "7f3a",
            "body": b64url(hashlib.sha256(text).digest()),
            "blen": len(text),
        }
        p = json.dumps(header).encode()
        prev = b64url(entry_hash(p))
        lines.append(EntryLine(prev, KEY.kid, "ES256", p, text, KEY.sign(signed_bytes(p))))
    return lines


def journal_of_visit(document: bytes) -> list[JournalEntry]:
    told: list[tuple[EventKind, dict[str, Any]]] = [
        (EventKind.PUBLICATION_OPENED, {"publications": {}}),
        (
            EventKind.PUBLICATION_PUBLISHED,
            {"number": "sw-2026-000001", "version": 1, "sha256": sha256_hex(document)},
        ),
    ]
    entries: list[JournalEntry] = []
    for seq, (kind, payload) in enumerate(told, start=1):
        cmd = Command(Actor("planner", "经办人", Role.PLANNER), AT, SeededEntropy(seq))
        prev = entries[-1].hash if entries else GENESIS
        entries.append(chained(cmd.event(kind, f"visit:{VISIT}", **payload), UUID(int=seq), seq, prev))
    return entries


def materials() -> Materials:
    """Everything that one dossier is made of."""
    entries = write_entries()
    document = canonical_json({"number": "sw-2026-000001", "entName": "某某公司"})
    receipt = {"v": 1, "entries": [{"hash": e.hash, "verdict": "accepted"} for e in entries]}
    code = REHEARSAL.selection.drawn[0].oid
    row = DocumentRow(
        id=UUID(int=1),
        publication=UUID(int=2),
        authority=UUID(int=3),
        visit=VISIT,
        outcome=UUID(int=4),
        number="sw-2026-000001",
        version=1,
        document=document,
        digest=sha256_hex(document),
        late=False,
        at=AT,
        published_at=AT,
    )
    return Materials(
        visit=VisitFacts(
            id=VISIT,
            authority=UUID(int=3),
            authority_code="sw",
            authority_name="某市商务局",
            rule_set="rules.2019",
            rule_digest="ab" * 32,
            object_id=UUID(int=5),
            object_name="某某石油有限公司",
            object_code=code,
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 5, 30),
            leader=UUID(int=500),
            unsealed_at=AT,
            approved_at=AT,
            approved_by="leader",
        ),
        joined=(),
        rule_set_digest="ab" * 32,
        tasks=[
            TaskFacts(
                *(UUID(int=6), "抽查〔2026〕1号", "成品油", "untargeted", "CY-01", "成品油零售", 2026, 1, "年度计划"),
                *("cy", 1, "c" * 43, '{"items":[]}', REHEARSAL.ceremony.draw, UUID(int=7)),
            )
        ],
        team=[MemberFacts(UUID(int=500), "检查员", "lot", AT, None, (("司法局", "ZF-1"),))],
        reviews=[ReviewFacts("approved", "ab" * 32, "", False, "leader", "组长", AT)],
        entries=entries,
        receipts=[SERVER.sign_text(Purpose.RECEIPT, json.dumps(receipt))],
        keys={KEY.kid: KEY.jwk.model_dump(), SERVER.kid: SERVER.public_jwk.model_dump()},
        record={"visit": str(VISIT), "items": []},
        lots=[Lot(public_view(REHEARSAL.ceremony), opened(REHEARSAL.proof(0)))],
        journal={
            f"visit:{VISIT}": journal_of_visit(document),
            f"draw:{REHEARSAL.ceremony.draw}": list(REHEARSAL.events),
        },
        settled=Settled((row,), ()),
        media_here=frozenset({PHOTO_DIGEST}),
    )


def seal(path: Path, **changes: Any) -> Path:
    """Write the dossier, with other materials where `changes` says so."""
    asyncio.run(write_bundle(path, replace(materials(), **changes), Shelf()))
    return path


@dataclass
class Forger:
    """Opens a dossier, changes members, and writes it again, making manifest and sums fit when asked to."""

    path: Path

    def members(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as dossier:
            return {name: dossier.read(name) for name in dossier.namelist()}

    def change(self, member: str, edit: Callable[[bytes], bytes | None], *, covering: bool = False) -> Path:
        """Edit a member (None takes it out); `covering` makes the manifest's digests and the sums fit afterwards."""
        members = self.members()
        edited = edit(members.pop(member, b""))
        if edited is not None:
            members[member] = edited
        if covering:
            cover(members)
        return self.write(members)

    def write(self, members: dict[str, bytes]) -> Path:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as dossier:
            for name, data in members.items():
                dossier.writestr(name, data)
        self.path.write_bytes(buffer.getvalue())
        return self.path


def cover(members: dict[str, bytes]) -> None:
    """Make file list and sums fit whatever the members are now."""
    told = json.loads(members[MANIFEST])
    told["files"] = [
        {"path": name, "sha256": sha256_hex(data), "bytes": len(data)}
        for name, data in sorted(members.items())
        if name not in (MANIFEST, SUMS)
    ]
    members[MANIFEST] = canonical_json(told)
    members[SUMS] = "".join(
        f"{sha256_hex(data)}  {name}\n" for name, data in sorted(members.items()) if name != SUMS
    ).encode()
