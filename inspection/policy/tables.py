from piccolo.columns import Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import AppendOnly


class RuleSetKept(Table, tablename="rule_set_kept"):
    """A rule-set that work was done under, as it read when it was first used: its content is fixed from then on."""

    name = Varchar(length=120, primary_key=True, default=None)
    digest = Varchar(length=64, default=None)
    body = Text(default=None)
    first_used_at = Timestamptz(default=None)


INDEXES = [AppendOnly("rule_set_kept")]
