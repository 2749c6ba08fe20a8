"""What of a draw is printed or taken along: the ceremony sheet and the public bundle."""

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import lang_of
from api.desk.draw.supervisor import unkept
from api.office.draw_sheet import frozen_view
from api.office.draws import my_draw
from api.permits import Action
from api.public.sheet_paper import sheet_pdf
from api.zipped import ZIP, zipped
from inspection.draw.told.disclose import bundle


@get("/desk/draws/{draw_id:uuid}/sheet.pdf", opt={"action": Action.DRAW_READ, "uncompressed": True})
async def print_sheet(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """摇号见证单: the sheet that lies on the table while the dice are thrown."""
    return await sheet_pdf(request, await frozen_view(request, draw_id), lang_of(request))


@get("/desk/draws/{draw_id:uuid}/bundle.zip", opt={"action": Action.DRAW_READ, "uncompressed": True}, media_type=ZIP)
async def read_bundle(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """What a stranger needs to run the draw again."""
    await my_draw(request, draw_id)
    return unkept(await zipped(await bundle(command(request), draw_id=draw_id), f"draw-{draw_id}.zip"))


HANDLERS = (print_sheet, read_bundle)
