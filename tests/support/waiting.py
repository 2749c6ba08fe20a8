"""Whether two commands have met in the database: for tests of what they lock, in which order."""

from inspection.kernel.ask import ask
from inspection.kernel.database import speaks_postgres

_WAITS = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


async def is_awaited() -> bool:
    """Whether somebody waits for what the open unit has locked. SQLite has one writer: all others wait for it."""
    return not speaks_postgres() or bool((await ask(f"SELECT EXISTS ({_WAITS}) AS told"))[0]["told"])
