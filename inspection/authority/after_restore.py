"""After a database was brought back from a backup: nobody is signed in, and no number is given a second time."""

from collections.abc import Mapping
from typing import Final

from inspection.authority import store, store_sessions
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work

VERSIONS: Final = frozenset({"plan", "procedure", "registry", "report"})
"""What is counted in the house alone: no paper bears these numbers, and none of them may be left out."""


async def sign_everybody_out(cmd: Command) -> tuple[int, int]:
    """End every session and token, of people and of tablets: one that was ended after the backup would live again.
    How many sessions and tokens there were. A tablet gets a new token by its key.
    """
    async with unit_of_work():
        return await store_sessions.end_all_sessions(cmd.now), await store.revoke_all_tokens(cmd.now)


async def skip_numbers(count: int, year: int) -> Mapping[str, tuple[int, int]]:
    """Leave out `count` numbers of every series that papers bear, of `year` and later or without a year: what was given
    after the backup is out already. The first and the last number that each series has left out.
    """
    skipped: dict[str, tuple[int, int]] = {}
    async with unit_of_work():
        for series in await store.series():
            _, _, what = series.partition(":")
            kind, _, last = what.partition(":")
            if kind not in VERSIONS and (not last.isdigit() or int(last) >= year):
                first = await store.next_number(series, count)
                skipped[series] = (first, first + count - 1)
    return skipped
