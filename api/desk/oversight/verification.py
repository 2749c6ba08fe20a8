"""校验: one stream at once, everything in the background; the result says what was checked and up to where."""

from typing import Annotated, Final

from litestar import Response, get, post
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.office.journal import check_mine
from api.permits import Action
from api.process import process_of
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import ChainReport, verify
from inspection.kernel.journal.store import head
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode
from sync.office.verification import ask_verification, runs

PLACE: Final = "/desk/journal/verification"
READ: Final = {"action": Action.JOURNAL_READ}
MOST_LINES: Final = 20_000
"""Of one stream that is checked while somebody waits; a longer one is checked with everything else."""


class Stream(Wire):
    """Whose chain."""

    stream: Annotated[str, Field(min_length=1, max_length=120)]


@get(PLACE, opt=READ)
async def read_verifications(request: AnyRequest) -> Response[bytes]:
    """What was checked and found, the newest first."""
    return await verification_page(request)


@post(PLACE, opt=READ)
async def verify_everything(request: AnyRequest) -> Response[bytes]:
    """Have every chain and the whole transparency log checked, in the background."""

    async def do(_: Form) -> str:
        keys = process_of(request).keys.known
        await ask_verification(command(request), authority_id=authority_of(request), keys=keys)
        return see(PLACE, "desk_oversight.done_verification")

    return await acted(request, do, lambda: verification_page(request))


@post("/desk/journal/verification/stream", opt=READ)
async def verify_stream(request: AnyRequest) -> Response[bytes]:
    """Re-hash one stream from its first line to its head, and say so."""

    async def do(form: Form) -> Response[bytes]:
        stream = filled(form, Stream).stream
        await check_mine(authority_of(request), stream)
        if (await head(stream))[0] > MOST_LINES:
            raise Conflict(ProblemCode.CONFLICT, "desk_oversight.stream_long", most=MOST_LINES)
        return await verification_page(request, await verify(stream))

    return await acted(request, do, lambda: verification_page(request))


async def verification_page(request: AnyRequest, checked: ChainReport | None = None) -> Response[bytes]:
    """The runs, and what has just been checked."""
    now = command(request).now
    found = await runs(authority_of(request), now)
    waits = any(one.done is None and not one.late for one in found)
    return desk_page(
        request, "desk_oversight/verification.html", runs=found, waits=waits, most=MOST_LINES, checked=checked, now=now
    )


HANDLERS: Final = (read_verifications, verify_everything, verify_stream)
