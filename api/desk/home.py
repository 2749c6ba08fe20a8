"""The desk's home: what is late or soon due for me, and what waits for me."""

from typing import Final

from litestar import Response, get

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, up_to
from api.desk.home_tiles import tiles
from api.desk.oversight.words import steps_in
from api.desk.session import standing_of
from api.permits import Action, may
from inspection.authority import store_factors
from inspection.kernel.calendar.rules import local_day
from inspection.oversight.reminders.read import count_reminders, first_reminders

DUE_SHOWN: Final = 6
DUE_COUNTED: Final = 99


@get("/desk", opt={"action": Action.SESSION_READ}, include_in_schema=False)
async def read_home(request: AnyRequest) -> Response[bytes]:
    """What is late or soon due, and what waits for me."""
    cmd, authority = command(request), authority_of(request)
    today = local_day(cmd.now)
    reminded = may(cmd.actor.role, Action.REMINDER_READ)
    due = await first_reminders(cmd, authority, DUE_SHOWN) if reminded else []
    count, late = await count_reminders(cmd, authority, most=DUE_COUNTED + 1) if due else (0, 0)
    return desk_page(
        request,
        "desk/home.html",
        due=[(one.reminder, (one.reminder.due_on - today).days) for one in due],
        due_count=up_to(DUE_COUNTED, count),
        late_count=up_to(DUE_COUNTED, late) if late else None,
        to_do=steps_in(lang_of(request)),
        tiles=await tiles(request, cmd.actor.role),
        codes_left=await _codes_left(request),
    )


async def _codes_left(request: AnyRequest) -> bool:
    """Whether a lost phone would not lock this person out: there is no second factor, or there are recovery codes."""
    has = await store_factors.count_factors(standing_of(request).account.id)
    return bool(has.codes) or not has.any


HANDLERS = [read_home]
