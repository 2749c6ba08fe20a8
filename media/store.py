"""All queries of uploads and blobs. Rows leave as frozen values."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from media.rules import UploadState
from media.tables import Derivative, StoredBlob, Upload

PAGE = 1000

_COLUMNS = (
    "id, owner, digest, length, mime, metadata, state, created_at, depot, passing, "
    "EXISTS (SELECT 1 FROM blob WHERE blob.digest = upload.digest) AS known"
)


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One upload. `length` in bytes, `None` while its client defers it; `digest` the declared SHA-256 (hex),
    `metadata` as the client sent it; `known`: there was a row of a stored file with this digest. `depot`: on whose disk
    its file is; `passing`: how many bytes of it are on their way there.
    """

    id: UUID
    owner: str
    digest: str
    length: int | None
    mime: str
    metadata: str
    state: UploadState
    created_at: datetime
    known: bool = False
    depot: str | None = None
    passing: int | None = None

    @property
    def complete(self) -> bool:
        return self.state is UploadState.COMPLETE

    @property
    def known_length(self) -> int:
        """The length, where it must be known.

        Raises:
            RuntimeError: it is still deferred: a programming error.
        """
        if self.length is None:
            raise RuntimeError("the length of this upload is not known yet")
        return self.length


@dataclass(frozen=True, slots=True)
class BlobRow:
    """Bytes we hold. `mime` is the sender's word; `probe` what the image work found, `None` until it has looked."""

    id: UUID
    digest: str
    length: int
    mime: str
    stored_at: datetime
    probe: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class DerivativeRow:
    """An image made from a blob; sizes in bytes and pixels."""

    name: str
    digest: str
    length: int
    width: int
    height: int


async def add_upload(row: UploadRow) -> bool:
    """Insert an upload; False when the same owner already has a live one of the same file."""
    values = {
        "id": row.id,
        "owner": row.owner,
        "digest": row.digest,
        "length": row.length,
        "mime": row.mime,
        "metadata": row.metadata,
        "state": row.state.value,
        "created_at": row.created_at,
        "ended_at": None if row.state is UploadState.RECEIVING else row.created_at,
        "depot": row.depot,
    }
    return await bulk_insert(Upload, [values], on_conflict="nothing") == 1


async def live_upload(owner: str, digest: str, length: int | None) -> UploadRow | None:
    """The upload of this file by this owner that is running or complete: of this `length`, else one whose length is
    deferred; when `length` is `None` a deferred one, else one of any length.
    """
    fits = "" if length is None else " AND (length = {} OR length IS NULL)"
    first = "DESC" if length is None else "ASC"
    rows = await ask(
        f"SELECT {_COLUMNS} FROM upload WHERE owner = {{}} AND digest = {{}} AND state IN ('receiving', 'complete')"
        f"{fits} ORDER BY length IS NULL {first}, created_at DESC LIMIT 1",
        *([owner, digest] if length is None else [owner, digest, length]),
    )
    return _upload(rows[0]) if rows else None


async def has_length(owner: str, digest: str, length: int) -> bool:
    """Whether a running or complete upload of this file by this owner has exactly this length."""
    return bool(
        await ask(
            "SELECT 1 AS found FROM upload WHERE owner = {} AND digest = {} AND length = {} "
            "AND state IN ('receiving', 'complete')",
            owner,
            digest,
            length,
        )
    )


async def set_length(upload_id: UUID, length: int) -> bool:
    """Let a deferred length be known; False when it was already."""
    told = (
        await Upload.update({Upload.length: length})
        .where(Upload.id == upload_id, Upload.length.is_null())
        .returning(Upload.id)
    )
    return bool(told)


async def running_of(owner: str, deferred: int) -> tuple[int, int]:
    """How many uploads of this owner are running, and the bytes they declared; one without a length counts as
    `deferred` bytes.
    """
    rows = await ask(
        "SELECT count(*) AS uploads, coalesce(sum(coalesce(length, {})), 0) AS bytes FROM upload "
        "WHERE owner = {} AND state = 'receiving'",
        deferred,
        owner,
    )
    return int(rows[0]["uploads"]), int(rows[0]["bytes"])


async def running_before(at: datetime, after: tuple[datetime, UUID] | None, limit: int) -> list[UploadRow]:
    """Running uploads that were begun before `at`, the oldest first; `after` is where an earlier page ended."""
    begun, last = after or (datetime.min.replace(tzinfo=at.tzinfo), UUID(int=0))
    rows = await ask(
        f"SELECT {_COLUMNS} FROM upload WHERE state = 'receiving' AND created_at < {{}} "
        "AND (created_at > {} OR (created_at = {} AND id > {})) ORDER BY created_at, id LIMIT {}",
        at,
        begun,
        begun,
        last,
        limit,
    )
    return [_upload(row) for row in rows]


async def upload(upload_id: UUID, owner: str) -> UploadRow | None:
    """A running or complete upload of this owner; one given up, expired or rejected is as unknown as another's."""
    rows = await ask(
        f"SELECT {_COLUMNS} FROM upload WHERE id = {{}} AND owner = {{}} AND state IN ('receiving', 'complete')",
        upload_id,
        owner,
    )
    return _upload(rows[0]) if rows else None


async def end_upload(upload_id: UUID, state: UploadState, at: datetime) -> bool:
    """Move a running upload to its last state; False when it was not running any more."""
    return bool(
        await ask(
            "UPDATE upload SET state = {}, ended_at = {} WHERE id = {} AND state = 'receiving' RETURNING id",
            state.value,
            at,
            upload_id,
        )
    )


async def reopen_upload(upload_id: UUID, depot: str) -> None:
    """Let an upload that was complete be sent again, to the disk of `depot`."""
    await Upload.update(
        {Upload.state: UploadState.RECEIVING.value, Upload.ended_at: None, Upload.depot: depot, Upload.passing: None}
    ).where(Upload.id == upload_id)


async def add_blob(row: BlobRow, stored_by: str, depot: str) -> bool:
    """Insert a blob, whose bytes are on the disk of `depot`; False when its digest is known already."""
    values = {
        "id": row.id,
        "digest": row.digest,
        "length": row.length,
        "mime": row.mime,
        "stored_at": row.stored_at,
        "stored_by": stored_by,
        "depot": depot,
    }
    return await bulk_insert(StoredBlob, [values], on_conflict="nothing") == 1


async def blob(digest: str) -> BlobRow | None:
    """The row of a stored file."""
    rows = await ask("SELECT id, digest, length, mime, stored_at, probe FROM blob WHERE digest = {}", digest)
    return _blob(rows[0]) if rows else None


async def count_blobs() -> int:
    return int(await StoredBlob.count())


async def known(digests: Collection[str]) -> set[str]:
    """Those of `digests` that are stored."""
    asked = sorted(digests)
    found: set[str] = set()
    for start in range(0, len(asked), PAGE):
        page = asked[start : start + PAGE]
        found.update(
            await StoredBlob.select(StoredBlob.digest).where(StoredBlob.digest.is_in(page)).output(as_list=True)
        )
    return found


async def set_probe(digest: str, probe: JSON, at: datetime) -> UUID | None:
    """Keep what the image work found of a blob; the blob's id, or `None` when something was kept already."""
    kept = (
        await StoredBlob.update({StoredBlob.probe: canonical_json(probe).decode(), StoredBlob.probed_at: at})
        .where(StoredBlob.digest == digest, StoredBlob.probe.is_null())
        .returning(StoredBlob.id)
    )
    return plain_uuid(kept[0]["id"]) if kept else None


async def add_derivatives(blob_id: UUID, rows: Sequence[tuple[UUID, DerivativeRow]]) -> None:
    """Insert the images made from a blob, one of each name."""
    await bulk_insert(
        Derivative,
        [
            {
                "id": row_id,
                "blob": blob_id,
                "name": row.name,
                "digest": row.digest,
                "length": row.length,
                "width": row.width,
                "height": row.height,
            }
            for row_id, row in rows
        ],
        on_conflict="nothing",
    )


async def derivative(digest: str, name: str) -> DerivativeRow | None:
    """The image `name` made from the blob of this digest."""
    row = await Derivative.select().where(Derivative.blob.digest == digest, Derivative.name == name).first()
    if row is None:
        return None
    return DerivativeRow(row["name"], row["digest"], row["length"], row["width"], row["height"])


def _upload(row: dict[str, Any]) -> UploadRow:
    return UploadRow(
        id=plain_uuid(row["id"]),
        owner=row["owner"],
        digest=row["digest"],
        length=row["length"],
        mime=row["mime"],
        metadata=row["metadata"],
        state=UploadState(row["state"]),
        created_at=row["created_at"],
        known=bool(row["known"]),
        depot=row["depot"],
        passing=row["passing"],
    )


def _blob(row: dict[str, Any]) -> BlobRow:
    return BlobRow(
        id=plain_uuid(row["id"]),
        digest=row["digest"],
        length=row["length"],
        mime=row["mime"],
        stored_at=row["stored_at"],
        probe=json.loads(row["probe"]) if row["probe"] else None,
    )
