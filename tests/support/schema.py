from api.migrate import migrate
from api.schema import all_tables
from inspection.kernel.database import open_engine, running


async def build_schema(url: str, *, pooler: bool = False) -> None:
    """A database as the migrations make it."""
    async with running(open_engine(url, pooler=pooler), all_tables()):
        await migrate()
