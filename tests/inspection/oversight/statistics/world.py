"""A few years of invented results, small enough to be counted by hand."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.publicity_world import fill
from bench.registers import NOW, objects_in, owner_of
from inspection.kernel.ask import ask
from inspection.kernel.command import Command
from tests.support.kept import keeps

YEARS = (2024, 2025)
RESULTS, WAITING, OBJECTS = 240, 6, 60


@dataclass(frozen=True)
class Filled:
    """The authority, and its rows as they stand in the tables."""

    authority: UUID

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return await ask(f'SELECT * FROM "{table}"')


@keeps
async def filled_world(cmd: Command) -> Filled:
    authority = await owner_of(NOW)
    await objects_in(authority, OBJECTS)
    await fill(authority, "bench", YEARS, RESULTS, waiting=WAITING)
    return Filled(authority)
