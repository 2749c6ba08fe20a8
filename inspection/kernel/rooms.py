"""What the `tables.py` of a list of rooms define."""

from collections.abc import Iterable
from importlib import import_module

from piccolo.table import Table

from inspection.kernel.indexes import Extra


def tables_of(modules: Iterable[str]) -> list[type[Table]]:
    """Table classes defined in these modules, in their order. Piccolo's own finder counts imported ones again."""
    return [
        found
        for name in modules
        for found in vars(import_module(name)).values()
        if isinstance(found, type) and issubclass(found, Table) and found.__module__ == name
    ]


def extras_of(modules: Iterable[str]) -> list[Extra]:
    """Their `INDEXES`, in their order."""
    return [extra for name in modules for extra in getattr(import_module(name), "INDEXES", [])]
