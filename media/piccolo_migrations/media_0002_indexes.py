"""Indexes and append-only rows of the first version: a frozen copy of what the rooms list in `INDEXES`."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import Index, UniqueIndex

ID = "2026-11-21T04:00:01:000002"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and append-only rows of the first version"

EXTRAS = [
    UniqueIndex("blob", ("digest",)),
    UniqueIndex("derivative", ("blob", "name")),
    UniqueIndex("upload", ("owner", "digest", "length"), where="state IN ('receiving', 'complete')"),
    Index("upload", ("state", "created_at")),
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="media", description=DESCRIPTION)

    async def run():
        engine = current_engine()
        for extra in EXTRAS:
            for ddl in extra.ddl(engine.engine_type):
                await engine.run_ddl(ddl)

    manager.add_raw(run)
    return manager
