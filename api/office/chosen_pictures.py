"""Which pictures may go out: public copies that the record's authority made of what the record itself refers to, and
nothing else.
"""

from collections.abc import Iterable
from uuid import UUID

from inspection.kernel.errors import DomainError, Invalid, NotFound
from inspection.publicity.narrow import Picture
from inspection.visits.reading import fold_visit, known_visit
from media.blobs import claimed_digests
from media.public_copy import find_public_copy
from mobile_contract.problems import ProblemCode


async def chosen_pictures(visit_id: UUID, wanted: Iterable[tuple[str, str]]) -> list[Picture]:
    """Of (original, copy) by digest, the copies with their pixels.

    Raises:
        NotFound: `media.unknown`: the record of the visit does not name the original, or it is not here.
        Invalid: `publicity.picture_original`: what should go out is no public copy of its own of it.
    """
    visit = await known_visit(visit_id)
    named = {one.digest for one in (await fold_visit(visit)).record.media}
    own = await claimed_digests(visit.authority, named)
    pictures = []
    for original, copy in wanted:
        if original not in own:
            raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=original)
        try:
            found = await find_public_copy(visit.authority, original, copy)
        except DomainError as error:
            raise Invalid(ProblemCode.INVALID, "publicity.picture_original", digest=copy) from error
        pictures.append(Picture(original, found.digest, found.width, found.height))
    return pictures
