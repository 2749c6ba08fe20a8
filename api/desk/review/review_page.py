"""One record beside its evidence, as the person reads it who decides on it."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.desk.answers import desk_page, lang_of
from api.desk.review.evidence import files_beside
from api.desk.review.heads import VisitHead, named_head
from api.office.reviews import WAYS, ground_words
from api.permits import Action
from api.process import process_of
from inspection.kernel.catalogue import DEFAULT_LANGUAGE, catalogue
from inspection.oversight.review_sheet import review_sheet
from inspection.visits.entries.late import late_entries
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.places import spots
from inspection.visits.reading import fold_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.states import REVIEWABLE
from media.blobs import claimed_digests
from sync.log.visit_times import visit_times

_REASON: Final = "visits.reason."


async def review_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """The sheet of a record with everything beside it."""
    head = await named_head(request, visit_id)
    facts = await _beside(request, head)
    choices: dict[str, Any] = {"codes": tuple(OutcomeCode), "measures": tuple(FollowUp), "ways": WAYS}
    return desk_page(request, "desk_review/review.html", head=head, **facts, **choices)


async def _beside(request: AnyRequest, head: VisitHead) -> dict[str, Any]:
    folded = await fold_visit(head.visit)
    times = await visit_times(process_of(request).keys, head.id)
    timing = {one.hash: one.timing for one in times.entries}
    here = await claimed_digests(head.visit.authority, folded.record.missing_media)
    sheet, placed = await review_sheet(folded, here, timing), spots(folded.entries)
    record = folded.with_media(here).record
    return {
        "sheet": sheet,
        "record": record,
        "names": sheet.people,
        "conflicts": {one.topic: one for one in sheet.conflicts},
        "files": await files_beside(head.visit.authority, record, timing, placed),
        "spots": placed,
        "timing": timing,
        "together": times.together,
        "late": [one for one in await late_entries(folded) if one.hash in sheet.doubtful],
        "conclusions": (await follow_up_of(head.id)).conclusions,
        "reason_words": _reason_words(),
        "words": ground_words(sheet, lang_of(request)),
        "reviewable": head.visit.state in REVIEWABLE,
    }


def _reason_words() -> frozenset[str]:
    """The words for which the catalogue has a sentence: an older record may hold others."""
    known = catalogue("visits", DEFAULT_LANGUAGE)
    return frozenset(key.removeprefix(_REASON) for key in known if key.startswith(_REASON))


@get("/desk/reviews/{visit_id:uuid}", opt={"action": Action.VISIT_READ})
async def read_review(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The record of a visit beside its evidence."""
    return await review_page(request, visit_id)


HANDLERS: Final = (read_review,)
