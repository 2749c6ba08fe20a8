"""A door that was given out, over HTTP."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.door.give import Door, give_door
from inspection.kernel.clock import FixedClock
from inspection.kernel.keys import ServerKeys
from inspection.kernel.settings import Settings
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import MakeCommand

UNKNOWN = "0123456789ABCDEFGHJK"
"""A link that no door has."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@dataclass
class Party:
    """Somebody with a notice in hand: its link and its code."""

    door: Door
    client: httpx.AsyncClient
    clock: FixedClock
    walk: Walk
    keys: ServerKeys

    @property
    def visit(self) -> UUID:
        return self.door.visit

    async def get(self, path: str = "", **more: object) -> httpx.Response:
        return await self.client.get(f"{self.door.path}{path}", **more)  # type: ignore[arg-type]

    async def type_code(self, code: str | None = None, link: str | None = None, **more: object) -> httpx.Response:
        path = self.door.path if link is None else f"/e/{link}"
        sent = {"code": self.door.code if code is None else code}
        return await self.client.post(path, data=sent, **more)  # type: ignore[arg-type]

    async def come_in(self) -> None:
        assert (await self.type_code()).status_code == 303

    def with_door(self, door: Door) -> "Party":
        return replace(self, door=door)


@pytest.fixture
async def party(
    come_to: ComeTo, client: httpx.AsyncClient, app: Litestar, clock: FixedClock, make_cmd: MakeCommand
) -> Party:
    """The party of an unsealed visit, before it typed anything."""
    walk = await come_to(*TO_THE_VISIT)
    keys = app.state.process.keys
    cmd = replace(make_cmd(), now=clock.now(), authority=None)
    door = await give_door(cmd, visit_id=UUID(walk.ids["visit_id"]), keys=keys)
    return Party(door, client, clock, walk, keys)
