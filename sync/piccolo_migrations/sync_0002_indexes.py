"""Indexes and append-only rows of the first version: a frozen copy of what the rooms list in `INDEXES`."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex

ID = "2026-11-21T04:00:02:000002"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and append-only rows of the first version"

EXTRAS = [
    Index("device", ("authority",)),
    Index("device", ("inspector",)),
    UniqueIndex("device_log", ("device", "epoch")),
    UniqueIndex("device_log_tail", ("log", "seq")),
    UniqueIndex("feed_row", ("device", "topic")),
    Index("feed_row", ("device", "seq")),
    UniqueIndex("dead_letter", ("carrier", "sha256")),
    Index("receipt", ("carrier", "received_at")),
    AppendOnly("receipt", ()),
    UniqueIndex("receipt_visit", ("visit", "receipt")),
    AppendOnly("dead_letter", ()),
    AppendOnly("sync_history", ()),
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sync", description=DESCRIPTION)

    async def run():
        engine = current_engine()
        for extra in EXTRAS:
            for ddl in extra.ddl(engine.engine_type):
                await engine.run_ddl(ddl)

    manager.add_raw(run)
    return manager
