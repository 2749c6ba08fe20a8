"""What an authority holds in the database, as its file says it: ids, words, and whether anything of it was changed."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from api.desk.admin.table_rights import table_rights
from inspection.kernel.ask import ask
from inspection.kernel.browse import Owner, _joined

TOKEN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"
)
"""Ids, digests and hashes: what names one thing and no other."""
WORD = re.compile(r"[\u4e00-\u9fff]{3}")
LONGEST_WORD = 120
COMMON = frozenset({"calendar_year", "calendar_exception", "rule_set_kept", "migration", "sync_history"})
"""Tables of the whole installation."""
Row = tuple[object, ...]


@dataclass(frozen=True)
class Holdings:
    """What a database says: what names one thing, words that people chose, all texts."""

    tokens: frozenset[str]
    words: frozenset[str]
    texts: tuple[str, ...]


def rows_of(database: Path, name: str, authority: UUID | None = None) -> list[dict[str, object]]:
    """The rows of a table; of one authority, when it is named."""
    right = table_rights()[name]
    with closing(sqlite3.connect(database)) as raw:
        raw.row_factory = sqlite3.Row
        if authority is None or right.path is None:
            return [dict(row) for row in raw.execute(f'SELECT * FROM "{name}"')]
        joins, whose = _joined(right.table, Owner(right.path, authority))
        told = raw.execute(f'SELECT t.* FROM "{name}" AS t {joins} WHERE {whose} = ?', (str(authority),))
        return [dict(row) for row in told]


def holdings(database: Path, authority: UUID | None = None) -> Holdings:
    """What is said in all tables but the common ones; with `authority`, in the rows that are its own."""
    tokens, words, texts = set[str](), set[str](), set[str]()
    for name, right in table_rights().items():
        if name in COMMON or (authority is not None and right.path is None):
            continue
        for row in rows_of(database, name, authority):
            for text in _texts(row.values()):
                tokens.update(TOKEN.findall(text))
                texts.add(text)
                if WORD.search(text) and len(text) <= LONGEST_WORD and not text.startswith(("{", "[")):
                    words.add(text)
    return Holdings(frozenset(tokens), frozenset(words), tuple(texts))


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "replace")


async def state(alone: Path) -> dict[str, dict[str, Row]]:
    """By table and key, what has become of every row that was there when the first authority was alone, in the database
    that is served.
    """
    found: dict[str, dict[str, Row]] = {}
    for name, right in table_rights().items():
        key = right.table._meta.primary_key._meta.name
        there = {str(row[key]) for row in rows_of(alone, name)}
        rows = await ask(f'SELECT * FROM "{name}"')
        found[name] = {str(row[key]): tuple(row.values()) for row in rows if str(row[key]) in there}
    return found


TABLE_OF: Mapping[str, str] = {
    "visit_id": "visit",
    "draw_id": "draw",
    "inspector": "inspector",
    "inspector_id": "inspector",
    "person": "inspector",
    "task_id": "task",
    "task": "task",
    "publication_id": "publication",
    "plan_id": "annual_plan",
    "plan": "annual_plan",
    "plan_line": "plan_line",
    "line_id": "plan_line",
    "objection_id": "objection",
    "object_id": "inspection_object",
    "object": "inspection_object",
    "device_id": "device",
    "device": "device",
    "report_id": "report",
    "account_id": "account",
    "account": "account",
    "outcome_id": "outcome",
    "outcome": "outcome",
    "penalty_id": "penalty",
    "item_id": "inspection_item",
    "file_id": "rectification_file",
    "change_id": "draw_change",
    "referral_id": "referral",
    "alert_id": "alert",
    "run_id": "import_run",
    "entry_id": "register_entry",
    "mark_id": "object_mark",
    "certificate": "certificate",
    "batch": "inspector_batch",
    "checklist_id": "checklist",
    "register_id": "special_register",
    "absence": "inspector_absence",
    "relation": "inspector_relation",
    "chain_id": "supervisor_chain",
    "key_id": "supervisor_key",
    "conclusion_id": "third_party_conclusion",
    "delivery_id": "delivery",
    "letter_id": "dead_letter",
    "reminder_id": "reminder",
    "session_id": "desk_session",
    "passkey_id": "passkey",
    "procedure_id": "procedure",
    "unit_id": "unit",
    "unit": "unit",
    "token_id": "system_token",
    "upload_id": "upload",
    "visit": "visit",
    "draw": "draw",
    "leader": "inspector",
}
"""By the name of a parameter or member: the table whose keys it means."""


def keys_of(database: Path, authority: UUID) -> Callable[[str], list[str]]:
    """By the name of a parameter or member, ids of this authority: the first, one in the middle and the last."""

    @cache
    def keys(name: str) -> list[str]:
        table = TABLE_OF.get(name)
        if table is None:
            return []
        found = sorted(str(row["id"]) for row in rows_of(database, table, authority))
        return list(dict.fromkeys([found[0], found[len(found) // 2], found[-1]])) if found else []

    return keys
