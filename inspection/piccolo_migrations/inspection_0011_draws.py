"""The whole draw: joint tasks, frames in chunks, batches, escrow, chains of links, changes after the draw."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T15:00:00:000011"
DESCRIPTION = "The whole draw: joint tasks, frames in chunks, batches, escrow, chains of links, changes after the draw"

TABLES = [
    table(
        "DrawTask",
        "draw_task",
        column("id", UUID, primary_key=True),
        reference("draw", "Draw", "draw"),
        column("position", Integer),
        reference("task", "Task", "task"),
    ),
    table(
        "DrawChunk",
        "draw_chunk",
        column("id", UUID, primary_key=True),
        reference("draw", "Draw", "draw"),
        column("number", Integer),
        column("rows", Integer),
        column("first_oid", Text),
        column("root", Bytea),
        column("data", Bytea),
    ),
    table(
        "DrawChange",
        "draw_change",
        column("id", UUID, primary_key=True),
        reference("draw", "Draw", "draw"),
        column("seq", Integer),
        column("kind", Varchar, length=20),
        column("reason", Varchar, length=40),
        column("note", Text),
        reference("ticket", "DrawTicket", "draw_ticket"),
        column("slot", Integer, null=True),
        reference("inspector", "Inspector", "inspector", null=True),
        column("asked_by", Varchar, length=80),
        column("asked_at", Timestamptz),
        column("event", Bytea),
        column("state", Varchar, length=20),
        column("decided_by", Varchar, length=80, null=True),
        column("decided_at", Timestamptz, null=True),
        column("fresh_kind", Varchar, length=12, null=True),
        column("fresh", Bytea, null=True),
        column("typed_by", Varchar, length=80, null=True),
        column("settled_at", Timestamptz, null=True),
        column("outcome", Text, null=True),
    ),
    table(
        "SupervisorChain",
        "supervisor_chain",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("name", Varchar, length=80),
        column("holder", Varchar, length=80),
        column("head", Bytea),
        column("latest", Bytea),
        column("used", Integer),
        column("registered_at", Timestamptz),
        column("retired_at", Timestamptz, null=True),
    ),
    table(
        "SupervisorKey",
        "supervisor_key",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        column("holder", Varchar, length=80),
        column("public_key", Bytea),
        column("fingerprint", Varchar, length=64),
        column("registered_at", Timestamptz),
        column("retired_at", Timestamptz, null=True),
    ),
]
WIDENED = [
    table(
        "Draw",
        "draw",
        column("sequence", BigInt, null=True),
        column("outlook", Text, null=True),
        column("feasible_at", Timestamptz, null=True),
        column("escrow", Bytea, null=True),
        column("escrow_key", Varchar, length=64, null=True),
        column("key_erased_at", Timestamptz, null=True),
        column("match_how", Text, null=True),
        column("opening_at", Timestamptz, null=True),
        column("closed_at", Timestamptz, null=True),
    ),
    table("DrawSecret", "draw_secret", column("history", Bytea, null=True), column("salts", Bytea, null=True)),
    table("DrawCell", "draw_cell", column("task", Integer, null=True)),
    table(
        "DrawTicket",
        "draw_ticket",
        column("batch", Integer, null=True),
        column("salt", Bytea, null=True),
        column("siblings", Bytea, null=True),
    ),
    table(
        "Contribution",
        "draw_contribution",
        column("anchor", Bytea, null=True),
        column("chain", UUID, null=True),
        column("beacon", Text, null=True),
    ),
]
EXTRAS = [
    UniqueIndex("draw", ("authority", "sequence"), where="sequence IS NOT NULL"),
    UniqueIndex("draw_task", ("draw", "position")),
    Index("draw_task", ("task",)),
    UniqueIndex("draw_chunk", ("draw", "number")),
    UniqueIndex("draw_change", ("draw", "seq")),
    Index("draw_change", ("ticket",)),
    Index("supervisor_chain", ("authority",)),
    Index("supervisor_key", ("authority",)),
]


async def forwards():
    manager = changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
    # The frame lies in chunks from here on: a whole directory in one value cannot be opened row by row.
    manager.drop_column(
        table_class_name="DrawSecret", tablename="draw_secret", column_name="manifest", db_column_name="manifest"
    )
    return manager
