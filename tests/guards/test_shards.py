"""What databases that spread one table over many machines do not have, or make slow, we do not use (docs/scale.md)."""

import re

import asyncpg
import pytest
from piccolo.columns import UUID, Serial, Varchar
from piccolo.table import Table

from api.schema import all_tables
from tests.guards.sources import ROOT, literals, modules, tree

MIGRATIONS = ("migration", "id")
"""Piccolo's own list of migrations: written by one process, a row a version."""
OWNERS = frozenset({"authority", "device", "visit", "draw", "task", "account", "inspector", "stream", "owner"})
CONTENT = frozenset({"digest", "blob", "hash", "entry", "of", "conclusion", "file"})
"""By what content-addressed and one-to-one tables are found, always by the whole value."""
EVERYWHERE = frozenset(
    {
        "calendar_exception",
        "calendar_year",
        "depot",
        "log_leaf",
        "log_pending",
        "log_size",
        "log_stamp",
        "log_tile",
        "log_tree_head",
        "numbering",
        "rate_bucket",
        "rule_set_kept",
        "spent_proof",
        "strange_name",
        "sync_history",
        "used_challenge",
    }
)
"""Tables of the installation: small, or one queue; a cluster keeps them on one machine or a copy on each."""
FORBIDDEN = {
    "LISTEN and NOTIFY": re.compile(r"\b(LISTEN|NOTIFY|UNLISTEN)\s+\w|\bpg_notify\b"),
    "sequences": re.compile(r"\bnextval\b|\bcurrval\b|\bBIGSERIAL\b|GENERATED\s+(ALWAYS|BY DEFAULT) AS IDENTITY"),
    "locks of a session": re.compile(r"pg_(try_)?advisory_(?!xact)|\bpg_advisory_unlock"),
    "settings of a session": re.compile(
        r"\bSET\s+SESSION\b|^SET\s+(search_path|role|time zone|default_\w+|\w+_timeout|synchronous_commit)\b",
        re.IGNORECASE,
    ),
    "temporary tables": re.compile(r"\bCREATE\s+TEMP", re.IGNORECASE),
    "constraints that wait for the commit": re.compile(r"\bDEFERRABLE\b", re.IGNORECASE),
    "numbers of transactions": re.compile(r"\bpg_snapshot_|\btxid_|\bxmin\b|\bpg_current_xact"),
}
ANYWHERE = {what: re.compile(pattern.pattern.replace("^", ""), pattern.flags) for what, pattern in FORBIDDEN.items()}
"""The same in the text of a file, which costs less to look through than its parts."""
TABLES = {table._meta.tablename: table for table in all_tables()}


def test_no_statement_needs_what_a_pooler_or_a_cluster_does_not_keep() -> None:
    texts = {path: (ROOT / path).read_text() for path in modules()}
    suspect = [(path, what) for path, text in texts.items() for what in FORBIDDEN if ANYWHERE[what].search(text)]
    found = [
        (str(path), what, node.value)
        for path, what in suspect
        for node in literals(tree(path))  # comments may speak of them
        if FORBIDDEN[what].search(str(node.value))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("LISTEN and NOTIFY", "LISTEN news"),
        ("sequences", "SELECT nextval('numbers')"),
        ("locks of a session", "SELECT pg_try_advisory_lock(1)"),
        ("settings of a session", "SET search_path = other"),
        ("temporary tables", "CREATE TEMP TABLE t (n int)"),
        ("constraints that wait for the commit", "REFERENCES t DEFERRABLE"),
        ("numbers of transactions", "WHERE xid < pg_snapshot_xmin(now)"),
    ],
)
def test_each_of_them_is_found(what: str, statement: str) -> None:
    assert FORBIDDEN[what].search(statement)


async def test_no_column_is_numbered_by_the_database(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    rows = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (column_default LIKE 'nextval%' OR is_identity = 'YES')"
    )
    await connection.close()
    assert {tuple(row) for row in rows} == {MIGRATIONS}


def test_every_key_is_made_by_us() -> None:
    odd = [
        name
        for name, table in TABLES.items()
        if not isinstance(table._meta.primary_key, UUID | Varchar) and name not in EVERYWHERE and not _is_owner(table)
    ]
    assert odd == []
    assert [name for name, table in TABLES.items() if isinstance(table._meta.primary_key, Serial)] == []


def test_every_table_says_whose_its_rows_are() -> None:
    """By a column of its own, or by that of a row it must refer to."""
    assert [
        name for name, table in TABLES.items() if name not in EVERYWHERE and not _is_owned(table, frozenset())
    ] == []
    assert set(TABLES) >= EVERYWHERE


def _names(table: type[Table]) -> set[str]:
    return {str(column._meta.db_column_name) for column in table._meta.columns}


def _is_owner(table: type[Table]) -> bool:
    return str(table._meta.primary_key._meta.db_column_name) in OWNERS | CONTENT


def _is_owned(table: type[Table], seen: frozenset[str]) -> bool:
    name = table._meta.tablename
    if name == "authority" or _names(table) & (OWNERS | CONTENT):
        return True
    needed = [column for column in table._meta.foreign_key_columns if not column._meta.null]
    return name not in seen and any(
        _is_owned(column._foreign_key_meta.resolved_references, seen | {name}) for column in needed
    )
