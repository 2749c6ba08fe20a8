"""The tables of the first version."""

from piccolo.columns import BigInt, Boolean, Bytea, Integer, Text, Timestamptz, UUID, Varchar

from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-21T04:00:02:000001"
DESCRIPTION = "The tables of the first version"

TABLES = [
    table(
        "History",
        "sync_history",
        column("id", UUID, primary_key=True),
        column("number", Integer, unique=True),
        column("started_at", Timestamptz),
        column("reason", Varchar, length=200),
    ),
    table(
        "Device",
        "device",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("inspector", "Inspector", "inspector"),
        column("kid", Varchar, length=43, unique=True),
        column("key_x", Varchar, length=43),
        column("key_y", Varchar, length=43),
        column("name", Varchar, length=200),
        column("enrolled_at", Timestamptz),
        column("revoked_at", Timestamptz, null=True),
        column("revoked_reason", Varchar, length=200, null=True),
    ),
    table(
        "EnrolmentCode",
        "enrolment_code",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("inspector", "Inspector", "inspector"),
        column("code_hash", Varchar, length=64, unique=True),
        column("issued_by", Varchar, length=80),
        column("issued_at", Timestamptz),
        column("expires_at", Timestamptz),
        column("used_at", Timestamptz, null=True),
        reference("device", "Device", "device", null=True),
    ),
    table(
        "DeviceLog",
        "device_log",
        column("id", UUID, primary_key=True),
        reference("device", "Device", "device"),
        column("epoch", BigInt),
        column("seq", BigInt),
        column("hash", Varchar, length=43, null=True),
        column("top", BigInt),
        column("forked", Boolean),
    ),
    table(
        "LogTail",
        "device_log_tail",
        column("id", UUID, primary_key=True),
        reference("log", "DeviceLog", "device_log"),
        column("seq", BigInt),
        column("hash", Varchar, length=43),
        column("prev", Varchar, length=43, null=True),
    ),
    table(
        "FeedHead",
        "feed_head",
        column("device", UUID, primary_key=True),
        column("n", BigInt),
    ),
    table(
        "FeedRow",
        "feed_row",
        column("id", UUID, primary_key=True),
        reference("device", "Device", "device"),
        column("topic", Varchar, length=120),
        column("seq", BigInt),
        column("op", Varchar, length=10),
        column("reason", Varchar, length=20, null=True),
        column("changed_at", Timestamptz),
    ),
    table(
        "DeadLetter",
        "dead_letter",
        column("id", UUID, primary_key=True),
        reference("carrier", "Device", "device"),
        column("sha256", Varchar, length=64),
        column("size", BigInt),
        column("content", Bytea),
        column("reason", Varchar, length=40),
        column("received_at", Timestamptz),
    ),
    table(
        "IssuedReceipt",
        "receipt",
        column("id", UUID, primary_key=True),
        reference("carrier", "Device", "device"),
        column("history", UUID),
        column("received_at", Timestamptz),
        column("text", Text),
        column("kid", Varchar, length=43),
        column("signature", Bytea),
    ),
    table(
        "ReceiptVisit",
        "receipt_visit",
        column("id", UUID, primary_key=True),
        reference("receipt", "IssuedReceipt", "receipt"),
        column("visit", UUID),
    ),
]


async def forwards():
    return making("sync", ID, DESCRIPTION, TABLES)
