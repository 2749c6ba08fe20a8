"""Queries of the office's list of publications: what waits by its day, what is or was out the newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.publicity.release import Standing

NO_DAY: Final = date(9999, 12, 31)
_NAMED: Final = "id, visit, penalty, number, object_name, item_code, published_at, late"


@dataclass(frozen=True, slots=True)
class OutRow:
    """A publication that is or was out. `item_code`: as the public reads it."""

    id: UUID
    visit: UUID | None
    penalty: UUID | None
    number: str | None
    object_name: str
    item_code: str | None
    published_at: datetime | None
    late: bool


async def waiting_ids(
    authority: UUID, standings: list[Standing], after: tuple[date, UUID] | None, limit: int
) -> list[tuple[date, UUID]]:
    """(due day, id) of those that wait, the earliest first, those without a day last; those behind `after`."""
    sql = "SELECT id, COALESCE(due_on, {}) AS due FROM publication WHERE authority = {} AND {}"
    args: list[Any] = [NO_DAY, authority, one_of("state", [one.value for one in standings])]
    behind = ""
    if after is not None:
        behind, keys = " WHERE due > {} OR (due = {} AND id > {})", [after[0], after[0], after[1]]
        args += keys
    rows = await ask(f"SELECT id, due FROM ({sql}) AS waiting{behind} ORDER BY due, id LIMIT {{}}", *args, limit)
    return [(_day(row["due"]), plain_uuid(row["id"])) for row in rows]


async def out_before(
    authority: UUID, standing: Standing, before: tuple[datetime, UUID] | None, limit: int
) -> list[OutRow]:
    """Those that are or were out, the newest first, those before a place."""
    sql = f"SELECT {_NAMED} FROM publication WHERE authority = {{}} AND state = {{}} AND published_at IS NOT NULL"
    args: list[Any] = [authority, standing.value]
    if before is not None:
        sql += " AND (published_at < {} OR (published_at = {} AND id < {}))"
        args += [before[0], before[0], before[1]]
    rows = await ask(f"{sql} ORDER BY published_at DESC, id DESC LIMIT {{}}", *args, limit)
    return [OutRow(**{**row, "late": bool(row["late"])}) for row in rows]


async def one_out(publication: UUID, authority: UUID) -> OutRow | None:
    """One publication of an authority, wherever it stands."""
    rows = await ask(f"SELECT {_NAMED} FROM publication WHERE id = {{}} AND authority = {{}}", publication, authority)
    return OutRow(**{**rows[0], "late": bool(rows[0]["late"])}) if rows else None


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
