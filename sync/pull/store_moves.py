"""Moving rows of feeds: every device's counter is claimed in sorted order, its rows follow, its digest is kept up."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import plain_uuid, uuid7s
from inspection.kernel.sql import bulk_update
from inspection.kernel.upsert import upsert
from mobile_contract.pull import FeedOp, RemoveReason
from sync.tables import FeedHead, FeedRow

# Row ids need no repeatability: a row is known by its device and topic.
_entropy = SystemEntropy()

NO_DIGEST: Final = bytes(32)
_ROW: Final = ("seq", "op", "reason", "changed_at", "vseq")
# A given mark is only ever replaced by a newer one, or taken back: `-1` says so.
_TAKEN_BACK: Final = -1
_KEPT: Final = 'CASE WHEN excluded."{0}" = -1 THEN NULL ELSE COALESCE(excluded."{0}", feed_row."{0}") END'
_CHANGES: Final[Mapping[str, str]] = {
    **{name: f'excluded."{name}"' for name in _ROW},
    **{name: _KEPT.format(name) for name in ("given_seq", "given_vseq")},
}


@dataclass(frozen=True, slots=True)
class Move:
    """One topic of one device's feed, on its way to the end. `vseq`: the newest number, of a topic of entries.

    `whole`: the device shall get the topic from its beginning, whatever it has.
    """

    device: UUID
    topic: str
    op: FeedOp
    reason: RemoveReason | None = None
    vseq: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    last: int
    """The newest of the numbers that were claimed."""
    confirmed: int
    digest: bytes


def topic_digest(topic: str, seq: int) -> bytes:
    """What a standing topic adds to the digest of its feed (docs/sync.md, Pull)."""
    return hashlib.sha256(f"{topic}\0{seq}".encode()).digest()


def xor(left: bytes, right: bytes) -> bytes:
    """Both digests in one; the same once more takes it out again."""
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


async def move(moves: Iterable[Move], at: datetime) -> None:
    """Move these rows to the ends of their feeds, in the order given within each. Inside a unit of work.

    Four statements, however many devices and topics (docs/sync.md, Pull: one row a device and topic).
    """
    # The last word on a topic is the one that counts: one statement may touch a row only once.
    last = {(one.device, one.topic): one for one in moves}
    if not last:
        return
    wanted = list(last.values())
    heads = await _claim(Counter(one.device for one in wanted))
    before = await _standing(wanted)
    rows: list[dict[str, Any]] = []
    digests = {device: head.digest for device, head in heads.items()}
    taken = {device: head.last - count for device, head, count in _counted(heads, wanted)}
    for one, row_id in zip(wanted, uuid7s(at, _entropy, len(wanted)), strict=True):
        taken[one.device] += 1
        seq, old = taken[one.device], before.get((one.device, one.topic))
        given = _given(one, old, heads[one.device].confirmed)
        rows.append(_row(one, row_id, seq, at, given))
        if old is not None and old["op"] == FeedOp.PUT.value:
            digests[one.device] = xor(digests[one.device], topic_digest(one.topic, int(old["seq"])))
        if one.op is FeedOp.PUT:
            digests[one.device] = xor(digests[one.device], topic_digest(one.topic, seq))
    await upsert(FeedRow, rows, ("device", "topic"), _CHANGES)
    changed = [{"device": device, "digest": digest} for device, digest in digests.items()]
    await bulk_update(FeedHead, changed, key="device")


def _given(one: Move, old: Mapping[str, Any] | None, confirmed: int) -> tuple[int | None, int | None]:
    """Where a device is known to have the entries to: what it confirmed of the row before it moved."""
    if old is None:
        return None, None
    if one.whole or one.op is FeedOp.REMOVE or old["op"] != FeedOp.PUT.value:
        return _TAKEN_BACK, _TAKEN_BACK
    if one.vseq is not None and old["vseq"] is not None and int(old["seq"]) <= confirmed:
        return int(old["seq"]), int(old["vseq"])
    return None, None


def _row(one: Move, row_id: UUID, seq: int, at: datetime, given: tuple[int | None, int | None]) -> dict[str, Any]:
    return {
        "id": row_id,
        "device": one.device,
        "topic": one.topic,
        "seq": seq,
        "op": one.op.value,
        "reason": one.reason.value if one.reason else None,
        "changed_at": at,
        "vseq": one.vseq,
        "given_seq": given[0],
        "given_vseq": given[1],
    }


async def _claim(counts: Mapping[UUID, int]) -> dict[UUID, _Head]:
    # Sorted: two transactions that tell the same devices lock their counters in the same order.
    rows = await upsert(
        FeedHead,
        [{"device": device, "n": counts[device]} for device in sorted(counts)],
        ("device",),
        {"n": 'feed_head."n" + excluded."n"'},
        ("device", "n", "confirmed", "digest"),
    )
    return {
        plain_uuid(row["device"]): _Head(
            int(row["n"]), int(row["confirmed"] or 0), bytes(row["digest"]) if row["digest"] else NO_DIGEST
        )
        for row in rows
    }


def _counted(heads: Mapping[UUID, _Head], wanted: Sequence[Move]) -> list[tuple[UUID, _Head, int]]:
    counts = Counter(one.device for one in wanted)
    return [(device, heads[device], count) for device, count in counts.items()]


async def _standing(wanted: Sequence[Move]) -> dict[tuple[UUID, str], dict[str, Any]]:
    """The rows as they stand now that their devices' counters are locked."""
    devices, topics = sorted({one.device for one in wanted}), sorted({one.topic for one in wanted})
    rows = await FeedRow.select(FeedRow.device, FeedRow.topic, FeedRow.seq, FeedRow.op, FeedRow.vseq).where(
        FeedRow.device.is_in(devices), FeedRow.topic.is_in(topics)
    )
    return {(plain_uuid(row["device"]), row["topic"]): row for row in rows}
