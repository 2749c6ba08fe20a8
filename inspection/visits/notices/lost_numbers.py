"""Numbers of notices that were given between a backup and the loss of the database: nobody knows by whom.

They are left out of their series, and a tablet that served a notice under one of them is believed: the block that it
was given is gone here, not there.
"""

from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.notices import store
from inspection.visits.notices.store import Block

ANYBODY: Final = UUID(int=0)
"""Stands for the tablet of a block of which nobody knows whose it was."""


async def keep_lost(cmd: Command, series: str, first: int, last: int) -> bool:
    """Keep the numbers `first` to `last` of a series as lost; False when it is not one of notices."""
    authority, _, what = series.partition(":")
    kind, _, year = what.partition(":")
    if kind != "notice":
        return False
    async with unit_of_work():
        await store.add_block(cmd.new_id(), UUID(authority), ANYBODY, int(year), Block(first, last), cmd.now)
    return True
