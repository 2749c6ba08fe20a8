"""Signed tree heads: what the server commits itself to, for everybody to hold against it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import b64url, unb64url
from mobile_contract.log import LogHead
from mobile_contract.signed import Purpose
from sync.histories import current_history, past_histories
from sync.log import store, store_tree
from sync.log.store import TreeHeadRow
from sync.log.tree import TornTreeError, range_root, tiles_of

EVERY: Final = timedelta(minutes=1)
"""Heads are signed at most this often (sync.md §2.12)."""
MERGE: Final = timedelta(minutes=10)
"""What a receipt promises: its entries are below a signed head this much later at the latest."""


async def newest_head() -> TreeHeadRow | None:
    """The newest signed head; None while the log is empty."""
    return await store.newest_head()


async def sign_head(cmd: Command, *, keys: ServerKeys) -> TreeHeadRow | None:
    """Sign the tree as it stands, if it grew or a new history began, and the newest head is a minute old."""
    size = await store_tree.size()
    if not size:
        return None
    history = await current_history(cmd)
    if not _due(size, await store.newest_head(), history, cmd.now):
        return None
    return await in_unit(_sign, cmd, keys, history)


async def root_at(size: int) -> bytes:
    """The root of the tree when it had `size` leaves, which must not be beyond its size now.

    Raises:
        TornTreeError: the tiles do not hold it.
    """
    whole = (0, size)
    return range_root(whole, await store_tree.tiles(tiles_of([whole])))


async def leads_to(size: int, root: bytes) -> bool:
    """Whether the tree had this root when it had `size` leaves. One that is torn, or never had so many, had none."""
    try:
        return await root_at(size) == root
    except TornTreeError:
        return False


async def _sign(cmd: Command, keys: ServerKeys, history: UUID) -> TreeHeadRow | None:
    size = await store_tree.lock_size()
    newest = await store.newest_head()
    if not _due(size, newest, history, cmd.now):
        return None
    root = await root_at(size)
    # A server clock that was set back does not let a later head tell an earlier time.
    at = max(cmd.now, newest.signed_at) if newest else cmd.now
    told = LogHead(size=size, root=b64url(root), at=at, history=history, past=await past_histories(history))
    signed = keys.sign_text(Purpose.TREE_HEAD, told.model_dump_json())
    head = TreeHeadRow(size, root, history, at, signed.p, signed.k, unb64url(signed.s))
    # Another process may have signed this very tree: one head of it is told, and it is the one that is kept.
    return head if await store.add_head(cmd.new_id(), head) else None


def _due(size: int, newest: TreeHeadRow | None, history: UUID, now: datetime) -> bool:
    if newest is None:
        return size > 0
    if size == newest.size and history == newest.history:
        return False
    # Not `now - signed_at`: after the clock was set back by an hour, no head would be signed for an hour.
    return abs(now - newest.signed_at) >= EVERY or history != newest.history
