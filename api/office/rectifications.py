"""What a visit's party handed in at its door to show that something was put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.office.visits import my_visit
from api.permits import Action
from inspection.door.put_right import put_right
from inspection.door.rectify import rectifications_of
from inspection.door.store_sent import RectificationRow
from media.blobs import BlobFacts, blob_facts


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file as it was handed in. Original and copies: `/office/visits/{id}/media/{digest}`.

    `digest`: SHA-256 (hex); `name`: as the party called it, cleaned; `length` in bytes, `null` when it is gone.
    """

    digest: str
    name: str
    length: int | None


@dataclass(frozen=True, slots=True)
class RectificationShown:
    """One form that was sent. `late`: after the last day that was set when it came."""

    id: UUID
    at: datetime
    note: str
    late: bool
    files: tuple[FileShown, ...]


@dataclass(frozen=True, slots=True)
class RectificationsShown:
    """Whether the result leaves something to be put right, by when, and what was handed in, the oldest first."""

    asked: bool
    by: date | None
    handed_in: tuple[RectificationShown, ...]


@get("/visits/{visit_id:uuid}/rectifications", opt={"action": Action.RECTIFICATION_READ})
async def read_rectifications(request: AnyRequest, visit_id: FromPath[UUID]) -> RectificationsShown:
    """What the party handed in, also when no result asks for it yet."""
    return await rectifications_shown((await my_visit(request, visit_id)).id)


async def rectifications_shown(visit_id: UUID) -> RectificationsShown:
    """The same, for a page that shows it beside something else."""
    rows, left = await rectifications_of(visit_id), await put_right(visit_id)
    facts = await blob_facts({file.digest for row in rows for file in row.files})
    return RectificationsShown(left.asked, left.by, tuple(_shown(row, facts) for row in rows))


def _shown(row: RectificationRow, facts: Mapping[str, BlobFacts]) -> RectificationShown:
    files = [
        FileShown(file.digest, file.name, facts[file.digest].length if file.digest in facts else None)
        for file in row.files
    ]
    return RectificationShown(row.id, row.at, row.note, row.late, tuple(files))


router = Router("/office", route_handlers=[read_rectifications], tags=["office: visits"])
