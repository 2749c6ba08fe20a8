"""One firm's own ticket in a closed draw, drawn or not, for whoever holds the code that the office printed for it."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.commands import AnyRequest
from api.pages.render import JSON
from api.permits import Action
from api.throttle import RateClass
from inspection.draw.told.disclosure import opened
from inspection.draw.told.prove_object import object_proofs
from inspection.kernel.canonical import canonical_json

Code = Annotated[str, QueryParameter(max_length=40, description="as printed; hyphens and blanks do not matter")]
NO_STORE: Final = {"Cache-Control": "no-store"}


@get(
    "/draws/{draw_id:uuid}/objects/{oid:str}/proof",
    opt={"action": Action.PUBLIC_READ, "uncompressed": True, "rate": RateClass.BULK},
    media_type=JSON,
)
async def proof(
    request: AnyRequest,  # noqa: ARG001  every public route takes it
    draw_id: FromPath[UUID],
    oid: FromPath[str],
    code: FromQuery[Code] = "",
) -> Response[bytes]:
    """The openings of one object, one for each task of the draw; the stand-alone verifier reads each.

    Until the draw is closed, and for a wrong code or an unknown object, there is one and the same answer.
    """
    told = {"openings": [opened(one) for one in await object_proofs(draw_id, oid=oid, code=code)]}
    return Response(canonical_json(told), media_type=JSON, headers=NO_STORE)


proof_router = Router("/public", route_handlers=[proof])
