"""Queries of entries: exact bytes under their hash, each at its place for ever."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert, claim_numbers, insert_new
from inspection.visits.rows import LogGap, Place, StoredEntry
from inspection.visits.tables import Entry, EntryErasure, VisitCounter
from mobile_contract.push import Verdict

_CHUNK = 500
_STORED = ("hash", "id", "vseq", "header", "body", "signature", "kid", "alg", "reasons", "received_at")


async def places(hashes: Collection[str]) -> dict[str, Place]:
    """By hash, those that are in the store."""
    wanted = sorted(hashes)
    found: dict[str, Place] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = await Entry.select(Entry.hash, Entry.visit, Entry.vseq, Entry.verdict, Entry.reasons).where(
            Entry.hash.is_in(wanted[start : start + _CHUNK])
        )
        found.update((row["hash"], _place(row)) for row in rows)
    return found


async def ids_in_use(ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """(id, hash) of the stored entries that bear one of these ids."""
    wanted = sorted(ids)
    found: set[tuple[UUID, str]] = set()
    for start in range(0, len(wanted), _CHUNK):
        rows = await Entry.select(Entry.id, Entry.hash).where(Entry.id.is_in(wanted[start : start + _CHUNK]))
        found.update((row["id"], row["hash"]) for row in rows)
    return found


async def claim(visit: UUID, count: int) -> int:
    """Take the visit's next `count` numbers; returns the first."""
    return await claim_numbers(VisitCounter, "visit", visit, count)


async def add(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Insert entries that are not there yet; returns the hashes that went in."""
    return {str(hash_) for hash_ in await insert_new(Entry, rows, "hash")}


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
        reasons_text(reasons),
        hash_,
    )


async def waiting_for(visit: UUID) -> list[StoredEntry]:
    """Entries that came before their visit was known, oldest first."""
    rows = await (
        Entry.select(*_STORED)
        .where(Entry.visit == visit, Entry.vseq.is_null())
        .order_by(Entry.received_at)
        .order_by(Entry.hash)
    )
    return [_stored(row) for row in rows]


async def awaited_visits(limit: int) -> list[UUID]:
    """Visits that entries without a number name."""
    rows = await Entry.raw(
        "SELECT DISTINCT visit FROM entry WHERE verdict = 'held' AND vseq IS NULL AND visit IS NOT NULL LIMIT {}", limit
    )
    return [UUID(str(row["visit"])) for row in rows]


async def entries(visit: UUID, through: int | None = None) -> list[StoredEntry]:
    """The visit's entries in the order of their numbers, up to `through`; those without a number are not its yet."""
    select = Entry.select(*_STORED).where(Entry.visit == visit, Entry.vseq.is_not_null())
    if through is not None:
        select = select.where(Entry.vseq <= through)
    return [_stored(row) for row in await select.order_by(Entry.vseq)]


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
        found.update(LogGap(UUID(str(r["device"])), int(r["epoch"]), int(r["first"]), int(r["last"])) for r in rows)
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


def reasons_text(reasons: Collection[str]) -> str:
    return canonical_json(sorted(set(reasons))).decode()


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["hash"], row["visit"], row["vseq"], Verdict(row["verdict"]), tuple(json.loads(row["reasons"])))


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
        reasons=tuple(json.loads(row["reasons"])),
        received_at=row["received_at"],
    )
