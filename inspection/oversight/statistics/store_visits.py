"""Queries of visits that were carried out, counted in the database. A sealed visit has not been, so none is counted."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import day_of
from inspection.oversight.statistics.spans import Span, numbered
from inspection.policy.terms import DrawMode
from inspection.registry.objects.store_coverage import THERE

_DONE = "v.authority = {} AND v.executed_at >= {} AND v.executed_at < {}"
# Linked visits are one: somebody came to the door once.
_DOOR = "COALESCE(v.linked_to, v.id)"


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
        "held.n AS visits, COUNT(*) AS objects FROM (SELECT v.object AS object, "
        f"COUNT(DISTINCT {_DOOR}) AS n FROM visit v WHERE {_DONE} GROUP BY v.object) AS held "
        "JOIN inspection_object o ON o.id = held.object GROUP BY 1, 2, 3, 4",
        *THERE,
        authority,
        span.begin,
        span.end,
    )
    return [
        Held(row["area"] or "", row["grade"] or "", bool(row["there"]), row["visits"], row["objects"]) for row in rows
    ]


async def register(authority: UUID) -> dict[tuple[str, str], int]:
    """By area and grade, how many objects stand in the register today."""
    rows = await ask(
        "SELECT area, credit_grade AS grade, COUNT(*) AS n FROM inspection_object WHERE authority = {} "
        "AND status IN ({}, {}) GROUP BY 1, 2",
        authority,
        *THERE,
    )
    return {(row["area"] or "", row["grade"] or ""): row["n"] for row in rows}


async def shared(authority: UUID, span: Span) -> list[Shared]:
    """The visits of each part, by whether several tasks or departments shared them."""
    part, ends = numbered("MIN(v.executed_at)", span.parts)
    rows = await ask(
        "SELECT part, joint, across, COUNT(*) AS n FROM ("
        f"SELECT {part} AS part, CASE WHEN MIN(t.number) < MAX(t.number) THEN 1 ELSE 0 END AS joint, "
        "MAX(CASE WHEN t.draw_mode = {} THEN 1 ELSE 0 END) AS across "
        f"FROM visit v JOIN visit_task vt ON vt.visit = v.id JOIN task t ON t.id = vt.task WHERE {_DONE} "
        f"GROUP BY {_DOOR}) AS door GROUP BY 1, 2, 3",
        *ends,
        DrawMode.CROSS_DEPARTMENT.value,
        authority,
        span.begin,
        span.end,
    )
    return [Shared(row["part"], bool(row["joint"] or row["across"]), bool(row["across"]), row["n"]) for row in rows]


async def by_item(authority: UUID, span: Span) -> dict[str, int]:
    """By item code, how many different objects were visited for it."""
    rows = await ask(
        "SELECT i.code AS code, COUNT(DISTINCT v.object) AS n FROM visit v JOIN visit_task vt ON vt.visit = v.id "
        f"JOIN task t ON t.id = vt.task JOIN inspection_item i ON i.id = t.item WHERE {_DONE} GROUP BY 1",
        authority,
        span.begin,
        span.end,
    )
    return {row["code"]: row["n"] for row in rows}


async def days(authority: UUID, span: Span) -> list[Day]:
    """The days on which those objects were visited that were visited more than once within the span."""
    day = day_of("v.executed_at")
    rows = await ask(
        f"SELECT v.object AS object, {day} AS on_day, COUNT(DISTINCT {_DOOR}) AS n FROM visit v WHERE {_DONE} "
        f"AND v.object IN (SELECT v.object FROM visit v WHERE {_DONE} GROUP BY v.object "
        f"HAVING COUNT(DISTINCT {_DOOR}) > 1) GROUP BY 1, 2",
        *(authority, span.begin, span.end) * 2,
    )
    return [Day(plain_uuid(row["object"]), _day(row["on_day"]), row["n"]) for row in rows]


def _day(told: date | str) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)
