"""What a device keeps: its own entries for ever, the topics of its feed, and the files on their way up.

One SQLite file, or memory only. Entries are never deleted one by one: an acknowledged entry is not an archived one.
Only a device that the office told to erase itself drops them, all at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from mobile_contract.push import Verdict

_SCHEMA = """
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    hash TEXT PRIMARY KEY, ep INTEGER NOT NULL, seq INTEGER NOT NULL, visit TEXT, type TEXT NOT NULL,
    line TEXT NOT NULL, custody INTEGER NOT NULL, verdict TEXT, reasons TEXT NOT NULL, UNIQUE (ep, seq));
CREATE INDEX IF NOT EXISTS outbox ON entry (ep, seq) WHERE custody = 0;
CREATE TABLE IF NOT EXISTS heard (
    visit TEXT NOT NULL, vseq INTEGER NOT NULL, hash TEXT NOT NULL, line TEXT NOT NULL, uncounted TEXT NOT NULL,
    PRIMARY KEY (visit, vseq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS topic (topic TEXT PRIMARY KEY, seq INTEGER NOT NULL, data TEXT);
CREATE TABLE IF NOT EXISTS file (
    digest TEXT PRIMARY KEY, mime TEXT NOT NULL, content BLOB NOT NULL, address TEXT, complete INTEGER NOT NULL);
"""


class Custody(StrEnum):
    """Who has an entry."""

    OWN = "own"
    SERVER = "server"
    REFUSED = "refused"


_CUSTODY = {Custody.OWN: 0, Custody.SERVER: 1, Custody.REFUSED: 2}


@dataclass(frozen=True, slots=True)
class Captured:
    """An entry of this device's own log."""

    hash: str
    ep: int
    seq: int
    visit: UUID | None
    type: str
    line: str
    """The NDJSON line, without the line break."""
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardEntry:
    """An entry of a visit as the server told it; `line` is the JSON of its `EntryLine`, `uncounted` why it does not
    count.
    """

    hash: str
    vseq: int
    line: str
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file to upload; `address` is where a begun upload goes on."""

    digest: str
    mime: str
    content: bytes
    address: str | None
    complete: bool


class DeviceStore:
    """Everything a device remembers, in one SQLite database. Used by one thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def step(self) -> Iterator[None]:
        """All or nothing: what an answer changes is kept together with its cursor. May be nested."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def recall(self, name: str) -> str | None:
        """A remembered text."""
        row = self._db.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: str | None) -> None:
        """Remember a text, or forget it."""
        self._db.execute("DELETE FROM memory WHERE name = ?", (name,))
        if value is not None:
            self._db.execute("INSERT INTO memory VALUES (?, ?)", (name, value))

    def erase(self, keep: Iterable[str]) -> None:
        """Delete everything except these remembered texts."""
        for table in ("entry", "heard", "topic", "file"):
            self._db.execute(f"DELETE FROM {table}")
        kept = {name: value for name in keep if (value := self.recall(name)) is not None}
        self._db.execute("DELETE FROM memory")
        self._db.executemany("INSERT INTO memory VALUES (?, ?)", kept.items())

    def overwrite(self) -> None:
        """Write the file anew, so that nothing of what was deleted stands in it."""
        self._db.execute("VACUUM")

    def append(self, entry: Captured) -> None:
        """Keep a new entry of the own log."""
        self._db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, 0, NULL, '[]')",
            (entry.hash, entry.ep, entry.seq, _text(entry.visit), entry.type, entry.line),
        )

    def settle(self, hash_: str, custody: Custody, verdict: Verdict, reasons: Iterable[str]) -> None:
        """Note what the server said of an entry. The entry stays."""
        self._db.execute(
            "UPDATE entry SET custody = ?, verdict = ?, reasons = ? WHERE hash = ?",
            (_CUSTODY[custody], verdict.value, json.dumps(list(reasons)), hash_),
        )

    def reclaim(self, ep: int, first: int, last: int) -> int:
        """The server lacks these numbers after all: offer them again. Refused ones stay refused."""
        done = self._db.execute(
            "UPDATE entry SET custody = 0 WHERE ep = ? AND seq BETWEEN ? AND ? AND custody = 1", (ep, first, last)
        )
        return done.rowcount

    def entries(self, custody: Custody | None = None, limit: int = -1) -> list[Captured]:
        """Own entries in the order of the log; only those in this custody, if given."""
        where = "" if custody is None else f"WHERE custody = {_CUSTODY[custody]} "
        rows = self._db.execute(
            f"SELECT hash, ep, seq, visit, type, line, verdict, reasons FROM entry {where}ORDER BY ep, seq LIMIT ?",
            (limit,),
        )
        return [_captured(row) for row in rows]

    def in_custody(self, ep: int, seq: int) -> str | None:
        """The hash of this number of the own log, when it is believed to be the server's as well."""
        found = self._db.execute(
            "SELECT hash FROM entry WHERE ep = ? AND seq = ? AND custody = 1", (ep, seq)
        ).fetchone()
        return str(found[0]) if found is not None else None

    def newest(self, ep: int, up_to: int | None = None) -> Captured | None:
        """The newest entry of an incarnation, at or before `up_to` if given."""
        row = self._db.execute(
            "SELECT hash, ep, seq, visit, type, line, verdict, reasons FROM entry "
            "WHERE ep = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
            (ep, 2**62 if up_to is None else up_to),
        ).fetchone()
        return _captured(row) if row else None

    def epochs(self) -> list[int]:
        """The incarnations of the own log."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT ep FROM entry ORDER BY ep")]

    def put_topic(self, topic: str, seq: int, data: str | None) -> None:
        """Keep the latest state of a topic."""
        self._db.execute("INSERT OR REPLACE INTO topic VALUES (?, ?, ?)", (topic, seq, data))

    def drop_topic(self, topic: str) -> None:
        """Hide a topic; own entries are not touched."""
        self._db.execute("DELETE FROM topic WHERE topic = ?", (topic,))

    def topics(self, prefix: str = "") -> dict[str, str]:
        """Every topic whose name begins so, with its data."""
        rows = self._db.execute(
            "SELECT topic, COALESCE(data, '') FROM topic WHERE topic >= ? AND topic < ? ORDER BY topic",
            (prefix, prefix + "\U0010ffff"),
        )
        return dict(rows.fetchall())

    def topic_numbers(self) -> dict[str, int]:
        """Every topic with the number it took in the feed."""
        return dict(self._db.execute("SELECT topic, seq FROM topic").fetchall())

    def hear(self, visit: UUID, entries: Iterable[HeardEntry]) -> None:
        """Keep entries of a visit that the server told."""
        self._db.executemany(
            "INSERT OR REPLACE INTO heard VALUES (?, ?, ?, ?, ?)",
            ((str(visit), one.vseq, one.hash, one.line, json.dumps(one.uncounted)) for one in entries),
        )

    def heard(self, visit: UUID) -> list[HeardEntry]:
        """The told entries of a visit, by number."""
        rows = self._db.execute(
            "SELECT hash, vseq, line, uncounted FROM heard WHERE visit = ? ORDER BY vseq", (str(visit),)
        )
        return [HeardEntry(row[0], row[1], row[2], tuple(json.loads(row[3]))) for row in rows]

    def forget_heard(self, visit: UUID, *, after: int = 0, through: int = 2**62) -> None:
        """Delete what was told of a visit, behind a number and up to one if given. What this device wrote stays in its
        log.
        """
        self._db.execute("DELETE FROM heard WHERE visit = ? AND vseq > ? AND vseq <= ?", (str(visit), after, through))

    def keep_file(self, digest: str, mime: str, content: bytes) -> None:
        """Keep a file to upload; the same bytes once."""
        self._db.execute("INSERT OR IGNORE INTO file VALUES (?, ?, ?, NULL, 0)", (digest, mime, content))

    def file(self, digest: str) -> FileRow | None:
        """One file."""
        row = self._db.execute(
            "SELECT digest, mime, content, address, complete FROM file WHERE digest = ?", (digest,)
        ).fetchone()
        return FileRow(row[0], row[1], row[2], row[3], bool(row[4])) if row else None

    def digests(self) -> list[str]:
        """Digests of all files this device attached, sent or not."""
        return [row[0] for row in self._db.execute("SELECT digest FROM file ORDER BY rowid")]

    def incomplete_files(self) -> list[str]:
        """Digests of files the server does not have yet."""
        return [row[0] for row in self._db.execute("SELECT digest FROM file WHERE NOT complete ORDER BY rowid")]

    def doubt_files(self) -> None:
        """Believe of no file any more that the server has it."""
        self._db.execute("UPDATE file SET address = NULL, complete = 0")

    def note_upload(self, digest: str, address: str | None, *, complete: bool) -> None:
        """Note where an upload stands."""
        self._db.execute("UPDATE file SET address = ?, complete = ? WHERE digest = ?", (address, int(complete), digest))


def _captured(row: tuple[str, int, int, str | None, str, str, str | None, str]) -> Captured:
    return Captured(
        hash=row[0],
        ep=row[1],
        seq=row[2],
        visit=UUID(row[3]) if row[3] else None,
        type=row[4],
        line=row[5],
        verdict=Verdict(row[6]) if row[6] else None,
        reasons=tuple(json.loads(row[7])),
    )


def _text(visit: UUID | None) -> str | None:
    return str(visit) if visit else None
