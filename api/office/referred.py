"""Who may see a file: those who may see a record that refers to it, and nobody for knowing its digest."""

from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter

from api.commands import AnyRequest
from api.office.visits import my_visit
from inspection.door.files import handed_in
from inspection.kernel.errors import NotFound
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.reading import Folded, fold_visit
from mobile_contract.problems import ProblemCode

Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the original, in hex")]


async def recorded(request: AnyRequest, visit_id: UUID, digest: str) -> Folded:
    """The record of a visit of the caller's authority, if it refers to this file.

    Raises:
        NotFound: another authority's visit, or a file that the record does not name.
    """
    folded = await fold_visit(await my_visit(request, visit_id))
    if not _names(folded, digest):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)
    return folded


async def referred(request: AnyRequest, visit_id: UUID, digest: str) -> None:
    """Let pass who asks for a file that the record of a visit names, that its party handed in at its door, or that
    holds a third party's conclusion on it.

    Raises:
        NotFound: another authority's visit, or a file that is none of them.
    """
    visit = await my_visit(request, visit_id)
    beside = await handed_in(visit_id) | {one.digest for one in (await follow_up_of(visit_id)).conclusions}
    if digest not in beside and not _names(await fold_visit(visit), digest):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)


def _names(folded: Folded, digest: str) -> bool:
    return digest in {media.digest for media in folded.record.media}
