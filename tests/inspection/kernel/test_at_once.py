"""A unit of work that runs whole in the database's own thread: all of it or nothing, and nothing else in between."""

import asyncio
import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest

from inspection.authority.tables import Authority
from inspection.kernel.database import Engine, speaks_postgres
from inspection.kernel.unit_of_work import in_unit, in_unit_at_once, inside_unit, read_at_once

WHEN = datetime(2026, 3, 2, tzinfo=UTC)


async def add(number: int) -> int:
    await Authority.insert(
        Authority(id=UUID(int=number), code=f"a{number}", name="甲", short_name="甲", rule_set="any", founded_at=WHEN)
    )
    return threading.get_ident()


async def count() -> int:
    return int(await Authority.count())


async def test_what_it_writes_is_there_afterwards_and_its_value_is_told(db: Engine) -> None:
    async def work(first: int, *, second: int) -> str:
        assert inside_unit()
        await add(first)
        await add(second)
        return f"{await count()} rows"

    assert await in_unit_at_once(work, 1, second=2) == "2 rows"
    assert await count() == 2
    assert not inside_unit()


async def test_on_sqlite_all_of_it_runs_in_the_writers_thread(db: Engine) -> None:
    told = await in_unit_at_once(add, 1)
    assert (told == threading.get_ident()) is speaks_postgres()

    async def thread() -> int:
        assert await count() == 1
        return threading.get_ident()

    assert (await read_at_once(thread) == threading.get_ident()) is speaks_postgres()


async def test_what_fails_leaves_nothing_behind(db: Engine) -> None:
    async def work() -> None:
        await add(1)
        raise LookupError("on the way")

    with pytest.raises(LookupError, match="on the way"):
        await in_unit_at_once(work)
    assert await count() == 0
    assert await in_unit_at_once(add, 1)


async def test_a_unit_inside_is_a_savepoint_of_it(db: Engine) -> None:
    async def fails() -> None:
        await add(2)
        raise LookupError

    async def work() -> None:
        await add(1)
        with pytest.raises(LookupError):
            await in_unit(fails)
        await in_unit_at_once(add, 3)

    await in_unit_at_once(work)
    assert {row["id"].int for row in await Authority.select(Authority.id)} == {1, 3}


async def test_many_at_the_same_moment_are_all_written(db: Engine) -> None:
    await asyncio.gather(*(in_unit_at_once(add, number) for number in range(1, 21)))
    assert await count() == 20


async def test_on_sqlite_it_may_wait_for_nothing_but_the_database(db: Engine) -> None:
    """PostgreSQL's statements wait for a socket, so there a unit may wait; it should not, and here it cannot."""

    async def work() -> None:
        await add(1)
        await asyncio.get_running_loop().create_future() if speaks_postgres() else await never()

    async def never() -> None:
        class Forever:
            def __await__(self):
                yield

        await Forever()

    if speaks_postgres():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_unit_at_once(work), 0.01)
    else:
        with pytest.raises(RuntimeError, match="nothing but the database"):
            await in_unit_at_once(work)
    assert await count() == 0
    assert await in_unit_at_once(add, 1)


async def test_a_caller_who_gives_up_leaves_no_lock_behind(db: Engine) -> None:
    asked = asyncio.create_task(in_unit_at_once(add, 1))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await in_unit_at_once(add, 2)
    assert await count() in {1, 2}
