"""The party's own papers, as PDF: notice, record and result.

They are what the party is handed anyway, with one thing less: signatures are named and not drawn. Whoever gets hold of
a link that was passed on reads what was found, and has no handwriting to copy; the drawn ones stay at the office.
"""

from enum import StrEnum
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest
from api.entity.answers import HEADERS, lang_of
from api.entity.doorway import OPT
from api.entity.printed import printed_link
from api.entity.session import DoorVisit, party_command, visit_at_the_door
from api.entity.shown import door_facts, formed
from api.language import Language
from api.printing import not_drawn, times_of, undrawn
from api.process import process_of
from inspection.documents.known_record import known_record
from inspection.documents.of_record import record_of
from inspection.documents.of_result import result_of
from inspection.documents.of_visit import notice_view
from inspection.documents.papers import make_paper
from inspection.documents.press import set_pdf
from inspection.documents.views import PaperKind, RecordView, ResultView
from inspection.visits.notices.numbers import notice_number
from media.serving import GUARDS

PDF: Final = "application/pdf"


class PartyPaper(StrEnum):
    """The papers that a party gets at its door, as their files are called."""

    NOTICE = "notice.pdf"
    RECORD = "record.pdf"
    RESULT = "result.pdf"

    @property
    def kind(self) -> PaperKind:
        return PaperKind(self.value.removesuffix(".pdf"))


@get("/papers/{name:str}", opt={**OPT, "uncompressed": True}, include_in_schema=False)
async def read_party_paper(request: AnyRequest, name: FromPath[PartyPaper]) -> Response[bytes]:
    """A paper to keep or to print. Record and result once they are formed."""
    door, lang = await visit_at_the_door(request), lang_of(request)
    made = await set_pdf(make_paper(name.kind, await _view(request, door, name, lang), lang))
    told = {"Content-Disposition": f'inline; filename="{name.value}"', "Accept-Ranges": "none"}
    return Response(made, media_type=PDF, headers={**GUARDS, **HEADERS, **SANDBOXED, **told})


SANDBOXED: Final = {"Content-Security-Policy": GUARDS["Content-Security-Policy"]}


async def _view(request: AnyRequest, door: DoorVisit, name: PartyPaper, lang: Language) -> Any:
    match name:
        case PartyPaper.NOTICE:
            await notice_number(party_command(request, door), door.visit)
            return await notice_view(door.visit, lang=lang, link=await printed_link(request, door.visit))
        case PartyPaper.RECORD:
            return (await formed_at_the_door(request, door, lang))[0]
        case PartyPaper.RESULT:
            return (await formed_at_the_door(request, door, lang))[1]


async def formed_at_the_door(request: AnyRequest, door: DoorVisit, lang: Language) -> tuple[RecordView, ResultView]:
    """Record and result as the party may see them, from one reading of the record.

    Raises:
        NotFound: it is not approved yet; nothing tells whether there is one.
    """
    formed(door)
    times = await times_of(process_of(request).keys, door.visit)
    told = await known_record(door.visit, not_drawn, times, (await door_facts(request, door)).notice.visit)
    view, link = await record_of(told, lang), await printed_link(request, door.visit)
    return undrawn(view), await result_of(told, lang, link)
