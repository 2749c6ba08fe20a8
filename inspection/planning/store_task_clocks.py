"""Queries of tasks by their clocks: which of them may run, which window ends next, what fell due in a span."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import as_day, ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.policy.terms import DrawMode

# Its own words for an index: with others PostgreSQL and SQLite would not see that it serves.
_WINDOW: Final = "completed_at IS NULL AND state NOT IN ('returned', 'cancelled', 'closed')"
_RUNS: Final = "authority = {} AND state NOT IN ('cancelled', 'closed')"


@dataclass(frozen=True, slots=True)
class WindowsWanted:
    """Of the windows that run, what is asked for on the day `on`. `late`: only those past it; `unit`: of its tasks."""

    on: date
    late: bool = False
    unit: UUID | None = None


async def windows(
    authority: UUID, wanted: WindowsWanted, *, behind: tuple[date, UUID] | None = None, limit: int | None = None
) -> list[tuple[date, UUID]]:
    """(last day, task) of the windows that run, the earliest first; those behind a place."""
    more, args = _conditions(wanted)
    if behind is not None:
        more, args = f"{more} AND (ends_on, id) > ({{}}, {{}})", [*args, *behind]
    most, args = ("", args) if limit is None else (" LIMIT {}", [*args, limit])
    rows = await ask(
        f"SELECT id, ends_on FROM task WHERE authority = {{}} AND {_WINDOW}{more} ORDER BY ends_on, id{most}",
        authority,
        *args,
    )
    return [(as_day(row["ends_on"]), plain_uuid(row["id"])) for row in rows]


async def count_windows(authority: UUID, wanted: WindowsWanted) -> tuple[int, int]:
    """How many windows run, and how many of them are past their last day."""
    more, args = _conditions(wanted)
    sql = "SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN ends_on < {} THEN 1 ELSE 0 END), 0) AS late FROM task"
    (row,) = await ask(f"{sql} WHERE authority = {{}} AND {_WINDOW}{more}", wanted.on, authority, *args)
    return int(row["n"]), int(row["late"])


@dataclass(frozen=True, slots=True)
class RulesOfClocks:
    """The names of the rule-sets by which a joint check has to begin, a drawn list to be filed, a task to be completed
    in so many days.
    """

    joint: Collection[str]
    filing: Collection[str]
    completion: Collection[str]


async def besides_windows(authority: UUID, rules: RulesOfClocks) -> set[UUID]:
    """Tasks of which a clock may still run that is not their window's."""
    found = await ask(
        f"SELECT id FROM task WHERE {_RUNS} AND approve_by IS NOT NULL AND reviewed_at IS NULL", authority
    )
    joint = f"drawn_at IS NOT NULL AND draw_mode = '{DrawMode.CROSS_DEPARTMENT.value}'"
    for names, runs in (
        (rules.joint, joint),
        (rules.filing, "drawn_at IS NOT NULL AND filed_at IS NULL"),
        (rules.completion, "completed_at IS NULL"),
    ):
        if names:
            found += await ask(f"SELECT id FROM task WHERE {_RUNS} AND {{}} AND {runs}", authority, _named(names))
    return {plain_uuid(row["id"]) for row in found}


async def due_between(
    authority: UUID, first: date, last: date, rules: RulesOfClocks, drawn_since: datetime
) -> set[UUID]:
    """Tasks of which a clock may have fallen due in a span: its window's, that of an approval, or one that the
    rule-sets count, of what was drawn at `drawn_since` or later, or begun.
    """
    found = await ask(
        f"SELECT id FROM task WHERE {_RUNS} AND ends_on >= {{}} AND ends_on <= {{}}", authority, first, last
    )
    found += await ask(
        f"SELECT id FROM task WHERE {_RUNS} AND approve_by IS NOT NULL AND approve_by >= {{}} AND approve_by <= {{}}",
        authority,
        first,
        last,
    )
    if rules.joint:
        joint = f"drawn_at >= {{}} AND draw_mode = '{DrawMode.CROSS_DEPARTMENT.value}'"
        sql = f"SELECT id FROM task WHERE {_RUNS} AND {{}} AND {joint}"
        found += await ask(sql, authority, _named(rules.joint), drawn_since)
    if rules.completion:
        sql = f"SELECT id FROM task WHERE {_RUNS} AND {{}} AND (completed_at IS NULL OR completed_at >= {{}})"
        found += await ask(sql, authority, _named(rules.completion), drawn_since)
    return {plain_uuid(row["id"]) for row in found}


def _named(rule_sets: Collection[str]) -> Any:
    return one_of("rule_set", sorted(rule_sets))


def _conditions(wanted: WindowsWanted) -> tuple[str, list[Any]]:
    sql, args = "", list[Any]()
    if wanted.late:
        sql, args = f"{sql} AND ends_on < {{}}", [*args, wanted.on]
    if wanted.unit is not None:
        sql, args = f"{sql} AND unit = {{}}", [*args, wanted.unit]
    return sql, args
