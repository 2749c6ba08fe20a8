"""Refused lines of tablets: what they are, read again, set aside."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.office.letters import Letter, Settlement, letter_view
from api.permits import Action
from api.process import process_of
from inspection.authority import store as authorities
from inspection.kernel.catalogue import text
from sync.office.letters import list_letters, reread_letters, set_aside

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A refused line with its reason in words; `by`: the name of who settled it, '' for the house itself."""

    letter: Letter
    why: str
    by: str


@get("/desk/letters", opt={"action": Action.LETTER_READ})
async def read_letters(
    request: AnyRequest, show: FromQuery[str] = "open", after: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """Lines that were refused, the oldest first: those that nothing became of, or all."""
    return await letters_page(request, show, after)


@post("/desk/letters/rereading", opt={"action": Action.LETTER_SETTLE})
async def reread(request: AnyRequest) -> Response[bytes]:
    """Read all open ones again."""

    async def do(_: Form) -> str:
        keys = process_of(request).keys
        done = await reread_letters(command(request), authority_id=authority_of(request), keys=keys)
        counts = {"admitted": str(done.admitted), "refused": str(done.refused), "cut": str(done.cut)}
        return see("/desk/letters", "desk_devices.done_reread", **counts)

    return await acted(request, do, lambda: letters_page(request))


@post("/desk/letters/{letter_id:uuid}/settlement", opt={"action": Action.LETTER_SETTLE})
async def settle(request: AnyRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """Set one aside with a note."""

    async def do(form: Form) -> str:
        note, authority = filled(form, Settlement).note, authority_of(request)
        await set_aside(command(request), letter_id=letter_id, authority_id=authority, note=note)
        return see("/desk/letters", "desk_devices.done_set_aside")

    return await acted(request, do, lambda: letters_page(request))


async def letters_page(request: AnyRequest, show: str = "open", after: UUID | None = None) -> Response[bytes]:
    """A page of the letters."""
    authority = authority_of(request)
    found = await list_letters(authority, after=after, limit=PAGE + 1, still_open=show != "all")
    names = {str(one.id): one.name for one in await authorities.accounts(authority)}
    letters = [_shown(letter_view(one), names, lang_of(request)) for one in found[:PAGE]]
    more = str(letters[-1].letter.id) if len(found) > PAGE else None
    counts = {name: request.query_params.get(name, "") for name in ("admitted", "refused", "cut")}
    return desk_page(
        request,
        "desk_devices/letters.html",
        letters=letters,
        show="all" if show == "all" else "open",
        after=more,
        first=after is None,
        counts=counts if all(one.isdecimal() for one in counts.values()) else None,
    )


def _shown(letter: Letter, names: dict[str, str], lang: str) -> LetterShown:
    by = names.get(letter.outcome.by, "") if letter.outcome else ""
    return LetterShown(letter, text(f"visits.reason.{letter.reason}", lang), by)


HANDLERS: Final = (read_letters, reread, settle)
