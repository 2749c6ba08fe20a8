"""What stands in a store, read past the product: plain SQL on the file or the server, files from the disk.

Nothing here shares code with what wrote it. One transaction, so that what is seen stood at one instant; what was
promised before that instant must be in it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from mobile_contract.base import b64url

_ENTRIES = "SELECT hash, header, body, verdict, visit, vseq FROM entry"
_QUERIES = {
    "letters": "SELECT sha256, content FROM dead_letter",
    "leaves": "SELECT place, entry FROM log_leaf ORDER BY place",
    "waiting": "SELECT hashes FROM log_pending",
    "heads": "SELECT size, root FROM log_tree_head",
    "counters": "SELECT visit, n FROM visit_counter",
    "feeds": "SELECT device, topic, vseq FROM feed_row WHERE topic LIKE 'entries:%' AND op = 'put'",
    "receipts": "SELECT id, text FROM receipt",
    "blobs": "SELECT digest, length FROM blob",
    "histories": "SELECT id FROM sync_history ORDER BY number",
}
Rows = list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is stored."""

    header: bytes
    body: bytes | None
    verdict: str
    visit: UUID | None
    vseq: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """All that a check looks at."""

    entries: dict[str, Row]
    letters: dict[str, bytes]
    leaves: list[str]
    waiting: frozenset[str]
    heads: list[tuple[int, bytes]]
    counters: dict[UUID, int]
    feeds: dict[tuple[UUID, UUID], int]
    """By device and visit: the newest number that the feed tells."""
    receipts: frozenset[UUID]
    blobs: dict[str, int]
    histories: list[UUID]


async def look(database: str) -> Found:
    """Read everything; the server may be at work meanwhile."""
    rows = _from_sqlite(Path(database.removeprefix("sqlite:///"))) if database.startswith("sqlite") else None
    return _found(rows if rows is not None else await _from_postgres(database))


def _from_sqlite(path: Path) -> dict[str, Rows]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("BEGIN")
        return {name: connection.execute(sql).fetchall() for name, sql in {"entries": _ENTRIES, **_QUERIES}.items()}
    finally:
        connection.close()


async def _from_postgres(dsn: str) -> dict[str, Rows]:
    connection = await asyncpg.connect(dsn, timeout=60)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {name: await connection.fetch(sql) for name, sql in {"entries": _ENTRIES, **_QUERIES}.items()}
    finally:
        await connection.close()


def _found(rows: dict[str, Rows]) -> Found:
    waiting = b"".join(bytes(row["hashes"]) for row in rows["waiting"])
    entries = {
        row["hash"]: Row(bytes(row["header"]), _bytes(row["body"]), row["verdict"], _id(row["visit"]), row["vseq"])
        for row in rows["entries"]
    }
    leaves = [row["entry"] for row in rows["leaves"]]
    if [row["place"] for row in rows["leaves"]] != list(range(len(leaves))):
        raise AssertionError("the leaves of the log are not dense")
    return Found(
        entries=entries,
        letters={row["sha256"]: bytes(row["content"]) for row in rows["letters"]},
        leaves=leaves,
        waiting=frozenset(b64url(waiting[at : at + 32]) for at in range(0, len(waiting), 32)),
        heads=[(row["size"], bytes(row["root"])) for row in rows["heads"]],
        counters={_uuid(row["visit"]): row["n"] for row in rows["counters"]},
        feeds={(_uuid(row["device"]), UUID(row["topic"].partition(":")[2])): row["vseq"] or 0 for row in rows["feeds"]},
        receipts=frozenset(_uuid(row["id"]) for row in rows["receipts"]),
        blobs={row["digest"]: row["length"] for row in rows["blobs"]},
        histories=[_uuid(row["id"]) for row in rows["histories"]],
    )


def named_by(text: str) -> list[str]:
    """The hashes that the text of a receipt names."""
    return [one["hash"] for one in json.loads(text)["entries"]]


def _uuid(told: Any) -> UUID:
    return UUID(str(told))


def _id(told: Any) -> UUID | None:
    return None if told is None else _uuid(told)


def _bytes(told: Any) -> bytes | None:
    return None if told is None else bytes(told)


def file_of(data_dir: Path, digest: str) -> Path:
    """Where the bytes of a file lie."""
    return data_dir / "media" / "blobs" / digest[:2] / digest[2:4] / digest


def damaged(data_dir: Path, digests: Iterable[str]) -> list[str]:
    """Those whose bytes are not there, or are others: every one is read."""
    found = []
    for digest in digests:
        path = file_of(data_dir, digest)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(digest)
    return found
