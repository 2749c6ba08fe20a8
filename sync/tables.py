from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex, Unlogged
from inspection.kernel.references import refers_to
from inspection.registry.inspectors.tables import Inspector


class History(Table, tablename="sync_history"):
    """An unbroken life of this store. A restored store gets a new one; cursors and positions hold within one only.

    `tree`: how many leaves the transparency log had when it began.
    """

    id = UUID(primary_key=True, default=None)
    number = Integer(default=None, unique=True)
    started_at = Timestamptz(default=None)
    reason = Varchar(length=200, default=None)
    tree = BigInt(null=True, default=None)


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
    grace_until = Timestamptz(null=True, default=None)
    wipe_order = UUID(null=True, default=None)
    wipe_ordered_at = Timestamptz(null=True, default=None)
    wipe_ordered_by = Varchar(length=80, null=True, default=None)
    wipe_unsent = Boolean(null=True, default=None)
    wiped_at = Timestamptz(null=True, default=None)
    wiped_lost = BigInt(null=True, default=None)


class DeviceBinding(Table, tablename="device_binding"):
    """A further inspector who may act on a device, and when. The one it was enrolled for always may."""

    id = UUID(primary_key=True, default=None)
    device = refers_to(Device)
    inspector = refers_to(Inspector)
    bound_at = Timestamptz(default=None)
    bound_by = Varchar(length=80, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(length=80, null=True, default=None)


class DeviceHolding(Table, tablename="device_holding"):
    """What a device says it still holds and nobody else has: entries and files not yet in custody, in bytes."""

    device = UUID(primary_key=True, default=None)
    reported_at = Timestamptz(default=None)
    entries = BigInt(default=None)
    files = BigInt(default=None)
    bytes = BigInt(default=None)
    oldest_wall = BigInt(null=True, default=None)
    app = Varchar(length=100, null=True, default=None)


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

    `confirmed`: the newest number the device said it applied, and when; rows of removals below `floor` are gone.
    `digest`: XOR over the rows that stand (sync.md §2.7). Under an inspector's id it counts the changes of what his
    devices may see, and keeps them apart from each other.
    """

    device = UUID(primary_key=True, default=None)
    n = BigInt(default=None)
    confirmed = BigInt(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    floor = BigInt(null=True, default=None)
    digest = Bytea(null=True, default=None)


class FeedRow(Table, tablename="feed_row"):
    """One topic of one device's feed. A new change moves the row to the end; the state itself is read at pull time.

    Of a topic of entries: `vseq` is its newest entry; a device whose cursor is at `given_seq` or beyond has them to
    `given_vseq` already.
    """

    id = UUID(primary_key=True, default=None)
    device = refers_to(Device)
    topic = Varchar(length=120, default=None)
    seq = BigInt(default=None)
    op = Varchar(length=10, default=None)
    reason = Varchar(length=20, null=True, default=None)
    changed_at = Timestamptz(default=None)
    vseq = BigInt(null=True, default=None)
    given_seq = BigInt(null=True, default=None)
    given_vseq = BigInt(null=True, default=None)


class DeadLetter(Table, tablename="dead_letter"):
    """A line that was refused, byte for byte (the beginning, when it was too large), for people and later keys."""

    id = UUID(primary_key=True, default=None)
    carrier = refers_to(Device)
    sha256 = Varchar(length=64, default=None)
    size = BigInt(default=None)
    content = Bytea(default=None)
    reason = Varchar(length=40, default=None)
    received_at = Timestamptz(default=None)


class LetterOutcome(Table, tablename="dead_letter_outcome"):
    """What became of a refused line when it was looked at again: admitted as an entry, or set aside by a person."""

    id = UUID(primary_key=True, default=None)
    letter = refers_to(DeadLetter)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    verdict = Varchar(length=12, default=None)
    entry = Varchar(length=43, null=True, default=None)
    note = Varchar(length=500, null=True, default=None)


class Rescue(Table, tablename="rescue"):
    """An export file of a tablet that a person of the office carried in."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    device = refers_to(Device)
    sha256 = Varchar(length=64, default=None)
    by = Varchar(length=80, default=None)
    at = Timestamptz(default=None)
    lines = Integer(default=None)
    taken = Integer(default=None)
    duplicates = Integer(default=None)
    refused = Integer(default=None)
    files = Integer(default=None)


class OfficeLog(Table, tablename="office_log"):
    """The head of the signed log in which an authority's own decisions stand; its device id is the authority's id."""

    authority = UUID(primary_key=True, default=None)
    epoch = BigInt(default=None)
    seq = BigInt(default=None)
    hash = Varchar(length=43, null=True, default=None)


class LogPending(Table, tablename="log_pending"):
    """Entries that wait for their place in the transparency log: 32-byte hashes, one after the other."""

    id = UUID(primary_key=True, default=None)
    queued_at = Timestamptz(default=None)
    hashes = Bytea(default=None)


class LogSize(Table, tablename="log_size"):
    """The dense number of leaves; its row is locked while the sequencer appends, so there is only one."""

    name = Varchar(length=20, primary_key=True, default=None)
    n = BigInt(default=None)


class LogLeaf(Table, tablename="log_leaf"):
    """The place of an entry in the transparency log, counted from 0."""

    place = BigInt(primary_key=True, default=None)
    entry = Varchar(length=43, default=None, unique=True)


class LogTile(Table, tablename="log_tile"):
    """256 neighbouring node hashes of one level of the tree (RFC 9162), or as many as there are: 32 bytes each."""

    id = UUID(primary_key=True, default=None)
    level = Integer(default=None)
    number = BigInt(default=None)
    hashes = Bytea(default=None)


class TreeHead(Table, tablename="log_tree_head"):
    """A signed tree head, as it was signed. A new history signs the size it begins with anew."""

    id = UUID(primary_key=True, default=None)
    history = UUID(default=None)
    size = BigInt(default=None)
    root = Bytea(default=None)
    signed_at = Timestamptz(default=None)
    text = Text(default=None)
    kid = Varchar(length=43, default=None)
    signature = Bytea(default=None)


class LogStamp(Table, tablename="log_stamp"):
    """A time stamp (RFC 3161) of one tree head a day."""

    id = UUID(primary_key=True, default=None)
    day = Date(default=None, unique=True)
    size = BigInt(default=None)
    url = Varchar(length=500, default=None)
    token = Bytea(default=None)
    at = Timestamptz(default=None)


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


class SpentProof(Table, tablename="spent_proof"):
    """A proof of a device's key that came: it comes no second time. `name`: a digest (base64url) of key, nonce and
    `jti`; `given` (ms since 1970): when its nonce was, after which it holds for minutes.
    """

    name = Varchar(length=22, primary_key=True, default=None)
    given = BigInt(default=None)


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
    Index("spent_proof", ("given",)),
    Unlogged("spent_proof"),
]
