"""Queries of objections. Rows leave as frozen values."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, one_of
from inspection.publicity.objections.rows import (
    OPEN,
    Against,
    Channel,
    HandedIn,
    ObjectionRow,
    ObjectionState,
    Told,
)
from inspection.publicity.objections.tables import Objection, ObjectionFile
from inspection.publicity.tables import Publication
from inspection.visits.tables import Visit

_COLUMNS = tuple(column._meta.name for column in Objection._meta.columns)
_NAMED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_OF_VISITS: Final = f"SELECT {_NAMED} FROM objection WHERE {{}} ORDER BY id"


async def add(row: ObjectionRow, file_ids: Sequence[UUID]) -> None:
    """Insert an objection with its files, an id for each of them."""
    told = {name: value for name, value in asdict(row).items() if name in _COLUMNS}
    await bulk_insert(Objection, [told | {"channel": row.channel.value, "state": row.state.value}])
    files = [
        {"id": key, "objection": row.id, "digest": one.digest, "name": one.name}
        for key, one in zip(file_ids, row.files, strict=True)
    ]
    if files:
        await bulk_insert(ObjectionFile, files)


async def of_form(visit: UUID, form: str) -> ObjectionRow | None:
    """What came in with this form of this visit."""
    return _first(await _rows(Objection.visit == visit, Objection.form == form))


async def objection(objection_id: UUID) -> ObjectionRow | None:
    return _first(await _rows(Objection.id == objection_id))


async def of_visits(visits: Collection[UUID]) -> list[ObjectionRow]:
    """All objections of these visits, the oldest first."""
    if not visits:
        return []
    # As text: every page of a door asks this, and nearly always for nothing.
    return await _whole(await ask(_OF_VISITS, one_of("visit", [str(one) for one in visits])))


async def listed(
    authority: UUID, states: Collection[ObjectionState], after: UUID | None, limit: int
) -> list[ObjectionRow]:
    """A page of an authority's objections by id, those behind `after`; in these states or in any."""
    wanted: list[Any] = [Objection.authority == authority]
    if states:
        wanted.append(Objection.state.is_in([state.value for state in states]))
    if after is not None:
        wanted.append(Objection.id > after)
    return await _rows(*wanted, limit=limit)


_UNSETTLED = (
    "SELECT o.id FROM objection o WHERE (o.state IN ('received', 'in_review') "
    "OR o.state IN ('upheld', 'corrected') AND o.told_at IS NULL "
    "OR o.state = 'corrected' AND o.publication IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM published_document d WHERE d.publication = o.publication AND d.outcome = o.corrected_by))"
)


async def unsettled(authority: UUID | None) -> list[ObjectionRow]:
    """What is to be decided or told, and what was corrected by an outcome that has not been public; by id."""
    own = (" AND o.authority = {}", (authority,)) if authority is not None else ("", ())
    ids = [plain_uuid(row["id"]) for row in await Objection.raw(_UNSETTLED + own[0], *own[1])]
    return await _rows(Objection.id.is_in(ids)) if ids else []


async def object_names(visits: Collection[UUID]) -> dict[UUID, str]:
    """How the inspected object of each of these visits is called."""
    rows = await Visit.select("id", "object.name").where(Visit.id.is_in(list(visits))) if visits else []
    return {row["id"]: row["object.name"] for row in rows}


async def provisional(authority: UUID | None) -> list[ObjectionRow]:
    """Undecided objections whose due day was counted with a calendar that was not announced, by id."""
    wanted: list[Any] = [
        Objection.state.is_in([state.value for state in OPEN]),
        Objection.due_provisional.eq(value=True),
    ]
    if authority is not None:
        wanted.append(Objection.authority == authority)
    return await _rows(*wanted)


async def against(publications: Collection[UUID]) -> dict[UUID, Against]:
    """The results that these publications are about, by publication."""
    if not publications:
        return {}
    named = "id", "visit", "outcome", "number", "outcome.item.name"
    rows = await Publication.select(*named).where(Publication.id.is_in(list(publications)))
    return {
        row["id"]: Against(row["id"], row["visit"], row["outcome"], row["outcome.item.name"], row["number"])
        for row in rows
    }


async def lock(objection_id: UUID) -> None:
    """Keep the row from others until commit."""
    await Objection.raw(f"SELECT id FROM objection WHERE id = {{}}{for_update()}", objection_id)


async def set_due(objection_id: UUID, due_on: date, *, provisional: bool) -> None:
    await change(objection_id, due_on=due_on, due_provisional=provisional)


async def change(objection_id: UUID, **values: Any) -> None:
    await Objection.update(**values).where(Objection.id == objection_id)


async def _rows(*wanted: Any, limit: int | None = None) -> list[ObjectionRow]:
    query = Objection.select(*_COLUMNS).where(*wanted).order_by(Objection.id)
    return await _whole(await (query.limit(limit) if limit is not None else query))


async def _whole(found: Sequence[dict[str, Any]]) -> list[ObjectionRow]:
    if not found:
        return []
    files: dict[UUID, list[HandedIn]] = {}
    handed = ObjectionFile.select("objection", "digest", "name").where(
        ObjectionFile.objection.is_in([row["id"] for row in found])
    )
    for row in await handed.order_by(ObjectionFile.id):
        files.setdefault(row["objection"], []).append(HandedIn(row["digest"], row["name"]))
    return [_objection(row, tuple(files.get(row["id"], ()))) for row in found]


def _first(rows: Sequence[ObjectionRow]) -> ObjectionRow | None:
    return rows[0] if rows else None


def _objection(row: dict[str, Any], files: tuple[HandedIn, ...]) -> ObjectionRow:
    how = row["told_how"]
    known = {"channel": Channel(row["channel"]), "state": ObjectionState(row["state"])}
    return ObjectionRow(**row | known | {"told_how": Told(how) if how else None, "files": files})
