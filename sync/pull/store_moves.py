"""Moving rows of feeds: every device's counter is claimed in sorted order, its rows follow, its digest is kept up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import plain_uuid, uuid7s
from inspection.kernel.sql import bulk_update, one_of
from inspection.kernel.upsert import upsert
from mobile_contract.pull import FeedOp, RemoveReason, topic_digest
from sync.tables import FeedHead, FeedRow

# Row ids need no repeatability: a row is known by its device and topic.
_entropy = SystemEntropy()

NO_DIGEST: Final = bytes(32)
_ROW: Final = ("seq", "op", "reason", "changed_at", "vseq")
_CHANGES: Final[Mapping[str, str]] = {
    **{name: f'excluded."{name}"' for name in _ROW},
    # What was given stays noted until something newer is.
    **{name: f'COALESCE(excluded."{name}", feed_row."{name}")' for name in ("given_seq", "given_vseq")},
}
NOTHING_GIVEN: Final = -1
"""As `given_vseq`: at `given_seq` the topic began anew, and nobody has anything of it that is older."""


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
        given = _given(one, old, seq, heads[one.device].confirmed)
        rows.append(_row(one, row_id, seq, at, given))
        if old is not None and old["op"] == FeedOp.PUT.value:
            digests[one.device] = xor(digests[one.device], topic_digest(one.topic, int(old["seq"])))
        if one.op is FeedOp.PUT:
            digests[one.device] = xor(digests[one.device], topic_digest(one.topic, seq))
    await upsert(FeedRow, rows, ("device", "topic"), _CHANGES)
    changed = [{"device": device, "digest": digest} for device, digest in digests.items()]
    await bulk_update(FeedHead, changed, key="device")


def _given(one: Move, old: Mapping[str, Any] | None, seq: int, confirmed: int) -> tuple[int | None, int | None]:
    """From which cursor on a device has which entries: what it confirmed of the row before it moved to `seq`."""
    if one.vseq is None or old is None or old["vseq"] is None:
        return None, None
    if one.whole or old["op"] != FeedOp.PUT.value:
        return seq, NOTHING_GIVEN
    return (int(old["seq"]), int(old["vseq"])) if int(old["seq"]) <= confirmed else (None, None)


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
    rows = await ask(
        "SELECT device, topic, seq, op, vseq FROM feed_row WHERE {} AND {}",
        one_of("device", [str(device) for device in devices]),
        one_of("topic", topics),
    )
    return {(plain_uuid(row["device"]), row["topic"]): row for row in rows}
