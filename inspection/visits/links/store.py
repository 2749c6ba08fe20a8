"""Queries of links between visits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from inspection.visits.links.components import Link
from inspection.visits.rows import VisitRow
from inspection.visits.store import VISIT_COLUMNS, visit_row
from inspection.visits.tables import Visit, VisitLink

_NAMED: Final = ", ".join(f'"{name}"' for name in VISIT_COLUMNS)


async def one_with(visit: VisitRow) -> tuple[VisitRow, ...]:
    """The visits that this one is one with, itself included, the canonical one first; no query where there are none."""
    if visit.linked_to is None:
        return (visit,)
    # By the object, which has an index and which they share.
    sql = f"SELECT {_NAMED} FROM visit WHERE object = {{}} AND linked_to = {{}} ORDER BY id"
    return tuple(visit_row(row) for row in await ask(sql, visit.object, visit.linked_to))


async def linked_with(visits: Collection[UUID]) -> list[UUID]:
    """Further visits that one of these is one with, by id."""
    if not visits:
        return []
    marks = ", ".join("{}" for _ in visits)
    rows = await Visit.raw(
        "SELECT DISTINCT further.id FROM visit own JOIN visit further "
        f"ON further.object = own.object AND further.linked_to = own.linked_to WHERE own.id IN ({marks})",
        *visits,
    )
    return sorted({plain_uuid(row["id"]) for row in rows} - set(visits))


async def lock_joined(visit: VisitRow) -> tuple[VisitRow, ...]:
    """The visits that a locked canonical visit is one with, locked as well; itself first."""
    joined = await one_with(visit)
    # By id, and the canonical one is the smallest: whoever locks several of them locks them in this order.
    for one in joined[1:]:
        await Visit.raw(f"SELECT id FROM visit WHERE id = {{}}{for_update()}", one.id)
    return await one_with(visit) if joined[1:] else joined


async def lock_object_visits(visit: VisitRow) -> list[VisitRow]:
    """All visits of its object in its authority, kept from others until commit, by id."""
    await Visit.raw(
        f"SELECT id FROM visit WHERE object = {{}} AND authority = {{}} ORDER BY id{for_update()}",
        visit.object,
        visit.authority,
    )
    rows = await (
        Visit.select(*VISIT_COLUMNS)
        .where(Visit.object == visit.object, Visit.authority == visit.authority)
        .order_by(Visit.id)
    )
    return [visit_row(row) for row in rows]


async def standing_links(visits: Collection[UUID]) -> list[tuple[UUID, Link]]:
    """(row id, link) of the links between these visits that stand."""
    rows = await VisitLink.select(VisitLink.id, VisitLink.a, VisitLink.b, VisitLink.entry).where(
        VisitLink.a.is_in(list(visits)), VisitLink.unlinked.is_null()
    )
    return [(plain_uuid(row["id"]), Link(plain_uuid(row["a"]), plain_uuid(row["b"]), row["entry"])) for row in rows]


async def add_link(row_id: UUID, link: Link, at: datetime) -> None:
    await bulk_insert(VisitLink, [{"id": row_id, "a": link.a, "b": link.b, "entry": link.entry, "linked_at": at}])


async def end_links(rows: Sequence[UUID], entry: str, at: datetime) -> None:
    """These links stand no longer, says the entry with this hash."""
    await VisitLink.update({VisitLink.unlinked: entry, VisitLink.unlinked_at: at}).where(
        VisitLink.id.is_in(list(rows)), VisitLink.unlinked.is_null()
    )


async def point_to(visits: Collection[UUID], canonical: UUID | None) -> None:
    """What these visits are read under from now on; None: each under its own id."""
    if visits:
        await Visit.update({Visit.linked_to: canonical}).where(Visit.id.is_in(list(visits)))
