"""The papers that inspectors hand over at the door, as PDF while the server is in reach."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest
from api.device.credentials import acting_for
from api.entity.printed import printed_link
from api.office.papers import LANGUAGES, Form, Lang, printed
from api.permits import Action
from api.printing import not_drawn, times_of, undrawn
from api.process import process_of
from inspection.documents.of_record import record_view
from inspection.documents.of_visit import notice_view
from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind


class DevicePaper(StrEnum):
    """The papers that a tablet may fetch."""

    NOTICE = "notice"
    RECORD = "record"


@get(
    "/{visit_id:uuid}/papers/{kind:str}",
    opt={"action": Action.SYNC_PULL, "uncompressed": True, "answers": ("application/pdf",)},
)
async def read_paper(
    request: AnyRequest, visit_id: FromPath[UUID], kind: FromPath[DevicePaper], lang: FromQuery[Lang] = Lang.ZH
) -> Response[bytes]:
    """Notice or record form of a visit that is in the device's feed, as PDF, as the server knows it now.

    Reading gives a notice no number: it bears the one that the office or a tablet gave it, if the server knows of it.
    Who signed the record is named, signatures are not drawn.
    """
    await acting_for(request, visit_id)
    view = await _view(request, visit_id, kind, LANGUAGES[lang])
    paper = make_paper(PaperKind(kind.value), view, LANGUAGES[lang])
    return await printed(paper, f"{kind.value}-{visit_id}", Form.PDF, 1)


async def _view(request: AnyRequest, visit: UUID, kind: DevicePaper, lang: str) -> Any:
    if kind is DevicePaper.NOTICE:
        return await notice_view(visit, lang=lang, link=await printed_link(request, visit))
    times = await times_of(process_of(request).keys, visit)
    return undrawn(await record_view(visit, lang=lang, draw=not_drawn, times=times))


router = Router("/v1/visits", route_handlers=[read_paper], tags=["device: sync"])
