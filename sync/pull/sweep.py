"""Rows of removals are forgotten when nobody needs them any more (docs/sync.md, Pull)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from sync.pull import store_sweep

KEPT: Final = timedelta(days=400)
CHUNK: Final = 500


async def sweep_feeds(cmd: Command) -> int:
    """Delete the rows of removals that their devices confirmed, or that nobody asked for in 400 days; how many.

    The feed's floor rises to the newest of them: a cursor below it, of a tablet that was restored or away for longer,
    is told to pull a snapshot. It changes nothing that anybody may see, so it is no line of the journal.
    """
    swept = 0
    after = ""
    while found := await store_sweep.spent(cmd.now - KEPT, after, CHUNK):
        swept += await in_unit(_sweep, found)
        after = str(found[-1][0])
    return swept


async def _sweep(found: Sequence[tuple[UUID, UUID, int]]) -> int:
    floors: dict[UUID, int] = {}
    for _, device, seq in found:
        floors[device] = max(seq, floors.get(device, 0))
    await store_sweep.raise_floors(floors)
    return await store_sweep.forget([(row, seq) for row, _, seq in found])
