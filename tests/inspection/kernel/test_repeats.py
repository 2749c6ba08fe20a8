"""What a database that serialises by refusing (CockroachDB; PostgreSQL when told) refuses at COMMIT is repeated."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from api.schema import all_tables
from inspection.kernel.calendar.tables import CalendarYear
from inspection.kernel.database import Engine, open_engine, running
from inspection.kernel.unit_of_work import in_unit
from tests.support import postgres

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def serializable(postgres_dsn: str) -> AsyncIterator[Engine]:
    """PostgreSQL as strict as CockroachDB is."""
    url = f"{postgres_dsn}{'&' if '?' in postgres_dsn else '?'}default_transaction_isolation=serializable"
    async with running(open_engine(url), all_tables()) as engine:
        yield engine
        await postgres.empty(engine)


@pytest.fixture
async def neighbour(postgres_dsn: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    await connection.close()


async def test_work_that_is_refused_at_its_commit_runs_again_on_what_is_there_now(
    serializable: Engine, neighbour: "asyncpg.Connection[Any]"
) -> None:
    ends: list[int] = []

    async def work() -> None:
        known = await CalendarYear.count()
        await CalendarYear(year=2000 + known, source="ours", imported_at=NOW).save()
        if not ends:
            async with neighbour.transaction(isolation="serializable"):
                seen = await neighbour.fetchval("SELECT count(*) FROM calendar_year")
                told = ("INSERT INTO calendar_year (year, source, imported_at) VALUES ($1, 'theirs', $2)", 1900 + seen)
                await neighbour.execute(*told, NOW)
        ends.append(known)

    await in_unit(work)
    # It had come to its end the first time: what failed was the commit, and nothing of it is there.
    assert ends == [0, 1]
    rows = await neighbour.fetch("SELECT year, source FROM calendar_year ORDER BY year")
    assert [tuple(row) for row in rows] == [(1900, "theirs"), (2001, "ours")]
    assert serializable.current_transaction.get() is None
