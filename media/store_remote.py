"""All queries that ask where the bytes of stored files are: on the disk, in the object store, or on their way there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from media.tables import MediaHold, StoredBlob

FIRST: Final = UUID(int=0)

_COLUMNS: Final = "id, digest, length, mime, sm3, remote_at, remote_tag, probe IS NOT NULL AS looked_at, depot"


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A stored file, as far as its bytes go. `length` in bytes; `looked_at`: the image work has been there; `depot`:
    whose disk got it.
    """

    id: UUID
    digest: str
    length: int
    mime: str
    sm3: str | None
    remote_at: datetime | None
    remote_tag: str | None
    looked_at: bool
    depot: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files are stored and how many bytes they have; the same of those that only the disk has; and how
    many are held.
    """

    files: int
    length: int
    unreplicated: int
    unreplicated_length: int
    without_sm3: int
    held: int


async def kept(digest: str) -> KeptRow | None:
    rows = await StoredBlob.raw(f"SELECT {_COLUMNS} FROM blob WHERE digest = {{}}", digest)
    return _kept(rows[0]) if rows else None


async def kept_of(digests: Collection[str]) -> dict[str, KeptRow]:
    """Those of `digests` that are stored, by digest; at most some thousands."""
    rows = await StoredBlob.raw(f"SELECT {_COLUMNS} FROM blob WHERE {{}}", one_of("digest", sorted(digests)))
    return {row["digest"]: _kept(row) for row in rows}


async def kept_after(digest: str, limit: int) -> list[KeptRow]:
    """Stored files in the order of their digests, beginning behind `digest` (`""` = from the first)."""
    rows = await StoredBlob.raw(
        f"SELECT {_COLUMNS} FROM blob WHERE digest > {{}} ORDER BY digest LIMIT {{}}", digest, limit
    )
    return [_kept(row) for row in rows]


async def unreplicated_after(row_id: UUID, limit: int) -> list[KeptRow]:
    """Files that the object store was not seen to hold, the oldest first, beginning behind the row `row_id`."""
    rows = await StoredBlob.raw(
        f"SELECT {_COLUMNS} FROM blob WHERE remote_at IS NULL AND id > {{}} ORDER BY id LIMIT {{}}", row_id, limit
    )
    return [_kept(row) for row in rows]


async def set_remote(digest: str, at: datetime, tag: str) -> bool:
    """The object store was seen to hold it, as this version; False when that was known."""
    told = (
        await StoredBlob.update({StoredBlob.remote_at: at, StoredBlob.remote_tag: tag})
        .where(StoredBlob.digest == digest, StoredBlob.remote_at.is_null())
        .returning(StoredBlob.id)
    )
    return bool(told)


async def set_remote_tag(digest: str, tag: str) -> None:
    """The object store holds it under another version, which was compared as well."""
    await StoredBlob.update({StoredBlob.remote_tag: tag}).where(StoredBlob.digest == digest)


async def unset_remote(digest: str) -> None:
    """The object store does not hold it any more, or holds something else: it is to be sent again."""
    await StoredBlob.update({StoredBlob.remote_at: None, StoredBlob.remote_tag: None}).where(
        StoredBlob.digest == digest
    )


async def set_sm3(digest: str, sm3: str) -> bool:
    """Keep the second digest (hex); False when it was kept already."""
    told = (
        await StoredBlob.update({StoredBlob.sm3: sm3})
        .where(StoredBlob.digest == digest, StoredBlob.sm3.is_null())
        .returning(StoredBlob.id)
    )
    return bool(told)


async def counts() -> Counts:
    """The numbers of the whole store."""
    rows = await StoredBlob.raw(
        "SELECT count(*) AS files, coalesce(sum(length), 0) AS length, "
        "count(CASE WHEN remote_at IS NULL THEN 1 END) AS unreplicated, "
        "coalesce(sum(CASE WHEN remote_at IS NULL THEN length END), 0) AS unreplicated_length, "
        "count(CASE WHEN sm3 IS NULL THEN 1 END) AS without_sm3 FROM blob"
    )
    held = await MediaHold.raw("SELECT count(DISTINCT digest) AS n FROM media_hold WHERE lifted_at IS NULL")
    return Counts(**{name: int(value) for name, value in rows[0].items()}, held=int(held[0]["n"]))


async def newest_replicated() -> str | None:
    """The digest of the file that the object store was found to hold last; None when there is none."""
    rows = await StoredBlob.raw("SELECT digest FROM blob WHERE remote_at IS NOT NULL ORDER BY remote_at DESC LIMIT 1")
    return rows[0]["digest"] if rows else None


async def count_unreplicated(most: int) -> int:
    """How many files the object store was not seen to hold, counted no further than `most`."""
    rows = await StoredBlob.raw(
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM blob WHERE remote_at IS NULL LIMIT {}) AS s", most
    )
    return int(rows[0]["n"])


def _kept(row: dict[str, Any]) -> KeptRow:
    return KeptRow(
        id=plain_uuid(row["id"]),
        digest=row["digest"],
        length=int(row["length"]),
        mime=row["mime"],
        sm3=row["sm3"],
        remote_at=row["remote_at"],
        remote_tag=row["remote_tag"],
        looked_at=bool(row["looked_at"]),
        depot=row["depot"],
    )
