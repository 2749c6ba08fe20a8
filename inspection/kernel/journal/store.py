"""All queries of the journal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.journal.chain import GENESIS, read_back
from inspection.kernel.journal.kinds import EventKind, JournalEntry
from inspection.kernel.journal.tables import JournalHead, JournalLine
from inspection.kernel.sql import bulk_insert, one_of


async def lock_head(stream: str) -> tuple[int, bytes]:
    """(seq, hash) of the stream's last line; the head row stays locked until commit."""
    # One statement makes the row or locks it: an update to what it is locks on PostgreSQL as FOR UPDATE does.
    rows = await ask(
        "INSERT INTO journal_head (stream, seq, hash) VALUES ({}, 0, {}) "
        "ON CONFLICT (stream) DO UPDATE SET seq = journal_head.seq RETURNING seq, hash",
        stream,
        GENESIS,
    )
    return int(rows[0]["seq"]), bytes(rows[0]["hash"])


async def head(stream: str) -> tuple[int, bytes]:
    """(seq, hash) of the stream's last line as the head row has it; of an unwritten stream the genesis."""
    rows = await JournalHead.raw("SELECT seq, hash FROM journal_head WHERE stream = {}", stream)
    return (int(rows[0]["seq"]), bytes(rows[0]["hash"])) if rows else (0, GENESIS)


async def move_head(stream: str, seq: int, hash_: bytes) -> None:
    await ask("UPDATE journal_head SET seq = {}, hash = {} WHERE stream = {}", seq, hash_, stream)


async def insert_lines(entries: Sequence[JournalEntry]) -> None:
    await bulk_insert(
        JournalLine,
        [
            {
                "id": entry.id,
                "stream": entry.stream,
                "seq": entry.seq,
                "kind": entry.kind.value,
                "at": entry.at,
                "actor_id": entry.actor_id,
                "authority": entry.authority,
                "text": entry.text.decode(),
                "prev": entry.prev,
                "hash": entry.hash,
            }
            for entry in entries
        ],
    )


async def lines(stream: str, after: int, limit: int) -> list[JournalEntry]:
    rows = await JournalLine.raw(
        "SELECT id, text, prev, hash FROM journal_line WHERE stream = {} AND seq > {} ORDER BY seq LIMIT {}",
        stream,
        after,
        limit,
    )
    return [_entry(row) for row in rows]


async def lines_of_streams(streams: Sequence[str]) -> list[JournalEntry]:
    """All lines of these streams, stream by stream in their order."""
    rows = await JournalLine.raw(
        "SELECT id, text, prev, hash FROM journal_line WHERE {} ORDER BY stream, seq", one_of("stream", streams)
    )
    return [_entry(row) for row in rows]


async def newest_of_kind(kind: str, limit: int) -> list[JournalEntry]:
    """The newest lines of one kind in all streams, the newest first."""
    rows = await JournalLine.raw(
        "SELECT id, text, prev, hash FROM journal_line WHERE kind = {} ORDER BY at DESC, id DESC LIMIT {}", kind, limit
    )
    return [_entry(row) for row in rows]


async def kinds_by_stream(kind: str, undone: str) -> list[str]:
    """The streams that have a line of `kind` and none of `undone` behind it, in order."""
    rows = await JournalLine.raw(
        "SELECT DISTINCT stream FROM journal_line AS a WHERE kind = {} AND NOT EXISTS (SELECT 1 FROM journal_line AS b "
        "WHERE b.stream = a.stream AND b.kind = {} AND b.seq > a.seq) ORDER BY stream",
        kind,
        undone,
    )
    return [row["stream"] for row in rows]


async def lines_of_kind(stream: str, kind: str) -> list[JournalEntry]:
    """All lines of one kind in a stream, in order."""
    rows = await JournalLine.raw(
        "SELECT id, text, prev, hash FROM journal_line WHERE kind = {} AND stream = {} ORDER BY seq", kind, stream
    )
    return [_entry(row) for row in rows]


async def of_kind(kind: str, authority: UUID | None, limit: int) -> list[JournalEntry]:
    """The newest lines of one kind, newest first; of one authority when it is given."""
    where: str = "kind = {}"
    values: list[Any] = [kind]
    if authority is not None:
        where, values = f"{where} AND authority = {{}}", [*values, authority]
    rows = await JournalLine.raw(
        f"SELECT id, text, prev, hash FROM journal_line WHERE {where} ORDER BY at DESC, seq DESC LIMIT {{}}",
        *values,
        limit,
    )
    return [_entry(row) for row in rows]


async def line(line_id: UUID) -> JournalEntry | None:
    """One line by its id."""
    rows = await JournalLine.raw("SELECT id, text, prev, hash FROM journal_line WHERE id = {}", line_id)
    return _entry(rows[0]) if rows else None


async def matching(where: str, values: Sequence[Any], limit: int) -> list[JournalEntry]:
    """The lines for which a condition of `inspection.kernel.journal.search` holds, the newest first."""
    rows = await JournalLine.raw(
        f"SELECT id, text, prev, hash FROM journal_line WHERE {where} ORDER BY at DESC, id DESC LIMIT {{}}",
        *values,
        limit,
    )
    return [_entry(row) for row in rows]


async def looked_at(
    drive: tuple[str, Sequence[Any]], order: str, more: tuple[str, Sequence[Any]], *, deep: int, limit: int
) -> list[JournalEntry]:
    """Of the first `deep` lines that `drive` names, in an order, those for which `more` holds as well."""
    rows = await JournalLine.raw(
        "SELECT id, text, prev, hash FROM (SELECT id, text, prev, hash, stream, seq, kind, at, actor_id, authority "
        f"FROM journal_line WHERE {drive[0]} ORDER BY {order} LIMIT {{}}) AS looked "
        f"WHERE {more[0]} ORDER BY {order} LIMIT {{}}",
        *drive[1],
        deep,
        *more[1],
        limit,
    )
    return [_entry(row) for row in rows]


async def last_looked_at(drive: tuple[str, Sequence[Any]], order: str, deep: int) -> UUID | None:
    """The `deep`th line that `drive` names, in an order; None where there are not so many."""
    rows = await JournalLine.raw(
        f"SELECT id FROM journal_line WHERE {drive[0]} ORDER BY {order} LIMIT 1 OFFSET {{}}", *drive[1], deep - 1
    )
    return plain_uuid(rows[0]["id"]) if rows else None


async def heads_behind(stream: str, limit: int) -> list[tuple[str, int, bytes]]:
    """(stream, seq, hash) of the streams behind one, in the database's own order of names."""
    rows = await JournalHead.raw(
        "SELECT stream, seq, hash FROM journal_head WHERE stream > {} ORDER BY stream LIMIT {}", stream, limit
    )
    return [(row["stream"], int(row["seq"]), bytes(row["hash"])) for row in rows]


async def lines_behind(stream: str, seq: int, last: str | None, limit: int) -> list[tuple[str, JournalEntry]]:
    """Lines in the order of (stream, seq) behind a place, up to the stream `last`; each with its stream's name."""
    until, values = ("AND stream <= {} ", [last]) if last is not None else ("", [])
    rows = await JournalLine.raw(
        "SELECT stream, id, text, prev, hash FROM journal_line WHERE (stream, seq) > ({}, {}) "
        f"{until}ORDER BY stream, seq LIMIT {{}}",
        stream,
        seq,
        *values,
        limit,
    )
    return [(row["stream"], _entry(row)) for row in rows]


async def streams(prefix: str = "") -> list[str]:
    """The names of all streams that begin with `prefix`, sorted."""
    rows = await JournalHead.raw(
        "SELECT stream FROM journal_head WHERE substr(stream, 1, {}) = {} ORDER BY stream", len(prefix), prefix
    )
    return [row["stream"] for row in rows]


def _entry(row: dict[str, Any]) -> JournalEntry:
    return read_back(plain_uuid(row["id"]), row["text"].encode(), bytes(row["prev"]), bytes(row["hash"]))


async def unsettled(began: EventKind, ended: EventKind) -> int:
    """How many streams tell of the beginning of something, and not of its end after it."""
    rows = await ask(
        "SELECT count(*) AS n FROM (SELECT max(CASE WHEN kind = {} THEN seq END) AS began, "
        "max(CASE WHEN kind = {} THEN seq END) AS ended FROM journal_line WHERE kind IN ({}, {}) GROUP BY stream) AS s "
        "WHERE began IS NOT NULL AND began > coalesce(ended, 0)",
        began.value,
        ended.value,
        began.value,
        ended.value,
    )
    return int(rows[0]["n"])
