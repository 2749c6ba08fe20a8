"""Queries of what is not out yet, by its day: a page of it, and how much there is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import as_day, ask
from inspection.kernel.ids import plain_uuid
from inspection.publicity.release import Hindrance
from inspection.visits.review.store_legal import OBJECTED, PENDING

NO_DAY: Final = date.max
"""In the place of the day of what has none: behind all the others."""
WAITING: Final = "p.state IN ('open', 'approved')"
WITHHELD: Final = "p.state = 'withheld'"
"""Each has an index of its own, in the order of the page."""
_LEGAL: Final = (
    f"(SELECT MAX(CASE WHEN {OBJECTED} THEN 1 ELSE 0 END) FROM legal_due due "
    "JOIN outcome result ON result.id = due.outcome "
    "JOIN outcome first ON first.visit = due.visit AND first.task = result.task AND first.replaces IS NULL "
    f"WHERE due.visit = p.visit AND first.id = p.outcome AND {PENDING})"
)
_DECIDED_BY: Final = (
    "CASE WHEN p.penalty IS NOT NULL THEN (SELECT entered_by FROM penalty WHERE penalty.id = p.penalty) "
    "ELSE (SELECT approved_by FROM visit WHERE visit.id = p.visit) END"
)
# `hindrances` of release.py, the first of them; a test holds the two together.
_FIRST: Final = (
    f"CASE WHEN p.started_on IS NULL THEN '{Hindrance.CLOCK_NOT_STARTED}' "
    f"ELSE CASE {_LEGAL} WHEN 0 THEN '{Hindrance.LEGAL_REVIEW}' WHEN 1 THEN '{Hindrance.LEGAL_OBJECTION}' "
    f"ELSE CASE WHEN p.approved_by IS NULL THEN '{Hindrance.NOT_APPROVED}' "
    f"WHEN p.approved_by = COALESCE({_DECIDED_BY}, '') THEN '{Hindrance.SAME_PERSON}' "
    f"WHEN p.withheld_ground IS NOT NULL AND p.withheld_until IS NULL THEN '{Hindrance.WITHHELD}' "
    f"WHEN p.withheld_ground IS NOT NULL AND p.withheld_until > {{}} THEN '{Hindrance.DEFERRED}' ELSE '' END END END"
)
_OF_UNIT: Final = (
    "EXISTS (SELECT 1 FROM visit_task served JOIN task ON task.id = served.task "
    "WHERE served.visit = p.visit AND task.unit = {})"
)


@dataclass(frozen=True, slots=True)
class DueWanted:
    """Of what is not out, what is asked for on the day `on`. `first`: what hinders it first is one of these, None for
    what nothing hinders; `late`: only what is past its day; `unit`: only of visits that serve a task of this unit.
    """

    on: date
    first: Collection[Hindrance | None] | None = None
    late: bool = False
    unit: UUID | None = None


async def due_page(
    authority: UUID, shelf: str, wanted: DueWanted, behind: tuple[date, UUID] | None, limit: int
) -> list[tuple[date, UUID]]:
    """(due day, id) of those on a shelf, the earliest first, those without a day (`NO_DAY`) last; those behind a
    place.
    """
    more, args = _conditions(wanted)
    found: list[tuple[date, UUID]] = []
    for dated in (True, False):
        if len(found) == limit or (dated and behind is not None and behind[0] == NO_DAY):
            continue
        sql = f"SELECT p.id, p.due_on FROM publication p WHERE p.authority = {{}} AND {shelf}{more}"
        sql, keys = _behind(sql, behind, dated=dated)
        rows = await ask(f"{sql} ORDER BY p.due_on, p.id LIMIT {{}}", authority, *args, *keys, limit - len(found))
        found += [(as_day(row["due_on"] or NO_DAY), plain_uuid(row["id"])) for row in rows]
    return found


async def due_count(authority: UUID, shelf: str, wanted: DueWanted) -> tuple[int, int]:
    """How many there are on a shelf, and how many of them are past their day."""
    more, args = _conditions(wanted)
    sql = "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN p.due_on < {} THEN 1 ELSE 0 END), 0) AS late FROM publication p"
    (row,) = await ask(f"{sql} WHERE p.authority = {{}} AND {shelf}{more}", wanted.on, authority, *args)
    return int(row["n"]), int(row["late"])


def _behind(sql: str, behind: tuple[date, UUID] | None, *, dated: bool) -> tuple[str, tuple[Any, ...]]:
    """The rows with a day, or those without, behind the place."""
    if dated:
        sql += " AND p.due_on IS NOT NULL"
        return (f"{sql} AND (p.due_on, p.id) > ({{}}, {{}})", behind) if behind is not None else (sql, ())
    sql += " AND p.due_on IS NULL"
    if behind is None or behind[0] != NO_DAY:
        return sql, ()
    return f"{sql} AND p.id > {{}}", (behind[1],)


def _conditions(wanted: DueWanted) -> tuple[str, list[Any]]:
    sql, args = "", list[Any]()
    if wanted.late:
        sql, args = f"{sql} AND p.due_on < {{}}", [*args, wanted.on]
    if wanted.unit is not None:
        sql, args = f"{sql} AND {_OF_UNIT}", [*args, wanted.unit]
    if wanted.first is not None:
        told = [one.value if one else "" for one in wanted.first]
        sql, args = f"{sql} AND {_FIRST} IN ({', '.join('{}' for _ in told)})", [*args, wanted.on, *told]
    return sql, args
