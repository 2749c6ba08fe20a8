"""Queries of the tree: its size, its tiles, and which entry stands where."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.sql import bulk_insert, for_update, one_of
from mobile_contract.base import unb64url
from sync.log.tree import TileKey
from sync.tables import LogLeaf, LogSize, LogTile

_NAME = "log"
_CHUNK = 500


async def lock_size() -> int:
    """How many leaves there are; nobody else adds one, or signs a head, until commit. Call it inside a unit of work."""
    await bulk_insert(LogSize, [{"name": _NAME, "n": 0}], on_conflict="nothing")
    rows = await LogSize.raw(f"SELECT n FROM log_size WHERE name = {{}}{for_update()}", _NAME)
    return int(rows[0]["n"])


async def size() -> int:
    """How many leaves there are now."""
    row = await LogSize.select(LogSize.n).where(LogSize.name == _NAME).first()
    return int(row["n"]) if row else 0


async def save_size(count: int) -> None:
    """Move the locked counter."""
    await LogSize.update({LogSize.n: count}).where(LogSize.name == _NAME)


async def placed(hashes: Collection[str]) -> set[str]:
    """Those of these entries that have a place already."""
    rows = await ask("SELECT entry FROM log_leaf WHERE {}", one_of("entry", sorted(hashes)))
    return {row["entry"] for row in rows}


async def place_of(entry: str) -> int | None:
    """The place of an entry, counted from 0."""
    row = await LogLeaf.select(LogLeaf.place).where(LogLeaf.entry == entry).first()
    return int(row["place"]) if row else None


async def places_of(entries: Collection[str]) -> dict[str, int]:
    """By entry, the places of those that have one."""
    rows = await LogLeaf.raw("SELECT entry, place FROM log_leaf WHERE {}", one_of("entry", sorted(entries)))
    return {row["entry"]: int(row["place"]) for row in rows}


async def leaves(first: int, count: int) -> list[bytes]:
    """The 32-byte hashes of the entries at `first` and after, in the order of their places."""
    rows = await (
        LogLeaf.select(LogLeaf.entry)
        .where(LogLeaf.place >= first, LogLeaf.place < first + count)
        .order_by(LogLeaf.place)
    )
    return [unb64url(row["entry"]) for row in rows]


async def add_leaves(first: int, entries: Sequence[str]) -> None:
    """Give entries the places from `first` on."""
    await bulk_insert(LogLeaf, [{"place": place, "entry": entry} for place, entry in enumerate(entries, start=first)])


async def tiles(keys: Collection[TileKey]) -> dict[TileKey, bytes]:
    """The tiles that there are of those asked for."""
    wanted = sorted(keys)
    found: dict[TileKey, bytes] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        alternatives = " OR ".join("(level = {} AND number = {})" for _ in some)
        flat = [part for key in some for part in key]
        rows = await LogTile.raw(f"SELECT level, number, hashes FROM log_tile WHERE {alternatives}", *flat)
        found |= {(int(row["level"]), int(row["number"])): bytes(row["hashes"]) for row in rows}
    return found


async def put_tiles(changed: Mapping[TileKey, bytes], ids: Sequence[UUID]) -> None:
    """Add tiles, or what was added to them. `ids`: one for each."""
    for row_id, key in zip(ids, sorted(changed), strict=True):
        await LogTile.raw(
            "INSERT INTO log_tile (id, level, number, hashes) VALUES ({}, {}, {}, {}) "
            "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
            row_id,
            *key,
            changed[key],
        )


async def leaves_without_entry(limit: int) -> list[str]:
    """Hashes that have a place, and whose entry is not in custody any more."""
    rows = await LogLeaf.raw(
        "SELECT entry AS hash FROM log_leaf WHERE NOT EXISTS "
        "(SELECT 1 FROM entry WHERE entry.hash = log_leaf.entry) ORDER BY place LIMIT {}",
        limit,
    )
    return [row["hash"] for row in rows]


async def entries_without_leaf(limit: int) -> list[str]:
    """Hashes of entries in custody that have no place, or not yet."""
    rows = await LogLeaf.raw(
        "SELECT hash FROM entry WHERE NOT EXISTS "
        "(SELECT 1 FROM log_leaf WHERE log_leaf.entry = entry.hash) ORDER BY received_at, hash LIMIT {}",
        limit,
    )
    return [row["hash"] for row in rows]
