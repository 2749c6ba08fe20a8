"""A visit with a result and an open door, in a small world of rows."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from inspection.door import store
from inspection.door.store import DoorRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.unit_of_work import unit_of_work
from tests.inspection.publicity.world import VisitMade, World, build_world


@dataclass
class Scene:
    """`cmd`: of the visit's party, at the beginning."""

    world: World
    visit: VisitMade
    cmd: Command

    def after(self, days: int = 0, **more: int) -> Command:
        return replace(self.cmd, now=self.cmd.now + timedelta(days=days, **more))


@pytest.fixture
async def scene(db: Engine, cmd: Command) -> Scene:
    world = await build_world(cmd)
    visit = await world.add_visit(codes='["problem_pending"]')
    party = replace(cmd, actor=Actor("party", "party", Role.PUBLIC), authority=world.authority)
    row = DoorRow(visit.id, "0" * 20, 1, cmd.now, local_day(cmd.now) + timedelta(days=90), None, None, 0, None)
    async with unit_of_work():
        assert await store.add_door(row)
    return Scene(world, visit, party)
