from piccolo.columns import UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.registry.inspectors.tables import Inspector


class History(Table, tablename="sync_history"):
    """An unbroken life of this store. A restored store gets a new one; cursors and positions hold within one only."""

    id = UUID(primary_key=True, default=None)
    number = Integer(default=None, unique=True)
    started_at = Timestamptz(default=None)
    reason = Varchar(length=200, default=None)


class Device(Table, tablename="device"):
    """An enrolled key pair. Who acts on it is told by the header of each entry; the inspector here may do so."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    inspector = refers_to(Inspector)
    kid = Varchar(length=43, default=None, unique=True)
    key_x = Varchar(length=43, default=None)
    key_y = Varchar(length=43, default=None)
    name = Varchar(length=200, default=None)
    enrolled_at = Timestamptz(default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_reason = Varchar(length=200, null=True, default=None)


class EnrolmentCode(Table, tablename="enrolment_code"):
    """A single-use code, kept as its SHA-256 (hex) only."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    inspector = refers_to(Inspector)
    code_hash = Varchar(length=64, default=None, unique=True)
    issued_by = Varchar(length=80, default=None)
    issued_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)
    device = refers_to(Device, null=True)


class DeviceLog(Table, tablename="device_log"):
    """How far one incarnation of a device's log is in the store: everything to `seq`, something up to `top`."""

    id = UUID(primary_key=True, default=None)
    device = refers_to(Device)
    epoch = BigInt(default=None)
    seq = BigInt(default=None)
    hash = Varchar(length=43, null=True, default=None)
    top = BigInt(default=None)
    forked = Boolean(default=None)


class LogTail(Table, tablename="device_log_tail"):
    """Entries beyond a gap, kept until the gap is filled, so that filling it costs one look."""

    id = UUID(primary_key=True, default=None)
    log = refers_to(DeviceLog)
    seq = BigInt(default=None)
    hash = Varchar(length=43, default=None)
    prev = Varchar(length=43, null=True, default=None)


class FeedHead(Table, tablename="feed_head"):
    """The dense counter of a device's feed; its row stays locked until the change that took a number commits.

    Under an inspector's id it counts the changes of what his devices may see, and keeps them apart from each other.
    """

    device = UUID(primary_key=True, default=None)
    n = BigInt(default=None)


class FeedRow(Table, tablename="feed_row"):
    """One topic of one device's feed. A new change moves the row to the end; the state itself is read at pull time."""

    id = UUID(primary_key=True, default=None)
    device = refers_to(Device)
    topic = Varchar(length=120, default=None)
    seq = BigInt(default=None)
    op = Varchar(length=10, default=None)
    reason = Varchar(length=20, null=True, default=None)
    changed_at = Timestamptz(default=None)


class DeadLetter(Table, tablename="dead_letter"):
    """A line that was refused, byte for byte (the beginning, when it was too large), for people and later keys."""

    id = UUID(primary_key=True, default=None)
    carrier = refers_to(Device)
    sha256 = Varchar(length=64, default=None)
    size = BigInt(default=None)
    content = Bytea(default=None)
    reason = Varchar(length=40, default=None)
    received_at = Timestamptz(default=None)


class IssuedReceipt(Table, tablename="receipt"):
    """A receipt of custody as it was signed."""

    id = UUID(primary_key=True, default=None)
    carrier = refers_to(Device)
    history = UUID(default=None)
    received_at = Timestamptz(default=None)
    text = Text(default=None)
    kid = Varchar(length=43, default=None)
    signature = Bytea(default=None)


class ReceiptVisit(Table, tablename="receipt_visit"):
    """Which visits a receipt speaks of, so that a dossier finds the receipts of its entries."""

    id = UUID(primary_key=True, default=None)
    receipt = refers_to(IssuedReceipt)
    visit = UUID(default=None)


INDEXES = [
    Index("device", ("authority",)),
    Index("device", ("inspector",)),
    UniqueIndex("device_log", ("device", "epoch")),
    UniqueIndex("device_log_tail", ("log", "seq")),
    UniqueIndex("feed_row", ("device", "topic")),
    Index("feed_row", ("device", "seq")),
    UniqueIndex("dead_letter", ("carrier", "sha256")),
    Index("receipt", ("carrier", "received_at")),
    AppendOnly("receipt"),
    UniqueIndex("receipt_visit", ("visit", "receipt")),
    AppendOnly("dead_letter"),
    AppendOnly("sync_history"),
]
