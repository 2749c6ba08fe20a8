"""The queue: what waits after the last signature, the longest waiting first."""

from functools import partial
from typing import Final

from litestar import Response, get
from litestar.params import FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page
from api.desk.review.heads import chosen
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.review_queue import Asked, cursor_from, review_queue
from inspection.visits.review.steps import Step
from media.blobs import claimed_digests


@get("/desk/reviews", opt={"action": Action.REVIEW_READ})
async def read_reviews(
    request: AnyRequest, step: FromQuery[str] = "", mine: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[bytes]:
    """What waits for a person, one next step each."""
    cmd = command(request)
    asked = Asked(chosen(Step, step), cmd.actor if mine else None, cursor_from(after) if after else None)
    authority = authority_of(request)
    page = await review_queue(authority, asked, partial(claimed_digests, authority), local_day(cmd.now))
    query = {"step": step or None, "mine": mine or None}
    return desk_page(
        request, "desk_review/queue.html", page=page, asked=asked, steps=tuple(Step), query=query, after=after
    )


HANDLERS: Final = (read_reviews,)
