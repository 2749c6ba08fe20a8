"""After a database was brought back from a backup: no draw goes on that had chance in it, or may have had.

What was drawn between the backup and the loss is gone here and known outside. To go on with such a draw would be to
roll its dice a second time, and a link of a chain that a supervisor gave meanwhile is public before it is asked for.
"""

from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.draw import store
from inspection.draw.ceremony import VoidReason
from inspection.draw.supervision import register_chain, store_supervisors
from inspection.draw.void_draw import ask_void
from inspection.kernel.command import Command

NOTE: Final = "数据库已从备份恢复：备份之后本次摇号可能已经进行，不得继续。Restored from a backup."


async def stop_draws(cmd: Command) -> tuple[list[UUID], int]:
    """Ask, in the name of the system, for every draw to be given up that was open at the backup, which a person has to
    confirm; and take every supervisor's chain out of use. The draws, and how many chains.
    """
    stopped = []
    for draw, authority in await store.open_draws():
        await ask_void(replace(cmd, authority=authority), draw_id=draw, reason=VoidReason.SYSTEM_FAULT, note=NOTE)
        stopped.append(draw)
    chains = await store_supervisors.chains_in_use()
    for chain in chains:
        await register_chain.withdraw_chain(cmd, chain_id=chain.id)
    return stopped, len(chains)
