"""Tablets are told what changes of the people and the objects of their visits, and of those visits only."""

from datetime import date

import pytest

from api.worker import HANDLERS
from inspection.authority.tables import Authority
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.worker import Worker
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.certificates import add_certificate, set_certificate_status
from inspection.registry.inspectors.tables import Certificate
from inspection.registry.inspectors.terms import CertificateStatus
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_register
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import Visit
from mobile_contract.client import Device
from mobile_contract.pull import RemoveReason
from sync.pull import feeds
from sync.pull import store as store_feeds
from tests.sync.world import World


async def work(world: World) -> None:
    """The background work that is due."""
    await Worker(HANDLERS, FixedClock(world.cmd().now), SeededEntropy("told")).drain()


@pytest.fixture(autouse=True)
async def _rules_of_the_day(world: World) -> None:
    """The registry asks for the rules of the day by the authority's family of them."""
    await Authority.update({Authority.rule_set: "weihai-jingkai-commerce"}).where(Authority.id == world.authority)


async def settled(world: World) -> tuple[Device, int]:
    """A tablet that has pulled everything, also of a visit elsewhere; and the end of its feed."""
    device = await world.tablet()
    await world.add_visit()
    await work(world)
    async with world.session(device) as session:
        await session.pull()
    return device, await store_feeds.feed_head(device.id)


async def pulled(world: World, device: Device) -> None:
    await work(world)
    async with world.session(device) as session:
        await session.pull()


async def test_a_certificate_that_is_suspended_leaves_the_card_and_a_new_one_enters_it(world: World):
    device, _ = await settled(world)
    (row,) = await Certificate.select().where(Certificate.inspector == world.inspectors[1])
    reason = {"since": date(2026, 3, 1), "reason": "lost"}
    await set_certificate_status(world.cmd(), row["id"], status=CertificateStatus.SUSPENDED, **reason)
    await pulled(world, device)
    held = {one.inspector: one.certificate for one in device.replica.visits()[world.visit].team}
    assert held[world.inspectors[1]] is None
    assert held[world.inspectors[0]] is not None
    fresh = CertificateDraft("某市司法局", "51010099001", date(2026, 1, 1), date(2028, 12, 31))
    await add_certificate(world.cmd(), world.inspectors[1], fresh)
    await pulled(world, device)
    held = {one.inspector: one.certificate for one in device.replica.visits()[world.visit].team}
    assert held[world.inspectors[1]].number == "51010099001"


async def bring_in(world: World, register: str) -> int:
    """Import a register; how many objects changed."""
    return (await import_objects(world.cmd(), register.encode(), authority=world.authority)).counts.changed


async def registered(world: World) -> tuple[str, str]:
    """A register of two objects, of which the visit's object is the first: its text and the name of the first."""
    register = synthetic_register(2, "told").decode()
    await bring_in(world, register)
    code, name = register.splitlines()[1].split(",")[:2]
    (row,) = await InspectionObject.select().where(InspectionObject.code == code)
    await Visit.update({Visit.object: row["id"]}).where(Visit.id == world.visit)
    return register, name


async def test_what_an_import_changes_of_an_object_reaches_the_card_of_its_visit_and_no_other(world: World):
    register, name = await registered(world)
    device, head = await settled(world)
    assert device.replica.visits()[world.visit].object.name == name
    assert await bring_in(world, register.replace(name, "改名后的单位")) == 1
    await pulled(world, device)
    assert device.replica.visits()[world.visit].object.name == "改名后的单位"
    assert await store_feeds.feed_head(device.id) == head + 1


async def test_what_no_card_says_and_what_no_tablet_has_moves_nothing(world: World):
    register, name = await registered(world)
    device, head = await settled(world)
    assert await bring_in(world, register.replace("小型", "中型")) > 0
    await work(world)
    assert await store_feeds.feed_head(device.id) == head
    async with unit_of_work():
        await feeds.take([device.id], world.visit, RemoveReason.PUBLISHED, world.cmd().now)
    gone = await store_feeds.feed_head(device.id)
    await bring_in(world, register.replace(name, "改名后的单位"))
    await work(world)
    assert await store_feeds.feed_head(device.id) == gone
