"""`inspection.visits.links.store` and `inspection.visits.review.store`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from inspection.visits.links.components import Link
from inspection.visits.rows import VisitRow
from tests.simulator.memory import Tables

_LINK = "visit_link"


def one_with(t: Tables, visit: VisitRow) -> tuple[VisitRow, ...]:
    if visit.linked_to is None:
        return (visit,)
    rows = [row for row in t.visits.values() if row.linked_to == visit.linked_to]
    return tuple(sorted(rows, key=lambda row: row.id))


lock_joined = one_with


def linked_with(t: Tables, visits: Any) -> list[UUID]:
    canonical = {t.visits[visit].linked_to for visit in visits if visit in t.visits} - {None}
    return sorted({row.id for row in t.visits.values() if row.linked_to in canonical} - set(visits))


def lock_object_visits(t: Tables, visit: VisitRow) -> list[VisitRow]:
    rows = [row for row in t.visits.values() if row.object == visit.object]
    return sorted(rows, key=lambda row: row.id)


def standing_links(t: Tables, visits: Any) -> list[tuple[UUID, Link]]:
    wanted = set(visits)
    return [(row_id, link) for (table, row_id), link in t.other.items() if table == _LINK and link.a in wanted]


def add_link(t: Tables, row_id: UUID, link: Link, at: Any) -> None:
    t.other[_LINK, row_id] = link


def end_links(t: Tables, rows: Any, entry: str, at: Any) -> None:
    for row_id in rows:
        t.other.pop((_LINK, row_id), None)


def point_to(t: Tables, visits: Any, canonical: UUID | None) -> None:
    for visit in visits:
        t.visits[visit] = replace(t.visits[visit], linked_to=canonical)


# -- store_reviews: nobody reviews here, an approval is the office's ---------------------------------------------


def approval(t: Tables, visit: UUID) -> None:
    return None


def returned_points(t: Tables, visits: Any) -> list[Any]:
    return []
