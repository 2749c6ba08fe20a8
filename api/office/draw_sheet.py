"""摇号见证单: the sheet that lies on the table while the dice are thrown, for those who may read the draw."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.commands import AnyRequest, authority_of
from api.pages.render import HTML, View, language
from api.permits import Action
from api.public.sheet import sheet_page
from api.public.sheet_paper import sheet_pdf
from inspection.draw.store import draw_row
from inspection.draw.told.disclose import public_view
from inspection.kernel.errors import Conflict, NotFound
from mobile_contract.problems import ProblemCode

Lang = Annotated[str | None, QueryParameter(max_length=10, description="`en` for English; Chinese otherwise")]
NO_STORE: Final = "no-store"


@get("/draws/{draw_id:uuid}/sheet", opt={"action": Action.DRAW_READ}, media_type=HTML)
async def read_sheet(request: AnyRequest, draw_id: FromPath[UUID], lang: FromQuery[Lang] = None) -> Response[bytes]:
    """One page of A4 to print and sign: fingerprint, cells with their chances, boxes for the dice, places to sign;
    after the draw also seed, quotas and roots. There is none before the freeze.
    """
    view = View(language(lang), request.url.path, request.url.query, ())
    answer = await sheet_page(request, view, await frozen_view(request, draw_id))
    # The public may not see it yet: no cache between us and the office keeps it.
    answer.headers["Cache-Control"] = NO_STORE
    return answer


@get(
    "/draws/{draw_id:uuid}/sheet.pdf",
    opt={"action": Action.DRAW_READ, "uncompressed": True, "answers": ("application/pdf",)},
)
async def print_sheet(request: AnyRequest, draw_id: FromPath[UUID], lang: FromQuery[Lang] = None) -> Response[bytes]:
    """The same as a PDF, set as all papers are."""
    return await sheet_pdf(request, await frozen_view(request, draw_id), language(lang))


async def frozen_view(request: AnyRequest, draw_id: UUID) -> Mapping[str, Any]:
    """The public view of a draw of this authority that is frozen."""
    row = await draw_row(draw_id)
    if row.authority != authority_of(request):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw_id))
    if row.fingerprint is None:
        raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.wrong_step", draw=str(row.id), state=row.state.value)
    return await public_view(draw_id)


router = Router("/office", route_handlers=[read_sheet, print_sheet], tags=["office: draws"])
