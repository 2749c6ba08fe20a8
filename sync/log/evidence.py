"""What the transparency log proves of the entries of a visit, for whoever gets a bundle of its evidence."""

import base64
from collections.abc import AsyncIterator, Collection, Sequence

from inspection.archive.sources import LogPlace, LogProofs, LogStamp
from mobile_contract.base import b64url
from sync.log import store, store_tree
from sync.log.heads import root_at
from sync.log.proofs import stamped_head
from sync.log.store import TreeHeadRow
from sync.log.tree import Range, Tiles, TornTreeError, consistency_ranges, inclusion_ranges, range_root, tiles_of

PORTION = 50


async def log_proofs(entries: Collection[str]) -> LogProofs:
    """The proofs of these entries (hashes) under one signed head: the first that covers all that have a place, else the
    newest. Asked again, it is the same head: a larger tree proves nothing more of them. A torn log is told as torn:
    whoever reads or takes the evidence shall have it all the same.
    """
    try:
        return await _proofs(entries)
    except TornTreeError:
        return LogProofs(None, 0, {}, tuple(sorted(set(entries))), (), torn=True)


async def _proofs(entries: Collection[str]) -> LogProofs:
    places = await store_tree.places_of(entries)
    head = await _covering(max(places.values(), default=-1))
    size = head.size if head else 0
    below = {entry: place for entry, place in places.items() if place < size}
    tiles = await store_tree.tiles(tiles_of([one for place in below.values() for one in inclusion_ranges(place, size)]))
    return LogProofs(
        head=head.signed() if head and below else None,
        size=size if below else 0,
        places={entry: LogPlace(place, _path(inclusion_ranges(place, size), tiles)) for entry, place in below.items()},
        waiting=tuple(sorted(set(entries) - below.keys())),
        stamps=tuple([stamp async for stamp in _stamps(sorted(below.values()), size)]),
    )


async def _covering(place: int) -> TreeHeadRow | None:
    """The first head above this place that is of the tree as it is: a history that was lost may have signed others."""
    size, after = await store_tree.size(), place
    while place >= 0 and (page := await store.heads_after(after, PORTION)):
        for head in page:
            if head.size <= size and head.root == await root_at(head.size):
                return head
        after = page[-1].size
    newest = await store.newest_head()
    return newest if newest and newest.size <= size and newest.root == await root_at(newest.size) else None


async def _stamps(places: Sequence[int], size: int) -> AsyncIterator[LogStamp]:
    covered = 0
    while covered < len(places):
        stamp = await store.stamp_above(places[covered])
        head = stamped_head(stamp, await store.heads_of({stamp.size})) if stamp else None
        if stamp is None or head is None or stamp.size > await store_tree.size():
            return
        now = sum(place < stamp.size for place in places)
        ranges = consistency_ranges(min(size, stamp.size), max(size, stamp.size))
        yield LogStamp(
            day=stamp.day,
            at=stamp.at,
            url=stamp.url,
            head=head.signed(),
            size=stamp.size,
            response=base64.b64encode(stamp.token).decode(),
            path=_path(ranges, await store_tree.tiles(tiles_of(ranges))),
            covers=now,
        )
        covered = now


def _path(ranges: Sequence[Range], tiles: Tiles) -> tuple[str, ...]:
    return tuple(b64url(range_root(one, tiles)) for one in ranges)
