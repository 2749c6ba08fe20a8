"""Queries of plan lines, with their departments and credit grades, and of why items have none: a fixed number, however
many lines.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from piccolo.query.functions import Count

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert
from inspection.planning.facts import PlanLineFacts
from inspection.planning.plan_lines import Line, Party, Stratum
from inspection.planning.tables import PlanLine, PlanOmission, PlanParty, PlanStratum
from inspection.policy.terms import Method

LEAD = "lead"
PARTICIPANT = "participant"


async def lines_of(plan_ids: Collection[UUID]) -> dict[UUID, tuple[PlanLineFacts, ...]]:
    """By plan, its lines in the order of the items' codes."""
    if not plan_ids:
        return {}
    wanted, item = list(plan_ids), PlanLine.item
    rows = (
        await PlanLine.select(*PlanLine.all_columns(), item.code.as_alias("item_code"), item.name.as_alias("item_name"))
        .where(PlanLine.plan.is_in(wanted))
        .order_by(item.code)
    )
    parties = await PlanParty.select().where(PlanParty.line.plan.is_in(wanted)).order_by(PlanParty.position)
    strata = await PlanStratum.select().where(PlanStratum.line.plan.is_in(wanted)).order_by(PlanStratum.grade)
    told, graded = _by_line(parties), _by_line(strata)
    found: dict[UUID, list[PlanLineFacts]] = defaultdict(list)
    for row in rows:
        found[row["plan"]].append(_line(row, told[row["id"]], graded[row["id"]]))
    return {plan: tuple(lines) for plan, lines in found.items()}


async def line_counts(plan_ids: Collection[UUID]) -> dict[UUID, int]:
    """By plan, how many lines it has."""
    if not plan_ids:
        return {}
    counted = (
        await PlanLine.select(PlanLine.plan, Count()).where(PlanLine.plan.is_in(list(plan_ids))).group_by(PlanLine.plan)
    )
    return {row["plan"]: row["count"] for row in counted}


async def plan_of_line(line_id: UUID) -> UUID | None:
    """The plan that a line stands in."""
    row = await PlanLine.select(PlanLine.plan).where(PlanLine.id == line_id).first()
    return row["plan"] if row else None


async def add_lines(plan_id: UUID, lines: Mapping[UUID, tuple[UUID, Line]], new_id: Callable[[], UUID]) -> None:
    """Insert lines: id → item id and line. Ratio and frequency must be stated."""
    await bulk_insert(PlanLine, [_line_row(line_id, plan_id, item, line) for line_id, (item, line) in lines.items()])
    parties, strata = [], []
    for line_id, (_, line) in lines.items():
        named = [(LEAD, line.lead), *((PARTICIPANT, party) for party in line.participants)]
        parties += [
            _party_row(new_id(), line_id, place, role, party)
            for place, (role, party) in enumerate(named)
            if party is not None
        ]
        strata += [_stratum_row(new_id(), line_id, stratum) for stratum in line.strata]
    await bulk_insert(PlanParty, parties)
    await bulk_insert(PlanStratum, strata)


async def add_omissions(plan_id: UUID, reasons: Mapping[UUID, str], new_id: Callable[[], UUID]) -> None:
    """Keep why items have no line. `reasons`: by the id of the item's version."""
    rows = [{"id": new_id(), "plan": plan_id, "item": item, "reason": told} for item, told in reasons.items()]
    await bulk_insert(PlanOmission, rows)


async def omissions_of(plan_id: UUID) -> dict[str, str]:
    """By the code of the item, why a plan leaves it out; without those of which nothing was said."""
    told = PlanOmission.item.code.as_alias("code"), PlanOmission.reason
    rows = await PlanOmission.select(*told).where(PlanOmission.plan == plan_id)
    return {row["code"]: row["reason"] for row in rows}


def _line_row(line_id: UUID, plan_id: UUID, item: UUID, line: Line) -> dict[str, Any]:
    if line.ratio is None or line.frequency is None:
        raise ValueError("a line without ratio or frequency is not kept")
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
        "quantity": line.quantity,
        "base": line.base,
        "joint": line.joint,
        "reason": line.reason,
    }


def _party_row(party_id: UUID, line_id: UUID, place: int, role: str, party: Party) -> dict[str, Any]:
    ours = {"authority": party.authority, "unit": party.unit}
    return {"id": party_id, "line": line_id, "role": role, "position": place, "name": party.name, **ours}


def _stratum_row(stratum_id: UUID, line_id: UUID, stratum: Stratum) -> dict[str, Any]:
    ratio = {"ratio_num": stratum.ratio.numerator, "ratio_den": stratum.ratio.denominator}
    return {"id": stratum_id, "line": line_id, "grade": stratum.grade, **ratio, "frequency": stratum.frequency}


def _by_line(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, list[Mapping[str, Any]]]:
    found: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["line"]].append(row)
    return found


def _line(
    row: Mapping[str, Any], parties: Sequence[Mapping[str, Any]], strata: Sequence[Mapping[str, Any]]
) -> PlanLineFacts:
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
        quantity=row["quantity"],
        base=row["base"],
        strata=tuple(
            Stratum(one["grade"], Fraction(one["ratio_num"], one["ratio_den"]), one["frequency"]) for one in strata
        ),
        lead=next((_party(one) for one in parties if one["role"] == LEAD), None),
        participants=tuple(_party(one) for one in parties if one["role"] == PARTICIPANT),
        joint=bool(row["joint"]),
        reason=row["reason"] or "",
    )


def _party(row: Mapping[str, Any]) -> Party:
    return Party(row["name"], row["authority"], row["unit"])
