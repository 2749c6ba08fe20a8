from piccolo.table import create_db_tables

from api.schema import all_extras, all_tables
from inspection.kernel.database import open_engine, running


async def build_schema(url: str) -> None:
    async with running(open_engine(url), all_tables()) as engine:
        await create_db_tables(*all_tables(), if_not_exists=True)
        for extra in all_extras():
            for ddl in extra.ddl(engine.engine_type):
                await engine.run_ddl(ddl)
