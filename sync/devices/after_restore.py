"""After a database was brought back from a backup: no code to enrol with opens a second time."""

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from sync.devices import store


async def close_codes(cmd: Command) -> int:
    """Let every code run out that could still be used; how many there were. The office gives new ones."""
    return await in_unit(store.end_codes, cmd.now)
