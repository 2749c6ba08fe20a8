"""All queries of uploads and blobs. Rows leave as frozen values."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from media.rules import UploadState
from media.tables import Derivative, StoredBlob, Upload

PAGE = 1000
LIVE = (UploadState.RECEIVING.value, UploadState.COMPLETE.value)


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One upload. `length` in bytes, `digest` the declared SHA-256 (hex), `metadata` as the client sent it."""

    id: UUID
    owner: str
    digest: str
    length: int
    mime: str
    metadata: str
    state: UploadState
    created_at: datetime

    @property
    def complete(self) -> bool:
        return self.state is UploadState.COMPLETE


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
        "ended_at": row.created_at if row.complete else None,
    }
    return await bulk_insert(Upload, [values], on_conflict="nothing") == 1


async def live_upload(owner: str, digest: str, length: int) -> UploadRow | None:
    """The upload of this file by this owner that is running or complete."""
    row = (
        await Upload.select()
        .where(
            Upload.owner == owner,
            Upload.digest == digest,
            Upload.length == length,
            Upload.state.is_in(list(LIVE)),
        )
        .first()
    )
    return _upload(row) if row else None


async def upload(upload_id: UUID, owner: str) -> UploadRow | None:
    """A running or complete upload of this owner; one given up or rejected is as unknown as another's."""
    row = (
        await Upload.select()
        .where(Upload.id == upload_id, Upload.owner == owner, Upload.state.is_in(list(LIVE)))
        .first()
    )
    return _upload(row) if row else None


async def end_upload(upload_id: UUID, state: UploadState, at: datetime) -> bool:
    """Move a running upload to its last state; False when it was not running any more."""
    ended = (
        await Upload.update({Upload.state: state.value, Upload.ended_at: at})
        .where(Upload.id == upload_id, Upload.state == UploadState.RECEIVING.value)
        .returning(Upload.id)
    )
    return bool(ended)


async def reopen_upload(upload_id: UUID) -> None:
    await Upload.update({Upload.state: UploadState.RECEIVING.value, Upload.ended_at: None}).where(
        Upload.id == upload_id
    )


async def add_blob(row: BlobRow, stored_by: str) -> bool:
    """Insert a blob; False when its digest is known already."""
    values = {
        "id": row.id,
        "digest": row.digest,
        "length": row.length,
        "mime": row.mime,
        "stored_at": row.stored_at,
        "stored_by": stored_by,
    }
    return await bulk_insert(StoredBlob, [values], on_conflict="nothing") == 1


async def blob(digest: str) -> BlobRow | None:
    row = await StoredBlob.select().where(StoredBlob.digest == digest).first()
    return _blob(row) if row else None


async def blobs_after(digest: str, limit: int) -> list[BlobRow]:
    """Blobs in the order of their digests, beginning behind `digest` (`""` = from the first)."""
    rows = await StoredBlob.select().where(StoredBlob.digest > digest).order_by(StoredBlob.digest).limit(limit)
    return [_blob(row) for row in rows]


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
