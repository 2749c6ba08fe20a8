"""What the monitoring reads: the past draws of an authority, numbers only."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.draw.ceremony import DrawState
from inspection.draw.changes.terms import ChangeKind
from inspection.draw.tables import Draw, DrawCell, DrawChange
from inspection.draw.told.monitoring import PastCell, PastDraw
from inspection.kernel.calendar.rules import local_day

_READ = (
    *("id", "state", "sequence", "planned_at", "frozen_at", "params"),
    *("match_objects", "match_places", "match_how"),
)
SETTLED = "settled"
NO_CONDITION = ("", "{}")


async def past_draws(authority: UUID) -> list[PastDraw]:
    """Every draw of the authority that was begun, in no particular order."""
    rows = await Draw.select(*_READ).where(Draw.authority == authority)
    cells, changes = await _cells(authority), await _changes(authority)
    return [_past(row, cells[row["id"]], changes[row["id"]]) for row in rows]


async def _cells(authority: UUID) -> Mapping[UUID, list[PastCell]]:
    found: dict[UUID, list[PastCell]] = defaultdict(list)
    rows = await DrawCell.select("draw", "weight", "size", "lambda_num", "lambda_den", "quota").where(
        DrawCell.draw.authority == authority, DrawCell.quota.is_not_null(), DrawCell.lambda_den.is_not_null()
    )
    for row in rows:
        expected = Fraction(row["size"] * row["lambda_num"], row["lambda_den"])
        found[row["draw"]].append(PastCell(row["weight"], expected, row["quota"]))
    return found


async def _changes(authority: UUID) -> Mapping[UUID, list[ChangeKind]]:
    found: dict[UUID, list[ChangeKind]] = defaultdict(list)
    rows = await DrawChange.select("draw", "kind").where(
        DrawChange.draw.authority == authority, DrawChange.state == SETTLED
    )
    for row in rows:
        found[row["draw"]].append(ChangeKind(row["kind"]))
    return found


def _past(row: Mapping[str, Any], cells: Sequence[PastCell], changes: Sequence[ChangeKind]) -> PastDraw:
    replaced = changes.count(ChangeKind.REPLACE_OBJECT)
    tasks = json.loads(row["params"])["tasks"] if row["params"] else []
    return PastDraw(
        DrawState(row["state"]),
        local_day(row["frozen_at"] or row["planned_at"]),
        row["sequence"],
        row["match_objects"] or 0,
        row["match_places"] or 0,
        json.loads(row["match_how"]) if row["match_how"] else {},
        replaced,
        len(changes) - replaced,
        any(task["focused"] for task in tasks),
        tuple(task["condition"] for task in tasks if task["condition"] not in NO_CONDITION),
        cells,
    )
