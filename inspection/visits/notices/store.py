"""Queries of notices: the blocks of their numbers, and their steps."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, insert_new, one_of
from inspection.visits.notices.tables import NoticeStep, NumberBlock


class Step(StrEnum):
    """What became of a notice (送达)."""

    NUMBERED = "numbered"  # it was given its number
    SERVED = "served"
    OPENED = "opened"  # the party opened its page
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step, as `NoticeStep` has it. `flags`: what is wrong with it, sorted words; `at`: the server's clock."""

    id: UUID
    visit: UUID
    step: Step
    source: str
    by: str
    at: datetime
    how: str | None = None
    number: str | None = None
    receiver: str | None = None
    reason: str | None = None
    doc: str | None = None
    claimed: datetime | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers `first` … `last` of the authority's series of `year`, reserved for one tablet."""

    first: int
    last: int


async def add_step(row: StepRow) -> bool:
    """Keep a step; whether it was new: the same step of the same source is there once."""
    values = {name: getattr(row, name) for name in StepRow.__slots__}
    values |= {"step": row.step.value, "flags": canonical_json(sorted(set(row.flags))).decode()}
    return bool(await insert_new(NoticeStep, [values], "id"))


async def steps(visits: Collection[UUID]) -> list[StepRow]:
    """The steps of the notices of these visits, the oldest first."""
    if not visits:
        return []
    sql = "SELECT * FROM notice_step WHERE {} ORDER BY at, id"
    return [_step(row) for row in await ask(sql, one_of("visit", [str(visit) for visit in visits]))]


async def noted(visit: UUID, step: Step, source: str) -> bool:
    """Whether this step of this source is kept already."""
    sql = "SELECT 1 AS found FROM notice_step WHERE visit = {} AND step = {} AND source = {}"
    return bool(await ask(sql, visit, step.value, source))


async def borne_elsewhere(authority: UUID, number: str, visit: UUID) -> bool:
    """Whether the notice of another visit of this authority bears the number."""
    rows = await ask(
        "SELECT 1 AS found FROM notice_step AS s JOIN visit AS v ON v.id = s.visit "
        "WHERE s.number = {} AND s.visit <> {} AND v.authority = {} LIMIT 1",
        number,
        visit,
        authority,
    )
    return bool(rows)


async def used(numbers: Collection[str]) -> frozenset[str]:
    """Those of these numbers that a notice bears."""
    if not numbers:
        return frozenset()
    rows = await ask("SELECT DISTINCT number FROM notice_step WHERE {}", one_of("number", sorted(numbers)))
    return frozenset(row["number"] for row in rows)


async def add_block(id_: UUID, authority: UUID, device: UUID, year: int, block: Block, at: datetime) -> None:
    """Keep a block that was given to a tablet."""
    row = {
        "id": id_,
        "authority": authority,
        "device": device,
        "year": year,
        "first": block.first,
        "last": block.last,
        "given_at": at,
    }
    await bulk_insert(NumberBlock, [row])


async def blocks(authority: UUID, device: UUID, year: int) -> list[Block]:
    """The blocks of a tablet of one year, the first first."""
    rows = await ask(
        'SELECT "first", "last" FROM number_block WHERE device = {} AND year = {} AND authority = {} ORDER BY "first"',
        device,
        year,
        authority,
    )
    return [Block(row["first"], row["last"]) for row in rows]


def _step(row: Mapping[str, Any]) -> StepRow:
    told = {name: row[name] for name in StepRow.__slots__}
    told |= {"id": plain_uuid(row["id"]), "visit": plain_uuid(row["visit"]), "step": Step(row["step"])}
    return StepRow(**told | {"flags": tuple(json.loads(row["flags"]))})
