"""Queries of procedures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.planning.facts import ProcedureFacts
from inspection.planning.tables import Procedure


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """One version of a procedure without its text."""

    id: UUID
    item_code: str
    version: int
    released_at: datetime


async def newest_of(authority: UUID) -> dict[str, ProcedureLine]:
    """By the code of the item, the newest version of every procedure of an authority."""
    told = (Procedure.id, Procedure.item_code, Procedure.version, Procedure.released_at)
    rows = await Procedure.select(*told).where(Procedure.authority == authority).order_by(Procedure.version)
    return {row["item_code"]: ProcedureLine(**row) for row in rows}


async def newest(authority: UUID, item_code: str) -> ProcedureFacts | None:
    """The procedure that a task of the item starts with today."""
    found = await versions(authority, item_code)
    return found[0] if found else None


async def versions(authority: UUID, item_code: str) -> list[ProcedureFacts]:
    """All versions, the newest first."""
    rows = await (
        Procedure.select()
        .where(Procedure.authority == authority, Procedure.item_code == item_code)
        .order_by(Procedure.version, ascending=False)
    )
    return [_facts(row) for row in rows]


async def procedure(procedure_id: UUID) -> ProcedureFacts | None:
    row = await Procedure.select().where(Procedure.id == procedure_id).first()
    return _facts(row) if row else None


async def add(facts: ProcedureFacts) -> None:
    await bulk_insert(Procedure, [asdict(facts)])


def _facts(row: Mapping[str, Any]) -> ProcedureFacts:
    return ProcedureFacts(**row)
