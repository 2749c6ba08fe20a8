"""What the party reads behind its door. Nothing here needs a script."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field, field_validator

from api.commands import AnyRequest
from api.entity.answers import HEADERS, kept_page, lang_of, redirected
from api.entity.doorway import OPT
from api.entity.papers import formed_at_the_door
from api.entity.session import CodeNeededError, DoorVisit, party_command, visit_at_the_door
from api.entity.shown import door_facts, is_formed, shown_home, shown_notice
from api.pages.origin import sent_from_here
from api.photos import photo_answer
from api.throttle import RateClass
from inspection.documents.of_visit import notice_of
from inspection.documents.words import Words
from inspection.publicity.objections.rows import Told
from inspection.publicity.objections.tell import told_objection
from inspection.visits.notices.steps import note_acknowledged, note_opened
from mobile_contract.base import Wire

Facts: TypeAlias = Mapping[str, object]
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

    async def facts() -> Facts:
        return {"home": shown_home(door, await door_facts(request, door))}

    return await kept_page(request, door, "entity/home.html", facts, here="")


@get("/check", opt=OPT, include_in_schema=False)
async def read_check(request: AnyRequest) -> Response[bytes]:
    """What they may check, how often, and how they have to behave."""
    door = await visit_at_the_door(request)

    async def facts() -> Facts:
        return {"paper": notice_of((await door_facts(request, door)).notice, lang_of(request))}

    return await kept_page(request, door, "entity/check.html", facts, here="check")


@get("/notice", opt=OPT, include_in_schema=False)
async def read_notice(request: AnyRequest) -> Response[bytes]:
    """The notice. Reading it is a step of its serving, once a day."""
    door = await visit_at_the_door(request)
    if not (await door_facts(request, door)).opened(door.visit, door.today):
        await note_opened(party_command(request, door), door.visit)
        door = await visit_at_the_door(request)  # it stands otherwise now

    async def facts() -> Facts:
        told = await door_facts(request, door)
        return {"paper": notice_of(told.notice, lang_of(request)), "known": shown_notice(told)}

    return await kept_page(request, door, "entity/notice.html", facts, here="notice")


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
    return await kept_page(request, door, "entity/result.html", lambda: _result_facts(request, door), here="result")


@get("/objections", opt=OPT, include_in_schema=False)
async def read_objections(request: AnyRequest) -> Response[bytes]:
    """Its objections and what was decided; who reads a decision here has been told of it."""
    door = await visit_at_the_door(request)
    untold = [one.id for one in (await door_facts(request, door)).objections if one.untold]
    for one in untold:
        await told_objection(party_command(request, door), objection_id=one, how=Told.DOOR)
    if untold:
        door = await visit_at_the_door(request)

    async def facts() -> Facts:
        return {"objections": (await door_facts(request, door)).objections}

    return await kept_page(request, door, "entity/objections.html", facts, here="objections")


@get("/photos/{slot:int}", opt={**OPT, "uncompressed": True}, include_in_schema=False, media_type=MediaType.TEXT)
async def read_photo(request: AnyRequest, slot: FromPath[int]) -> Response[Any]:
    """The photo of somebody of the team: the copy that the confined workers made."""
    door = await visit_at_the_door(request)
    made = await photo_answer(request, (await door_facts(request, door)).photo(slot))
    made.headers.update({name: HEADERS[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")})
    return made


async def _result_facts(request: AnyRequest, door: DoorVisit) -> Facts:
    if not is_formed(door):
        return {"result": None}
    lang, left = lang_of(request), (await door_facts(request, door)).left
    record, result = await formed_at_the_door(request, door, lang)
    return {"record": record, "result": result, "put_right": left, "words": Words("documents.record.", lang)}
