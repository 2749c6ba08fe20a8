"""The queue of the transparency log: what custody took and the tree does not hold yet."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mobile_contract.base import unb64url
from sync.log import store


async def queue(hashes: Sequence[str], at: datetime, id: UUID) -> None:  # noqa: A002 -- the row's id, as everywhere
    """Let entries wait for their place in the log; `id` is that of the one row which holds this group.

    Call it in the unit that takes the entries: whatever is committed gets a leaf, whatever is rolled back does not
    (sync.md §2.6). The order within a group is kept.
    """
    if hashes:
        await store.add_pending(id, at, b"".join(unb64url(text) for text in hashes))
