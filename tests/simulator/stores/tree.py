"""`sync.log.store` and `sync.log.store_tree`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mobile_contract.base import unb64url
from sync.log.store import TreeHeadRow
from tests.simulator.memory import Tables


def add_pending(t: Tables, row_id: UUID, at: Any, hashes: bytes) -> None:
    t.queued[row_id] = (at, hashes)


def pending(t: Tables, limit: int) -> list[tuple[UUID, bytes]]:
    rows = sorted((at, row_id, hashes) for row_id, (at, hashes) in t.queued.items())
    return [(row_id, hashes) for _, row_id, hashes in rows[:limit]]


def waiting(t: Tables) -> tuple[int, Any]:
    return len(t.queued), min((at for at, _ in t.queued.values()), default=None)


def drop_pending(t: Tables, ids: Any) -> None:
    for row_id in ids:
        t.queued.pop(row_id, None)


def newest_head(t: Tables) -> TreeHeadRow | None:
    return max(t.tree_heads.values(), key=lambda head: (head.size, head.signed_at), default=None)


def add_head(t: Tables, row_id: UUID, head: TreeHeadRow) -> bool:
    t.tree_heads[row_id] = head
    return True


def size(t: Tables) -> int:
    return len(t.leaves)


lock_size = size


def save_size(t: Tables, count: int) -> None:
    """The leaves are counted here."""


def placed(t: Tables, hashes: Any) -> set[str]:
    return set(hashes) & set(t.leaves.values())


def leaves(t: Tables, first: int, count: int) -> list[bytes]:
    return [unb64url(t.leaves[place]) for place in sorted(t.leaves) if first <= place < first + count]


def add_leaves(t: Tables, first: int, entries: Any) -> None:
    t.leaves.update(enumerate(entries, start=first))


def tiles(t: Tables, keys: Any) -> dict[tuple[int, int], bytes]:
    return {key: t.tiles[key] for key in keys if key in t.tiles}


def put_tiles(t: Tables, changed: Any, ids: Any) -> None:
    t.tiles.update(changed)
