"""A copy of a picture for the public: what to paint black, in pixels of the upright original, and what came of it."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import Trouble, desk_page, see
from api.desk.forms import Form, acted, filled, nested
from api.desk.review.heads import named_head
from api.office.pictures import MakePublicCopy
from api.office.referred import Digest, recorded
from api.permits import Action
from media.blobs import find_blob
from media.boxes import MAX_BOXES
from media.public_copy import make_public_copy, public_copies

ROWS: Final = 6
"""Boxes that the form has without scripts; with them (`desk-masking.js`), as many as are drawn."""
_SIDES: Final = ("x", "y", "width", "height")


async def masking_page(request: AnyRequest, visit_id: UUID, digest: str) -> Response[bytes]:
    """The picture, the boxes, and the copies that were made of it."""
    head = await named_head(request, visit_id)
    await recorded(request, visit_id, digest)
    probe: dict[str, Any] = (await find_blob(digest)).probe or {}
    turned = int(probe.get("orientation", 1)) > 4  # noqa: PLR2004  EXIF: lies on its side
    size = probe.get("width", 0), probe.get("height", 0)
    facts: dict[str, Any] = {
        "copies": await public_copies(authority_of(request), digest),
        "size": size[::-1] if turned else size,
        "rows": range(max(ROWS, _typed(request))),
        "most": MAX_BOXES,
    }
    return desk_page(request, "desk_review/masking.html", head=head, digest=digest, sides=_SIDES, **facts)


def _typed(request: AnyRequest) -> int:
    """How many rows were sent, where a form is shown again."""
    trouble: Trouble | None = request.scope.get("state", {}).get("trouble")
    places = [name.split(".")[1] for name in (trouble.typed if trouble else ()) if name.startswith("boxes.")]
    return max((int(one) + 1 for one in places if one.isascii() and one.isdigit() and int(one) < MAX_BOXES), default=0)


@get("/desk/visits/{visit_id:uuid}/masking/{digest:str}", opt={"action": Action.MEDIA_REDACT})
async def read_masking(request: AnyRequest, visit_id: FromPath[UUID], digest: Digest) -> Response[bytes]:
    """What the public would see of a picture."""
    return await masking_page(request, visit_id, digest)


@post("/desk/visits/{visit_id:uuid}/masking/{digest:str}", opt={"action": Action.MEDIA_REDACT})
async def mask(request: AnyRequest, visit_id: FromPath[UUID], digest: FromPath[str]) -> Response[bytes]:
    """Paint over what the public must not see, and keep what comes out as a file of its own."""

    async def do(form: Form) -> str:
        await recorded(request, visit_id, digest)
        rows = nested(form).get("boxes", ())
        boxes = [[row.get(side) for side in _SIDES] for row in rows if row]
        told = filled(Form({"ground": form.all("ground")}), MakePublicCopy, boxes=boxes)
        await make_public_copy(command(request), digest=digest, boxes=told.boxes, ground=told.ground)
        return see(f"/desk/visits/{visit_id}/masking/{digest}", "desk_review.done_masked")

    return await acted(request, do, lambda: masking_page(request, visit_id, digest))


HANDLERS: Final = (read_masking, mask)
