"""Writes entries as a tablet does, without the signature: the fold and the admission get them after it was verified."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from mobile_contract.base import b64url
from mobile_contract.checklist import Checklist, ChecklistItem, ItemPolicy, Text
from mobile_contract.envelope import EntryLine, ParsedEntry, entry_set_digest, parse_entry

VISIT = UUID("01990000-0000-7000-8000-000000000001")
ANNE = UUID("01990000-0000-7000-8000-00000000000a")
BO = UUID("01990000-0000-7000-8000-00000000000b")
CHEN = UUID("01990000-0000-7000-8000-00000000000c")
WALL = 1_790_000_000_000
SIGNATURE = b64url(bytes(64))
KEY = b64url(bytes(32))
DOCUMENT = "d" * 64


def item(code: str, **more: Any) -> ChecklistItem:
    return ChecklistItem(code=code, text=Text(zh=f"检查点{code}"), **more)


FIRE = Checklist(
    code="fire",
    version=7,
    title=Text(zh="消防安全"),
    items=(
        item("f1"),
        item("f2", policy=ItemPolicy.EACH),
        item("f3", note_required_on_no=True, photo_required=True),
    ),
)
PRICE = Checklist(code="price", version=1, title=Text(zh="明码标价"), items=(item("f1"), item("p1")))


def ref(checklist: Checklist) -> list[Any]:
    return [checklist.code, checklist.version, checklist.digest()]


class Tablet:
    """One device log of one inspector, in one visit unless told otherwise."""

    def __init__(
        self, inspector: UUID, *, device: UUID | None = None, ep: int = 1, visit: UUID = VISIT, wall: int = WALL
    ) -> None:
        self.inspector = inspector
        self.device = device or UUID(int=inspector.int + (0xDE << 64))
        self.ep = ep
        self.visit = visit
        self.wall = wall
        self.seq = 0
        self.prev: str | None = None
        self.entries: list[ParsedEntry] = []

    def write(self, kind: str, body: dict[str, Any] | None, /, **header: Any) -> ParsedEntry:
        self.seq += 1
        salt = b64url(hashlib.sha256(f"{self.device}{self.ep}{self.seq}{kind}{body}".encode()).digest()[:16])
        b = None if body is None else json.dumps({"salt": salt, **body}, ensure_ascii=False)
        raw = b"" if b is None else b.encode()
        members = {
            "v": 1,
            "id": str(UUID(bytes=hashlib.sha256(f"{self.device}{self.ep}{self.seq}".encode()).digest()[:16])),
            "dev": str(self.device),
            "ep": self.ep,
            "seq": self.seq,
            "prev": self.prev,
            "ins": str(self.inspector),
            "visit": str(self.visit),
            "type": kind,
            "ck": ref(FIRE),
            "wall": self.wall + self.seq,
            "mono": 1000 * self.seq,
            "boot": "7f3a",
            "body": b64url(hashlib.sha256(raw).digest()),
            "blen": len(raw),
            **header,
        }
        entry = parse_entry(EntryLine(p=json.dumps(members), b=b, k=KEY, a="ES256", s=SIGNATURE))
        self.prev = entry.text_hash
        self.entries.append(entry)
        return entry

    def answer(
        self, code: str, value: str, /, *over: ParsedEntry, comment: str | None = None, **header: Any
    ) -> ParsedEntry:
        body = {"item": code, "value": value, "comment": comment}
        return self.write("answer.set", body, over=hashes(over), **header)

    def withdraw_answer(self, code: str, *over: ParsedEntry) -> ParsedEntry:
        return self.write("answer.withdraw", {"item": code, "reason": "看错"}, over=hashes(over))

    def photo(self, digest: str, item_code: str | None = None) -> ParsedEntry:
        body = {"digest": digest, "bytes": 100, "mime": "image/jpeg", "item": item_code}
        return self.write("photo.add", body)

    def sign(
        self,
        *shown: ParsedEntry,
        role: str = "representative",
        heads: list[dict[str, Any]] | None = None,
        **header: Any,
    ) -> ParsedEntry:
        stroke = [[10 * x, 10 * x, 10, 128] for x in range(1, 40)]
        ink = {"width": 400, "height": 400, "pointer": "pen", "pressure": True, "strokes": [stroke]}
        body = {
            "role": role,
            "name": "李某",
            "method": "drawn",
            "ink": ink,
            "doc": DOCUMENT,
            "set": entry_set_digest(hashes(shown)),
            "heads": heads or [],
        }
        return self.write("signature", body, **header)

    def sign_all(self, *others: "Tablet", **header: Any) -> ParsedEntry:
        """The party signs everything of this log and of the others' as they stand now, and the heads are told."""
        logs = [log for log in (self, *others) if log.seq]
        return self.sign(*self.shown(*others), heads=[log.head() for log in logs], **header)

    def shown(self, *others: "Tablet") -> list[ParsedEntry]:
        """All entries of the visit in these logs."""
        return [entry for log in (self, *others) for entry in log.entries if entry.header.visit == self.visit]

    def head(self) -> dict[str, Any]:
        return {"dev": str(self.device), "ep": self.ep, "seq": self.seq, "hash": self.prev}

    def refuse(
        self,
        what: str,
        *,
        item_code: str | None = None,
        witness: dict[str, Any] | None = None,
        outcome: str = "refused",
        media: Iterable[str] = (),
    ) -> ParsedEntry:
        body = {
            "what": what,
            "outcome": outcome,
            "item": item_code,
            "reason_code": "not_agreed",
            "text": "当事人不同意检查结论",
            "by": {"name": "李某", "role": "店长"},
            "witness": witness,
            "media": list(media),
        }
        return self.write("refusal", body)

    def attach(self, digest: str, mime: str, kind: str = "document.add") -> ParsedEntry:
        return self.write(kind, {"digest": digest, "bytes": 1000, "mime": mime})

    def stance(self, kind: str, *targets: ParsedEntry, **header: Any) -> ParsedEntry:
        return self.write(kind, {"targets": hashes(targets), "reason": "当面核对"}, **header)

    def attest(self, *others: "Tablet", kind: str = "attest", **header: Any) -> ParsedEntry:
        """Vouch for everything of this log and of the others' logs as they stand now."""
        logs = [log for log in (self, *others) if log.seq]
        covered = [entry for log in logs for entry in log.entries if entry.header.visit == self.visit]
        heads = [{"dev": str(log.device), "ep": log.ep, "seq": log.seq, "hash": log.prev} for log in logs]
        body = {"set": entry_set_digest(hashes(covered)), "heads": heads, "count": len(covered)}
        return self.write(kind, body, **header)

    def submit(self, *others: "Tablet") -> ParsedEntry:
        return self.attest(*others, kind="submit")

    def resolve(self, code: str, *over: ParsedEntry, how: str = "value", **ruling: Any) -> ParsedEntry:
        body = {"item": code, "how": how, "reason": "现场复核", **ruling}
        return self.write("resolve", body, over=hashes(over))

    def certify(self, lost: "Tablet", first: int, last: int) -> ParsedEntry:
        """Certify a stretch of another log as lost."""
        return self.write(
            "log.gap", {"dev": str(lost.device), "ep": lost.ep, "first": first, "last": last, "reason": "设备坠海"}
        )

    def decide(self, kind: str, *targets: ParsedEntry, over: Iterable[ParsedEntry] = ()) -> ParsedEntry:
        body = {"targets": hashes(targets), "reason": "核实"}
        return self.write(kind, body, over=hashes(over))


def hashes(entries: Iterable[ParsedEntry]) -> list[str]:
    return [entry.text_hash for entry in entries]
