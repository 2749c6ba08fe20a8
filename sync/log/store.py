"""Queries of the transparency log: what waits for it, its signed heads and their time stamps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_instant, ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from mobile_contract.base import b64url
from mobile_contract.merkle import HASH_BYTES
from mobile_contract.signed import SignedText
from sync.tables import LogPending, LogStamp, TreeHead


@dataclass(frozen=True, slots=True)
class TreeHeadRow:
    """A tree head as it was signed."""

    size: int
    root: bytes
    history: UUID
    signed_at: datetime
    text: str
    kid: str
    signature: bytes

    def signed(self) -> SignedText:
        """The head as it crosses the wire."""
        return SignedText(p=self.text, k=self.kid, s=b64url(self.signature))


@dataclass(frozen=True, slots=True)
class StampRow:
    """A time stamp of the head of `size`: the authority's whole response."""

    day: date
    size: int
    url: str
    token: bytes
    at: datetime


_CHUNK = 500
_PENDING = (LogPending.id, LogPending.hashes)
_HEAD = (
    TreeHead.size,
    TreeHead.root,
    TreeHead.history,
    TreeHead.signed_at,
    TreeHead.text,
    TreeHead.kid,
    TreeHead.signature,
)


async def add_pending(row_id: UUID, at: datetime, hashes: bytes) -> None:
    """Let a group of entries wait: their 32-byte hashes, one after the other."""
    await bulk_insert(LogPending, [{"id": row_id, "queued_at": at, "hashes": hashes}])


async def pending(limit: int) -> list[tuple[UUID, bytes]]:
    """Row id and hashes of the groups that have waited longest."""
    rows = await LogPending.select(*_PENDING).order_by(LogPending.queued_at).order_by(LogPending.id).limit(limit)
    return [(plain_uuid(row["id"]), bytes(row["hashes"])) for row in rows]


async def waiting() -> tuple[int, datetime | None]:
    """How many groups wait, and since when the oldest does."""
    rows = await LogPending.raw("SELECT COUNT(*) AS groups FROM log_pending")
    oldest = await LogPending.select(LogPending.queued_at).order_by(LogPending.queued_at).first()
    return int(rows[0]["groups"]), oldest["queued_at"] if oldest else None


async def unplaced() -> tuple[int, datetime | None]:
    """How many entries wait for their place, and since when the oldest does."""
    rows = await ask("SELECT coalesce(sum(length(hashes)), 0) AS n, min(queued_at) AS since FROM log_pending")
    since = rows[0]["since"]
    return int(rows[0]["n"]) // HASH_BYTES, None if since is None else as_instant(since)


async def pending_hashes() -> set[str]:
    """Everything that waits."""
    rows = await LogPending.select(LogPending.hashes)
    told = [bytes(row["hashes"]) for row in rows]
    return {b64url(one[at : at + HASH_BYTES]) for one in told for at in range(0, len(one), HASH_BYTES)}


async def drop_pending(ids: Collection[UUID]) -> None:
    """These groups have their places."""
    await LogPending.delete().where(LogPending.id.is_in(list(ids)))


async def newest_head() -> TreeHeadRow | None:
    """The head of the largest tree, and of those the one that was signed last."""
    rows = await ask(
        "SELECT size, root, history, signed_at, text, kid, signature FROM log_tree_head "
        "ORDER BY size DESC, signed_at DESC LIMIT 1"
    )
    return _head(rows[0]) if rows else None


async def head_of(size: int) -> TreeHeadRow | None:
    """The newest head that was signed for a tree of exactly this size."""
    row = (
        await TreeHead.select(*_HEAD).where(TreeHead.size == size).order_by(TreeHead.signed_at, ascending=False).first()
    )
    return _head(row) if row else None


async def heads_of(sizes: Collection[int]) -> list[TreeHeadRow]:
    """The heads that were signed for trees of these sizes, the oldest last."""
    wanted = sorted(sizes)
    found: list[TreeHeadRow] = []
    for start in range(0, len(wanted), _CHUNK):
        some = TreeHead.select(*_HEAD).where(TreeHead.size.is_in(wanted[start : start + _CHUNK]))
        found += [_head(row) for row in await some.order_by(TreeHead.signed_at, ascending=False)]
    return found


async def head_before(until: datetime) -> TreeHeadRow | None:
    """The newest head that was signed before an instant."""
    before = TreeHead.select(*_HEAD).where(TreeHead.signed_at < until)
    row = await before.order_by(TreeHead.size, ascending=False).order_by(TreeHead.signed_at, ascending=False).first()
    return _head(row) if row else None


async def heads_after(size: int, limit: int) -> list[TreeHeadRow]:
    """Heads of trees larger than `size`, the smallest first: `limit` of them, and all others that are as large as the
    last, for two histories may have signed the same size.
    """
    rows = await TreeHead.raw(
        "SELECT size, root, history, signed_at, text, kid, signature FROM log_tree_head WHERE size > {} AND size <= "
        "(SELECT max(size) FROM (SELECT size FROM log_tree_head WHERE size > {} ORDER BY size LIMIT {}) AS page) "
        "ORDER BY size, signed_at",
        size,
        size,
        limit,
    )
    return [_head(row) for row in rows]


async def add_head(row_id: UUID, head: TreeHeadRow) -> bool:
    """Keep a signed head; False when there is one of this size and history already."""
    row = {
        "id": row_id,
        "history": head.history,
        "size": head.size,
        "root": head.root,
        "signed_at": head.signed_at,
        "text": head.text,
        "kid": head.kid,
        "signature": head.signature,
    }
    return await bulk_insert(TreeHead, [row], on_conflict="nothing") == 1


async def add_stamp(row_id: UUID, stamp: StampRow) -> bool:
    """Keep the time stamp of a day; False when the day has one."""
    row = {
        "id": row_id,
        "day": stamp.day,
        "size": stamp.size,
        "url": stamp.url,
        "token": stamp.token,
        "at": stamp.at,
    }
    return await bulk_insert(LogStamp, [row], on_conflict="nothing") == 1


async def stamp_of(day: date) -> StampRow | None:
    """The time stamp of a local day."""
    row = await LogStamp.select().where(LogStamp.day == day).first()
    return _stamp(row) if row else None


async def stamp_above(place: int) -> StampRow | None:
    """The first time stamp of a head that has the leaf at `place` below it."""
    row = await LogStamp.select().where(LogStamp.size > place).order_by(LogStamp.size).order_by(LogStamp.day).first()
    return _stamp(row) if row else None


async def stamps() -> list[StampRow]:
    """All time stamps, oldest first."""
    return [_stamp(row) for row in await LogStamp.select().order_by(LogStamp.day)]


async def newest_stamp() -> StampRow | None:
    """The time stamp of the newest day that has one."""
    row = await LogStamp.select().order_by(LogStamp.day, ascending=False).first()
    return _stamp(row) if row else None


def _head(row: dict[str, Any]) -> TreeHeadRow:
    return TreeHeadRow(
        size=int(row["size"]),
        root=bytes(row["root"]),
        history=plain_uuid(row["history"]),
        signed_at=row["signed_at"],
        text=row["text"],
        kid=row["kid"],
        signature=bytes(row["signature"]),
    )


def _stamp(row: dict[str, Any]) -> StampRow:
    return StampRow(day=row["day"], size=int(row["size"]), url=row["url"], token=bytes(row["token"]), at=row["at"])
