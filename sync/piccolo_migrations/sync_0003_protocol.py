"""The whole protocol: bindings, wipes, holdings, entries in feeds, letters looked at again, the transparency log."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T21:00:00:000003"
DESCRIPTION = "The whole protocol: bindings, wipes, holdings, entries in feeds, letters, the transparency log"

TABLES = [
    table(
        "DeviceBinding",
        "device_binding",
        column("id", UUID, primary_key=True),
        reference("device", "Device", "device"),
        reference("inspector", "Inspector", "inspector"),
        column("bound_at", Timestamptz),
        column("bound_by", Varchar, length=80),
        column("ended_at", Timestamptz, null=True),
        column("ended_by", Varchar, length=80, null=True),
    ),
    table(
        "DeviceHolding",
        "device_holding",
        column("device", UUID, primary_key=True),
        column("reported_at", Timestamptz),
        column("entries", BigInt),
        column("files", BigInt),
        column("bytes", BigInt),
        column("oldest_wall", BigInt, null=True),
        column("app", Varchar, length=100, null=True),
    ),
    table(
        "LetterOutcome",
        "dead_letter_outcome",
        column("id", UUID, primary_key=True),
        reference("letter", "DeadLetter", "dead_letter"),
        column("at", Timestamptz),
        column("by", Varchar, length=80),
        column("verdict", Varchar, length=12),
        column("entry", Varchar, length=43, null=True),
        column("note", Varchar, length=500, null=True),
    ),
    table(
        "Rescue",
        "rescue",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("device", "Device", "device"),
        column("sha256", Varchar, length=64),
        column("by", Varchar, length=80),
        column("at", Timestamptz),
        column("lines", Integer),
        column("taken", Integer),
        column("duplicates", Integer),
        column("refused", Integer),
        column("files", Integer),
    ),
    table(
        "OfficeLog",
        "office_log",
        column("authority", UUID, primary_key=True),
        column("epoch", BigInt),
        column("seq", BigInt),
        column("hash", Varchar, length=43, null=True),
    ),
    table(
        "LogPending",
        "log_pending",
        column("id", UUID, primary_key=True),
        column("queued_at", Timestamptz),
        column("hashes", Bytea),
    ),
    table("LogSize", "log_size", column("name", Varchar, length=20, primary_key=True), column("n", BigInt)),
    table(
        "LogLeaf",
        "log_leaf",
        column("place", BigInt, primary_key=True),
        column("entry", Varchar, length=43, unique=True),
    ),
    table(
        "LogTile",
        "log_tile",
        column("id", UUID, primary_key=True),
        column("level", Integer),
        column("number", BigInt),
        column("hashes", Bytea),
    ),
    table(
        "TreeHead",
        "log_tree_head",
        column("id", UUID, primary_key=True),
        column("history", UUID),
        column("size", BigInt),
        column("root", Bytea),
        column("signed_at", Timestamptz),
        column("text", Text),
        column("kid", Varchar, length=43),
        column("signature", Bytea),
    ),
    table(
        "LogStamp",
        "log_stamp",
        column("id", UUID, primary_key=True),
        column("day", Date, unique=True),
        column("size", BigInt),
        column("url", Varchar, length=500),
        column("token", Bytea),
        column("at", Timestamptz),
    ),
]
WIDENED = [
    table("History", "sync_history", column("tree", BigInt, null=True)),
    table(
        "Device",
        "device",
        column("grace_until", Timestamptz, null=True),
        column("wipe_order", UUID, null=True),
        column("wipe_ordered_at", Timestamptz, null=True),
        column("wipe_ordered_by", Varchar, length=80, null=True),
        column("wipe_unsent", Boolean, null=True),
        column("wiped_at", Timestamptz, null=True),
        column("wiped_lost", BigInt, null=True),
    ),
    table(
        "FeedHead",
        "feed_head",
        column("confirmed", BigInt, null=True),
        column("confirmed_at", Timestamptz, null=True),
        column("floor", BigInt, null=True),
        column("digest", Bytea, null=True),
    ),
    table(
        "FeedRow",
        "feed_row",
        column("vseq", BigInt, null=True),
        column("given_seq", BigInt, null=True),
        column("given_vseq", BigInt, null=True),
    ),
]
EXTRAS = [
    UniqueIndex("device_binding", ("device", "inspector"), where="ended_at IS NULL"),
    Index("device_binding", ("inspector",)),
    Index("feed_row", ("topic",)),
    UniqueIndex("dead_letter_outcome", ("letter",)),
    AppendOnly("dead_letter_outcome"),
    UniqueIndex("rescue", ("authority", "sha256")),
    Index("log_pending", ("queued_at",)),
    AppendOnly("log_leaf"),
    UniqueIndex("log_tile", ("level", "number")),
    UniqueIndex("log_tree_head", ("size", "history")),
    AppendOnly("log_tree_head"),
    AppendOnly("log_stamp"),
]


async def forwards():
    return changing("sync", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
