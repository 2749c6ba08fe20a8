from piccolo.columns import UUID, BigInt, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import Visit


class Penalty(Table, tablename="penalty"):
    """行政处罚 decided in consequence of an inspection, as its decision says. It never changes.

    `number`: the decision's own (处罚决定书文号); `amount_fen`: the fine, NULL where there is none; `persons`: JSON
    list of natural persons whom the texts name and who are not punished.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    object = refers_to(InspectionObject)
    visit = refers_to(Visit, null=True)
    number = Varchar(length=120, default=None)
    decided_on = Date(default=None)
    violation = Text(default=None)
    basis = Text(default=None)
    content = Text(default=None)
    amount_fen = BigInt(null=True, default=None)
    persons = Text(default=None)
    rule_set = Varchar(length=120, default=None)
    rule_digest = Varchar(length=64, default=None)
    entered_by = Varchar(length=80, default=None)
    entered_at = Timestamptz(default=None)


class PenaltyAnnulment(Table, tablename="penalty_annulment"):
    """撤销 of a penalty. `by`: see `AnnulledBy`; `number`: of the judgment or decision that annulled it."""

    id = UUID(primary_key=True, default=None)
    penalty = refers_to(Penalty)
    by = Varchar(length=20, default=None)
    number = Varchar(length=120, default=None)
    ground = Text(default=None)
    annulled_on = Date(default=None)
    entered_by = Varchar(length=80, default=None)
    entered_at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("penalty", ("authority", "number")),
    Index("penalty", ("object", "decided_on")),
    Index("penalty", ("visit",)),
    AppendOnly("penalty"),
    UniqueIndex("penalty_annulment", ("penalty",)),
    AppendOnly("penalty_annulment"),
]
