"""Queries of annual plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert, for_update
from inspection.planning.facts import PlanFacts, PlanLineFacts
from inspection.planning.plan_rules import IN_FORCE, PlanHead, PlanState
from inspection.planning.store_lines import line_counts, lines_of
from inspection.planning.store_lines import plan_of_line as plan_id_of_line
from inspection.planning.tables import AnnualPlan, PlanPublication


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A drafted version, without its lines."""

    id: UUID
    authority: UUID
    year: int
    version: int
    name: str
    rule_set: str
    rule_digest: str
    opens_on: date | None
    due_on: date
    reason: str | None
    drafted_by: str
    drafted_at: datetime


async def lock_plan(plan_id: UUID) -> PlanFacts | None:
    """The plan, its row locked until the end of the unit of work."""
    await AnnualPlan.raw(f"SELECT id FROM annual_plan WHERE id = {{}}{for_update()}", plan_id)
    return await plan(plan_id)


async def plan(plan_id: UUID) -> PlanFacts | None:
    row = await AnnualPlan.select().where(AnnualPlan.id == plan_id).first()
    return (await _plans([row]))[0] if row else None


async def plans(authority: UUID, year: int | None = None) -> list[PlanFacts]:
    """All versions, the newest year and version first."""
    select = AnnualPlan.select().where(AnnualPlan.authority == authority)
    if year is not None:
        select = select.where(AnnualPlan.year == year)
    return await _plans(await select.order_by(AnnualPlan.year, AnnualPlan.version, ascending=False))


async def plan_versions(authority: UUID, year: int | None = None) -> list[tuple[PlanFacts, int]]:
    """All versions without their lines, each with how many it has; the newest year and version first."""
    select = AnnualPlan.select().where(AnnualPlan.authority == authority)
    if year is not None:
        select = select.where(AnnualPlan.year == year)
    rows = await select.order_by(AnnualPlan.year, AnnualPlan.version, ascending=False)
    ids = [row["id"] for row in rows]
    published, counts = await _published(ids), await line_counts(ids)
    return [(_plan(row, (), published.get(row["id"])), counts.get(row["id"], 0)) for row in rows]


async def newest_plan(authority: UUID, year: int) -> PlanFacts | None:
    """The highest version of a year, whatever its state."""
    row = (
        await AnnualPlan.select()
        .where(AnnualPlan.authority == authority, AnnualPlan.year == year)
        .order_by(AnnualPlan.version, ascending=False)
        .first()
    )
    return (await _plans([row]))[0] if row else None


async def plan_in_force(authority: UUID, year: int) -> PlanFacts | None:
    """The approved or filed version of a year."""
    rows = await AnnualPlan.select().where(
        AnnualPlan.authority == authority,
        AnnualPlan.year == year,
        AnnualPlan.state.is_in([state.value for state in IN_FORCE]),
    )
    return (await _plans(rows[:1]))[0] if rows else None


async def plan_heads(years: Sequence[int]) -> list[PlanHead]:
    """All versions of all authorities' plans for these years, without lines, in the order of the versions."""
    rows = await AnnualPlan.select().where(AnnualPlan.year.is_in(list(years))).order_by(AnnualPlan.version)
    published = await _published([row["id"] for row in rows])
    return [
        PlanHead(
            row["id"],
            row["authority"],
            row["year"],
            row["version"],
            PlanState(row["state"]),
            row["approved_at"],
            published.get(row["id"]),
        )
        for row in rows
    ]


async def plan_of_line(line_id: UUID) -> tuple[PlanFacts, PlanLineFacts] | None:
    """A line together with its plan."""
    plan_id = await plan_id_of_line(line_id)
    found = await plan(plan_id) if plan_id else None
    return (found, next(line for line in found.lines if line.id == line_id)) if found else None


async def add_plan(new: NewPlan) -> None:
    """Insert a drafted plan; its lines follow (`store_lines.add_lines`)."""
    facts: dict[str, Any] = {name: getattr(new, name) for name in NewPlan.__slots__}
    empty = ("approved_by", "approved_at", "remarks", "filed_with", "filed_at")
    await bulk_insert(AnnualPlan, [{**facts, "state": PlanState.DRAFTED.value, **dict.fromkeys(empty)}])


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


async def add_publication(
    publication_id: UUID, plan_id: UUID, document: str, digest: str, channels: Sequence[str], by: str, at: datetime
) -> None:
    """Keep what is published of a plan."""
    row: dict[str, Any] = {
        "id": publication_id,
        "plan": plan_id,
        "digest": digest,
        "document": document,
        "channels": canonical_json(list(channels)).decode(),
        "published_at": at,
        "published_by": by,
    }
    await bulk_insert(PlanPublication, [row])


async def publication(plan_id: UUID) -> tuple[str, str] | None:
    """The text that was published of a plan, and its digest."""
    row = await PlanPublication.select().where(PlanPublication.plan == plan_id).first()
    return (row["document"], row["digest"]) if row else None


async def published_plans() -> list[PlanFacts]:
    """Every published version, without lines; of each authority the newest year and version first."""
    ids = await PlanPublication.select(PlanPublication.plan)
    if not ids:
        return []
    rows = (
        await AnnualPlan.select()
        .where(AnnualPlan.id.is_in([row["plan"] for row in ids]))
        .order_by(AnnualPlan.year, AnnualPlan.version, ascending=False)
    )
    told = await _published([row["id"] for row in rows])
    return [_plan(row, (), told.get(row["id"])) for row in rows]


async def _plans(rows: Sequence[Mapping[str, Any]]) -> list[PlanFacts]:
    ids = [row["id"] for row in rows]
    lines, published = await lines_of(ids), await _published(ids)
    return [_plan(row, lines.get(row["id"], ()), published.get(row["id"])) for row in rows]


async def _published(ids: Sequence[UUID]) -> dict[UUID, datetime]:
    if not ids:
        return {}
    rows = await PlanPublication.select(PlanPublication.plan, PlanPublication.published_at).where(
        PlanPublication.plan.is_in(list(ids))
    )
    return {row["plan"]: row["published_at"] for row in rows}


def _plan(row: Mapping[str, Any], lines: Sequence[PlanLineFacts], published_at: datetime | None) -> PlanFacts:
    own = PlanFacts.__dataclass_fields__.keys() - {"lines", "published_at"}
    named = {name: row[name] for name in own}
    return PlanFacts(**{**named, "state": PlanState(row["state"]), "lines": tuple(lines), "published_at": published_at})
