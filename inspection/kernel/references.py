"""Foreign keys as every table of ours writes them: never null by accident, never cascading."""

from typing import Any

from piccolo.columns import ForeignKey, OnDelete, OnUpdate
from piccolo.table import Table


def refers_to(table: type[Table], *, null: bool = False) -> ForeignKey[Any]:
    """A reference that must be given (unless `null`); its target can be neither deleted nor renumbered under it."""
    return ForeignKey(table, null=null, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)


def referred(column: ForeignKey[Any]) -> type[Table]:
    """The table that a reference refers to."""
    return column._foreign_key_meta.resolved_references  # noqa: SLF001  Piccolo keeps a reference's facts there
