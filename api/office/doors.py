"""The doors of visits at the office: what stands on the paper, giving it anew, closing it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.office.visits import my_visit
from api.permits import Action
from api.process import Process, process_of
from inspection.door import store
from inspection.door.give import Door, shown_door
from inspection.door.keep import LONGEST_GROUND, renew_door, revoke_door
from inspection.door.store import DoorRow
from inspection.kernel.errors import Conflict
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

OPT: Final = {"action": Action.DOOR_KEEP}


class DoorGround(Wire):
    """Why."""

    ground: Annotated[str, Field(min_length=1, max_length=LONGEST_GROUND)]


@dataclass(frozen=True, slots=True)
class DoorShown:
    """A door: `address` and `code` as they are printed, until when it opens, and why it may not open now."""

    address: str
    code: str
    turn: int
    expires_on: date
    open: bool


@dataclass(frozen=True, slots=True)
class DoorKept(DoorShown):
    """The same with what became of it. `failures`: wrong codes since the last right one."""

    given_at: datetime
    revoked_at: datetime | None
    failures: int
    locked_until: datetime | None


@get("/visits/{visit_id:uuid}/door", opt=OPT)
async def read_door(request: AnyRequest, visit_id: FromPath[UUID]) -> DoorKept:
    """The door of a visit; 409 while none was given out."""
    visit = await my_visit(request, visit_id)
    row = await store.door_of(visit.id)
    if row is None:
        raise Conflict(ProblemCode.DOOR_CLOSED, "door.closed", visit=str(visit_id))
    return kept_door(process_of(request), row)


@post("/visits/{visit_id:uuid}/door", opt=OPT, status_code=201)
async def give_anew(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[DoorGround]) -> DoorShown:
    """Give it anew: link and code change, the notice is printed again."""
    process = process_of(request)
    door = await renew_door(command(request), visit_id=visit_id, ground=data.ground, keys=process.keys)
    return _shown(process, door)


@post("/visits/{visit_id:uuid}/door/closing", opt=OPT, status_code=204)
async def close_door(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[DoorGround]) -> None:
    """Close it, for instance when somebody else has link and code."""
    await revoke_door(command(request), visit_id=visit_id, ground=data.ground)


def _shown(process: Process, door: Door) -> DoorShown:
    return DoorShown(f"{process.settings.address}{door.path}", door.code, door.turn, door.expires_on, door.is_open)


def kept_door(process: Process, row: DoorRow) -> DoorKept:
    """A door as those who keep it see it."""
    door = _shown(process, shown_door(row, process.keys, process.clock.now()))
    return DoorKept(
        address=door.address,
        code=door.code,
        turn=door.turn,
        expires_on=door.expires_on,
        open=door.open,
        given_at=row.given_at,
        revoked_at=row.revoked_at,
        failures=row.failures,
        locked_until=row.locked_until,
    )


router = Router("/office", route_handlers=[read_door, give_anew, close_door], tags=["office: visits"])
