"""A whole dossier in memory: signed entries, receipts, media, journals, a rehearsed draw, a published document."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.archive.bundle import write_bundle
from inspection.archive.contents import Bundle, CustodyParts, Lot, Materials
from inspection.archive.custody.acts import Act, Noted
from inspection.archive.custody.due import entry_fact, journal_fact
from inspection.archive.custody.parts import Asked, Ground, custody_parts
from inspection.archive.custody.rule import due_acts
from inspection.archive.follow_up_parts import Followed
from inspection.archive.objection_parts import Objected
from inspection.archive.reading import MANIFEST, SUMS
from inspection.archive.sources import ClockFacts, DeviceFacts, FileFacts, LogPlace, LogProofs, UploadFacts
from inspection.archive.store import EntryLine, MemberFacts, ReviewFacts, TaskFacts, VisitFacts
from inspection.draw.told.disclosure import opened, public_view
from inspection.kernel.canonical import canonical_json, sha256_hex
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, JournalEntry
from inspection.kernel.journal.chain import GENESIS, chained
from inspection.kernel.keys import server_keys
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.settled import Settled
from inspection.publicity.store_documents import DocumentRow
from inspection.visits.rows import LogGap
from mobile_contract.base import b64url, unb64url
from mobile_contract.client.key import DeviceKey
from mobile_contract.envelope import entry_hash, signed_bytes
from mobile_contract.log import LogHead
from mobile_contract.merkle import inclusion_path, leaf_hash, root_of
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
CHECKLIST = json.dumps({"items": [{"code": "cy.01", "text": "是否亮证经营"}]}, ensure_ascii=False)
NO_CUSTODY = CustodyParts({}, [], b"{}", SERVER.sign_text(Purpose.EVIDENCE, "{}"), LogProofs(None, 0, {}, (), ()))


class Shelf:
    """Stored files in memory."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = {PHOTO_DIGEST: PHOTO} if files is None else files
        self.kept: dict[str, bytes] = {}

    async def complete_digests(self, digests: Collection[str]) -> frozenset[str]:
        return frozenset(digests) & self.files.keys()

    async def claimed_digests(self, authority: UUID, digests: Collection[str]) -> frozenset[str]:  # noqa: ARG002
        return frozenset(digests) & self.files.keys()

    async def open_blob(self, digest: str) -> AsyncIterator[bytes]:
        data = self.files[digest]
        for start in range(0, len(data), 1000):
            yield data[start : start + 1000]

    async def store_file(self, cmd: Command, path: Path, mime: str) -> str:  # noqa: ARG002  as the store's own
        data = await asyncio.to_thread(path.read_bytes)
        self.kept[sha256_hex(data)] = data
        return sha256_hex(data)

    async def file_facts(self, digests: Collection[str]) -> Mapping[str, FileFacts]:
        return {digest: file_facts(data) for digest, data in self.files.items() if digest in digests}

    async def uploads(self, authority: UUID, digests: Collection[str]) -> Sequence[UploadFacts]:  # noqa: ARG002
        return []


def file_facts(data: bytes) -> FileFacts:
    """What a store knows of a photo of these bytes."""
    sm3 = hashlib.new("sm3", data).hexdigest()
    return FileFacts(sha256_hex(data), len(data), "image/jpeg", sm3, remote_at=None)


def write_entries() -> list[EntryLine]:
    """Six entries of one tablet; number 3 of its log belongs to another visit."""
    by = {"name": "赵六", "role": "店长"}
    bodies: list[tuple[int, str, dict[str, Any]]] = [
        (1, "arrive", {"no_fix": "地下室"}),
        (2, "answer.set", {"item": "cy.01", "value": "yes", "media": [PHOTO_DIGEST]}),
        (4, "photo.add", {"digest": PHOTO_DIGEST, "bytes": len(PHOTO), "mime": "image/jpeg"}),
        (5, "note.add", {"text": "“引号”、<标签> 和 emoji 🙂"}),
        (
            6,
            "signature",
            {"role": "representative", "name": "王五", "method": "drawn", "doc": "d" * 64, "set": "S" * 43},
        ),
        (
            7,
            "refusal",
            {"what": "signature", "outcome": "unable", "reason_code": "other", "text": "手伤", "by": by},
        ),
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
    published = {"number": "sw-2026-000001", "version": 1, "sha256": sha256_hex(document)}
    return chain(
        f"visit:{VISIT}",
        (EventKind.PUBLICATION_OPENED, {"publications": {}}),
        (EventKind.PUBLICATION_PUBLISHED, published),
    )


def journal_of_photo() -> dict[str, list[JournalEntry]]:
    """What the store wrote down when the photo came."""
    facts = {"digest": PHOTO_DIGEST, "length": len(PHOTO), "mime": "image/jpeg"}
    looked = {"probe": {"format": "JPEG", "findings": ["trailing-bytes"]}, "derived": {"thumb": "7" * 64}}
    media, upload = f"media:{PHOTO_DIGEST}", f"upload:{UUID(int=8)}"
    return {
        media: chain(media, (EventKind.BLOB_STORED, facts), (EventKind.BLOB_DERIVED, looked)),
        upload: chain(
            upload, (EventKind.UPLOAD_CREATED, facts), (EventKind.UPLOAD_COMPLETED, {"digest": PHOTO_DIGEST})
        ),
    }


def chain(stream: str, *told: tuple[EventKind, Mapping[str, Any]]) -> list[JournalEntry]:
    """A stream of the journal with these lines."""
    entries: list[JournalEntry] = []
    for seq, (kind, payload) in enumerate(told, start=1):
        cmd = Command(Actor("planner", "经办人", Role.PLANNER), AT, SeededEntropy(seq))
        prev = entries[-1].hash if entries else GENESIS
        entries.append(chained(cmd.event(kind, stream, **payload), UUID(int=seq), seq, prev))
    return entries


def materials(**changes: Any) -> Materials:
    """Everything that one dossier is made of, with other materials where `changes` says so."""
    made = replace(plain_materials(), **changes)
    return made if "custody" in changes else replace(made, custody=custody_of(made))


def custody_of(made: Materials, **changes: Any) -> CustodyParts:
    """What proves the custody of these materials; with other answers of other rooms where `changes` says so."""
    visits = [made.visit.id, *made.joined]
    ground = Ground(made.visit, visits, made.entries, made.tasks, made.team, made.journal, made.media_here)
    return custody_parts(ground, replace(asked(made), **changes), SERVER.sign_text)


def asked(made: Materials) -> Asked:
    """What the other rooms would say: a whole chain, one clock, the photo, one tablet, a log that has all but one."""
    facts = [entry_fact(entry) for entry in made.entries]
    lines = [journal_fact(line) for name, stream in made.journal.items() if name[:4] != "draw" for line in stream]
    viewed = Noted(Act.VIEWED, "view:leader:2026-03-02", PHOTO_DIGEST)
    acts = [*due_acts(facts, lines, (), ()), viewed]
    stream = f"custody:{made.visit.id}"
    clock = ClockFacts(AT, AT + timedelta(minutes=10), AT + timedelta(minutes=4), "anchor", ("wall-off",))
    tablet = DeviceFacts(UUID(DEVICE), "平板一", KEY.kid, UUID(int=500), AT, None, "0.9.1")
    return Asked(
        chains={stream: chain(stream, *((EventKind.CUSTODY_NOTED, act.payload()) for act in acts))},
        clocks={made.entries[2].hash: clock} if len(made.entries) > 2 else {},
        files={PHOTO_DIGEST: file_facts(PHOTO)},
        devices=[tablet],
        gaps=[LogGap(UUID(DEVICE), 1, 9, 10)],
        proofs=tree([entry.hash for entry in made.entries]),
    )


def tree(entries: Sequence[str]) -> LogProofs:
    """A log of three other entries, of these but the last, and of one more."""
    logged = list(dict.fromkeys(entries))[:-1]
    others = [hashlib.sha256(bytes([n])).digest() for n in range(4)]
    leaves = [leaf_hash(one) for one in (*others[:3], *map(unb64url, logged), others[3])]
    places = {
        hash_: LogPlace(place, tuple(map(b64url, inclusion_path(leaves, place))))
        for place, hash_ in enumerate(logged, start=3)
    }
    head = LogHead(size=len(leaves), root=b64url(root_of(leaves)), at=AT, history=UUID(int=2))
    signed = SERVER.sign_text(Purpose.TREE_HEAD, head.model_dump_json())
    waiting = tuple(sorted(set(entries) - set(logged)))
    return LogProofs(signed if places else None, len(leaves) if places else 0, places, waiting, ())


def plain_materials() -> Materials:
    """The materials but for what proves their custody."""
    entries = write_entries()
    document = canonical_json({"number": "sw-2026-000001", "entName": "某某公司"})
    receipt = {"v": 1, "entries": [{"hash": e.hash, "verdict": "accepted"} for e in entries]}
    code = REHEARSAL.selection.drawn[0].oid
    row = DocumentRow(
        id=UUID(int=1),
        publication=UUID(int=2),
        authority=UUID(int=3),
        visit=VISIT,
        penalty=None,
        outcome=UUID(int=4),
        kind=DocumentKind.RESULT,
        number="sw-2026-000001",
        version=1,
        document=document,
        digest=sha256_hex(document),
        late=False,
        at=AT,
        published_at=AT,
    )
    return Materials(
        kind=Bundle.SEALED,
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
                *("cy", 1, "c" * 43, CHECKLIST, REHEARSAL.ceremony.draw, UUID(int=7)),
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
            **journal_of_photo(),
            f"draw:{REHEARSAL.ceremony.draw}": list(REHEARSAL.events),
        },
        settled=Settled((row,), ()),
        objected=Objected((), {}),
        followed=Followed({}, {}),
        media_here=frozenset({PHOTO_DIGEST}),
        custody=NO_CUSTODY,
    )


def seal(path: Path, **changes: Any) -> Path:
    """Write the dossier, with other materials where `changes` says so. The one without changes is made once."""
    if changes:
        asyncio.run(write_bundle(path, materials(**changes), Shelf()))
    else:
        path.write_bytes(_sealed())
    return path


@cache
def _sealed() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dossier.zip"
        asyncio.run(write_bundle(path, materials(), Shelf()))
        return path.read_bytes()


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
