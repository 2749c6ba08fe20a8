"""Several machines: each process works on one media folder, and a folder on a disk of its own is a depot of its own.

A stored file that another depot got is read from the object store, or not yet. What has come of an upload is passed on
through the object store when its client turns up at another machine (docs/decisions/0068). SQLite has one process, and
so one depot: there nothing of this is asked.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from inspection.kernel.database import speaks_postgres
from inspection.kernel.errors import Conflict
from media import store_depots
from media.vault import Vault, current_vault
from mobile_contract.problems import ProblemCode

SILENT: Final = timedelta(minutes=1)
"""After which a depot is not waited for."""

TOLD_EVERY_S: Final = 15.0
RUNS: Final = timedelta(seconds=TOLD_EVERY_S + 5)

LOST: Final = timedelta(days=1)
"""After which what only that depot has counts as lost."""


async def tell_here(kid: str) -> None:
    """Say that this process's depot is there, and with which key of the server it signs."""
    vault = current_vault()
    await store_depots.see(vault.disk.depot, vault.clock.now(), kid)


async def check_keys(known: Collection[str]) -> None:
    """Hold the keys of this machine (thumbprints, those it retired too) to those of the machines that run now. One that
    has not been given the keys would refuse what the others let in, and sign what they do not know.

    Raises:
        Conflict: `media.keys_differ`.
    """
    vault = current_vault()
    if not speaks_postgres():
        return
    others = await store_depots.kids_since(vault.clock.now() - RUNS, vault.disk.depot)
    if strange := others - set(known):
        raise Conflict(ProblemCode.CONFLICT, "media.keys_differ", kid=min(strange))


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
