"""Several machines: each process works on one media folder, and a folder on a disk of its own is a depot of its own.

A stored file that another depot got is read from the object store, or not yet. What has come of an upload is passed on
through the object store when its client turns up at another machine (docs/decisions/0068). SQLite has one process, and
so one depot: there nothing of this is asked.
"""

from datetime import timedelta
from typing import Final

from inspection.kernel.database import speaks_postgres
from media import store_depots
from media.vault import Vault, current_vault

SILENT: Final = timedelta(minutes=1)
"""After which a depot is not waited for."""

LOST: Final = timedelta(days=1)
"""After which what only that depot has counts as lost."""


async def tell_here() -> None:
    """Say that this process's depot is there."""
    vault = current_vault()
    await store_depots.see(vault.disk.depot, vault.clock.now())


async def lies_elsewhere(vault: Vault, depot: str | None) -> bool:
    """Whether a file that is not on this disk is to be expected on another depot's."""
    return await _answers(vault, depot, LOST)


async def answers(vault: Vault, depot: str | None) -> bool:
    """Whether another depot's processes are there now."""
    return await _answers(vault, depot, SILENT)


async def _answers(vault: Vault, depot: str | None, within: timedelta) -> bool:
    if depot in {None, vault.disk.depot} or not speaks_postgres():
        return False
    return await store_depots.seen_since(str(depot), vault.clock.now() - within)
