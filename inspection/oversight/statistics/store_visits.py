"""Queries of visits that were carried out, counted in the database. A sealed visit has not been, so none is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import day_of, one_of
from inspection.oversight.statistics.spans import Span, numbered
from inspection.policy.terms import DrawMode
from inspection.registry.objects.store_coverage import THERE

_DONE = "v.authority = {} AND v.executed_at >= {} AND v.executed_at < {}"
# Linked visits are one: somebody came to the door once. They are few, and so the others are not grouped for their sake.
_DOORS = (
    f"SELECT v.object AS object, v.executed_at AS executed_at FROM visit v WHERE {_DONE} AND v.linked_to IS NULL "
    f"UNION ALL SELECT v.object AS object, MIN(v.executed_at) AS executed_at FROM visit v WHERE {_DONE} "
    "AND v.linked_to IS NOT NULL GROUP BY v.linked_to, v.object"
)
_ACROSS = 1_000
"""What a task of several departments adds to the number of tasks that a visit served."""


@dataclass(frozen=True, slots=True)
class Held:
    """So many objects of an area and grade that were visited so many times; '' where the register has none."""

    area: str
    grade: str
    there: bool
    visits: int
    objects: int


@dataclass(frozen=True, slots=True)
class Shared:
    """So many visits of one part of the span; `joint`: of several tasks or departments, `across`: of departments."""

    part: int
    joint: bool
    across: bool
    visits: int


@dataclass(frozen=True, slots=True)
class Day:
    """An object was visited so many times on one day."""

    object: UUID
    on: date
    visits: int


async def held(authority: UUID, span: Span) -> list[Held]:
    """The objects that were visited in the span, with how often."""
    rows = await ask(
        "SELECT o.area AS area, o.credit_grade AS grade, CASE WHEN o.status IN ({}, {}) THEN 1 ELSE 0 END AS there, "
        f"held.n AS visits, COUNT(*) AS objects FROM (SELECT object, COUNT(*) AS n FROM ({_DOORS}) AS door "
        "GROUP BY object) AS held CROSS JOIN inspection_object o WHERE o.id = held.object GROUP BY 1, 2, 3, 4",
        *THERE,
        *(authority, span.begin, span.end) * 2,
    )
    return [
        Held(row["area"] or "", row["grade"] or "", bool(row["there"]), row["visits"], row["objects"]) for row in rows
    ]


async def across(authority: UUID) -> list[str]:
    """The tasks of several departments."""
    rows = await ask(
        "SELECT id FROM task WHERE authority = {} AND draw_mode = {}", authority, DrawMode.CROSS_DEPARTMENT.value
    )
    return [str(row["id"]) for row in rows]


async def shared(authority: UUID, span: Span) -> list[Shared]:
    """The visits of each part, by whether several tasks or departments shared them."""
    one, ends = numbered("v.executed_at", span.parts)
    linked, _ = numbered("MIN(v.executed_at)", span.parts)
    served = f"COUNT(*) + {_ACROSS} * SUM(CASE WHEN {{}} THEN 1 ELSE 0 END)"
    done, crossing = (authority, span.begin, span.end), one_of("task", await across(authority))
    rows = await ask(
        "SELECT part, served, COUNT(*) AS n FROM ("
        f"SELECT {one} AS part, (SELECT {served} FROM visit_task vt WHERE vt.visit = v.id) AS served "
        f"FROM visit v WHERE {_DONE} AND v.linked_to IS NULL "
        f"UNION ALL SELECT {linked} AS part, {served} AS served FROM visit v CROSS JOIN visit_task vt "
        f"WHERE vt.visit = v.id AND {_DONE} AND v.linked_to IS NOT NULL GROUP BY v.linked_to) AS door GROUP BY 1, 2",
        *(*ends, crossing, *done) * 2,
    )
    return [_shared(row["part"], int(row["served"] or 0), row["n"]) for row in rows]


def _shared(part: int, served: int, visits: int) -> Shared:
    crossing, tasks = divmod(served, _ACROSS)
    return Shared(part, tasks > 1 or crossing > 0, crossing > 0, visits)


async def by_item(authority: UUID, span: Span) -> dict[str, int]:
    """By item code, how many different objects were visited for it."""
    rows = await ask(
        "SELECT vt.item AS item, COUNT(DISTINCT v.object) AS n FROM visit v CROSS JOIN visit_task vt "
        f"WHERE vt.visit = v.id AND {_DONE} GROUP BY 1",
        authority,
        span.begin,
        span.end,
    )
    codes = await _codes([row["item"] for row in rows])
    found: dict[str, int] = {}
    for row in rows:
        found.setdefault(codes[plain_uuid(row["item"])], row["n"])
    return found if len(found) == len(rows) else await _by_code(authority, span)


async def _codes(items: Sequence[Any]) -> dict[UUID, str]:
    rows = await ask("SELECT id, code FROM inspection_item WHERE {}", one_of("id", [str(item) for item in items]))
    return {plain_uuid(row["id"]): row["code"] for row in rows}


async def _by_code(authority: UUID, span: Span) -> dict[str, int]:
    """The same where an item changed in the span: an object that was visited under two versions counts once."""
    rows = await ask(
        "SELECT i.code AS code, COUNT(DISTINCT v.object) AS n FROM visit v CROSS JOIN visit_task vt "
        f"CROSS JOIN inspection_item i WHERE vt.visit = v.id AND i.id = vt.item AND {_DONE} GROUP BY 1",
        authority,
        span.begin,
        span.end,
    )
    return {row["code"]: row["n"] for row in rows}


async def days(authority: UUID, span: Span) -> list[Day]:
    """The days on which those objects were visited that were visited more than once within the span."""
    done = (authority, span.begin, span.end) * 2
    rows = await ask(
        f"SELECT object, {day_of('executed_at')} AS on_day, COUNT(*) AS n FROM ({_DOORS}) AS door "
        f"WHERE object IN (SELECT object FROM ({_DOORS}) AS every GROUP BY object HAVING COUNT(*) > 1) GROUP BY 1, 2",
        *done * 2,
    )
    return [Day(plain_uuid(row["object"]), _day(row["on_day"]), row["n"]) for row in rows]


def _day(told: date | str) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)
