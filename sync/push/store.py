"""Queries of device logs, refused lines and receipts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from sync.push.log_heads import LogHead, Slot
from sync.rows import Letter, ReceiptRow
from sync.tables import (
    DeadLetter,
    IssuedReceipt,
    LogTail,
    ReceiptVisit,
)


async def lock_log(log_id: UUID, device_id: UUID, epoch: int) -> tuple[UUID, LogHead]:
    """The row id and head of a log, made (as `log_id`) when it is new, locked until commit."""
    # One statement makes the row or locks it: an update to what it is locks on PostgreSQL as FOR UPDATE does.
    rows = await ask(
        "INSERT INTO device_log (id, device, epoch, seq, top, forked) VALUES ({}, {}, {}, 0, 0, {}) "
        "ON CONFLICT (device, epoch) DO UPDATE SET seq = device_log.seq "
        "RETURNING id, device, epoch, seq, hash, top, forked",
        log_id,
        device_id,
        epoch,
        False,
    )
    return plain_uuid(rows[0]["id"]), _log(rows[0])


async def save_log(log_id: UUID, head: LogHead) -> None:
    """Move a locked log."""
    await ask(
        "UPDATE device_log SET seq = {}, hash = {}, top = {}, forked = {} WHERE id = {}",
        head.seq,
        head.hash,
        head.top,
        head.forked,
        log_id,
    )


async def tail(log_id: UUID) -> list[Slot]:
    """The entries of a log beyond its gap."""
    rows = await ask("SELECT seq, hash, prev FROM device_log_tail WHERE log = {}", log_id)
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
    rows = await ask("SELECT * FROM device_log WHERE {}", one_of("device", list(map(str, wanted))))
    found = [(plain_uuid(row["id"]), _log(row)) for row in rows]
    return sorted(found, key=lambda pair: (pair[1].device, pair[1].epoch))


async def feed_of(carrier: UUID) -> tuple[int, int]:
    """The newest number of a carrier's feed, and the newest that it said it had applied; 0 for what never was."""
    rows = await ask("SELECT n, confirmed FROM feed_head WHERE device = {}", carrier)
    return (int(rows[0]["n"]), int(rows[0]["confirmed"] or 0)) if rows else (0, 0)


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


async def newest_receipt_time(history: UUID) -> datetime | None:
    """The latest time that a receipt of a history tells; None when the newest receipt is of another history."""
    # Ids of receipts are made here, of the time they tell: the largest id is that of the latest.
    rows = await ask("SELECT history, received_at FROM receipt ORDER BY id DESC LIMIT 1")
    return rows[0]["received_at"] if rows and plain_uuid(rows[0]["history"]) == history else None


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


def _receipt(row: dict[str, Any]) -> ReceiptRow:
    return ReceiptRow(
        id=plain_uuid(row["id"]),
        carrier=plain_uuid(row["carrier"]),
        history=plain_uuid(row["history"]),
        received_at=row["received_at"],
        text=row["text"],
        kid=row["kid"],
        signature=bytes(row["signature"]),
    )


def _log(row: dict[str, Any]) -> LogHead:
    return LogHead(
        device=plain_uuid(row["device"]),
        epoch=int(row["epoch"]),
        seq=int(row["seq"]),
        hash=row["hash"],
        top=int(row["top"]),
        forked=bool(row["forked"]),
    )
