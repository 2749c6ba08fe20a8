"""`inspection.visits.entries.store`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from inspection.visits.entries.store import WRITTEN, reasons_text
from inspection.visits.rows import LogGap, Place, StoredEntry
from mobile_contract.push import Verdict
from tests.simulator.memory import Tables

_STORED = ("hash", "id", "vseq", "header", "body", "signature", "kid", "alg", "received_at")


def places(t: Tables, hashes: Any) -> dict[str, Place]:
    found = {hash_: t.entries[hash_] for hash_ in hashes if hash_ in t.entries}
    return {
        hash_: Place(hash_, row["visit"], row["vseq"], Verdict(row["verdict"]), _reasons(row))
        for hash_, row in found.items()
    }


def known(t: Tables, hashes: Any) -> frozenset[str]:
    return frozenset(hash_ for hash_ in hashes if hash_ in t.entries)


def bearers(t: Tables, ids: Any) -> list[tuple[UUID, Place]]:
    bearing = [hash_ for one in set(ids) for hash_ in t.bearers.get(one, ())]
    return [(t.entries[hash_]["id"], place) for hash_, place in places(t, bearing).items()]


def claim(t: Tables, visit: UUID, count: int) -> int:
    first = t.numbers.get(visit, 0) + 1
    t.numbers[visit] = first + count - 1
    return first


def add(t: Tables, rows: Any) -> bool:
    return len(add_told(t, rows)) == len(rows)


def add_told(t: Tables, rows: Any) -> set[str]:
    named = [dict(zip(WRITTEN, row, strict=True)) for row in rows]
    fresh = [row for row in named if row["hash"] not in t.entries]
    t.entries.update({row["hash"]: row for row in fresh})
    for row in fresh:
        one = str(row["id"])
        t.bearers[one] = (*t.bearers.get(one, ()), row["hash"])
    return {row["hash"] for row in fresh}


def settle(t: Tables, place: Place) -> None:
    row = t.entries[place.hash]
    if row["vseq"] is None:
        told = {"vseq": place.vseq, "verdict": place.verdict.value, "reasons": reasons_text(place.reasons)}
        t.entries[place.hash] = {**row, **told}


def waiting_for(t: Tables, visit: UUID) -> list[StoredEntry]:
    rows = [row for row in t.entries.values() if row["visit"] == visit and row["vseq"] is None]
    return [stored(row) for row in sorted(rows, key=lambda row: (row["received_at"], row["hash"]))]


def awaited_visits(t: Tables, limit: int) -> list[UUID]:
    waiting = (row for row in t.entries.values() if row["verdict"] == Verdict.HELD.value and row["vseq"] is None)
    return sorted({row["visit"] for row in waiting if row["visit"] is not None})[:limit]


def entries(t: Tables, visit: UUID, through: int | None = None) -> list[StoredEntry]:
    rows = [row for row in t.entries.values() if row["visit"] == visit and row["vseq"] is not None]
    chosen = [row for row in rows if through is None or row["vseq"] <= through]
    return [stored(row) for row in sorted(chosen, key=lambda row: row["vseq"])]


def entries_by_hash(t: Tables, hashes: Any) -> dict[str, StoredEntry]:
    return {hash_: stored(t.entries[hash_]) for hash_ in hashes if hash_ in t.entries}


def stored(row: dict[str, Any]) -> StoredEntry:
    """The value of a row."""
    return StoredEntry(**{name: row[name] for name in _STORED}, reasons=_reasons(row))


def _reasons(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(json.loads(row["reasons"]))


def gaps(t: Tables, visits: Any) -> list[LogGap]:
    wanted = set(visits)
    logs: dict[tuple[UUID, int], set[int]] = {}
    for row in t.entries.values():
        logs.setdefault((row["device"], row["epoch"]), set()).add(row["seq"])
    found: set[LogGap] = set()
    for row in t.entries.values():
        if row["visit"] in wanted:
            found |= _beside(row, logs[row["device"], row["epoch"]])
    return sorted(found, key=lambda gap: (gap.device, gap.epoch, gap.first))


def _beside(row: dict[str, Any], taken: set[int]) -> set[LogGap]:
    seq, found = row["seq"], set()
    below, above = (number for number in taken if number < seq), [number for number in taken if number > seq]
    if seq > 1 and seq - 1 not in taken:
        found.add(LogGap(row["device"], row["epoch"], max(below, default=0) + 1, seq - 1))
    if above and seq + 1 not in taken:
        found.add(LogGap(row["device"], row["epoch"], seq + 1, min(above) - 1))
    return found


def size_since(t: Tables, device: UUID, since: Any) -> tuple[int, int]:
    rows = [row for row in t.entries.values() if row["device"] == device and row["received_at"] >= since]
    return len(rows), sum(len(row["body"] or b"") for row in rows)


def erase_bodies(t: Tables, hashes: Any, decision: str, ground: str, at: Any) -> int:
    fresh = [hash_ for hash_ in hashes if hash_ not in t.erasures]
    t.erasures.update(dict.fromkeys(fresh, decision))
    for hash_ in hashes:
        t.entries[hash_] = {**t.entries[hash_], "body": None}
    return len(fresh)
