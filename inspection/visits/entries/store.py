"""Queries of entries: exact bytes under their hash, each at its place for ever."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, claim_numbers, insert_new, insert_values, one_of
from inspection.visits.rows import LogGap, Place, StoredEntry
from inspection.visits.tables import Entry, EntryErasure, VisitCounter
from mobile_contract.push import Verdict

_CHUNK = 500
_STORED = ("hash", "id", "vseq", "header", "body", "signature", "kid", "alg", "reasons", "received_at")
WRITTEN: Final = (
    *("hash", "id", "visit", "device", "carrier", "epoch", "seq", "prev", "inspector", "type", "kid", "alg", "header"),
    *("body", "signature", "vseq", "verdict", "reasons", "received_at"),
)


async def known(hashes: Collection[str]) -> frozenset[str]:
    """Those of these entries that are in the store."""
    if not hashes:
        return frozenset()
    rows = await ask("SELECT hash FROM entry WHERE {}", one_of("hash", sorted(hashes)))
    return frozenset(row["hash"] for row in rows)


async def size_since(device: UUID, since: datetime) -> tuple[int, int]:
    """How many entries of a device were received at `since` or later, and the bytes of their bodies."""
    rows = await Entry.raw(
        "SELECT COUNT(*) AS entries, COALESCE(SUM(LENGTH(body)), 0) AS size FROM entry "
        "WHERE device = {} AND received_at >= {}",
        device,
        since,
    )
    return int(rows[0]["entries"]), int(rows[0]["size"])


async def places(hashes: Collection[str]) -> dict[str, Place]:
    """By hash, those that are in the store."""
    if not hashes:
        return {}
    sql = "SELECT hash, visit, vseq, verdict, reasons FROM entry WHERE {}"
    return {row["hash"]: _place(row) for row in await ask(sql, one_of("hash", sorted(hashes)))}


async def bearers(ids: Collection[str]) -> list[tuple[UUID, Place]]:
    """The id and the place of every entry in the store that bears one of these ids. An entry's hash covers its id: all
    that are known of a push are among those that bear its ids.
    """
    if not ids:
        return []
    sql = "SELECT id, hash, visit, vseq, verdict, reasons FROM entry WHERE {}"
    return [(row["id"], _place(row)) for row in await ask(sql, one_of("id", sorted(ids)))]


async def without_body(hashes: Collection[str]) -> frozenset[str]:
    """Those of these entries whose body has not come yet; one that was erased does not come again."""
    if not hashes:
        return frozenset()
    rows = await Entry.raw(
        "SELECT hash FROM entry WHERE {} AND body IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM entry_erasure WHERE entry_erasure.hash = entry.hash)",
        one_of("hash", sorted(hashes)),
    )
    return frozenset(row["hash"] for row in rows)


async def give_body(place: Place, body: bytes) -> None:
    """Keep the body of an entry of which only the header had come, and the verdict on the whole."""
    await Entry.raw(
        "UPDATE entry SET body = {}, verdict = {}, reasons = {} WHERE hash = {} AND body IS NULL",
        body,
        place.verdict.value,
        reasons_text(place.reasons),
        place.hash,
    )


async def claim(visit: UUID, count: int) -> int:
    """Take the visit's next `count` numbers; returns the first."""
    return await claim_numbers(VisitCounter, "visit", visit, count)


async def add(rows: Sequence[tuple[Any, ...]]) -> bool:
    """Insert entries (columns as in `WRITTEN`) that are not there yet; whether all of them went in."""
    return await insert_values(Entry, WRITTEN, rows, on_conflict="nothing") == len(rows)


async def add_told(rows: Sequence[tuple[Any, ...]]) -> set[str]:
    """`add` that returns the hashes which went in: for entries that no lock keeps from being stored twice at a time."""
    named = [dict(zip(WRITTEN, row, strict=True)) for row in rows]
    return {str(hash_) for hash_ in await insert_new(Entry, named, "hash")}


async def settle(place: Place) -> None:
    """Give an entry that waited without a number its place."""
    await Entry.update(
        {Entry.vseq: place.vseq, Entry.verdict: place.verdict.value, Entry.reasons: reasons_text(place.reasons)}
    ).where(Entry.hash == place.hash, Entry.vseq.is_null())


async def note(hash_: str, reasons: Collection[str]) -> None:
    """Keep what was found of an entry since it came. One that was plainly accepted is flagged now."""
    await Entry.raw(
        "UPDATE entry SET reasons = {}, verdict = CASE verdict WHEN 'accepted' THEN 'flagged' ELSE verdict END "
        "WHERE hash = {}",
        reasons_text(tuple(reasons)),
        hash_,
    )


async def waiting_for(visit: UUID) -> list[StoredEntry]:
    """Entries that came before their visit was known, oldest first."""
    rows = await ask(
        f"SELECT {', '.join(_STORED)} FROM entry WHERE visit = {{}} AND vseq IS NULL ORDER BY received_at, hash", visit
    )
    return [_stored(row) for row in rows]


async def count_held(most: int) -> int:
    """How many entries wait for what they refer to, counted no further than `most`."""
    rows = await ask(
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM entry WHERE verdict = 'held' LIMIT {}) AS s", most
    )
    return int(rows[0]["n"])


async def awaited_visits(limit: int) -> list[UUID]:
    """Visits that are known and that entries without a number name."""
    rows = await Entry.raw(
        "SELECT DISTINCT entry.visit FROM entry JOIN visit ON visit.id = entry.visit "
        "WHERE entry.verdict = 'held' AND entry.vseq IS NULL LIMIT {}",
        limit,
    )
    return [plain_uuid(row["visit"]) for row in rows]


async def entries(visit: UUID, through: int | None = None) -> list[StoredEntry]:
    """The visit's entries in the order of their numbers, up to `through`; those without a number are not its yet."""
    until, told = ("", ()) if through is None else (" AND vseq <= {}", (through,))
    sql = f"SELECT {', '.join(_STORED)} FROM entry WHERE visit = {{}} AND vseq IS NOT NULL{until} ORDER BY vseq"
    return [_stored(row) for row in await ask(sql, visit, *told)]


async def entries_by_hash(hashes: Collection[str]) -> dict[str, StoredEntry]:
    """By hash, those that are in the store, numbered or not."""
    wanted = sorted(hashes)
    found: dict[str, StoredEntry] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = await Entry.select(*_STORED).where(Entry.hash.is_in(wanted[start : start + _CHUNK]))
        found.update((row["hash"], _stored(row)) for row in rows)
    return found


async def gaps(visits: Collection[UUID]) -> list[LogGap]:
    """The gaps next to entries of these visits: their devices' logs have numbers beyond that are not here.

    Each entry looks up its two neighbours in the index of logs, so this costs what the visit is large.
    """
    found: set[LogGap] = set()
    for visit in sorted(visits):
        rows = await Entry.raw(_GAPS, visit, visit)
        found.update(LogGap(plain_uuid(r["device"]), int(r["epoch"]), int(r["first"]), int(r["last"])) for r in rows)
    return sorted(found, key=lambda gap: (gap.device, gap.epoch, gap.first))


_LOG = "FROM entry n WHERE n.device = e.device AND n.epoch = e.epoch AND n.seq"
_GAPS = (
    f"SELECT e.device, e.epoch, COALESCE((SELECT MAX(n.seq) {_LOG} < e.seq), 0) + 1 AS first, e.seq - 1 AS last "
    f"FROM entry e WHERE e.visit = {{}} AND e.seq > 1 AND NOT EXISTS (SELECT 1 {_LOG} = e.seq - 1) "
    f"UNION ALL SELECT e.device, e.epoch, e.seq + 1, (SELECT MIN(n.seq) {_LOG} > e.seq) - 1 "
    f"FROM entry e WHERE e.visit = {{}} AND NOT EXISTS (SELECT 1 {_LOG} = e.seq + 1) "
    f"AND EXISTS (SELECT 1 {_LOG} > e.seq)"
)


async def erase_bodies(hashes: Collection[str], decision: str, ground: str, at: datetime) -> int:
    """Let the bodies of these entries go, and say by which decision; how many were still there.

    The database itself refuses to empty a body that no erasure answers for.
    """
    rows = [{"hash": hash_, "decision": decision, "ground": ground, "at": at} for hash_ in sorted(hashes)]
    added = await bulk_insert(EntryErasure, rows, on_conflict="nothing")
    await Entry.update({Entry.body: None}).where(Entry.hash.is_in(sorted(hashes)))
    return added


@lru_cache(maxsize=1024)
def reasons_text(reasons: tuple[str, ...]) -> str:
    return canonical_json(sorted(set(reasons))).decode()


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["hash"], row["visit"], row["vseq"], Verdict(row["verdict"]), _reasons(row["reasons"]))


@lru_cache(maxsize=1024)
def _reasons(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _stored(row: Mapping[str, Any]) -> StoredEntry:
    return StoredEntry(
        hash=row["hash"],
        id=row["id"],
        vseq=row["vseq"],
        header=bytes(row["header"]),
        body=None if row["body"] is None else bytes(row["body"]),
        signature=bytes(row["signature"]),
        kid=row["kid"],
        alg=row["alg"],
        reasons=_reasons(row["reasons"]),
        received_at=row["received_at"],
    )
