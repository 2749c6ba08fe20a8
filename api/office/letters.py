"""Refused lines of tablets, seen from the office: what they are, read them again, set one aside."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.process import process_of
from mobile_contract.base import EntryHash, Wire
from sync.office.letters import LetterView, list_letters, reread_letters, set_aside

After = Annotated[UUID | None, QueryParameter(description="the last id of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Open = Annotated[bool, QueryParameter(name="open", description="only those that nothing became of yet")]
SHOWN = 2_000


class LetterOutcome(Wire):
    """What became of it: the verdict on the entry that it turned out to be, or `set-aside`."""

    at: datetime
    by: str
    verdict: str
    entry: EntryHash | None
    note: str | None


class Letter(Wire):
    """A refused line. `beginning`: its first 2,000 bytes as text, unreadable ones as U+FFFD; it is never markup.

    `cut`: only the beginning was kept, so it cannot be read again.
    """

    id: UUID
    carrier: UUID
    received_at: datetime
    reason: str
    size: int
    cut: bool
    beginning: str
    outcome: LetterOutcome | None


class Settlement(Wire):
    """Why nothing more is to be done about it."""

    note: Annotated[str, Field(min_length=1, max_length=500)]


class Rereading(Wire):
    """How many letters are entries in custody now, are refused still, are cut off and cannot be read again."""

    admitted: int
    refused: int
    cut: int


@get("/letters", opt={"action": Action.LETTER_READ})
async def read_letters(
    request: AnyRequest, after: After = None, limit: Limit = 100, open_: Open = False
) -> tuple[Letter, ...]:
    """Lines that this authority's tablets brought and that were refused, oldest first, and what became of them."""
    found = await list_letters(authority_of(request), after=after, limit=limit, still_open=open_)
    return tuple(letter_view(one) for one in found)


@post("/letters/rereading", opt={"action": Action.LETTER_SETTLE}, status_code=200)
async def reread(request: AnyRequest) -> Rereading:
    """Read all that are open again, after a fix or with keys that became known since."""
    cmd, keys = command(request), process_of(request).keys
    done = await reread_letters(cmd, authority_id=authority_of(request), keys=keys)
    return Rereading(admitted=done.admitted, refused=done.refused, cut=done.cut)


@post("/letters/{letter_id:uuid}/settlement", opt={"action": Action.LETTER_SETTLE}, status_code=204)
async def settle(request: AnyRequest, letter_id: FromPath[UUID], data: JSONBody[Settlement]) -> None:
    """Set one aside with a note; its bytes stay."""
    await set_aside(command(request), letter_id=letter_id, authority_id=authority_of(request), note=data.note)


def letter_view(one: LetterView) -> Letter:
    """A refused line as it is shown, whoever shows it."""
    letter, told = one.letter, one.outcome
    # U+0000 and half a character stand in what was refused: shown, never stored again.
    beginning = letter.content[:SHOWN].decode("utf-8", "replace").replace("\0", "\u2400")
    outcome = None
    if told is not None:
        outcome = LetterOutcome(at=told.at, by=told.by, verdict=told.verdict, entry=told.entry, note=told.note)
    return Letter(
        id=letter.id,
        carrier=letter.carrier,
        received_at=letter.received_at,
        reason=letter.reason,
        size=letter.size,
        cut=one.cut,
        beginning=beginning,
        outcome=outcome,
    )


router = Router("/office", route_handlers=[read_letters, reread, settle], tags=["office: devices"])
