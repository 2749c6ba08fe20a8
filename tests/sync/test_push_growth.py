"""How the cost of a push grows (sync.md §3.4): with its own entries and their audience, never with what is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from asyncpg import Connection

from inspection.kernel.sqlite import KeptConnection
from mobile_contract.client import Device
from mobile_contract.push import Verdict
from tests.sync.world import World, note

MOST = 1.3


@dataclass
class Cost:
    """Statements that were run, and rows that they gave back."""

    statements: int = 0
    rows: int = 0

    def within(self, other: "Cost") -> bool:
        return self.statements <= other.statements * MOST and self.rows <= other.rows * MOST


@contextmanager
def counted() -> Iterator[Cost]:
    """What the databases are asked meanwhile, whichever it is."""
    cost, patch = Cost(), pytest.MonkeyPatch()
    for kind, names in (
        (KeptConnection, ("fetch", "execute", "execute_values", "execute_many")),
        (Connection, ("fetch", "execute", "executemany", "copy_records_to_table")),
    ):
        for name in names:
            _count(kind, name, cost, patch)
    try:
        yield cost
    finally:
        patch.undo()


def _count(kind: Any, name: str, cost: Cost, patch: pytest.MonkeyPatch) -> None:
    original = getattr(kind, name)

    async def asked(self: Any, *args: Any, **how: Any) -> Any:
        cost.statements += 1
        found = await original(self, *args, **how)
        cost.rows += len(found) if isinstance(found, list) else 0
        return found

    patch.setattr(kind, name, asked)


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def cost_of(world: World, tablet: Device, count: int) -> Cost:
    batch = [note(tablet, world.visit, str(n)) for n in range(count)]
    with counted() as cost:
        answer = await world.push(tablet, *batch)
    assert {one.verdict for one in answer.verdicts} == {Verdict.ACCEPTED}
    return cost


async def test_a_push_into_ten_times_the_store_costs_the_same(world: World, tablet: Device) -> None:
    await world.tablet(1)
    await cost_of(world, tablet, 20)
    first = await cost_of(world, tablet, 20)
    others = [await world.add_visit() for _ in range(5)]
    for visit in others:
        await world.push(tablet, *(note(tablet, visit, str(n)) for n in range(40)))
    await cost_of(world, tablet, 200)
    later = await cost_of(world, tablet, 20)
    assert later.within(first), (first, later)


async def test_entries_of_one_visit_cost_no_statement_each(world: World, tablet: Device) -> None:
    await cost_of(world, tablet, 1)
    few, many = await cost_of(world, tablet, 10), await cost_of(world, tablet, 200)
    assert many.statements <= few.statements
    assert many.rows <= few.rows


async def test_a_known_entry_costs_one_row_and_no_statement_of_its_own(world: World, tablet: Device) -> None:
    batch = [note(tablet, world.visit, str(n)) for n in range(200)]
    await world.push(tablet, *batch)
    costs = []
    for count in (10, 200):
        with counted() as cost:
            answer = await world.push(tablet, *batch[:count])
        assert {one.verdict for one in answer.verdicts} == {Verdict.DUPLICATE}
        costs.append(cost)
    few, many = costs
    assert many.statements == few.statements
    assert many.rows - few.rows == 190


async def test_the_audience_of_a_visit_costs_rows_and_no_statements(world: World, tablet: Device) -> None:
    await cost_of(world, tablet, 5)
    alone = await cost_of(world, tablet, 5)
    for _ in range(7):
        await world.tablet(1)
    eight = await cost_of(world, tablet, 5)
    assert eight.statements == alone.statements
    assert eight.rows - alone.rows <= 3 * 7
