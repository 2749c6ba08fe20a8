"""One click: the stand-alone verifier over the public bundle, here on the server. It shares no code with the draw."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import desk_page
from api.desk.draw.shown import tasks_of
from api.office.draws import my_draw
from api.permits import Action
from inspection.draw.told.disclose import bundle
from inspection.draw.verify import VERSION, verify_public


@get("/desk/draws/{draw_id:uuid}/verification", opt={"action": Action.DRAW_READ})
async def verify(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Every check of what is public of a sealed draw, with what each of them says."""
    row = await my_draw(request, draw_id)
    files = await bundle(command(request), draw_id=draw_id)
    checks = await asyncio.to_thread(verify_public, files)
    bad = [one for one in checks if not one.ok]
    facts: dict[str, Any] = {
        "row": row,
        "tasks": await tasks_of(row.tasks),
        "checks": checks,
        "bad": bad,
        "version": VERSION,
    }
    return desk_page(request, "desk_draw/verification.html", **facts)


HANDLERS = (verify,)
