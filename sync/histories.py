"""The history a store lives in: positions, cursors and receipts hold within one history only."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.log import KeptHistory
from sync import store
from sync.log import store_tree

FOUNDED = "founded"
MOST_PAST = 100
WENT_BACK = "a device holds a cursor that this store did not write"


async def current_history(cmd: Command) -> UUID:
    """The id of the current history; the first call in an empty store founds one."""
    return await known_history() or await follow_history(cmd, FOUNDED, None)


async def known_history() -> UUID | None:
    """The id of the current history; None in an empty store. It only reads."""
    newest = await store.newest_history()
    return newest[0] if newest else None


async def start_history(cmd: Command, reason: str) -> UUID:
    """Begin a new history after a restore that was announced: every device pulls a snapshot and offers its log anew."""
    return await follow_history(cmd, reason, await known_history())


async def follow_history(cmd: Command, reason: str, known: UUID | None) -> UUID:
    """Begin the history after `known` (None: the first), unless a neighbour did: several that notice the same restore,
    or meet the same empty store, begin one history.
    """
    newest = await store.newest_history()
    if newest is not None and newest[0] != known:
        return newest[0]
    return await in_unit(_start, cmd, reason, newest[1] + 1 if newest else 1)


async def past_histories(history: UUID) -> tuple[KeptHistory, ...]:
    """The newest histories before this one, oldest first, and how many leaves of their trees are in the present one:
    as many as the smallest tree with which a history began since.
    """
    known = await store.histories()
    mine = next(place for place, (one, _) in enumerate(known) if one == history)
    kept: list[KeptHistory] = []
    smallest = known[mine][1]
    for older, tree in reversed(known[:mine]):
        kept.append(KeptHistory(history=older, kept=smallest))
        smallest = min(smallest, tree)
    return tuple(reversed(kept[:MOST_PAST]))


async def _start(cmd: Command, reason: str, number: int) -> UUID:
    history = cmd.new_id()
    # Heads of older histories hold for the new one up to here (mobile_contract/log.py).
    tree = await store_tree.lock_size() if number > 1 else 0
    if await store.add_history(history, number, cmd.now, reason, tree):
        event = cmd.event(EventKind.HISTORY_STARTED, f"history:{history}", number=number, reason=reason, tree=tree)
        await append(event)
    newest = await store.newest_history()
    if newest is None:
        raise RuntimeError("a history that was just written is not there")
    return newest[0]
