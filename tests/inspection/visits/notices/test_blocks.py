"""Blocks of numbers for tablets: no number twice, topped up below 20 unused, and nothing new for asking again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.authority.tables import Authority
from inspection.kernel.command import Role
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.journal.read import read_kind
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.notices import store
from inspection.visits.notices.blocks import Reserved, reserve_numbers, unused_of
from inspection.visits.notices.numbers import NoticeNumber, notice_number, read_number
from inspection.visits.notices.store import Step, StepRow
from inspection.visits.tables import Visit
from mobile_contract.notices import BLOCK_SIZE, LEAST_UNUSED
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.world import World


async def bare_visit(world: World) -> UUID:
    """An unsealed visit of which only the row is there: more is not asked of it here."""
    more = {"state": "open", "year": 2026, "leader": None, "rule_set": RULES, "rule_digest": None}
    return await insert(Visit, authority=world.authority, object=world.objects[0], **more)


async def ask(world: World, device: UUID, authority: UUID | None = None) -> Reserved:
    return await reserve_numbers(world.cmd(Role.DEVICE), authority=authority or world.authority, device=device)


def unused(told: Reserved) -> list[int]:
    return [n for one in told.blocks for n in range(one.block.first, one.block.last + 1) if n not in one.used]


async def give_out(world: World, device: UUID, count: int) -> list[int]:
    """The tablet serves so many notices with its next numbers, and its entries arrive."""
    told = await ask(world, device)
    numbers = unused(told)[:count]
    visit, cmd = await bare_visit(world), world.cmd(Role.DEVICE)
    rows = [
        StepRow(cmd.new_id(), visit, Step.SERVED, f"{device}{n}", "i", cmd.now, number=told.pattern.of(n).text)
        for n in numbers
    ]
    async with unit_of_work():
        await store.add_steps(rows)
    return numbers


async def test_a_tablet_gets_a_block_of_fifty_and_nothing_more_for_asking_again(world: World) -> None:
    device = UUID(int=1)
    first, again = await ask(world, device), await ask(world, device)
    assert unused(first) == list(range(1, BLOCK_SIZE + 1))
    assert again == first
    (line,) = await read_kind(f"device:{device}", EventKind.NUMBERS_RESERVED)
    assert line.payload == {"year": 2026, "first": 1, "last": BLOCK_SIZE}


async def test_a_tablet_is_topped_up_when_fewer_than_twenty_are_unused_and_not_before(world: World) -> None:
    device = UUID(int=1)
    await give_out(world, device, BLOCK_SIZE - LEAST_UNUSED)
    assert unused_of((await ask(world, device)).blocks) == LEAST_UNUSED
    assert await give_out(world, device, 1) == [BLOCK_SIZE - LEAST_UNUSED + 1]
    topped = await ask(world, device)
    assert unused_of(topped.blocks) == LEAST_UNUSED - 1 + BLOCK_SIZE
    assert [one.used for one in topped.blocks] == [tuple(range(1, BLOCK_SIZE - LEAST_UNUSED + 2)), ()]
    await give_out(world, device, LEAST_UNUSED - 1)
    assert [one.block.first for one in (await ask(world, device)).blocks] == [BLOCK_SIZE + 1]


async def test_blocks_are_of_one_year_and_one_authority(world: World) -> None:
    device = UUID(int=1)
    elsewhere = await insert(Authority, code="far", name="外局", short_name="外", rule_set=RULES)
    await ask(world, device)
    far = await ask(world, device, elsewhere)
    assert (far.pattern.short_name, unused(far)[0]) == ("外", 1)
    new_year = replace(world.cmd(Role.DEVICE), now=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    told = await reserve_numbers(new_year, authority=world.authority, device=device)
    assert (told.pattern.year, unused(told)) == (2027, list(range(1, BLOCK_SIZE + 1)))


async def test_a_tablet_that_asks_many_times_at_once_gets_one_block_and_others_get_others(world: World) -> None:
    cmds = [(world.cmd(Role.DEVICE), UUID(int=1 + n % 2)) for n in range(6)]
    visits = [await bare_visit(world) for _ in range(3)]
    told, numbers = await asyncio.gather(
        asyncio.gather(*(reserve_numbers(cmd, authority=world.authority, device=device) for cmd, device in cmds)),
        asyncio.gather(*(notice_number(cmd, visit) for (cmd, _), visit in zip(cmds, visits, strict=False))),
    )
    assert told[0] == told[2] == told[4]
    assert told[1] == told[3] == told[5]
    given = [*unused(told[0]), *unused(told[1]), *(one.n for one in map(read_number, numbers) if one)]
    assert sorted(given) == list(range(1, 2 * BLOCK_SIZE + len(visits) + 1))


DEEDS = st.one_of(
    st.tuples(st.just("ask"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("serve"), st.integers(0, 2), st.integers(1, 45)),
    st.tuples(st.just("office"), st.just(0), st.just(0)),
)


@given(deeds=st.lists(DEEDS, min_size=1, max_size=10))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_number_is_given_out_twice_over_any_interleaving_of_tablets_and_office(
    world: World, deeds: list[tuple[str, int, int]]
) -> None:
    # Every example in a house of its own year, so that its series begins at 1.
    world.now = world.now.replace(year=world.now.year + 1)
    year, base = world.now.year, world.now.year * 10
    served: list[str] = []
    for what, who, count in deeds:
        if what == "office":
            served.append(await notice_number(world.head, await bare_visit(world)))
        elif what == "serve":
            pattern = (await ask(world, UUID(int=base + who))).pattern
            served += [pattern.of(n).text for n in await give_out(world, UUID(int=base + who), count)]
        else:
            told = await ask(world, UUID(int=base + who))
            assert unused_of(told.blocks) >= LEAST_UNUSED
            assert told == await ask(world, UUID(int=base + who))
    assert len(served) == len(set(served))
    blocks = [block for who in range(3) for block in await store.blocks(world.authority, UUID(int=base + who), year)]
    reserved = [n for block in blocks for n in range(block.first, block.last + 1)]
    assert len(reserved) == len(set(reserved)) == BLOCK_SIZE * len(blocks)
    numbers = [one for one in map(read_number, served) if one is not None]
    taken = {one.n for one in numbers}
    assert {NoticeNumber(one.short_name, year, one.n) for one in numbers} == set(numbers)
    # Dense: whatever no tablet reserved, the office took.
    assert taken | set(reserved) == set(range(1, len(taken | set(reserved)) + 1))
