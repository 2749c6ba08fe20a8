"""The rows of one database in another, whatever engine either has."""

from api.schema import all_tables
from inspection.kernel.database import open_engine, running
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work


async def moved(source: str, target: str) -> None:
    """Bring every row of `source` into `target`, which has the schema and nothing else but what migrations write."""
    async with running(open_engine(source), all_tables()):
        rows = {table: await table.select() for table in all_tables()}
    async with running(open_engine(target), all_tables()), unit_of_work():
        for table in rows:
            await table.raw(f"DELETE FROM {table._meta.tablename}")
        for table, found in rows.items():
            await bulk_insert(table, found)
