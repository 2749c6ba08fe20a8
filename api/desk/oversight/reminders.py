"""提醒: what this person is reminded of, seen or not yet."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted
from api.desk.oversight.words import steps_in
from api.permits import Action
from inspection.oversight.reminders.read import my_reminders, see_reminder

PLACE: Final = "/desk/clocks/reminders"


@get(PLACE, opt={"action": Action.REMINDER_READ})
async def read_reminders(request: AnyRequest) -> Response[bytes]:
    """What waits for this person's role, or for the person by name."""
    return await reminders_page(request)


@post("/desk/clocks/reminders/{reminder_id:uuid}/seen", opt={"action": Action.REMINDER_SEE})
async def mark_seen(request: AnyRequest, reminder_id: FromPath[UUID]) -> Response[bytes]:
    """It was seen; it stays until its matter is done."""

    async def do(_: Form) -> str:
        await see_reminder(command(request), reminder_id)
        return see(PLACE, "desk_oversight.done_seen")

    return await acted(request, do, lambda: reminders_page(request))


async def reminders_page(request: AnyRequest) -> Response[bytes]:
    """The reminders, those not seen yet first."""
    found = await my_reminders(command(request), authority_of(request))
    shown = sorted(found, key=lambda one: one.seen)
    return desk_page(
        request,
        "desk_oversight/reminders.html",
        reminders=shown,
        unseen=sum(not one.seen for one in found),
        to_do=steps_in(lang_of(request)),
    )


HANDLERS: Final = (read_reminders, mark_seen)
