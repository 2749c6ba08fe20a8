"""Entries that wait for a visit nobody here knows: what is kept, since when, and what lets it count."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, get

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page
from api.permits import Action
from inspection.registry.find import named_people
from sync.devices.store import devices_by_id
from sync.office.waiting import WaitingVisit, waiting_visits

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class WaitingShown:
    """What waits for one visit, with the names of who wrote it and of the tablets that brought it."""

    told: WaitingVisit
    people: tuple[str, ...]
    tablets: tuple[str, ...]


@get("/desk/letters/waiting", opt={"action": Action.VISIT_READ})
async def read_waiting(request: AnyRequest) -> Response[bytes]:
    """Kept entries of visits that are not known here, the longest waiting first."""
    found = await waiting_visits(authority_of(request), command(request).now, limit=MOST)
    return desk_page(request, "desk_devices/waiting.html", waiting=await _named(found))


async def _named(found: list[WaitingVisit]) -> list[WaitingShown]:
    people = await named_people({one for told in found for one in told.inspectors}) if found else {}
    tablets = {one.id: one.name for one in await devices_by_id({one for told in found for one in told.carriers})}
    return [
        WaitingShown(
            told,
            tuple(people[one][0] for one in told.inspectors if one in people),
            tuple(tablets[one] for one in told.carriers if one in tablets),
        )
        for told in found
    ]


HANDLERS: Final = (read_waiting,)
