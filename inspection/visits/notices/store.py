"""Queries of notices: the blocks of their numbers, and their steps."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, insert_new, one_of
from inspection.visits.notices.tables import NoticeStep, NumberBlock

OFFICE = "office"
"""What the source of a step begins with that the office took."""


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

    @property
    def entry(self) -> str | None:
        """The hash (base64url) of the entry that tells of it; None of what the office or the party did."""
        return self.source if self.step is Step.SERVED and not self.source.startswith(OFFICE) else None


_COLUMNS = tuple(one.name for one in fields(StepRow))


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers `first` … `last` of the authority's series of `year`, reserved for one tablet."""

    first: int
    last: int


async def add_steps(rows: Sequence[StepRow]) -> frozenset[UUID]:
    """Keep steps; the ids of those that were new: the same step of the same source is there once."""
    return frozenset(plain_uuid(id_) for id_ in await insert_new(NoticeStep, [_values(row) for row in rows], "id"))


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


async def borne_elsewhere(authority: UUID, numbers: Collection[str], visits: Collection[UUID]) -> frozenset[str]:
    """Those of these numbers that the notice of a visit of this authority bears which is none of `visits`."""
    if not numbers:
        return frozenset()
    rows = await ask(
        "SELECT DISTINCT s.number, s.visit FROM notice_step AS s JOIN visit AS v ON v.id = s.visit "
        "WHERE {} AND v.authority = {}",
        one_of("number", sorted(numbers)),
        authority,
    )
    return frozenset(row["number"] for row in rows if plain_uuid(row["visit"]) not in visits)


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


async def all_blocks(authority: UUID, devices: Collection[UUID]) -> dict[tuple[UUID, int], list[Block]]:
    """By device and year, every block that these tablets were given."""
    sql = 'SELECT device, year, "first", "last" FROM number_block WHERE {} AND authority = {}'
    found: dict[tuple[UUID, int], list[Block]] = defaultdict(list)
    for row in await ask(sql, one_of("device", [str(device) for device in devices]), authority):
        found[plain_uuid(row["device"]), row["year"]].append(Block(row["first"], row["last"]))
    return dict(found)


def _values(row: StepRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return values | {"step": row.step.value, "flags": canonical_json(sorted(set(row.flags))).decode()}


def _step(row: Mapping[str, Any]) -> StepRow:
    told = {name: row[name] for name in _COLUMNS}
    told |= {"id": plain_uuid(row["id"]), "visit": plain_uuid(row["visit"]), "step": Step(row["step"])}
    return StepRow(**told | {"flags": tuple(json.loads(row["flags"]))})
