"""What keeps the transparency log going: one round of it, to be repeated for as long as the service runs."""

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from sync.log.heads import sign_head
from sync.log.sequence import sequence
from sync.log.stamps import ask_for_stamp


async def tend_log(cmd: Command, *, keys: ServerKeys) -> None:
    """Place what waits, sign the tree if it is time, ask for the stamp of a day that is over.

    Each is harmless to repeat and to do in several processes at once; an idle round only reads.
    """
    await sequence(cmd)
    await sign_head(cmd, keys=keys)
    await ask_for_stamp(cmd)
