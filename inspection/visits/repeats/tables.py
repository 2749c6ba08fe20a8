from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.registry.inspectors.tables import Inspector
from inspection.visits.tables import Visit


class RunExplanation(Table, tablename="run_explanation"):
    """Why an inspector found nothing at one door so many times in a row: said by somebody else.

    `through`: the newest visit of the run; what comes after it is to be explained again.
    """

    id = UUID(primary_key=True, default=None)
    inspector = refers_to(Inspector)
    through = refers_to(Visit)
    reason = Text(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=120, default=None)
    at = Timestamptz(default=None)


INDEXES = [
    UniqueIndex("run_explanation", ("inspector", "through")),
    AppendOnly("run_explanation"),
    Index("outcome", ("visit",)),
    Index("outcome", ("replaces",), where="replaces IS NOT NULL"),
]
