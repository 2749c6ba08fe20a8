"""撤回: what is public is taken back by two persons, or as an objection has decided."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.store_decisions import WithdrawalRow
from inspection.publicity.withdraw import (
    MAX_REASON,
    Withdrawn,
    approve_withdrawal,
    ask_withdrawal,
    known_withdrawals,
    refuse_withdrawal,
    withdraw_for_objection,
)
from mobile_contract.base import Wire

SETTLE: Final = {"action": Action.PUBLICATION_WITHDRAW}
OK: Final = 200
Reason = Annotated[str, Field(min_length=1, max_length=MAX_REASON, pattern=r"\S")]


class Asked(Wire):
    """On what ground, and why, something public is to be taken back."""

    ground: WithdrawalGround
    reason: Reason


class Seen(Wire):
    """The request that was on the screen."""

    withdrawal: UUID


class Answered(Seen):
    """The same, and why it is refused."""

    answer: Reason


class Objected(Wire):
    """Why a result that an objection has turned out to be wrong is taken back rather than corrected at once."""

    reason: Reason


@get("/publications/{publication_id:uuid}/withdrawals", opt={"action": Action.WITHDRAWAL_ASK})
async def read_withdrawals(request: AnyRequest, publication_id: FromPath[UUID]) -> tuple[WithdrawalRow, ...]:
    """Every request to take it back, the oldest first, with what became of each."""
    return await known_withdrawals(publication_id, authority=authority_of(request))


@post("/publications/{publication_id:uuid}/withdrawals", opt={"action": Action.WITHDRAWAL_ASK})
async def ask(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Asked]) -> WithdrawalRow:
    """Ask that what is out be taken back; somebody else carries it out."""
    cmd = command(request)
    return await ask_withdrawal(cmd, publication_id=publication_id, ground=data.ground, reason=data.reason)


@post("/publications/{publication_id:uuid}/withdrawal", opt=SETTLE, status_code=OK)
async def withdraw(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Seen]) -> Withdrawn:
    """Take it back, as somebody else asked: its page says that it was, on which day and on what ground, and no more."""
    return await approve_withdrawal(command(request), publication_id=publication_id, withdrawal_id=data.withdrawal)


@post("/publications/{publication_id:uuid}/withdrawal-refusal", opt=SETTLE)
async def refuse(request: AnyRequest, publication_id: FromPath[UUID], data: JSONBody[Answered]) -> None:
    """Leave it public, and say why."""
    cmd = command(request)
    await refuse_withdrawal(cmd, publication_id=publication_id, withdrawal_id=data.withdrawal, answer=data.answer)


@post("/objections/{objection_id:uuid}/publication-withdrawal", opt=SETTLE, status_code=OK)
async def withdraw_objected(request: AnyRequest, objection_id: FromPath[UUID], data: JSONBody[Objected]) -> Withdrawn:
    """Take back a result that an objection has turned out to be wrong; never its reviewer."""
    return await withdraw_for_objection(command(request), objection_id=objection_id, reason=data.reason)


router = Router(
    "/office",
    route_handlers=[read_withdrawals, ask, withdraw, refuse, withdraw_objected],
    tags=["office: publications"],
)
