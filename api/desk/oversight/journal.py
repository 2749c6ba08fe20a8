"""全程留痕: the audit trail, searched by stream, kind, person and day; one event whole; who took dossiers out."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of
from api.desk.answers import desk_page, lang_of
from api.desk.oversight.asked import chosen_of, day_of, id_of, query_of
from api.desk.oversight.words import events_in
from api.office.journal import since_day, until_day
from api.permits import Action
from inspection.authority import store as authorities
from inspection.kernel.journal import EventKind
from inspection.kernel.journal.look import line_of, look, neighbours
from inspection.kernel.journal.search import Sought

PAGE: Final = 50
READ: Final = {"action": Action.JOURNAL_READ}


@get("/desk/journal", opt=READ)
async def read_journal(request: AnyRequest) -> Response[bytes]:
    """The newest lines of this authority, or those that are sought."""
    query = query_of(request, "stream", "kind", "actor", "since", "until")
    return await _searched(request, query, chosen_of(EventKind, query.get("kind")), "desk_oversight/journal.html")


@get("/desk/journal/readings", opt=READ)
async def read_readings(request: AnyRequest) -> Response[bytes]:
    """Who took dossiers out of the archive, when and what for; the newest first."""
    query = query_of(request, "number", "actor", "since", "until")
    return await _searched(request, query, EventKind.DOSSIER_READ, "desk_oversight/readings.html")


@get("/desk/journal/lines/{line_id:uuid}", opt=READ)
async def read_line(request: AnyRequest, line_id: FromPath[UUID]) -> Response[bytes]:
    """One event whole: what was hashed, its hash, the event before and the event after it in its stream."""
    line = await line_of(authority_of(request), line_id)
    before, behind = await neighbours(line)
    told = json.dumps(line.payload, ensure_ascii=False, indent=2, sort_keys=True)
    event = events_in(lang_of(request))
    return desk_page(
        request, "desk_oversight/line.html", line=line, before=before, behind=behind, told=told, event=event
    )


async def _searched(
    request: AnyRequest, query: Mapping[str, str], kind: EventKind | None, template: str
) -> Response[bytes]:
    """A page of lines in a template."""
    authority, after = authority_of(request), id_of(request.query_params.get("after"))
    found = await look(_sought(authority, query, kind), behind=after, limit=PAGE)
    return desk_page(
        request,
        template,
        lines=found.lines,
        after=str(found.next) if found.next else None,
        partly=found.partly,
        first=after is None,
        query=query,
        event=events_in(lang_of(request)),
        kinds=[one.value for one in EventKind],
        people=[(str(one.id), f"{one.name} {one.username}") for one in await authorities.accounts(authority)],
    )


def _sought(authority: UUID, query: Mapping[str, str], kind: EventKind | None) -> Sought:
    return Sought(
        authority,
        query.get("actor"),
        (kind,) if kind else (),
        query.get("stream") or (f"dossier:{query['number']}" if "number" in query else None),
        since_day(day_of(query.get("since"))),
        until_day(day_of(query.get("until"))),
    )


HANDLERS: Final = (read_journal, read_readings, read_line)
