"""提醒: what this person is reminded of, seen or not yet."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see, up_to
from api.desk.forms import Form, acted
from api.desk.oversight.words import steps_in
from api.permits import Action
from inspection.oversight.reminders.read import count_reminders, reminder_page, see_reminder

PLACE: Final = "/desk/clocks/reminders"
PAGE: Final = 50
COUNTED: Final = 999
"""So many are counted; of more it is said that there are more."""


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
    cmd, authority = command(request), authority_of(request)
    after = request.query_params.get("after")
    page = await reminder_page(cmd, authority, after=after, limit=PAGE)
    count, _ = await count_reminders(cmd, authority, most=COUNTED + 1)
    unseen, _ = await count_reminders(cmd, authority, most=COUNTED + 1, unseen=True)
    return desk_page(
        request,
        "desk_oversight/reminders.html",
        reminders=page.reminders,
        count=up_to(COUNTED, count),
        unseen=up_to(COUNTED, unseen),
        after=page.after,
        first=after is None,
        to_do=steps_in(lang_of(request)),
    )


HANDLERS: Final = (read_reminders, mark_seen)
