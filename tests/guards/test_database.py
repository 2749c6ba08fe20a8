"""What a table of ours may not do, and who may open a transaction."""

import ast

import pytest
from piccolo.columns import JSON, JSONB, ForeignKey, OnDelete, OnUpdate
from piccolo.table import Table

from api.schema import all_tables
from tests.guards.sources import modules, tree

TABLES = sorted(all_tables(), key=lambda table: table._meta.tablename)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_every_foreign_key_restricts(table: type[Table]) -> None:
    """Piccolo's default is ON DELETE CASCADE: deleting a parent would delete evidence."""
    for column in table._meta.foreign_key_columns:
        assert isinstance(column, ForeignKey)
        rules = column._foreign_key_meta
        assert (rules.on_delete, rules.on_update) == (OnDelete.restrict, OnUpdate.restrict), column._meta.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_no_column_fills_itself_in(table: type[Table]) -> None:
    """Piccolo's default for text is '' and for numbers 0: a forgotten value would be stored as if it had been given."""
    filled = [column._meta.name for column in table._meta.columns if getattr(column, "default", None) is not None]
    assert filled == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_no_json_column_is_used(table: type[Table]) -> None:
    """SQLite turns 1.0 into 1 and JSONB reorders keys: payloads are text (stack.md P9, P10)."""
    assert [c._meta.name for c in table._meta.columns if isinstance(c, JSON | JSONB)] == []


def test_only_the_unit_of_work_opens_transactions() -> None:
    """Stock nested transactions are no-ops and lose savepoints; a second way of opening one would bring that back."""
    found = [
        (path, node.lineno)
        for path in modules()
        if path.parts[:2] != ("inspection", "kernel")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"transaction", "atomic", "save"}
        and not (node.func.attr == "save" and path.parts[0] in {"media", "api"})
    ]
    assert found == []
