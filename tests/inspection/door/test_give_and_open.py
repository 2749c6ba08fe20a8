"""A door is made with its first link, never before the unsealing; what opens it, and what keeps it open."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.door import store
from inspection.door.give import LINK_LENGTH, give_door
from inspection.door.keep import renew_door
from inspection.door.open import door_behind, open_door
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.visits import store as visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.states import VisitState
from tests.inspection.visits.world import World, build_world
from tests.support.statements import statements, writes

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ServerKeys:
    return load_server_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def world(db: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    return await build_world(monkeypatch)


@pytest.fixture
async def visit(world: World) -> UUID:
    return await world.open_visit()


async def test_a_door_is_made_once_whoever_asks_and_asking_again_writes_nothing(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    first = await give_door(world.cmd(Role.DEVICE), visit_id=visit, keys=keys)
    assert len(first.link) == LINK_LENGTH
    assert set(first.link + first.code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    with statements() as asked:
        assert await give_door(world.cmd(Role.LEADER), visit_id=visit, keys=keys) == first
    assert writes(asked) == []
    assert len(asked) == 1
    given = [line for line in await read(f"visit:{visit}") if line.kind is EventKind.DOOR_GIVEN]
    assert len(given) == 1
    other = await give_door(world.cmd(), visit_id=await world.open_visit(objects=(1,)), keys=keys)
    assert {other.link, other.code}.isdisjoint({first.link, first.code})


async def test_no_visit_has_a_door_before_its_unsealing_or_once_another_object_came_in(
    world: World, keys: ServerKeys
) -> None:
    made = await world.draw()
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    with pytest.raises(Refused, match="sealed"):
        await give_door(world.head, visit_id=sealed, keys=keys)
    await visits.change_visit(sealed, state=VisitState.CANCELLED.value)
    with pytest.raises(Conflict, match="cancelled"):
        await give_door(world.head, visit_id=sealed, keys=keys)
    with pytest.raises(NotFound):
        await give_door(world.head, visit_id=UUID(int=7), keys=keys)
    assert await store.door_of(sealed) is None


async def test_a_new_key_of_the_server_changes_neither_link_nor_code_that_is_on_paper(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    door = await give_door(world.cmd(), visit_id=visit, keys=keys)
    later = keys.followed_by(OTHER, world.now + timedelta(seconds=1))
    world.now += timedelta(minutes=1)
    assert await give_door(world.cmd(), visit_id=visit, keys=later) == door
    assert await open_door(world.cmd(), link=door.link, code=door.code, keys=later) is not None
    renewed = await renew_door(world.head, visit_id=visit, ground="补发", keys=later)
    assert await open_door(world.cmd(), link=renewed.link, code=renewed.code, keys=later) is not None


async def test_a_wrong_code_takes_the_same_statements_whatever_the_link_is(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    door = await give_door(world.cmd(), visit_id=visit, keys=keys)
    seen = []
    for link in (door.link, "0" * LINK_LENGTH, "", "x" * 1000, "\ud800"):
        with statements() as asked:
            assert await open_door(world.cmd(), link=link, code="0000-0000", keys=keys) is None
        seen.append(asked)
    for _ in range(4):
        assert await open_door(world.cmd(), link=door.link, code="0000-0000", keys=keys) is None
    with statements() as asked:
        assert await open_door(world.cmd(), link=door.link, code=door.code, keys=keys) is None
    seen.append(asked)
    assert all(one == seen[0] for one in seen)
    locked = [line for line in await read(f"visit:{visit}") if line.kind is EventKind.DOOR_LOCKED]
    assert len(locked) == 1


async def test_codes_tried_at_once_are_counted_one_after_the_other(world: World, visit: UUID, keys: ServerKeys) -> None:
    door = await give_door(world.cmd(), visit_id=visit, keys=keys)
    commands = [world.cmd() for _ in range(12)]
    tried = (open_door(cmd, link=door.link, code="0000-0000", keys=keys) for cmd in commands)
    assert await asyncio.gather(*tried) == [None] * 12
    row = await store.door_of(visit)
    assert row is not None
    assert row.failures == 5
    assert await open_door(world.cmd(), link=door.link, code=door.code, keys=keys) is None


async def test_opening_moves_the_last_day_and_a_session_ends_with_its_turn(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    door = await give_door(world.cmd(), visit_id=visit, keys=keys)
    today = local_day(world.now)
    await store.change_door(visit, expires_on=today - timedelta(days=1))
    assert await door_behind(door.link, door.turn, today) is None
    opened = await open_door(world.cmd(), link=door.link, code=door.code.lower(), keys=keys)
    assert opened is not None
    assert opened.expires_on == door.expires_on
    inside = await door_behind(door.link, door.turn, today)
    assert inside is not None
    assert replace(inside, standing=opened.standing) == opened
    assert inside.standing is not None
    heads, _ = inside.standing
    assert (f"visit:{visit}", len(await read(f"visit:{visit}"))) in heads
    assert await door_behind(door.link, door.turn + 1, today) is None
    assert await door_behind(door.link, door.turn, door.expires_on + timedelta(days=1)) is None
    renewed = await renew_door(world.head, visit_id=visit, ground="补发", keys=keys)
    assert await door_behind(door.link, door.turn, today) is None
    assert await door_behind(renewed.link, renewed.turn, today) is not None


async def test_no_odd_text_is_a_code(world: World, visit: UUID, keys: ServerKeys) -> None:
    door = await give_door(world.cmd(), visit_id=visit, keys=keys)
    for code in ("", "\0", "K" * 5000, "\ud800", "００００００００"):
        assert await open_door(world.cmd(), link=door.link, code=code, keys=keys) is None
