"""Keep what draws hold secret under another lock."""

from inspection.draw import store_secrets
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.lock import Lock
from inspection.kernel.unit_of_work import unit_of_work


async def relock_draws(cmd: Command, before: Lock | None, now: Lock | None) -> int:
    """Encrypt the keys of draws, and contributions, under the lock of now, or decrypt them; how many were changed.

    Raises:
        LockRefused: one is locked under neither; nothing was changed.
    """
    async with unit_of_work():
        changed = await store_secrets.relock(before, now)
        names = {"before": before.name if before else None, "now": now.name if now else None}
        await append(cmd.event(EventKind.LOCK_CHANGED, "server-keys", **names, draws=changed))
        return changed
