"""An office that plans: its published list and the two people that a plan needs."""

from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.planning.approve_plan import approve_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from tests.conftest import MakeCommand
from tests.support.kept import keeps


@pytest.fixture
async def authority(db: Engine, cmd: Command) -> UUID:
    return await with_published_list(cmd)


@keeps
async def with_published_list(cmd: Command) -> UUID:
    """An authority with the published seed list."""
    row = await found_authority(
        cmd, code="commerce", name="某开发区商务局", short_name="商务", rule_set="weihai-jingkai-commerce"
    )
    await import_items(cmd, seed_items(), authority=row.id, checklists=seed_checklists())
    await publish_items(cmd, authority=row.id)
    return row.id


@pytest.fixture
def planner(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.PLANNER, "经办人")


@pytest.fixture
def approver(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.APPROVER, "分管负责人")


@pytest.fixture
async def approved(authority: UUID, planner: Command, approver: Command) -> PlanFacts:
    drafted = await draft_plan(planner, authority=authority, year=2026)
    return await approve_plan(approver, drafted.id)
