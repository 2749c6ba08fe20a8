"""Who may see a file: those who may see a record that refers to it, and nobody for knowing its digest: what a record
names must be here for the authority whose record it is, for its inspectors may name what another one has.
"""

from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter

from api.commands import AnyRequest
from api.office.visits import my_visit
from inspection.door.files import handed_in
from inspection.kernel.errors import NotFound
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.reading import Folded, fold_visit
from media.blobs import claimed_digests
from mobile_contract.problems import ProblemCode

Digest = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the original, in hex")]


async def recorded(request: AnyRequest, visit_id: UUID, digest: str) -> Folded:
    """The record of a visit of the caller's authority, if it refers to this file.

    Raises:
        NotFound: another authority's visit, a file that the record does not name, or one that is not here.
    """
    folded = await fold_visit(await my_visit(request, visit_id))
    if not await _names(folded, digest):
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
    if digest not in beside and not await _names(await fold_visit(visit), digest):
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=digest)


async def _names(folded: Folded, digest: str) -> bool:
    named = digest in {media.digest for media in folded.record.media}
    return named and digest in await claimed_digests(folded.setting.visit.authority, [digest])
