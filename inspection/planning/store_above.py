"""Queries of the plans of higher authorities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from piccolo.query.functions import Count

from inspection.kernel.sql import bulk_insert, bulk_update, insert_new
from inspection.planning.tables import HigherPlan, HigherPlanObject


@dataclass(frozen=True, slots=True)
class HigherPlanFacts:
    """One item of a higher authority's plan. `whole`: the item itself is drawn there; `objects`: how many objects are
    known to be drawn. Who they are is asked for the draw only: drawn lists are confidential."""

    id: UUID
    source: str
    number: str
    item_text: str
    item_code: str | None
    scope: str
    year: int
    starts_on: date
    ends_on: date
    whole: bool
    imported_at: datetime
    imported_by: str
    objects: int = 0


async def higher_plans(authority: UUID, starts_on: date, ends_on: date) -> list[HigherPlanFacts]:
    """Those whose days meet this window, in the order of authority, number and item."""
    rows = (
        await HigherPlan.select()
        .where(HigherPlan.authority == authority, HigherPlan.ends_on >= starts_on, HigherPlan.starts_on <= ends_on)
        .order_by(HigherPlan.source)
        .order_by(HigherPlan.number)
        .order_by(HigherPlan.item_text)
    )
    if not rows:
        return []
    counted = (
        await HigherPlanObject.select(HigherPlanObject.plan, Count())
        .where(HigherPlanObject.plan.is_in([row["id"] for row in rows]))
        .group_by(HigherPlanObject.plan)
    )
    counts = {row["plan"]: row["count"] for row in counted}
    return [_facts(row, counts.get(row["id"], 0)) for row in rows]


async def known(authority: UUID, sources: Collection[str]) -> dict[tuple[str, str, str], HigherPlanFacts]:
    """All that these higher authorities have planned, by authority, number and item."""
    if not sources:
        return {}
    rows = await HigherPlan.select().where(
        HigherPlan.authority == authority, HigherPlan.source.is_in(list(set(sources)))
    )
    return {(row["source"], row["number"], row["item_text"]): _facts(row, 0) for row in rows}


async def drawn_above(plan_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """(plan, code) of every object drawn under these plans."""
    if not plan_ids:
        return []
    rows = (
        await HigherPlanObject.select(HigherPlanObject.plan, HigherPlanObject.code)
        .where(HigherPlanObject.plan.is_in(list(plan_ids)))
        .order_by(HigherPlanObject.code)
    )
    return [(row["plan"], row["code"]) for row in rows]


async def add_higher_plans(authority: UUID, run: UUID, plans: Sequence[HigherPlanFacts]) -> None:
    rows = [{"authority": authority, "run": run, **_columns(plan)} for plan in plans]
    await bulk_insert(HigherPlan, rows)


async def change_higher_plans(plans: Sequence[HigherPlanFacts]) -> None:
    await bulk_update(HigherPlan, [_columns(plan) for plan in plans])


async def add_drawn(rows: Mapping[UUID, tuple[UUID, str, str]]) -> set[UUID]:
    """Insert drawn objects: id → plan, code, name; returns the ids of those that were not known yet."""
    told = [{"id": row_id, "plan": plan, "code": code, "name": name} for row_id, (plan, code, name) in rows.items()]
    return await insert_new(HigherPlanObject, told, "id")


def _columns(plan: HigherPlanFacts) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in HigherPlanFacts.__slots__ if name != "objects"}


def _facts(row: Mapping[str, Any], objects: int) -> HigherPlanFacts:
    named = {name: row[name] for name in HigherPlanFacts.__slots__ if name != "objects"}
    return HigherPlanFacts(**{**named, "whole": bool(row["whole"]), "objects": objects})
