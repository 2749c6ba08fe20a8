"""一人一档: what was required of a person and what was done, to read and as a file."""

from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.oversight.asked import day_of, query_of
from api.desk.oversight.words import events_in
from api.office.papers import Form, Page, printed
from api.permits import Action
from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.oversight.diligence.facts import Diligence
from inspection.oversight.diligence.gather import ALL_UNITS, diligence
from inspection.oversight.diligence.paper import diligence_paper
from inspection.oversight.statistics.spans import span
from inspection.registry.find import inspectors_of

READ: Final = {"action": Action.DILIGENCE_READ}


@get("/desk/diligence", opt=READ)
async def read_people(request: AnyRequest) -> Response[bytes]:
    """Whose file may be opened: one's own, that of one's section, or everybody's."""
    return await people_page(request)


async def people_page(request: AnyRequest) -> Response[bytes]:
    """Those whose file this person may open."""
    bearer, authority = bearer_of(request), authority_of(request)
    everybody = bearer.actor.role in ALL_UNITS
    section = bearer.actor.role is Role.SECTION_HEAD and bearer.unit is not None
    accounts = {one.id: (one.name, one.unit) for one in await authorities.accounts(authority)}
    people = accounts | {
        one.id: (one.name, one.unit_id) for one in await inspectors_of(authority) if everybody or section
    }
    units = {one.id: one.name for one in await authorities.units(authority)}
    shown = [
        (key, name, units.get(unit, "") if unit else "")
        for key, (name, unit) in people.items()
        if everybody or (section and unit == bearer.unit) or str(key) == bearer.actor.id
    ]
    return desk_page(request, "desk_oversight/people.html", people=sorted(shown, key=lambda one: (one[2], one[1])))


@get("/desk/diligence/{person:uuid}", opt=READ)
async def read_person(request: AnyRequest, person: FromPath[UUID]) -> Response[bytes]:
    """Duties, days and proofs of a person; the year up to today unless other days are named."""
    told = await _told(request, person)
    event, query = events_in(lang_of(request)), query_of(request, "since", "until")
    return desk_page(request, "desk_oversight/person.html", one=told, query=query, event=event)


@get("/desk/diligence/{person:uuid}/file", opt={**READ, "uncompressed": True})
async def print_person(
    request: AnyRequest, person: FromPath[UUID], page: FromQuery[Page] = 1, form: FromQuery[Form] = Form.PDF
) -> Response[bytes]:
    """The same as a paper."""
    paper = diligence_paper(await _told(request, person), lang_of(request))
    return await printed(paper, f"diligence-{person}", form, page)


async def _told(request: AnyRequest, person: UUID) -> Diligence:
    cmd, query = command(request), query_of(request, "since", "until")
    asked = span(day_of(query.get("since")), day_of(query.get("until")), local_day(cmd.now))
    return await diligence(cmd, person, asked, unit=bearer_of(request).unit)


HANDLERS: Final = (read_people, read_person, print_person)
