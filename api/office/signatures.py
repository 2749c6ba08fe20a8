"""Drawn signatures as pictures, for those who review a record. The strokes themselves never leave the store."""

import asyncio
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, PathParameter

from api.commands import AnyRequest
from api.office.visits import my_visit
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.visits.signing import signature_of
from media.serving import GUARDS
from media.signature import render_png, render_svg
from mobile_contract.problems import ProblemCode

Hash = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{43}$", description="hash of the signature's entry")]


class Form(StrEnum):
    """As which kind of picture."""

    SVG = "svg"
    PNG = "png"


_PICTURE: Final = {Form.SVG: (render_svg, "image/svg+xml"), Form.PNG: (render_png, "image/png")}


@get(
    "/visits/{visit_id:uuid}/signatures/{entry:str}",
    opt={"action": Action.SIGNATURE_READ, "uncompressed": True, "answers": ("image/svg+xml", "image/png")},
)
async def read_signature(
    request: AnyRequest, visit_id: FromPath[UUID], entry: Hash, form: FromQuery[Form] = Form.SVG
) -> Response[bytes]:
    """The strokes of a signature drawn by this server; one signed on paper is an image among the visit's media."""
    signed = await signature_of(await my_visit(request, visit_id), entry)
    if signed.ink is None:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "visits.signed_on_paper", digest=signed.image or "")
    render, kind = _PICTURE[form]
    picture = await asyncio.to_thread(render, signed.ink)
    return Response(picture, media_type=kind, headers=dict(GUARDS) | {"Accept-Ranges": "none"})


router = Router("/office", route_handlers=[read_signature], tags=["office: media"])
