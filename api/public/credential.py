"""Who is at my door? The page that checks an inspector's credential on the visitor's own phone, and what it goes by.

The credential stands behind `#` and is sent to nobody, unless the notice's code is typed beside a good one. Once
opened, the page works without a network: a worker of ours keeps it with the keys and the list. Without scripts a pasted
credential is checked by the server.
"""

from typing import Annotated, Final

from litestar import Response, Router, get, post
from litestar.params import URLEncodedBody
from pydantic import Field

from api.commands import AnyRequest
from api.pages.problems import page_problems
from api.pages.render import JSON, answer, asset, page
from api.permits import Action
from api.process import process_of
from api.public.credential_door import Beside, beside
from api.public.pages import view_of
from api.throttle import RateClass
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.credential_keys import credential_keys
from inspection.visits.credentials.check import Checked, Standing, check_credential, statuses
from inspection.visits.credentials.status import signed_list
from mobile_contract.base import Wire

MINUTE: Final = 60
OPT: Final = {"action": Action.PUBLIC_READ}
WORKER: Final = {
    "Service-Worker-Allowed": "/v",
    # What a worker may fetch is told by its own answer, not by the page's.
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
}


class Pasted(Wire):
    """A credential as somebody pasted it, or the whole address; and the code on the notice."""

    credential: Annotated[str, Field(max_length=8_000)] = ""
    code: Annotated[str, Field(max_length=20)] = ""

    @property
    def text(self) -> str:
        return self.credential.strip().rpartition("#")[2]


@get("/v", opt=OPT, include_in_schema=False)
async def read_page(request: AnyRequest) -> Response[bytes]:
    """The page; its script reads what stands behind `#`."""
    return _page(request, None)


@post("/v", opt={**OPT, "rate": RateClass.DOOR}, status_code=200, include_in_schema=False)
async def check_pasted(request: AnyRequest, data: URLEncodedBody[Pasted]) -> Response[bytes]:
    """The word on a pasted credential, for browsers without scripts."""
    checked = await _checked(request, data)
    found = await beside(request, checked, data.code)
    made = _page(request, checked, found)
    made.headers["Cache-Control"] = "no-store"
    if found is not None:
        made.set_cookie(found.cookie)
    return made


@post("/v/door", opt={**OPT, "rate": RateClass.DOOR}, status_code=200, include_in_schema=False)
async def open_beside(request: AnyRequest, data: URLEncodedBody[Pasted]) -> Response[bytes]:
    """For the page's script: the way to the door beside a good credential, if the code opens it; else nothing."""
    found = await beside(request, await _checked(request, data), data.code)
    door, photo = (view_of(request).link(found.door), found.photo) if found is not None else (None, None)
    body = canonical_json({"door": door, "photo": photo})
    made = Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})
    if found is not None:
        made.set_cookie(found.cookie)
    return made


@get("/v/keys", opt=OPT, include_in_schema=False)
async def read_keys(request: AnyRequest) -> Response[bytes]:
    """The public keys of credentials and of their status list (JWK Set, RFC 7517)."""
    process = process_of(request)
    known = credential_keys(process.keys, process.clock.now()).known
    body = canonical_json({"keys": [dict(jwk) for jwk in known.values()]})
    return answer(request, body, "application/jwk-set+json", max_age=MINUTE)


@get("/v/status", opt=OPT, include_in_schema=False)
async def read_status(request: AnyRequest) -> Response[bytes]:
    """What became of the credentials that may still be good, as a signed list."""
    process = process_of(request)
    now = process.clock.now()
    listed = await statuses(local_day(now))
    address = f"{process.settings.address}/v/status"
    made = signed_list(listed, address, credential_keys(process.keys, now), now)
    return answer(request, made.encode(), "application/statuslist+jwt", max_age=MINUTE)


@get("/v/worker.js", opt=OPT, include_in_schema=False)
async def read_worker(request: AnyRequest) -> Response[bytes]:
    """What keeps the page for a door without a network."""
    return answer(request, asset("credential-worker.js")[0], "text/javascript", max_age=0, headers=WORKER)


async def _checked(request: AnyRequest, data: Pasted) -> Checked:
    process = process_of(request)
    return await check_credential(data.text, keys=process.keys, now=process.clock.now(), code=data.code)


def _page(request: AnyRequest, checked: Checked | None, found: Beside | None = None) -> Response[bytes]:
    return page(
        request,
        view_of(request),
        "public/credential.html",
        scripted=True,
        checked=checked,
        beside=found,
        standings=[standing.value for standing in Standing],
    )


credential_router = Router(
    "/",
    route_handlers=[read_page, check_pasted, open_beside, read_keys, read_status, read_worker],
    exception_handlers=page_problems(view_of),
)
