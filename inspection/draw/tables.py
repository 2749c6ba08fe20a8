from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.planning.tables import Task
from inspection.registry.tables import InspectionObject, Inspector


class Draw(Table, tablename="draw"):
    """摇号: one attempt of one task. What is public before unsealing is public here; secrets live in `draw_secret`."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    task = refers_to(Task)
    attempt = Integer(default=None)
    state = Varchar(length=20, default=None)
    hash_alg = Varchar(length=12, default=None)
    params = Text(null=True, default=None)
    frame_root = Bytea(null=True, default=None)
    frame_rows = BigInt(null=True, default=None)
    commitment = Bytea(null=True, default=None)
    seed = Bytea(null=True, default=None)
    sample_size = BigInt(null=True, default=None)
    level = Integer(null=True, default=None)
    result_root = Bytea(null=True, default=None)
    operator = Varchar(length=80, default=None)
    approver = Varchar(length=80, null=True, default=None)
    prev_void = Bytea(null=True, default=None)
    void_reason = Text(null=True, default=None)
    frozen_at = Timestamptz(null=True, default=None)
    drawn_at = Timestamptz(null=True, default=None)
    sealed_at = Timestamptz(null=True, default=None)
    voided_at = Timestamptz(null=True, default=None)


class DrawSecret(Table, tablename="draw_secret"):
    """What must not be known before the visits: the key of the leaf salts and the frame itself, compressed."""

    draw = UUID(primary_key=True, default=None)
    key = Bytea(default=None)
    manifest = Bytea(default=None)


class DrawCell(Table, tablename="draw_cell"):
    """概率层: objects of one stratum and weight share one exact probability λ = num/den."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    number = Integer(default=None)
    stratum = Varchar(length=80, default=None)
    weight = BigInt(default=None)
    size = BigInt(default=None)
    lambda_num = BigInt(null=True, default=None)
    lambda_den = BigInt(null=True, default=None)
    quota = BigInt(null=True, default=None)
    threshold = Bytea(null=True, default=None)


class DrawTicket(Table, tablename="draw_ticket"):
    """签号 of a drawn or reserve object. Undrawn objects' tickets are recomputable and not stored."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    cell = Integer(default=None)
    rank = BigInt(default=None)
    frame_index = BigInt(default=None)
    ticket = Bytea(default=None)
    salt = Bytea(default=None)
    object = refers_to(InspectionObject)
    status = Varchar(length=20, default=None)


class Contribution(Table, tablename="draw_contribution"):
    """A share of the seed by one contributor: committed before, revealed after the frame is frozen."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    kind = Varchar(length=12, default=None)
    name = Varchar(length=80, default=None)
    commitment = Bytea(null=True, default=None)
    value = Bytea(null=True, default=None)
    nonce = Bytea(null=True, default=None)
    committed_at = Timestamptz(null=True, default=None)
    revealed_at = Timestamptz(null=True, default=None)


class Assignment(Table, tablename="draw_assignment"):
    """Which inspector goes to which drawn object, and how: lot, continuity, swap, substitute, designated."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    ticket = refers_to(DrawTicket)
    slot = Integer(default=None)
    inspector = refers_to(Inspector)
    how = Varchar(length=20, default=None)


INDEXES = [
    UniqueIndex("draw", ("task", "attempt")),
    UniqueIndex("draw_cell", ("draw", "number")),
    UniqueIndex("draw_ticket", ("draw", "cell", "rank")),
    UniqueIndex("draw_contribution", ("draw", "name")),
    UniqueIndex("draw_assignment", ("ticket", "slot")),
    Index("draw_assignment", ("inspector",)),
]
