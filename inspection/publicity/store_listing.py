"""Queries of the office's list of publications: what is or was out, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.publicity.release import Standing

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
