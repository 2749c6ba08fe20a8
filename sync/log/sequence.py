"""The sequencer: gives every entry that custody took its place in the tree. One at a time, whoever runs it."""

from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit_at_once
from mobile_contract.base import b64url
from mobile_contract.merkle import HASH_BYTES, leaf_hash
from sync.log import store, store_tree
from sync.log.tree import edge, grown

GROUPS: Final = 25
"""So many pushes at a time: as long as they take, no tablet's entries can be taken on SQLite."""


async def sequence(cmd: Command) -> int:
    """Add all that waits to the tree; how many leaves that were.

    Any number of processes may do this at once: the row of the tree's size lets one through at a time. Leaves, tiles,
    size and queue change in one transaction, so a crash anywhere changes nothing, and repeating it is harmless.
    """
    added = 0
    while (await store.waiting())[0]:
        added += await in_unit_at_once(_drain, cmd)
    return added


async def _drain(cmd: Command) -> int:
    size = await store_tree.lock_size()
    groups = await store.pending(GROUPS)
    if not groups:
        return 0  # a neighbour was here first
    # An entry may wait twice: taken by two pushes at once, or queued again. Its first place stays.
    waiting = dict.fromkeys(hash_ for _, hashes in groups for hash_ in _split(hashes))
    known = await store_tree.placed([b64url(hash_) for hash_ in waiting])
    fresh = [hash_ for hash_ in waiting if b64url(hash_) not in known]
    if fresh:
        changed = grown(size, await store_tree.tiles(edge(size)), [leaf_hash(hash_) for hash_ in fresh])
        await store_tree.add_leaves(size, [b64url(hash_) for hash_ in fresh])
        await store_tree.put_tiles(changed, cmd.new_ids(len(changed)))
        await store_tree.save_size(size + len(fresh))
    await store.drop_pending([row_id for row_id, _ in groups])
    return len(fresh)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
