"""The cap ledger of an object, warnings of repeated visits, and the procedures of items."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.planning.facts import ProcedureFacts
from inspection.planning.release_procedure import BODY_MOST, release_procedure
from inspection.planning.store_procedures import versions
from inspection.registry.find import object_by_code
from inspection.registry.rules_in_force import rules_today
from inspection.visits.ledger.questions import Ledger, ledger
from inspection.visits.ledger.warn import DoorWarning, warnings
from mobile_contract.base import Wire

RECENT = timedelta(days=31)


class Release(Wire):
    """The text of a procedure: methods, steps, standards."""

    body: Annotated[str, Field(min_length=1, max_length=BODY_MOST)]


@get("/ledger/{code:str}", opt={"action": Action.LEDGER_READ})
async def read_ledger(request: AnyRequest, code: FromPath[str], on: FromQuery[date | None] = None) -> Ledger:
    """The visits of an object that count towards its cap for one on a day (today), and why; none that is secret."""
    cmd = command(request)
    found, today = await object_by_code(authority_of(request), code), local_day(cmd.now)
    return await ledger(found.id, await rules_today(cmd, found.authority), on or today, today)


@get("/visits/warnings", opt={"action": Action.LEDGER_READ})
async def read_warnings(
    request: AnyRequest, first: FromQuery[date | None] = None, last: FromQuery[date | None] = None
) -> Sequence[DoorWarning]:
    """Doors with too many visits in a day, week or month between two days (the last 31); no secret ones."""
    cmd = command(request)
    today, authority = local_day(cmd.now), authority_of(request)
    days = (first or today - RECENT, last or today)
    return await warnings(authority, await rules_today(cmd, authority), *days)


@post("/procedures/{item:str}", opt={"action": Action.PROCEDURE_RELEASE})
async def release(request: AnyRequest, item: FromPath[str], data: JSONBody[Release]) -> ProcedureFacts:
    """Release a version of an item's procedure; a text that is the newest already makes none."""
    return await release_procedure(command(request), authority=authority_of(request), item_code=item, body=data.body)


@get("/procedures/{item:str}", opt={"action": Action.TASK_READ})
async def read_procedures(request: AnyRequest, item: FromPath[str]) -> Sequence[ProcedureFacts]:
    """All versions of an item's procedure, the newest first."""
    return await versions(authority_of(request), item)


handlers = [read_ledger, read_warnings, release, read_procedures]
router = Router("/office", route_handlers=handlers, tags=["office: tasks"])
