"""The ceremony sheet as an answer, for the office from the freeze on and for everybody once the draw is sealed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response

from api.commands import AnyRequest
from api.language import Language
from api.pages.qr import qr
from api.pages.render import View, page
from api.public.sheet_paper import CODED
from api.public.shown_draw import ShownDraw
from api.public.shown_sheet import shown_sheet
from inspection.draw.supervision.witnessed import witnessed
from inspection.kernel.catalogue import text


async def sheet_page(request: AnyRequest, view: View, told: Mapping[str, Any]) -> Response[bytes]:
    """The sheet of a frozen draw, `told` being its public view."""
    sheet = shown_sheet(told, await witnessed(UUID(told["draw"])), view.lang)
    return page(request, view, "public/sheet.html", sheet=sheet, qr=fingerprint_code(sheet.draw, view.lang))


def fingerprint_code(draw: ShownDraw, lang: Language) -> str:
    """The fingerprint as a QR code; nothing before the freeze."""
    if draw.fingerprint is None:
        return ""
    return qr(CODED.format(fingerprint=draw.fingerprint), text("pages.draw_qr", lang))
