"""Pokes: a number and nothing else, one look for everybody who listens, and nothing that depends on them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.device.pokes import BEAT, Pokes, poke
from inspection.kernel.database import Engine
from inspection.kernel.errors import Refused
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.client import Device
from mobile_contract.problems import ProblemCode
from sync.pull import feeds, projections
from tests.support.statements import statements
from tests.sync.world import NOW, World, build_world

NEVER_S = 3600.0


@pytest.fixture
async def world(db: Engine) -> World:
    projections.install()
    return await build_world()


@pytest.fixture
async def pokes() -> AsyncIterator[Pokes]:
    made = Pokes(most=2, look_s=NEVER_S, beat_s=NEVER_S)
    yield made
    made.close()
    await asyncio.sleep(0)


async def touch(world: World, device: Device) -> None:
    async with unit_of_work():
        await feeds.put([device.id], feeds.visit_topic(world.visit), NOW)


async def test_a_poke_tells_the_head_and_nothing_else(world: World, pokes: Pokes):
    tablet = await world.tablet()
    stream = await pokes.admit(tablet.id)
    assert await anext(stream) == b'event: feed\nid: 3\ndata: {"head":3}\n\n'
    await touch(world, tablet)
    await pokes.look()
    assert await anext(stream) == poke(4)
    await stream.aclose()
    assert len(pokes) == 0


async def test_one_statement_looks_for_all_who_listen(world: World, pokes: Pokes):
    streams = [await pokes.admit((await world.tablet(n)).id) for n in (0, 1)]
    for stream in streams:
        await anext(stream)
    with statements() as seen:
        await pokes.look()
    assert len(seen) == 1


async def test_who_listens_twice_listens_once_and_too_many_are_told_to_come_back(world: World, pokes: Pokes):
    first, second, third = [await world.tablet() for _ in range(3)]
    streams = [await pokes.admit(device.id) for device in (first, second, first)]
    for stream in streams:
        await anext(stream)
    assert len(pokes) == 2
    with pytest.raises(StopAsyncIteration):
        await anext(streams[0])
    with pytest.raises(Refused) as refused:
        await pokes.admit(third.id)
    assert refused.value.code is ProblemCode.BUSY


async def test_a_stream_beats_while_nothing_happens_and_has_an_end(world: World):
    tablet = await world.tablet()
    beating = Pokes(look_s=NEVER_S, beat_s=0)
    stream = await beating.admit(tablet.id)
    assert [await anext(stream), await anext(stream), await anext(stream)] == [poke(3), BEAT, BEAT]
    beating.close()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    brief = Pokes(look_s=NEVER_S, beat_s=NEVER_S, life_s=0)
    assert [told async for told in await brief.admit(tablet.id)] == [poke(3)]
    assert len(brief) == 0
    brief.close()


async def test_a_server_that_stops_ends_every_stream(world: World, pokes: Pokes):
    stream = await pokes.admit((await world.tablet()).id)
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0)
    pokes.close()
    assert await waiting is None


async def test_a_poke_of_this_process_is_not_waited_for(world: World, pokes: Pokes):
    tablet = await world.tablet()
    stream = await pokes.admit(tablet.id)
    await anext(stream)
    await touch(world, tablet)
    pokes.soon()
    assert await anext(stream) == poke(4)
