"""What the party reads behind its door. Nothing here needs a script."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field, field_validator

from api.commands import AnyRequest
from api.entity.answers import HEADERS, door_page, lang_of, redirected, sent_from_here
from api.entity.doorway import OPT
from api.entity.papers import record_at_the_door, result_at_the_door
from api.entity.session import CodeNeededError, DoorVisit, party_command, visit_at_the_door
from api.entity.shown import is_formed, photo_of, shown_home, shown_notice
from api.photos import photo_answer
from api.process import process_of
from api.throttle import RateClass
from inspection.documents.of_visit import notice_view
from inspection.documents.words import Words
from inspection.door.put_right import put_right
from inspection.publicity.objections.read import objections_of
from inspection.publicity.objections.rows import Told
from inspection.publicity.objections.tell import told_objection
from inspection.visits.notices.steps import note_acknowledged, note_opened
from mobile_contract.base import Wire

T = TypeVar("T")
LONGEST_NAME: Final = 120


class Acknowledged(Wire):
    """Who says that the notice was received."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)

    @field_validator("name")
    @classmethod
    def _stripped(cls, told: str) -> str:
        if not (name := told.strip()) or "\0" in name:
            raise ValueError("no name")
        return name


@get("/", opt=OPT, include_in_schema=False)
async def read_home(request: AnyRequest) -> Response[bytes]:
    """Who is at the door, and what there is to read and to do."""
    door = await visit_at_the_door(request)
    home = await _kept(request, door, "home", lambda: shown_home(door))
    return door_page(request, door, "entity/home.html", home=home)


@get("/check", opt=OPT, include_in_schema=False)
async def read_check(request: AnyRequest) -> Response[bytes]:
    """What they may check, how often, and how they have to behave."""
    door = await visit_at_the_door(request)
    view = await _kept(request, door, "notice", lambda: notice_view(door.visit, lang=lang_of(request)))
    return door_page(request, door, "entity/check.html", here="check", paper=view)


@get("/notice", opt=OPT, include_in_schema=False)
async def read_notice(request: AnyRequest) -> Response[bytes]:
    """The notice. Reading it is a step of its serving, once a day."""
    door = await visit_at_the_door(request)
    await note_opened(party_command(request, door), door.visit)
    view = await _kept(request, door, "notice", lambda: notice_view(door.visit, lang=lang_of(request)))
    known = await shown_notice(door.visit)
    return door_page(request, door, "entity/notice.html", here="notice", paper=view, known=known)


@post("/notice", opt={**OPT, "rate": RateClass.DOOR}, status_code=200, include_in_schema=False)
async def acknowledge(request: AnyRequest, data: URLEncodedBody[Acknowledged]) -> Response[bytes]:
    """That the notice was received; the first one counts."""
    door = await visit_at_the_door(request)
    if not sent_from_here(request):
        raise CodeNeededError
    await note_acknowledged(party_command(request, door), door.visit, data.name)
    return redirected(request, f"{door.path}/notice")


@get("/result", opt=OPT, include_in_schema=False)
async def read_result(request: AnyRequest) -> Response[bytes]:
    """Record and result, and what is to be put right by when; before they are formed, that they are not."""
    door = await visit_at_the_door(request)
    facts = await _kept(request, door, "result", lambda: _result_facts(request, door))
    return door_page(request, door, "entity/result.html", here="result", **facts)


@get("/objections", opt=OPT, include_in_schema=False)
async def read_objections(request: AnyRequest) -> Response[bytes]:
    """Its objections and what was decided; who reads a decision here has been told of it."""
    door = await visit_at_the_door(request)
    known = await objections_of(door.visit)
    for one in known:
        if one.untold:
            await told_objection(party_command(request, door), objection_id=one.id, how=Told.DOOR)
    return door_page(request, door, "entity/objections.html", here="objections", objections=known)


@get("/photos/{slot:int}", opt={**OPT, "uncompressed": True}, include_in_schema=False, media_type=MediaType.TEXT)
async def read_photo(request: AnyRequest, slot: FromPath[int]) -> Response[Any]:
    """The photo of somebody of the team: the copy that the confined workers made."""
    door = await visit_at_the_door(request)
    made = await photo_answer(request, await photo_of(door.visit, slot))
    made.headers.update({name: HEADERS[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")})
    return made


async def _result_facts(request: AnyRequest, door: DoorVisit) -> dict[str, Any]:
    lang = lang_of(request)
    if not is_formed(door):
        return {"result": None}
    return {
        "record": await record_at_the_door(request, door, lang),
        "result": await result_at_the_door(request, door, lang),
        "put_right": await put_right(door.visit),
        "words": Words("documents.record.", lang),
    }


async def _kept(request: AnyRequest, door: DoorVisit, name: str, make: Callable[[], Awaitable[T]]) -> T:
    return await process_of(request).door_facts.of(door.now, door.facts(name, lang_of(request)), make)
