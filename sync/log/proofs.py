"""Proofs from the transparency log, for anybody who asks. Each reads a few tiles, however large the tree is."""

import base64
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

import structlog

from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.timestamping import StampError, stamped_at
from mobile_contract.base import b64url
from mobile_contract.log import ConsistencyAnswer, HeadAnswer, InclusionAnswer, StampAnswer
from mobile_contract.problems import ProblemCode
from sync.log import store, store_tree
from sync.log.store import StampRow, TreeHeadRow
from sync.log.tree import Range, TornTreeError, consistency_ranges, inclusion_ranges, range_root, tiles_of

RETRY_AFTER_S: Final = 600
"""People mend a torn log, and that takes its time."""

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


async def read_head() -> HeadAnswer:
    """The newest signed head."""
    head = await store.newest_head()
    return HeadAnswer(signed=head.signed() if head else None)


async def prove_inclusion(entry: str, size: int | None = None) -> InclusionAnswer:
    """That an entry is in the tree of `size` leaves; in that of the newest signed head, when no size is given.

    Raises:
        NotFound: `entry-unknown`: the entry has no place yet, or never existed here; `tree-size-unknown`: the tree
            never had so many leaves, or the entry came later.
        Refused: `sync.log_torn`: the tiles do not hold the proof.
    """
    place = await store_tree.place_of(entry)
    if place is None:
        raise NotFound(ProblemCode.ENTRY_UNKNOWN, "sync.entry_without_place")
    size = await _signed_size() if size is None else size
    if not place < size <= await store_tree.size():
        raise NotFound(ProblemCode.TREE_SIZE_UNKNOWN, "sync.tree_size_unknown", size=size)
    return InclusionAnswer(hash=entry, place=place, size=size, path=await _path(inclusion_ranges(place, size)))


async def prove_consistency(first: int, second: int) -> ConsistencyAnswer:
    """That the tree of `second` leaves begins with the tree of `first` leaves.

    Raises:
        NotFound: `tree-size-unknown`: the tree never had so many leaves, or `first` is the larger.
        Refused: `sync.log_torn`: the tiles do not hold the proof.
    """
    if not 0 <= first <= second <= await store_tree.size():
        raise NotFound(ProblemCode.TREE_SIZE_UNKNOWN, "sync.tree_size_unknown", size=max(first, second))
    return ConsistencyAnswer(first=first, second=second, path=await _path(consistency_ranges(first, second)))


async def read_stamp(day: date) -> StampAnswer:
    """The time stamp of a local day.

    Raises:
        NotFound: that day has none: nothing was signed, no authority is set, or it did not answer yet.
    """
    stamp = await store.stamp_of(day)
    head = stamped_head(stamp, await store.heads_of({stamp.size})) if stamp else None
    if stamp is None or head is None:
        raise NotFound(ProblemCode.NOT_FOUND, "sync.stamp_unknown", day=day.isoformat())
    response = base64.b64encode(stamp.token).decode()
    return StampAnswer(day=stamp.day, head=head.signed(), response=response, at=stamp.at, url=stamp.url)


def stamped_head(stamp: StampRow, heads: Iterable[TreeHeadRow]) -> TreeHeadRow | None:
    """Which of these heads a stamp is of: two histories may have signed the same size."""
    for head in heads:
        with suppress(StampError):
            stamped_at(stamp.token, head.text, ())
            return head
    return None


async def _signed_size() -> int:
    head = await store.newest_head()
    return head.size if head else 0


async def _path(ranges: Sequence[Range]) -> tuple[str, ...]:
    tiles = await store_tree.tiles(tiles_of(ranges))
    try:
        return tuple(b64url(range_root(one, tiles)) for one in ranges)
    except TornTreeError:
        log.error("the transparency log is torn and gives no proof")  # noqa: TRY400  which tile is told by its verifier
        raise Refused(ProblemCode.BUSY, "sync.log_torn", retry_after=RETRY_AFTER_S) from None
