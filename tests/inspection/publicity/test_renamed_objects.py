"""An object that is renamed on its way: the public finds it under the name that the document bears."""

from datetime import date
from uuid import UUID

import pytest

from inspection.kernel.command import Command, Role
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct import correct_publication
from inspection.publicity.publish import publish_due
from inspection.publicity.published import published_page
from inspection.registry.objects.tables import InspectionObject
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import World, build_world

pytestmark = pytest.mark.usefixtures("db")


async def rename(object_id: UUID, name: str) -> None:
    await InspectionObject.update({InspectionObject.name: name}).where(InspectionObject.id == object_id)


async def found(query: str) -> list[str]:
    return [result.said["entName"] for result in (await published_page(query=query)).results]


async def test_a_result_is_found_under_the_name_it_is_published_with(cmd: Command, make_cmd: MakeCommand) -> None:
    world: World = await build_world(cmd)
    visit = await world.add_visit(object_name="旧名加油站")
    await world.complete_task()
    approver = make_cmd(Role.APPROVER, "公示审批人")
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await rename(visit.object, "新名加油站")
    (done,) = (await publish_due(approver, through=date(2026, 12, 31))).published
    assert (await found("新名"), await found("旧名")) == (["新名加油站"], [])

    await rename(visit.object, "更名加油站")
    assert await found("新名") == ["新名加油站"]
    await world.add_outcome(visit.id, '["rectified"]', replaces=visit.outcome, by="leader:复核人")
    await correct_publication(approver, publication_id=done.publication, reason="复核更正")
    assert (await found("更名"), await found("新名")) == (["更名加油站"], [])
