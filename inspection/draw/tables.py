from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import Index, UniqueIndex, Unlogged
from inspection.kernel.references import refers_to
from inspection.planning.tables import Task
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject


class Draw(Table, tablename="draw"):
    """摇号: one attempt of one task. All of it is public before unsealing; secrets live in `draw_secret`."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    task = refers_to(Task)
    sequence = BigInt(null=True, default=None)
    attempt = Integer(default=None)
    previous_void = Bytea(null=True, default=None)
    state = Varchar(length=20, default=None)
    hash_alg = Varchar(length=12, default=None)
    rule_set = Varchar(length=120, default=None)
    rule_digest = Varchar(length=64, null=True, default=None)
    terms = Text(default=None)
    operator = Varchar(length=80, default=None)
    approver = Varchar(length=80, null=True, default=None)
    planned_at = Timestamptz(default=None)
    params = Text(null=True, default=None)
    frame_root = Bytea(null=True, default=None)
    frame_rows = BigInt(null=True, default=None)
    fingerprint = Bytea(null=True, default=None)
    frozen_at = Timestamptz(null=True, default=None)
    outlook = Text(null=True, default=None)
    feasible_at = Timestamptz(null=True, default=None)
    escrow = Bytea(null=True, default=None)
    escrow_key = Varchar(length=64, null=True, default=None)
    key_erased_at = Timestamptz(null=True, default=None)
    level = Varchar(length=4, default=None)
    seed = Bytea(null=True, default=None)
    seeded_at = Timestamptz(null=True, default=None)
    result_root = Bytea(null=True, default=None)
    drawn_at = Timestamptz(null=True, default=None)
    match_root = Bytea(null=True, default=None)
    match_objects = BigInt(null=True, default=None)
    match_places = BigInt(null=True, default=None)
    match_how = Text(null=True, default=None)
    load_cap = Integer(null=True, default=None)
    matched_at = Timestamptz(null=True, default=None)
    sealed_by = Varchar(length=80, null=True, default=None)
    sealed_at = Timestamptz(null=True, default=None)
    opening_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    void_reason = Varchar(length=40, null=True, default=None)
    void_note = Text(null=True, default=None)
    void_asked_by = Varchar(length=80, null=True, default=None)
    void_asked_at = Timestamptz(null=True, default=None)
    voided_by = Varchar(length=80, null=True, default=None)
    voided_at = Timestamptz(null=True, default=None)
    void_record = Bytea(null=True, default=None)


class DrawTask(Table, tablename="draw_task"):
    """A task that the draw is held for, by its index in the parameters; tasks announced together share one draw."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    position = Integer(default=None)
    task = refers_to(Task)


class DrawSecret(Table, tablename="draw_secret"):
    """What must not be known before the visits: the key of all salts and the lists of people, compressed.

    `key` is empty once it was erased: the supervisor's escrow remains, and `salts` of those whom changes may concern.
    """

    draw = UUID(primary_key=True, default=None)
    key = Bytea(default=None)
    roster = Bytea(default=None)
    relations = Bytea(default=None)
    history = Bytea(null=True, default=None)
    salts = Bytea(null=True, default=None)


class DrawChunk(Table, tablename="draw_chunk"):
    """名录 as it was frozen: a run of rows, compressed, with the root of their subtree. Secret like the key."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    number = Integer(default=None)
    rows = Integer(default=None)
    first_oid = Text(default=None)
    root = Bytea(default=None)
    data = Bytea(default=None)


class DrawCell(Table, tablename="draw_cell"):
    """概率层: objects of one stratum and weight share one exact probability λ = num/den."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    number = Integer(default=None)
    task = Integer(null=True, default=None)
    stratum = BigInt(default=None)
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
    place = Bytea(default=None)
    object = refers_to(InspectionObject)
    batch = Integer(null=True, default=None)
    salt = Bytea(null=True, default=None)
    siblings = Bytea(null=True, default=None)
    status = Varchar(length=20, default=None)
    opened_at = Timestamptz(null=True, default=None)


class Contribution(Table, tablename="draw_contribution"):
    """A share of the seed by one contributor: committed before, revealed after the frame is frozen.

    A value without `revealed_at` is secret: the operator's before its turn, dice that one person has typed so far.
    """

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    kind = Varchar(length=12, default=None)
    name = Varchar(length=80, default=None)
    witnesses = Text(default=None)
    commitment = Bytea(null=True, default=None)
    anchor = Bytea(null=True, default=None)
    chain = UUID(null=True, default=None)
    beacon = Text(null=True, default=None)
    committed_at = Timestamptz(null=True, default=None)
    value = Bytea(null=True, default=None)
    nonce = Bytea(null=True, default=None)
    typed_by = Varchar(length=80, null=True, default=None)
    revealed_by = Varchar(length=80, null=True, default=None)
    revealed_at = Timestamptz(null=True, default=None)


class Assignment(Table, tablename="draw_assignment"):
    """Which inspector goes to which drawn object by the match, and how that came about; changes are on top of it.

    `how`: lot, continuity or designated. `ticket`: the door's in its lowest cell.
    """

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    ticket = refers_to(DrawTicket)
    slot = Integer(default=None)
    inspector = refers_to(Inspector)
    how = Varchar(length=20, default=None)


class DrawChange(Table, tablename="draw_change"):
    """A change after the draw (回避、递补): asked for, approved, then drawn with chance that did not exist before."""

    id = UUID(primary_key=True, default=None)
    draw = refers_to(Draw)
    seq = Integer(default=None)
    kind = Varchar(length=20, default=None)
    reason = Varchar(length=40, default=None)
    note = Text(default=None)
    ticket = refers_to(DrawTicket)
    slot = Integer(null=True, default=None)
    inspector = refers_to(Inspector, null=True)
    asked_by = Varchar(length=80, default=None)
    asked_at = Timestamptz(default=None)
    event = Bytea(default=None)
    state = Varchar(length=20, default=None)
    decided_by = Varchar(length=80, null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    fresh_kind = Varchar(length=12, null=True, default=None)
    fresh = Bytea(null=True, default=None)
    typed_by = Varchar(length=80, null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    outcome = Text(null=True, default=None)


class SupervisorChain(Table, tablename="supervisor_chain"):
    """监督方随机链: a chain of hashes whose links the supervisor gives out backwards, one for each draw or change."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    name = Varchar(length=80, default=None)
    holder = Varchar(length=80, default=None)
    head = Bytea(default=None)
    latest = Bytea(default=None)
    used = Integer(default=None)
    registered_at = Timestamptz(default=None)
    retired_at = Timestamptz(null=True, default=None)


class SupervisorKey(Table, tablename="supervisor_key"):
    """The supervisor's public key (P-256), under which the key of every draw is escrowed before the freeze."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    holder = Varchar(length=80, default=None)
    public_key = Bytea(default=None)
    fingerprint = Varchar(length=64, default=None)
    registered_at = Timestamptz(default=None)
    retired_at = Timestamptz(null=True, default=None)


class DrawProgress(Table, tablename="draw_progress"):
    """How many rows a draw that runs has looked at, as its process told it last."""

    draw = UUID(primary_key=True, default=None)
    rows = BigInt(default=None)
    told_at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("draw", ("task", "attempt")),
    UniqueIndex("draw", ("authority", "sequence"), where="sequence IS NOT NULL"),
    Index("draw", ("authority", "id")),
    UniqueIndex("draw_task", ("draw", "position")),
    Index("draw_task", ("task",)),
    UniqueIndex("draw_chunk", ("draw", "number")),
    UniqueIndex("draw_change", ("draw", "seq")),
    Index("draw_change", ("ticket",)),
    Index("supervisor_chain", ("authority",)),
    Index("supervisor_key", ("authority",)),
    UniqueIndex("draw_cell", ("draw", "number")),
    UniqueIndex("draw_ticket", ("draw", "cell", "rank")),
    UniqueIndex("draw_contribution", ("draw", "name")),
    UniqueIndex("draw_assignment", ("ticket", "slot")),
    Index("draw_assignment", ("inspector",)),
    Index("draw_assignment", ("draw",)),
    Unlogged("draw_progress"),
]
