"""What waits after the last signature, the record side by side, the legal office's word, and who answers for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import Language, preferred
from api.office.etags import etag, named_state
from api.office.visits import ChoiceMade, choice_of, my_visit
from api.permits import Action
from api.process import process_of
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.oversight.responsibility import Acted, responsibility
from inspection.oversight.review_queue import Asked, QueuePage, cursor_from, review_queue
from inspection.oversight.review_sheet import ReviewSheet, review_sheet
from inspection.publicity.correct_outcome import OutcomeCorrected, correct_outcome
from inspection.visits.entries.late import LateEntry, late_entries
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.follow_up.rows import ConclusionRow
from inspection.visits.reading import fold_visit
from inspection.visits.review.legal import review_legally
from inspection.visits.review.steps import Step
from inspection.visits.review.store_legal import LegalReviewRow
from media.blobs import claimed_digests
from mobile_contract.base import Wire
from sync.log.visit_times import VisitTimes, visit_times

OK: Final = 200
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
Lines = Annotated[int, QueryParameter(ge=1, le=100, description="look at so many visits at most")]
After = Annotated[str | None, QueryParameter(max_length=100, description="`next` of the page before")]
Mine = Annotated[bool, QueryParameter(description="only what it is the caller's turn to do")]


class LegalOpinion(Wire):
    """Whether the legal office agrees to a result, and why, or what is to be corrected."""

    agreed: bool
    reasons: Annotated[str, Field(min_length=1, max_length=4000)]


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """The sheet of a record with everything beside it. `words`: for each ground and each step a sentence.

    `flagged`: entries that came late or under doubt, and whether they count; `ways`: what can be done about one that
    does not. `times`: when entries were made, and who was there with whom. `conclusions`: what third parties say.
    """

    sheet: ReviewSheet
    flagged: Sequence[LateEntry]
    ways: Sequence[str]
    times: VisitTimes
    conclusions: Sequence[ConclusionRow]
    words: dict[str, str]


@get("/reviews", opt={"action": Action.REVIEW_READ})
async def read_reviews(
    request: AnyRequest, step: FromQuery[Step | None] = None, mine: Mine = False, after: After = None, limit: Lines = 25
) -> QueuePage:
    """What waits for a person, one next step each, the longest waiting first."""
    cmd = command(request)
    behind = cursor_from(after) if after is not None else None
    asked = Asked(step, cmd.actor if mine else None, behind, limit)
    authority = authority_of(request)
    return await review_queue(authority, asked, partial(claimed_digests, authority), local_day(cmd.now))


@get("/visits/{visit_id:uuid}/review", opt={"action": Action.VISIT_READ})
async def read_review(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[ReviewShown]:
    """The record with evidence, corroboration and conflicts side by side; its tag is what a decision names."""
    folded = await fold_visit(await my_visit(request, visit_id))
    times = await visit_times(process_of(request).keys, visit_id)
    here = await claimed_digests(folded.setting.visit.authority, folded.record.missing_media)
    sheet = await review_sheet(folded, here, {one.hash: one.timing for one in times.entries})
    words = ground_words(sheet, preferred(request.headers.get("accept-language")))
    conclusions = (await follow_up_of(visit_id)).conclusions
    shown = ReviewShown(sheet, await late_entries(folded), WAYS, times, conclusions, words)
    return Response(shown, headers={"ETag": etag(folded.digest)})


@get("/visits/{visit_id:uuid}/responsibility", opt={"action": Action.VISIT_READ})
async def read_responsibility(request: AnyRequest, visit_id: FromPath[UUID]) -> Sequence[Acted]:
    """Who prepared, drafted, reviewed, approved and published what became of a visit, and when."""
    return await responsibility((await my_visit(request, visit_id)).id)


@post("/outcomes/{outcome_id:uuid}/legal-review", opt={"action": Action.VISIT_REVIEW_LEGALLY}, status_code=OK)
async def give_opinion(
    request: AnyRequest, outcome_id: FromPath[UUID], data: JSONBody[LegalOpinion], if_match: IfMatch = None
) -> LegalReviewRow:
    """The legal office agrees to a result as it was on the screen, or says what to correct."""
    cmd, seen = command(request), named_state(if_match)
    return await review_legally(cmd, outcome_id=outcome_id, seen=seen, agreed=data.agreed, reasons=data.reasons)


@post("/outcomes/{outcome_id:uuid}/correction", opt={"action": Action.VISIT_REVIEW}, status_code=OK)
async def correct(
    request: AnyRequest, outcome_id: FromPath[UUID], data: JSONBody[ChoiceMade], if_match: IfMatch = None
) -> OutcomeCorrected:
    """Correct a result to which the legal office objected and that is not public; the office reviews it anew."""
    cmd, seen = command(request), named_state(if_match)
    return await correct_outcome(cmd, outcome_id=outcome_id, seen=seen, choice=choice_of(data))


WAYS: Final = ("admit", "exclude")
"""The decisions (`POST …/decisions`) by which an entry under doubt comes to count, or for good does not."""


def ground_words(sheet: ReviewSheet, language: Language) -> dict[str, str]:
    """For each ground by which a check point of the sheet has its class, a sentence."""
    found = {ground.word.value for point in sheet.points for ground in point.because}
    return {word: text(f"visits.ground.{word}", language) for word in sorted(found)}


router = Router(
    "/office",
    route_handlers=[read_reviews, read_review, read_responsibility, give_opinion, correct],
    tags=["office: reviews"],
)
