"""Queries of annual plans."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert, for_update
from inspection.planning.facts import PlanFacts, PlanLineFacts
from inspection.planning.plan_rules import Line, PlanState
from inspection.planning.tables import AnnualPlan, PlanLine
from inspection.policy.terms import Method


async def lock_plan(plan_id: UUID) -> PlanFacts | None:
    """The plan, its row locked until the end of the unit of work."""
    await AnnualPlan.raw(f"SELECT id FROM annual_plan WHERE id = {{}}{for_update()}", plan_id)
    return await plan(plan_id)


async def plan(plan_id: UUID) -> PlanFacts | None:
    row = await AnnualPlan.select().where(AnnualPlan.id == plan_id).first()
    return _plan(row, await _lines(plan_id)) if row else None


async def plans(authority: UUID, year: int | None = None) -> list[PlanFacts]:
    """All versions, the newest year and version first."""
    select = AnnualPlan.select().where(AnnualPlan.authority == authority)
    if year is not None:
        select = select.where(AnnualPlan.year == year)
    rows = await select.order_by(AnnualPlan.year, AnnualPlan.version, ascending=False)
    return [_plan(row, await _lines(row["id"])) for row in rows]


async def newest_plan(authority: UUID, year: int) -> PlanFacts | None:
    """The highest version of a year, whatever its state."""
    row = (
        await AnnualPlan.select()
        .where(AnnualPlan.authority == authority, AnnualPlan.year == year)
        .order_by(AnnualPlan.version, ascending=False)
        .first()
    )
    return _plan(row, await _lines(row["id"])) if row else None


async def plan_of_line(line_id: UUID) -> tuple[PlanFacts, PlanLineFacts] | None:
    """A line together with its plan."""
    row = await PlanLine.select(PlanLine.plan).where(PlanLine.id == line_id).first()
    found = await plan(row["plan"]) if row else None
    return (found, next(line for line in found.lines if line.id == line_id)) if found else None


async def add_plan(
    plan_id: UUID,
    *,
    authority: UUID,
    year: int,
    version: int,
    name: str,
    rule_set: str,
    due_on: date,
    drafted_by: str,
    drafted_at: datetime,
    lines: Mapping[UUID, tuple[UUID, Line]],
) -> None:
    """Insert a drafted plan; `lines` maps new ids to item id and line."""
    facts: dict[str, Any] = {
        "id": plan_id,
        "authority": authority,
        "year": year,
        "version": version,
        "name": name,
        "state": PlanState.DRAFTED.value,
        "rule_set": rule_set,
        "due_on": due_on,
        "drafted_by": drafted_by,
        "drafted_at": drafted_at,
        "approved_by": None,
        "approved_at": None,
        "remarks": None,
        "filed_with": None,
        "filed_at": None,
    }
    await bulk_insert(AnnualPlan, [facts])
    await bulk_insert(PlanLine, [_line_row(line_id, plan_id, item, line) for line_id, (item, line) in lines.items()])


def _line_row(line_id: UUID, plan_id: UUID, item: UUID, line: Line) -> dict[str, Any]:
    return {
        "id": line_id,
        "plan": plan_id,
        "item": item,
        "object_text": line.object_text,
        "content": line.content,
        "methods": canonical_json([method.value for method in line.methods]).decode(),
        "ratio_num": line.ratio.numerator,
        "ratio_den": line.ratio.denominator,
        "frequency": line.frequency,
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        "note": line.note,
    }


async def move_plan(plan_id: UUID, state: PlanState) -> None:
    await AnnualPlan.update({AnnualPlan.state: state.value}).where(AnnualPlan.id == plan_id)


async def set_review(plan_id: UUID, state: PlanState, by: str, at: datetime, remarks: str | None) -> None:
    approved = state is PlanState.APPROVED
    await AnnualPlan.update(
        {
            AnnualPlan.state: state.value,
            AnnualPlan.approved_by: by if approved else None,
            AnnualPlan.approved_at: at if approved else None,
            AnnualPlan.remarks: remarks,
        }
    ).where(AnnualPlan.id == plan_id)


async def set_filed(plan_id: UUID, filed_with: str, at: datetime) -> None:
    await AnnualPlan.update(
        {AnnualPlan.state: PlanState.FILED.value, AnnualPlan.filed_with: filed_with, AnnualPlan.filed_at: at}
    ).where(AnnualPlan.id == plan_id)


async def _lines(plan_id: UUID) -> tuple[PlanLineFacts, ...]:
    item = PlanLine.item
    rows = (
        await PlanLine.select(*PlanLine.all_columns(), item.code.as_alias("item_code"), item.name.as_alias("item_name"))
        .where(PlanLine.plan == plan_id)
        .order_by(item.code)
    )
    return tuple(_line(row) for row in rows)


def _line(row: Mapping[str, Any]) -> PlanLineFacts:
    return PlanLineFacts(
        id=row["id"],
        plan=row["plan"],
        item=row["item"],
        item_code=row["item_code"],
        item_name=row["item_name"],
        object_text=row["object_text"],
        content=row["content"],
        methods=tuple(Method(method) for method in json.loads(row["methods"])),
        ratio=Fraction(row["ratio_num"], row["ratio_den"]),
        frequency=row["frequency"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        note=row["note"],
    )


def _plan(row: Mapping[str, Any], lines: Sequence[PlanLineFacts]) -> PlanFacts:
    named = {name: row[name] for name in PlanFacts.__dataclass_fields__ if name != "lines"}
    return PlanFacts(**{**named, "state": PlanState(row["state"]), "lines": tuple(lines)})
