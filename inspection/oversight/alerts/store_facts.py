"""Queries of what alerts are raised of, over the rows of other rooms."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_day, as_instant, ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.oversight.alerts.rules import Late, Pair, VoidedTask

_VOIDED = (
    "SELECT draw.task, task.number, draw.void_asked_by, draw.voided_by, draw.voided_at "
    "FROM draw JOIN task ON task.id = draw.task WHERE draw.authority = {} AND draw.state = 'voided' "
    "ORDER BY draw.task, draw.attempt"
)
_PAIRS = (
    "SELECT visit.approved_by AS record, publication.approved_by AS publication, COUNT(*) AS results "
    "FROM publication JOIN visit ON visit.id = publication.visit "
    "WHERE publication.authority = {} AND publication.approved_at >= {} AND publication.approved_at < {} "
    "AND visit.approved_by IS NOT NULL GROUP BY visit.approved_by, publication.approved_by"
)
# What the law keeps in is not late; what went out after its day was. Its day is over with it: asked for once more,
# SQLite would look through all that was ever due.
_PUBLICATIONS = (
    "SELECT publication.id, publication.object_name, publication.due_on, publication.published_at, "
    "visit.approved_by AS record, publication.approved_by FROM publication JOIN visit ON visit.id = publication.visit "
    "WHERE publication.authority = {} AND ("
    "publication.state IN ('open', 'approved') AND publication.due_on < {} OR "
    "publication.state = 'published' AND publication.late AND publication.published_at >= {}) "
    "ORDER BY publication.due_on, publication.id"
)
_OBJECTIONS = (
    "SELECT id, number, due_on, reviewer, decided_at FROM objection WHERE authority = {} AND due_on < {} "
    "AND state <> 'withdrawn' AND (decided_at IS NULL OR decided_at >= {}) ORDER BY due_on, id"
)


async def voided_tasks(authority: UUID) -> list[VoidedTask]:
    """The tasks of an authority of which a draw was given up."""
    held: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in await ask(_VOIDED, authority):
        held.setdefault(plain_uuid(row["task"]), []).append(row)
    return [
        VoidedTask(
            task,
            str(rows[0]["number"]),
            len(rows),
            max(local_day(as_instant(row["voided_at"])) for row in rows),
            tuple(dict.fromkeys(str(one) for row in rows for one in (row["void_asked_by"], row["voided_by"]) if one)),
        )
        for task, rows in held.items()
    ]


async def pairs(authority: UUID, since: datetime, until: datetime) -> list[Pair]:
    """Who approved the record and who the publication of the results approved in a span, and of how many."""
    rows = await ask(_PAIRS, authority, since, until)
    return [Pair(str(row["record"]), str(row["publication"]), int(row["results"])) for row in rows]


async def late_publications(authority: UUID, today: date, since: datetime) -> list[Late]:
    """Results that are over their day and not kept in by law, and those that went out late at or after `since`."""
    return [
        Late(
            plain_uuid(row["id"]),
            str(row["object_name"]),
            as_day(row["due_on"]),
            local_day(as_instant(row["published_at"])) if row["published_at"] else None,
            tuple(dict.fromkeys(str(one) for one in (row["record"], row["approved_by"]) if one)),
        )
        for row in await ask(_PUBLICATIONS, authority, today, since)
    ]


async def late_objections(authority: UUID, today: date, since: datetime) -> list[Late]:
    """Objections that are over their day and not decided, and those decided at or after `since`."""
    return [
        Late(
            plain_uuid(row["id"]),
            str(row["number"]),
            as_day(row["due_on"]),
            local_day(as_instant(row["decided_at"])) if row["decided_at"] else None,
            (str(row["reviewer"]),) if row["reviewer"] else (),
        )
        for row in await ask(_OBJECTIONS, authority, today, since)
    ]


async def entries(hashes: Collection[str]) -> dict[str, tuple[UUID, Mapping[str, Any]]]:
    """By hash, who wrote an entry and what it says; those whose body was erased are left out."""
    wanted = sorted(set(hashes))
    rows: Sequence[Mapping[str, Any]] = (
        await ask("SELECT hash, inspector, body FROM entry WHERE {}", one_of("hash", wanted)) if wanted else ()
    )
    return {
        str(row["hash"]): (plain_uuid(row["inspector"]), json.loads(bytes(row["body"])))
        for row in rows
        if row["body"] is not None
    }
