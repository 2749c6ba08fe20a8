"""What is locked for a while and referred to by others is kept from whoever would lock it too, and from nobody else."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from inspection.authority.tables import Authority
from inspection.draw.store import next_sequence
from inspection.kernel.database import Engine
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.store import lock_objects
from sync.devices.store import lock_device
from sync.tables import Device
from tests.inspection.publicity.world import insert
from tests.support.tablets import KEY


async def _authority() -> UUID:
    return await insert(Authority, code="one")


async def _object() -> UUID:
    return await insert(InspectionObject, authority=await _authority())


async def _device() -> UUID:
    authority = await _authority()
    inspector, key = await insert(Inspector, authority=authority), KEY.jwk
    return await insert(Device, authority=authority, inspector=inspector, key_x=key.x, key_y=key.y)


LOCKS: dict[str, tuple[Callable[[], Awaitable[UUID]], Callable[[UUID], Awaitable[Any]]]] = {
    "authority": (_authority, next_sequence),
    "inspection_object": (_object, lambda one: lock_objects([one])),
    "device": (_device, lock_device),
}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", LOCKS)
async def test_rows_that_refer_to_what_is_locked_are_written_meanwhile(
    db: Engine, database_url: str, table: str
) -> None:
    make, lock = LOCKS[table]
    row = await make()
    neighbour = await asyncpg.connect(database_url)
    try:
        async with unit_of_work():
            await lock(row)
            asked = f"SELECT id FROM {table} WHERE id = $1 FOR {{}} NOWAIT"
            # As PostgreSQL does for each row that refers to it.
            assert await neighbour.fetchval(asked.format("KEY SHARE"), row) == row
            with pytest.raises(asyncpg.LockNotAvailableError):
                await neighbour.fetchval(asked.format("NO KEY UPDATE"), row)
    finally:
        await neighbour.close()
