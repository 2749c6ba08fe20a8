"""Indexes and append-only rows of the first version: a frozen copy of what the rooms list in `INDEXES`."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from inspection.kernel.database import current_engine
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex

ID = "2026-11-21T04:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and append-only rows of the first version"

EXTRAS = [
    UniqueIndex("journal_line", ("stream", "seq")),
    Index("journal_line", ("kind", "at")),
    Index("journal_line", ("authority", "at")),
    AppendOnly("journal_line", ()),
    UniqueIndex("work_item", ("stream", "seq", "name")),
    Index("work_item", ("lane", "seq"), where="done_at IS NULL"),
    Index("work_item", ("not_before",), where="done_at IS NULL"),
    UniqueIndex("unit", ("authority", "name")),
    Index("access_token", ("account",)),
    Index("access_token", ("device",)),
    UniqueIndex("inspection_item", ("authority", "code", "version")),
    UniqueIndex("checklist", ("authority", "code", "version")),
    AppendOnly("checklist", ()),
    UniqueIndex("inspection_object", ("authority", "code")),
    Index("inspection_object", ("authority", "name_search")),
    Index("inspection_object", ("authority", "area")),
    UniqueIndex("inspector", ("authority", "staff_no")),
    UniqueIndex("certificate", ("issuer", "number")),
    Index("certificate", ("inspector",)),
    UniqueIndex("rejected_row", ("run", "line")),
    Index("import_run", ("authority", "what", "file_digest")),
    UniqueIndex("annual_plan", ("authority", "year", "version")),
    UniqueIndex("plan_line", ("plan", "item")),
    UniqueIndex("task", ("authority", "number")),
    Index("task", ("authority", "state")),
    UniqueIndex("draw", ("task", "attempt")),
    UniqueIndex("draw_cell", ("draw", "number")),
    UniqueIndex("draw_ticket", ("draw", "cell", "rank")),
    UniqueIndex("draw_contribution", ("draw", "name")),
    UniqueIndex("draw_assignment", ("ticket", "slot")),
    Index("draw_assignment", ("inspector",)),
    Index("draw_assignment", ("draw",)),
    Index("visit", ("authority", "state")),
    Index("visit", ("object", "year")),
    UniqueIndex("visit_task", ("visit", "task")),
    Index("visit_task", ("task",)),
    UniqueIndex("team_member", ("visit", "inspector")),
    Index("team_member", ("inspector",)),
    Index("entry", ("visit", "vseq")),
    Index("entry", ("device", "epoch", "seq")),
    Index("entry", ("id",)),
    Index("entry", ("verdict", "received_at"), where="verdict = 'held'"),
    AppendOnly(
        "entry",
        (
            "hash",
            "id",
            "visit",
            "device",
            "carrier",
            "epoch",
            "seq",
            "prev",
            "inspector",
            "type",
            "kid",
            "alg",
            "header",
            "body",
            "signature",
            "received_at",
        ),
    ),
    UniqueIndex("outcome", ("visit", "task", "item"), where="replaces IS NULL"),
    AppendOnly("outcome", ()),
    AppendOnly("review", ()),
    UniqueIndex("publication", ("outcome",)),
    Index("publication", ("authority", "state", "due_on")),
    Index("publication", ("state", "published_at", "id")),
    Index("publication", ("object_code",)),
    Index("publication", ("visit",)),
    UniqueIndex("published_document", ("publication", "version")),
    AppendOnly("published_document", ()),
    UniqueIndex("dossier", ("visit",)),
    AppendOnly("dossier", ()),
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inspection", description=DESCRIPTION)

    async def run():
        engine = current_engine()
        for extra in EXTRAS:
            for ddl in extra.ddl(engine.engine_type):
                await engine.run_ddl(ddl)

    manager.add_raw(run)
    return manager
