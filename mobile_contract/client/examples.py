"""Examples of the contract's requests and answers, made by the reference client with fixed keys and clocks.

`python -m mobile_contract.artefacts` writes them to `mobile_contract/examples/`; a test demands that they are up to
date. The keys here are public: never use them for anything else. Bytes to compare with stand in `vectors`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mobile_contract.anchor import TimeAnchor
from mobile_contract.base import Wire, b64url
from mobile_contract.checklist import Checklist, ChecklistItem, PinnedChecklist, Text
from mobile_contract.client.device import Device
from mobile_contract.client.key import DeviceKey
from mobile_contract.client.state import Captured, DeviceStore
from mobile_contract.client.surroundings import DeviceTime, Surroundings
from mobile_contract.enrol import EnrolAnswer, enrolment_message, thumbprint
from mobile_contract.envelope import EntryLine, entry_set_digest
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import EntryBlock, FeedItem, FeedOp, GivenEntry, PullAnswer, RemoveReason, feed_digest
from mobile_contract.push import EntryVerdict, LogState, PushAnswer, Reason, Receipt, ReceiptEntry, Verdict
from mobile_contract.signed import Purpose, ServerJwk, SignedText
from mobile_contract.visit_card import (
    CardState,
    CertificateCard,
    ObjectCard,
    TaskCard,
    TeamMemberCard,
    VisitCard,
    VisitWindow,
)

FOLDER: Final = Path(__file__).parent.parent / "examples"
DEVICE_SECRET: Final = hashlib.sha256(b"fieldcheck example device").digest()
SERVER_SECRET: Final = hashlib.sha256(b"fieldcheck example server").digest()
NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HISTORY: Final = UUID("019a0000-0000-7000-8000-000000000001")
DEVICE: Final = UUID("019a0000-0000-7000-8000-000000000002")
INSPECTOR: Final = UUID("019a0000-0000-7000-8000-000000000003")
COLLEAGUE: Final = UUID("019a0000-0000-7000-8000-000000000004")
VISIT: Final = UUID("019a0000-0000-7000-8000-000000000005")
TASK: Final = UUID("019a0000-0000-7000-8000-000000000006")
OBJECT: Final = UUID("019a0000-0000-7000-8000-000000000007")
ASSIGNMENT: Final = UUID("019a0000-0000-7000-8000-000000000008")
OFFICE: Final = UUID("019a0000-0000-7000-8000-00000000000a")
RECEIPT: Final = UUID("019a0000-0000-7000-8000-000000000009")
CODE: Final = "ABCDEFGHIJKLMNOP"

_server = Ed25519PrivateKey.from_private_bytes(SERVER_SECRET)


def build_examples() -> dict[str, Any]:
    """File name → content. The same on every machine."""
    entries = example_entries()
    return {
        "enrolment.json": _enrolment(),
        "push.json": example_push(entries[:2]),
        "pull.json": _pull(entries[:2]),
        "checklist.json": _checklist_vector(),
        "problems.json": {code.value: {"status": code.status, "type": code.type} for code in ProblemCode},
    }


def example_entries() -> list[Captured]:
    """The log of the example's device: a visit from arrival to submission, and a type nobody knows yet."""
    return _entries(_device())


def write_examples(folder: Path = FOLDER) -> None:
    """Write every example file."""
    folder.mkdir(exist_ok=True)
    for name, content in build_examples().items():
        (folder / name).write_text(rendered(content), encoding="utf-8")


def rendered(content: Any) -> str:
    """An example file's text."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def checklist() -> Checklist:
    """A short checklist of a commerce item."""
    return Checklist(
        code="commerce.prepaid-card",
        version=1,
        title=Text(zh="单用途商业预付卡检查要点", en="Single-purpose prepaid cards"),
        items=(
            ChecklistItem(
                code="pc.01",
                text=Text(zh="发卡企业是否按规定备案", en="The issuer is on file"),
                is_key=True,
                note_required_on_no=True,
            ),
            ChecklistItem(
                code="pc.02", text=Text(zh="是否公示章程", en="The terms are displayed"), photo_required=True
            ),
        ),
    )


def visit_card() -> VisitCard:
    """One visit as a tablet gets it."""
    pinned = checklist()
    key = DeviceKey.of_bytes(DEVICE_SECRET).jwk
    certificate = CertificateCard(number="37100012345", issuer="示例省人民政府", valid_until=date(2028, 12, 31))
    return VisitCard(
        id=VISIT,
        authority="示例商务局",
        office=OFFICE,
        rule_set="example@1",
        state=CardState.OPEN,
        object=ObjectCard(
            id=OBJECT, kind="enterprise", code="91370000MA3EXAMPLE", name="示例超市", address="示例路1号"
        ),
        tasks=(
            TaskCard(
                id=TASK,
                title="2026年预付卡抽查",
                item_code="commerce.prepaid-card",
                item_name="对单用途商业预付卡企业的检查",
                assignment=ASSIGNMENT,
                assignment_version=1,
                checklist=(pinned.code, pinned.version),
            ),
        ),
        team=(
            TeamMemberCard(inspector=INSPECTOR, name="王一", slot=1, leader=True, certificate=certificate, keys=(key,)),
            TeamMemberCard(inspector=COLLEAGUE, name="李二", slot=2, leader=False, certificate=None),
        ),
        deciders=(INSPECTOR,),
        quorum=2,
        refusal_vouchers=2,
        witness="when_necessary",
        checklists=((pinned.code, pinned.version, pinned.digest()),),
        notice="根据年度抽查工作计划，对你单位开展检查。",
        window=VisitWindow(opens=date(2026, 3, 2), closes=date(2026, 3, 31)),
    )


def _device() -> Device:
    store = DeviceStore()
    store.remember("key", DEVICE_SECRET.hex())
    device = Device(store, Surroundings(time=_ticking(), entropy=_counting("device")))
    device.enrolled(_enrol_answer())
    return device


def _entries(device: Device) -> list[Captured]:
    pinned = checklist()
    ck = (pinned.code, pinned.version, pinned.digest())
    write = partial(device.capture, visit=VISIT, tasks=(TASK,), asg=(ASSIGNMENT, 1))
    photo = hashlib.sha256(b"example photo").hexdigest()
    first = {"item": "pc.01", "value": "no", "comment": "未备案", "media": [photo]}
    corrected = {"item": "pc.01", "value": "yes", "basis": "document"}
    taken = [
        write("visit.open", {"object": OBJECT, "tasks": [TASK]}),
        write("arrive", {"no_fix": "indoors"}),
        write("notice.serve", _served()),
        write("photo.add", {"digest": photo, "bytes": 13, "mime": "image/jpeg", "item": "pc.01"}),
        write("answer.set", first, ck=ck),
    ]
    taken.append(write("answer.set", corrected, over=(taken[-1].hash,), ck=ck))
    taken.append(write("note.add", {"text": "a\x00b 换行\n结束"}))
    taken.append(write("refusal", _refusal()))
    taken.append(write("signature", _signature(entry_set_digest(one.hash for one in taken))))
    taken.append(write("submit", device.attestation(VISIT)))
    taken.append(device.capture("quantum.leap", {"of": "a type nobody knows yet"}, visit=VISIT))
    return taken


def _served() -> dict[str, Any]:
    shown = hashlib.sha256(b"example notice").hexdigest()
    return {
        "number": "示例检告〔2026〕000123号",
        "how": "shown",
        "receiver": {"name": "赵三", "role": "店长"},
        "doc": shown,
    }


def _refusal() -> dict[str, Any]:
    return {
        "what": "document",
        "reason_code": "not_at_hand",
        "text": "负责人称资料不在现场",
        "by": {"name": "赵三", "role": "店长"},
        "witness": {"inspector": COLLEAGUE},
    }


def _signature(set_: str) -> dict[str, Any]:
    stroke = [[100 + 40 * step, 200 + 30 * (step % 3), 16, 128] for step in range(12)]
    ink = {"width": 300, "height": 120, "pointer": "touch", "pressure": False, "strokes": [stroke]}
    shown = hashlib.sha256(b"example record").hexdigest()
    return {"role": "representative", "name": "赵三", "method": "drawn", "ink": ink, "doc": shown, "set": set_}


def _enrol_answer() -> EnrolAnswer:
    return EnrolAnswer(
        device=DEVICE,
        kid=DeviceKey.of_bytes(DEVICE_SECRET).kid,
        inspector=INSPECTOR,
        token="example-token",  # noqa: S106 -- opens nothing
        token_expires=datetime(2026, 5, 31, 1, 0, tzinfo=UTC),
        history=HISTORY,
        server_keys=(server_jwk(),),
        logs=(),
        anchor=_anchor(),
    )


def _enrolment() -> dict[str, Any]:
    store = DeviceStore()
    store.remember("key", DEVICE_SECRET.hex())
    device = Device(store, Surroundings(time=_ticking(), entropy=_counting("enrolment")))
    message = enrolment_message(CODE, device.key.kid)
    return {
        "signed_message_base64": base64.b64encode(message).decode(),
        "request": _plain(device.enrol_request(CODE, "Tablet 1")),
        "answer": _plain(_enrol_answer()),
    }


def example_push(entries: list[Captured]) -> dict[str, Any]:
    """A push of these two entries and a line that is none: request, answer, and the receipt the answer carries."""
    held = LogState(dev=DEVICE, ep=1, seq=2, hash=entries[1].hash, top=2)
    verdicts = [
        EntryVerdict(line=0, hash=entries[0].hash, verdict=Verdict.ACCEPTED, visit=VISIT, vseq=1),
        EntryVerdict(line=1, hash=entries[1].hash, verdict=Verdict.DUPLICATE, visit=VISIT, vseq=2),
        EntryVerdict(line=2, verdict=Verdict.REFUSED, reasons=(Reason.MALFORMED,)),
    ]
    receipt = Receipt(
        id=RECEIPT,
        history=HISTORY,
        carrier=DEVICE,
        received_at=NOW,
        entries=tuple(
            ReceiptEntry(hash=told.hash, verdict=told.verdict, visit=told.visit, vseq=told.vseq)
            for told in verdicts
            if told.hash
        ),
        logs=(held,),
        feed=1,
    )
    signed = _signed(Purpose.RECEIPT, receipt)
    answer = PushAnswer(verdicts=tuple(verdicts), receipt=signed, anchor=_anchor())
    return {
        "request_ndjson": "".join(f"{line}\n" for line in [*(entry.line for entry in entries), "{not an entry"]),
        "answer": _plain(answer),
        "receipt": _plain(receipt),
    }


def _pull(entries: list[Captured]) -> dict[str, Any]:
    card, pinned = visit_card(), checklist()
    given = [GivenEntry(vseq=n, line=EntryLine.model_validate_json(one.line)) for n, one in enumerate(entries, 1)]
    block = EntryBlock(visit=VISIT, after=0, through=len(given), entries=tuple(given))
    whole = PinnedChecklist(digest=pinned.digest(), checklist=pinned)
    named, put = f"checklist:{pinned.code}@{pinned.version}", FeedOp.PUT
    items = (
        FeedItem(topic=named, seq=1, op=put, rev=pinned.digest(), checklist=whole),
        FeedItem(topic=f"visit:{VISIT}", seq=2, op=put, rev=card.digest(), card=card),
        FeedItem(topic=f"visit:{TASK}", seq=3, op=FeedOp.REMOVE, reason=RemoveReason.REASSIGNED),
        FeedItem(topic=f"entries:{VISIT}", seq=4, op=put, entries=block),
    )
    standing = {item.topic: item.seq for item in items if item.op is put}
    anchor, digest = _anchor(), feed_digest(standing)
    answer = PullAnswer(from_=None, to="opaque-cursor", head=4, more=False, items=items, digest=digest, anchor=anchor)
    return {"answer": _plain(answer)}


def _checklist_vector() -> dict[str, Any]:
    return {"checklist": _plain(checklist()), "digest": checklist().digest()}


def _anchor() -> SignedText:
    return _signed(Purpose.TIME_ANCHOR, TimeAnchor(id=b64url(bytes(range(22))), time=NOW, history=HISTORY, feed=2))


def _signed(purpose: Purpose, told: Wire) -> SignedText:
    text = told.model_dump_json()
    return SignedText(p=text, k=server_jwk().kid, s=b64url(_server.sign(purpose.message(text))))


def server_jwk() -> ServerJwk:
    """The public key of the example's server."""
    x = b64url(_server.public_key().public_bytes_raw())
    return ServerJwk(x=x, kid=thumbprint(ServerJwk(x=x, kid=x)))


def _plain(model: Wire) -> Any:
    return model.model_dump(mode="json", by_alias=True)


def _ticking() -> Callable[[], DeviceTime]:
    ticks = iter(range(1, 1_000_000))

    def tell() -> DeviceTime:
        passed = next(ticks) * 1_000
        return DeviceTime(wall=1_772_413_200_000 + passed, mono=passed, boot="boot-1")

    return tell


def _counting(label: str) -> Callable[[int], bytes]:
    counter = iter(range(1_000_000))

    def draw(n: int) -> bytes:
        return hashlib.shake_256(f"{label}:{next(counter)}".encode()).digest(n)

    return draw
