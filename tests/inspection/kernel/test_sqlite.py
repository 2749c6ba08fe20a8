import pytest

from inspection.kernel.calendar.tables import CalendarYear
from inspection.kernel.database import open_engine, running


@pytest.fixture
async def engine(tmp_path):
    async with running(open_engine(f"sqlite:///{tmp_path}/x.sqlite3"), [CalendarYear]) as started:
        yield started


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)]
)
async def test_the_writer_is_durable_and_strict(engine, pragma, value) -> None:
    assert list((await engine.writer.fetch(f"PRAGMA {pragma}"))[0].values()) == [value]


async def test_readers_cannot_write(engine) -> None:
    await CalendarYear.create_table()
    with pytest.raises(Exception, match="readonly"):
        await engine._readers[0].fetch("DELETE FROM calendar_year")


async def test_a_reader_sees_what_was_committed_before_it_asked(engine) -> None:
    await CalendarYear.create_table()
    for year in range(20):
        await engine.writer.fetch("INSERT INTO calendar_year VALUES (?, 'x', '2026-01-01')", [year])
        assert await CalendarYear.count() == year + 1


@pytest.mark.parametrize("url", ["mysql://x", "fieldcheck.sqlite3", "", "sqlite"])
def test_an_unknown_database_address_is_refused_instead_of_guessed(url) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must begin with"):
        open_engine(url)
