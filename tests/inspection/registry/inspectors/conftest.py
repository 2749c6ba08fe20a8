from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from tests.conftest import MakeCommand

Found = Callable[[str], Awaitable[Command]]


@pytest.fixture
def office_under(db: Engine, cmd: Command) -> Found:
    """Found an authority under a rule-set; the command of its clerk."""

    async def found(rule_set: str) -> Command:
        row = await found_authority(cmd, code=rule_set, name="某局", short_name="局", rule_set=rule_set)
        return replace(cmd, authority=row.id)

    return found


@pytest.fixture
async def clerk(office_under: Found) -> Command:
    """Where changes of the register are reviewed by nobody."""
    return await office_under("weihai-jingkai-commerce")


@pytest.fixture
async def reviewed(office_under: Found) -> Command:
    """Where another office reviews changes of the register."""
    return await office_under("anyue-joint")


@pytest.fixture
def legal(make_cmd: MakeCommand) -> Callable[[UUID], Command]:
    """The reviewing office's command."""
    return lambda authority: make_cmd(Role.LEGAL, "法制机构", authority=authority)
