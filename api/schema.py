"""All tables of the house, and the indexes and triggers that Piccolo cannot say."""

from typing import Final

from piccolo.table import Table

from inspection.kernel.indexes import Extra
from inspection.kernel.rooms import extras_of, tables_of
from inspection.rooms import ROOMS

# Not by way of the `piccolo_app` modules: what Piccolo's command line needs would stay in every server's memory.
ALL: Final = (*ROOMS, "media.tables", "sync.tables")


APPS: Final = ("inspection", "media", "sync")
"""The packages that have migrations, in the order in which they build on each other."""


def all_tables() -> list[type[Table]]:
    """Every table class of ours, those that others refer to first."""
    return tables_of(ALL)


def all_extras() -> list[Extra]:
    """What the rooms list in `INDEXES`."""
    return extras_of(ALL)
