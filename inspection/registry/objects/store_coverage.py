"""Queries of the coverage check: counted by kind and trades in the database, never object by object."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from inspection.kernel.database import speaks_postgres
from inspection.kernel.ids import plain_uuid
from inspection.registry.objects.rows import ObjectStatus
from inspection.registry.objects.store_census import groups
from inspection.registry.objects.tables import InspectionObject, RegisterEntry

Sort: TypeAlias = tuple[str, str]
"""(kind, trades as stored): objects that agree in both are in the same directories but for special registers."""

PAGE = 5000
# What has ceased to exist cannot be inspected and need not be covered.
THERE = (ObjectStatus.ACTIVE.value, ObjectStatus.SUSPENDED.value)
_STANDING = "e.removed_on IS NULL AND (e.valid_until IS NULL OR e.valid_until >= {}) AND o.status IN ({}, {})"


async def sorts(authority: UUID) -> dict[Sort, int]:
    """By kind and trades, how many objects of the authority are there."""
    found = Counter[Sort]()
    for group in await groups(authority):
        if group.status in THERE:
            found[group.kind, group.trades] += group.objects
    return dict(found)


async def standing_sorts(register_ids: Collection[UUID], on: date) -> dict[Sort, int]:
    """By kind and trades, how many objects stand in at least one of these special registers on the day."""
    if not register_ids:
        return {}
    marks = ", ".join("{}" for _ in register_ids)
    rows = await RegisterEntry.raw(
        "SELECT o.kind, o.trades, COUNT(DISTINCT o.id) AS n FROM register_entry e "
        f"JOIN inspection_object o ON o.id = e.object WHERE e.register IN ({marks}) AND {_STANDING} "
        "GROUP BY o.kind, o.trades",
        *register_ids,
        _day(on),
        *THERE,
    )
    return {(row["kind"], row["trades"]): int(row["n"]) for row in rows}


async def filled(register_ids: Collection[UUID], on: date) -> set[UUID]:
    """Those of these special registers in which at least one object stands on the day."""
    if not register_ids:
        return set()
    marks = ", ".join("{}" for _ in register_ids)
    rows = await RegisterEntry.raw(
        "SELECT DISTINCT e.register FROM register_entry e JOIN inspection_object o ON o.id = e.object "
        f"WHERE e.register IN ({marks}) AND {_STANDING}",
        *register_ids,
        _day(on),
        *THERE,
    )
    return {plain_uuid(row["register"]) for row in rows}


async def first_outside(
    authority: UUID, among: Sequence[Sort], register_ids: Collection[UUID], on: date, limit: int
) -> list[tuple[str, str]]:
    """(code, name) of the first objects of these kinds and trades that stand in none of the registers."""
    pairs = " OR ".join("(o.kind = {} AND o.trades = {})" for _ in among)
    values: list[Any] = [authority, *THERE, *(part for sort in among for part in sort)]
    outside = ""
    if register_ids:
        marks = ", ".join("{}" for _ in register_ids)
        outside = (
            " AND NOT EXISTS (SELECT 1 FROM register_entry e WHERE e.object = o.id AND e.removed_on IS NULL "
            f"AND (e.valid_until IS NULL OR e.valid_until >= {{}}) AND e.register IN ({marks}))"
        )
        values += [_day(on), *register_ids]
    rows = await InspectionObject.raw(
        f"SELECT o.code, o.name FROM inspection_object o WHERE o.authority = {{}} AND o.status IN ({{}}, {{}}) "
        f"AND ({pairs}){outside} ORDER BY o.code LIMIT {{}}",
        *values,
        limit,
    )
    return [(row["code"], row["name"]) for row in rows]


async def codes_after(authority: UUID, after: str) -> list[tuple[str, str]]:
    """(code, name) of the next objects in the order of the codes; empty at the end."""
    rows = (
        await InspectionObject.select(InspectionObject.code, InspectionObject.name)
        .where(InspectionObject.authority == authority, InspectionObject.code > after)
        .order_by(InspectionObject.code)
        .limit(PAGE)
    )
    return [(row["code"], row["name"]) for row in rows]


async def ownerless(authority: UUID, limit: int) -> tuple[int, list[tuple[str, str]]]:
    """Products, projects and conduct whose owner is not in the register: how many, and (code, owner) of the first."""
    where = (
        "FROM inspection_object o WHERE o.authority = {} AND o.owner IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM inspection_object p WHERE p.authority = o.authority AND p.code = o.owner)"
    )
    counted = await InspectionObject.raw(f"SELECT COUNT(*) AS n {where}", authority)
    rows = await InspectionObject.raw(f"SELECT o.code, o.owner {where} ORDER BY o.code LIMIT {{}}", authority, limit)
    return int(counted[0]["n"]), [(row["code"], row["owner"]) for row in rows]


def _day(on: date) -> date | str:
    return on if speaks_postgres() else on.isoformat()
