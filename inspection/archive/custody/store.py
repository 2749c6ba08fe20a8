"""Queries of the acts of custody."""

from collections.abc import Collection, Sequence
from uuid import UUID

from inspection.archive.tables import CustodyAct
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import insert_new, one_of


async def add_acts(visit: UUID, acts: Sequence[tuple[UUID, str, str | None]]) -> set[str]:
    """Keep acts (row id, key, digest) that this visit's chain does not have yet; returns the keys of those."""
    rows = [
        {"id": row_id, "visit": visit, "key": key, "digest": digest}
        # Sorted, so that two that note the same acts wait for each other in one order.
        for row_id, key, digest in sorted(acts, key=lambda act: act[1])
    ]
    return {str(key) for key in await insert_new(CustodyAct, rows, "key")}


async def keys(visit: UUID) -> set[str]:
    """The keys of all acts that the chain of a visit tells of."""
    rows = await CustodyAct.raw("SELECT key FROM custody_act WHERE visit = {}", visit)
    return {str(row["key"]) for row in rows}


async def visits_of(digest: str) -> list[UUID]:
    """The visits whose chains speak of a file."""
    rows = await CustodyAct.raw("SELECT DISTINCT visit FROM custody_act WHERE digest = {}", digest)
    return sorted(plain_uuid(row["visit"]) for row in rows)


async def authorities_of(digest: str) -> dict[UUID, list[UUID]]:
    """The same by the authority whose visits they are."""
    rows = await CustodyAct.raw(
        "SELECT DISTINCT v.authority, a.visit FROM custody_act AS a JOIN visit AS v ON v.id = a.visit "
        "WHERE a.digest = {} ORDER BY a.visit",
        digest,
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(plain_uuid(row["authority"]), []).append(plain_uuid(row["visit"]))
    return found


async def files_of(visit: UUID) -> list[str]:
    """The digests of all files that the chain of a visit speaks of, in order."""
    rows = await CustodyAct.raw(
        "SELECT DISTINCT digest FROM custody_act WHERE visit = {} AND digest IS NOT NULL ORDER BY digest", visit
    )
    return [str(row["digest"]) for row in rows]


async def is_known_to(authority: UUID, digest: str) -> bool:
    """Whether a chain of custody of one of this authority's visits speaks of this file."""
    rows = await CustodyAct.raw(
        "SELECT 1 AS one FROM custody_act AS a JOIN visit AS v ON v.id = a.visit "
        "WHERE a.digest = {} AND v.authority = {} LIMIT 1",
        digest,
        authority,
    )
    return bool(rows)


async def spoken_of(visit: UUID, digests: Collection[str]) -> set[str]:
    """Those of the files that the chain of a visit speaks of."""
    if not digests:
        return set()
    sql = "SELECT DISTINCT digest FROM custody_act WHERE visit = {} AND {}"
    return {str(row["digest"]) for row in await CustodyAct.raw(sql, visit, one_of("digest", sorted(digests)))}
