"""Queries of penalties and their annulment. Rows leave as frozen values."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, insert_new
from inspection.publicity.penalties.tables import Penalty, PenaltyAnnulment

MOST: Final = 1_000
"""Ids in one condition."""


class AnnulledBy(StrEnum):
    """Who annulled a penalty."""

    COURT = "court"  # 人民法院判决
    RECONSIDERATION = "reconsideration"  # 行政复议决定
    SUPERVISION = "supervision"  # 上级机关或者监督机关
    ITSELF = "itself"  # 作出机关自行撤销


@dataclass(frozen=True, slots=True)
class PenaltyRow:
    """A penalty as its decision says. `amount_fen`: the fine in hundredths of a yuan, None without one; `persons`: the
    natural persons whom its texts name and who are not punished.
    """

    id: UUID
    authority: UUID
    object: UUID
    visit: UUID | None
    number: str
    decided_on: date
    violation: str
    basis: str
    content: str
    amount_fen: int | None
    persons: tuple[str, ...]
    rule_set: str
    rule_digest: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class AnnulmentRow:
    """That a penalty was annulled: by whom, on what ground, by which judgment or decision, on which day."""

    id: UUID
    penalty: UUID
    by: AnnulledBy
    number: str
    ground: str
    annulled_on: date
    entered_by: str
    entered_at: datetime


_PENALTY: Final = tuple(PenaltyRow.__dataclass_fields__)
_ANNULMENT: Final = tuple(AnnulmentRow.__dataclass_fields__)


async def add_penalty(row: PenaltyRow) -> bool:
    """Insert a penalty; False when its authority has one with this number already."""
    told = {name: getattr(row, name) for name in _PENALTY} | {"persons": json.dumps(row.persons, ensure_ascii=False)}
    return bool(await insert_new(Penalty, [told], "id"))


async def lock(penalty_id: UUID) -> None:
    """Keep the row from others until commit."""
    await Penalty.raw(f"SELECT id FROM penalty WHERE id = {{}}{for_update()}", penalty_id)


async def penalty(penalty_id: UUID) -> PenaltyRow | None:
    """One penalty."""
    return _first(await penalties(Penalty.id == penalty_id))


async def numbered(authority: UUID, number: str) -> PenaltyRow | None:
    """The penalty of an authority whose decision has this number."""
    return _first(await penalties(Penalty.authority == authority, Penalty.number == number))


async def of_visits(visits: Collection[UUID]) -> list[PenaltyRow]:
    """The penalties in consequence of these visits, by id."""
    return await penalties(Penalty.visit.is_in(list(visits))) if visits else []


async def of_object(object_id: UUID) -> list[PenaltyRow]:
    """The penalties of an object, by id."""
    return await penalties(Penalty.object == object_id)


async def listed(authority: UUID, after: UUID | None, limit: int) -> list[PenaltyRow]:
    """A page of an authority's penalties by id, those behind `after`."""
    wanted: list[Any] = [Penalty.authority == authority]
    if after is not None:
        wanted.append(Penalty.id > after)
    return await penalties(*wanted, limit=limit)


async def penalties(*wanted: Any, limit: int | None = None) -> list[PenaltyRow]:
    """Those that all conditions hold for, by id."""
    query = Penalty.select(*_PENALTY).where(*wanted).order_by(Penalty.id)
    rows = await (query.limit(limit) if limit is not None else query)
    return [PenaltyRow(**row | {"persons": tuple(json.loads(row["persons"]))}) for row in rows]


async def add_annulment(row: AnnulmentRow) -> None:
    """Insert an annulment; the database has room for one a penalty."""
    await bulk_insert(PenaltyAnnulment, [{name: getattr(row, name) for name in _ANNULMENT} | {"by": row.by.value}])


async def annulments(penalty_ids: Sequence[UUID]) -> dict[UUID, AnnulmentRow]:
    """Those of these penalties that were annulled."""
    if not penalty_ids:
        return {}
    rows = await PenaltyAnnulment.select(*_ANNULMENT).where(PenaltyAnnulment.penalty.is_in(list(penalty_ids)))
    return {row["penalty"]: AnnulmentRow(**row | {"by": AnnulledBy(row["by"])}) for row in rows}


_DECIDED: Final = (
    "SELECT p.visit AS visit, min(p.decided_on) AS decided_on FROM penalty p WHERE p.visit IN ({}) "
    "AND NOT EXISTS (SELECT 1 FROM penalty_annulment a WHERE a.penalty = p.id) GROUP BY p.visit"
)


async def decided_days(visits: Collection[UUID]) -> dict[UUID, date]:
    """By visit, the day of the first decision on a penalty in consequence of it that stands."""
    held, days = sorted(visits), dict[UUID, date]()
    for start in range(0, len(held), MOST):
        part = held[start : start + MOST]
        rows = await ask(_DECIDED.format(", ".join("{}" for _ in part)), *part)
        # SQLite forgets what a computed column was.
        days |= {plain_uuid(row["visit"]): date.fromisoformat(str(row["decided_on"])) for row in rows}
    return days


def _first(rows: Sequence[PenaltyRow]) -> PenaltyRow | None:
    return rows[0] if rows else None
