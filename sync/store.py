"""All queries of the protocol room."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.sql import bulk_insert, claim_numbers, for_update
from mobile_contract.pull import FeedOp, RemoveReason
from mobile_contract.signed import DeviceJwk
from sync.log_heads import LogHead, Slot
from sync.rows import CodeRow, DeviceRow, FeedChange, Letter, ReceiptRow
from sync.tables import (
    DeadLetter,
    Device,
    DeviceLog,
    EnrolmentCode,
    FeedHead,
    FeedRow,
    History,
    IssuedReceipt,
    LogTail,
    ReceiptVisit,
)

# -- histories ---------------------------------------------------------------------------------------


async def newest_history() -> tuple[UUID, int] | None:
    """Id and number of the history this store lives in."""
    row = await History.select(History.id, History.number).order_by(History.number, ascending=False).first()
    return (_uuid(row["id"]), int(row["number"])) if row else None


async def add_history(history_id: UUID, number: int, started_at: datetime, reason: str) -> bool:
    """Start history `number`; False when a neighbour started it first."""
    row = {"id": history_id, "number": number, "started_at": started_at, "reason": reason}
    return await bulk_insert(History, [row], on_conflict="nothing") == 1


# -- devices and their enrolment ---------------------------------------------------------------------


async def add_code(code: CodeRow, code_hash: str, issued_by: str, issued_at: datetime) -> None:
    """Keep an enrolment code by its SHA-256."""
    row = {
        "id": code.id,
        "authority": code.authority,
        "inspector": code.inspector,
        "code_hash": code_hash,
        "issued_by": issued_by,
        "issued_at": issued_at,
        "expires_at": code.expires_at,
    }
    await bulk_insert(EnrolmentCode, [row])


async def lock_code(code_hash: str) -> CodeRow | None:
    """The code of this hash, locked until commit: of two devices with one code the second sees it used."""
    rows = await EnrolmentCode.raw(
        "SELECT id, authority, inspector, expires_at, used_at, device "
        f"FROM enrolment_code WHERE code_hash = {{}}{for_update()}",
        code_hash,
    )
    return _code(rows[0]) if rows else None


async def use_code(code_id: UUID, device: UUID, at: datetime) -> None:
    """Mark a code as spent on this device."""
    await EnrolmentCode.update({EnrolmentCode.used_at: at, EnrolmentCode.device: device}).where(
        EnrolmentCode.id == code_id
    )


async def add_device(device: DeviceRow) -> bool:
    """Keep a new device; False when its key is already enrolled."""
    row = {
        "id": device.id,
        "authority": device.authority,
        "inspector": device.inspector,
        "kid": device.kid,
        "key_x": device.key.x,
        "key_y": device.key.y,
        "name": device.name,
        "enrolled_at": device.enrolled_at,
    }
    return await bulk_insert(Device, [row], on_conflict="nothing") == 1


async def device(device_id: UUID) -> DeviceRow | None:
    """One device by its id."""
    row = await Device.select().where(Device.id == device_id).first()
    return _device(row) if row else None


async def device_by_kid(kid: str) -> DeviceRow | None:
    """One device by its key."""
    row = await Device.select().where(Device.kid == kid).first()
    return _device(row) if row else None


async def signers(authority: UUID, kids: Iterable[str]) -> dict[str, DeviceRow]:
    """The devices of one authority that own these keys; keys of other authorities stay unknown."""
    wanted = sorted(set(kids))
    if not wanted:
        return {}
    rows = await Device.select().where(Device.authority == authority, Device.kid.is_in(wanted))
    return {row["kid"]: _device(row) for row in rows}


async def devices_of(inspectors: Iterable[UUID]) -> list[DeviceRow]:
    """The devices in use on which these inspectors act, sorted by id."""
    wanted = sorted(set(inspectors))
    if not wanted:
        return []
    rows = await Device.select().where(Device.inspector.is_in(wanted), Device.revoked_at.is_null())
    return sorted((_device(row) for row in rows), key=lambda row: row.id)


async def devices(authority: UUID) -> list[DeviceRow]:
    """All devices of an authority, newest first."""
    rows = await Device.select().where(Device.authority == authority).order_by(Device.enrolled_at, ascending=False)
    return [_device(row) for row in rows]


async def revoke_device(device_id: UUID, at: datetime, reason: str) -> bool:
    """Mark a device as revoked; False when it was already."""
    rows = (
        await Device.update({Device.revoked_at: at, Device.revoked_reason: reason})
        .where(Device.id == device_id, Device.revoked_at.is_null())
        .returning(Device.id)
    )
    return bool(rows)


# -- device logs -------------------------------------------------------------------------------------


async def lock_log(log_id: UUID, device_id: UUID, epoch: int) -> tuple[UUID, LogHead]:
    """The row id and head of a log, made (as `log_id`) when it is new, locked until commit."""
    fresh = {"id": log_id, "device": device_id, "epoch": epoch, "seq": 0, "top": 0, "forked": False}
    await bulk_insert(DeviceLog, [fresh], on_conflict="nothing")
    rows = await DeviceLog.raw(
        "SELECT id, device, epoch, seq, hash, top, forked FROM device_log "
        f"WHERE device = {{}} AND epoch = {{}}{for_update()}",
        device_id,
        epoch,
    )
    return _uuid(rows[0]["id"]), _log(rows[0])


async def save_log(log_id: UUID, head: LogHead) -> None:
    """Move a locked log."""
    await DeviceLog.update(
        {
            DeviceLog.seq: head.seq,
            DeviceLog.hash: head.hash,
            DeviceLog.top: head.top,
            DeviceLog.forked: head.forked,
        }
    ).where(DeviceLog.id == log_id)


async def tail(log_id: UUID) -> list[Slot]:
    """The entries of a log beyond its gap."""
    rows = await LogTail.select(LogTail.seq, LogTail.hash, LogTail.prev).where(LogTail.log == log_id)
    return [Slot(int(row["seq"]), row["hash"], row["prev"]) for row in rows]


async def change_tail(log_id: UUID, filled_to: int, added: Sequence[tuple[UUID, Slot]]) -> None:
    """Drop what the contiguous head reached, and keep what waits behind a gap."""
    await LogTail.delete().where(LogTail.log == log_id, LogTail.seq <= filled_to)
    rows = [
        {"id": row_id, "log": log_id, "seq": slot.seq, "hash": slot.hash, "prev": slot.prev} for row_id, slot in added
    ]
    await bulk_insert(LogTail, rows)


async def logs_of(device_ids: Iterable[UUID]) -> list[tuple[UUID, LogHead]]:
    """Row id and head of every log of these devices, by device and epoch."""
    wanted = sorted(set(device_ids))
    if not wanted:
        return []
    rows = await DeviceLog.select().where(DeviceLog.device.is_in(wanted))
    found = [(_uuid(row["id"]), _log(row)) for row in rows]
    return sorted(found, key=lambda pair: (pair[1].device, pair[1].epoch))


# -- feeds -------------------------------------------------------------------------------------------


async def put_feed_row(
    row_id: UUID, device_id: UUID, topic: str, op: FeedOp, reason: RemoveReason | None, at: datetime
) -> int:
    """Move a topic to the end of a device's feed; the number it took. Lock devices in sorted order."""
    seq = await claim_numbers(FeedHead, "device", device_id, 1)
    await FeedRow.raw(
        "INSERT INTO feed_row (id, device, topic, seq, op, reason, changed_at) VALUES ({}, {}, {}, {}, {}, {}, {}) "
        "ON CONFLICT (device, topic) DO UPDATE SET seq = excluded.seq, op = excluded.op, "
        "reason = excluded.reason, changed_at = excluded.changed_at",
        row_id,
        device_id,
        topic,
        seq,
        op.value,
        reason.value if reason else None,
        at,
    )
    return seq


async def lock_audience(inspectors: Iterable[UUID]) -> None:
    """Let nobody else change what these inspectors' devices may see, or which devices they have, until commit."""
    for inspector in sorted(set(inspectors)):
        await claim_numbers(FeedHead, "device", inspector, 1)


async def feed_head(device_id: UUID) -> int:
    """The newest number of a feed; 0 when nothing ever happened to it."""
    row = await FeedHead.select(FeedHead.n).where(FeedHead.device == device_id).first()
    return int(row["n"]) if row else 0


async def changes_after(device_id: UUID, seq: int, limit: int) -> list[FeedChange]:
    """Rows of a feed behind `seq`, in order."""
    rows = (
        await FeedRow.select(FeedRow.topic, FeedRow.seq, FeedRow.op, FeedRow.reason)
        .where(FeedRow.device == device_id, FeedRow.seq > seq)
        .order_by(FeedRow.seq)
        .limit(limit)
    )
    return [_change(row) for row in rows]


async def topics_after(device_id: UUID, topic: str, limit: int) -> list[FeedChange]:
    """Topics that stand in a feed, behind `topic` in the order of their names."""
    rows = (
        await FeedRow.select(FeedRow.topic, FeedRow.seq, FeedRow.op, FeedRow.reason)
        .where(FeedRow.device == device_id, FeedRow.topic > topic, FeedRow.op == FeedOp.PUT.value)
        .order_by(FeedRow.topic)
        .limit(limit)
    )
    return [_change(row) for row in rows]


async def devices_with_topic(topic: str) -> list[UUID]:
    """The devices in whose feed a topic stands, sorted."""
    rows = await FeedRow.select(FeedRow.device).where(FeedRow.topic == topic, FeedRow.op == FeedOp.PUT.value)
    return sorted(_uuid(row["device"]) for row in rows)


# -- dead letters and receipts -----------------------------------------------------------------------


async def letters_of(carrier: UUID) -> tuple[int, int]:
    """How many refused lines of a carrier are kept, and how many bytes they take."""
    rows = await DeadLetter.raw(
        "SELECT COUNT(*) AS letters, COALESCE(SUM(LENGTH(content)), 0) AS size FROM dead_letter WHERE carrier = {}",
        carrier,
    )
    return int(rows[0]["letters"]), int(rows[0]["size"])


async def add_letters(letters: Sequence[tuple[UUID, Letter]], carrier: UUID, at: datetime) -> int:
    """Keep refused lines, each once; how many were new."""
    rows = [
        {
            "id": row_id,
            "carrier": carrier,
            "sha256": letter.sha256,
            "size": letter.size,
            "content": letter.content,
            "reason": letter.reason,
            "received_at": at,
        }
        for row_id, letter in letters
    ]
    return await bulk_insert(DeadLetter, rows, on_conflict="nothing")


async def add_receipt(receipt: ReceiptRow, visits: Sequence[tuple[UUID, UUID]]) -> None:
    """Keep a receipt and the visits (row id, visit) it speaks of."""
    row = {
        "id": receipt.id,
        "carrier": receipt.carrier,
        "history": receipt.history,
        "received_at": receipt.received_at,
        "text": receipt.text,
        "kid": receipt.kid,
        "signature": receipt.signature,
    }
    await bulk_insert(IssuedReceipt, [row])
    rows = [{"id": row_id, "receipt": receipt.id, "visit": visit} for row_id, visit in visits]
    await bulk_insert(ReceiptVisit, rows)


async def receipts_of_visit(visit: UUID) -> list[ReceiptRow]:
    """All receipts that speak of entries of a visit, oldest first."""
    rows = await IssuedReceipt.raw(
        "SELECT receipt.id, receipt.carrier, receipt.history, receipt.received_at, receipt.text, receipt.kid, "
        "receipt.signature FROM receipt JOIN receipt_visit ON receipt_visit.receipt = receipt.id "
        "WHERE receipt_visit.visit = {} ORDER BY receipt.received_at, receipt.id",
        visit,
    )
    return [_receipt(row) for row in rows]


async def receipt(receipt_id: UUID) -> ReceiptRow | None:
    """One receipt as it was signed."""
    row = await IssuedReceipt.select().where(IssuedReceipt.id == receipt_id).first()
    return _receipt(row) if row else None


# -- rows to values ----------------------------------------------------------------------------------


def _uuid(value: Any) -> UUID:
    # asyncpg hands out a subclass that JSON writers refuse.
    return UUID(str(value))


def _receipt(row: dict[str, Any]) -> ReceiptRow:
    return ReceiptRow(
        id=_uuid(row["id"]),
        carrier=_uuid(row["carrier"]),
        history=_uuid(row["history"]),
        received_at=row["received_at"],
        text=row["text"],
        kid=row["kid"],
        signature=bytes(row["signature"]),
    )


def _device(row: dict[str, Any]) -> DeviceRow:
    return DeviceRow(
        id=_uuid(row["id"]),
        authority=_uuid(row["authority"]),
        inspector=_uuid(row["inspector"]),
        kid=row["kid"],
        key=DeviceJwk(x=row["key_x"], y=row["key_y"]),
        name=row["name"],
        enrolled_at=row["enrolled_at"],
        revoked_at=row["revoked_at"],
    )


def _code(row: dict[str, Any]) -> CodeRow:
    return CodeRow(
        id=_uuid(row["id"]),
        authority=_uuid(row["authority"]),
        inspector=_uuid(row["inspector"]),
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        device=_uuid(row["device"]) if row["device"] else None,
    )


def _log(row: dict[str, Any]) -> LogHead:
    return LogHead(
        device=_uuid(row["device"]),
        epoch=int(row["epoch"]),
        seq=int(row["seq"]),
        hash=row["hash"],
        top=int(row["top"]),
        forked=bool(row["forked"]),
    )


def _change(row: dict[str, Any]) -> FeedChange:
    return FeedChange(
        topic=row["topic"],
        seq=int(row["seq"]),
        op=FeedOp(row["op"]),
        reason=RemoveReason(row["reason"]) if row["reason"] else None,
    )
