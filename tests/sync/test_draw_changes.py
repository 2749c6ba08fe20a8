"""A change after the draw reaches the tablets: who leaves loses the visit with the reason, who comes sees it."""

from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.policy.terms import RecusalWay
from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.changes.ask import ask_other_object, ask_replacement
from mobile_contract.client import Device
from mobile_contract.pull import FeedItem, FeedOp, RemoveReason
from sync.pull import projections
from sync.pull import read_feed as pulling
from tests.inspection.visits.changes.scene import Scene, scene
from tests.sync.world import KEYS, World


class Tablets:
    """One tablet for every inspector of a scene."""

    def __init__(self, here: Scene, world: World, devices: dict[UUID, Device]) -> None:
        self.here, self.world, self.devices = here, world, devices

    async def last(self, inspector: UUID) -> FeedItem | None:
        """What stands in the feed about the visit."""
        device, topic = self.devices[inspector], f"visit:{self.here.visit}"
        told = await pulling.pull(self.world.cmd(Role.DEVICE), device_id=device.id, keys=KEYS, cursor=None)
        return next((item for item in told.items if item.topic == topic), None)


@pytest.fixture
async def tablets(db: Engine, cmd: Command) -> Tablets:
    here = await scene(cmd)
    await InspectionObject.update({InspectionObject.code_kind: CodeKind.USCC.value}, force=True)
    projections.install()
    people = cast("tuple[UUID, UUID]", tuple(here.office.inspectors))
    entropy = SeededEntropy("tablets")
    world = World(here.office.authority, people, UUID(int=0), here.office.task, here.visit, entropy)
    world.now = here.head.now + timedelta(minutes=1)
    devices = {person: await world.tablet(number) for number, person in enumerate(people)}
    return Tablets(here, world, devices)


async def test_the_recused_inspector_loses_the_visit_and_the_follower_sees_it_whole(tablets: Tablets) -> None:
    here = tablets.here
    before = await tablets.last(here.other)
    assert before is not None
    assert before.op is FeedOp.PUT
    asked = await here.recuse(way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    lost = await tablets.last(here.other)
    assert lost is not None
    assert (lost.op, lost.reason, lost.card) == (FeedOp.REMOVE, RemoveReason.RECUSED, None)
    team = (await here.line()).team
    for person in team:
        item = await tablets.last(person)
        assert item is not None
        assert item.card is not None
        assert {member.inspector for member in item.card.team} == set(team)
    for person in set(here.office.inspectors) - {*team, here.other}:
        assert await tablets.last(person) is None


async def test_who_was_replaced_for_another_reason_is_reassigned(tablets: Tablets) -> None:
    here = tablets.here
    (asked,) = await ask_replacement(
        here.head, visit_id=here.visit, inspector_id=here.other, reason="health", note="住院"
    )
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    lost = await tablets.last(here.other)
    assert lost is not None
    assert lost.reason is RemoveReason.REASSIGNED


async def test_a_visit_that_ended_for_another_object_is_closed_on_all_tablets(tablets: Tablets) -> None:
    here = tablets.here
    (asked,) = await ask_other_object(here.head, visit_id=here.visit, reason="duplicate", note="重复户")
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    for person in (here.leader, here.other):
        lost = await tablets.last(person)
        assert lost is not None
        assert (lost.op, lost.reason) == (FeedOp.REMOVE, RemoveReason.CLOSED)
