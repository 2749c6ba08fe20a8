"""Queries of the lines that were refused, and of what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from sync.tables import DeadLetter, LetterOutcome


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A refused line as it is kept: `content` is its beginning when `size` is more."""

    id: UUID
    carrier: UUID
    size: int
    content: bytes
    reason: str
    received_at: datetime

    @property
    def whole(self) -> bool:
        """Whether all of it is kept, so that it can be read again."""
        return len(self.content) == self.size


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of a letter. `verdict`: of the entry it turned out to be, or that a person set it aside."""

    id: UUID
    letter: UUID
    at: datetime
    by: str
    verdict: str
    entry: str | None
    note: str | None


_LETTER: Final = "letter.id, letter.carrier, letter.size, letter.content, letter.reason, letter.received_at"
_OF_AUTHORITY: Final = "FROM dead_letter letter JOIN device ON device.id = letter.carrier WHERE device.authority = {}"
_OPEN: Final = "NOT EXISTS (SELECT 1 FROM dead_letter_outcome told WHERE told.letter = letter.id)"


async def page(authority: UUID, after: UUID | None, limit: int, *, still_open: bool) -> list[LetterRow]:
    """Letters of an authority's devices by id, those behind `after`; only those that nothing became of yet, or all."""
    where, values = _OF_AUTHORITY, [authority]
    if after is not None:
        where, values = f"{where} AND letter.id > {{}}", [*values, after]
    if still_open:
        where = f"{where} AND {_OPEN}"
    rows = await DeadLetter.raw(f"SELECT {_LETTER} {where} ORDER BY letter.id LIMIT {{}}", *values, limit)
    return [_letter(row) for row in rows]


async def refused_for(authority: UUID, reason: str, after: UUID | None, limit: int) -> list[LetterRow]:
    """Letters that nothing became of yet, refused for one reason, by id."""
    where, values = f"{_OF_AUTHORITY} AND {_OPEN} AND letter.reason = {{}}", [authority, reason]
    if after is not None:
        where, values = f"{where} AND letter.id > {{}}", [*values, after]
    rows = await DeadLetter.raw(f"SELECT {_LETTER} {where} ORDER BY letter.id LIMIT {{}}", *values, limit)
    return [_letter(row) for row in rows]


async def lock_letter(authority: UUID, letter: UUID) -> LetterRow | None:
    """A letter of an authority's devices, locked until commit."""
    lock = f"{for_update()} OF letter" if for_update() else ""
    rows = await DeadLetter.raw(f"SELECT {_LETTER} {_OF_AUTHORITY} AND letter.id = {{}}{lock}", authority, letter)
    return _letter(rows[0]) if rows else None


async def outcomes(letters: Sequence[UUID]) -> dict[UUID, OutcomeRow]:
    """By letter, what became of it."""
    if not letters:
        return {}
    rows = await LetterOutcome.select().where(LetterOutcome.letter.is_in(list(letters)))
    found = (
        OutcomeRow(
            plain_uuid(row["id"]),
            plain_uuid(row["letter"]),
            row["at"],
            row["by"],
            row["verdict"],
            row["entry"],
            row["note"],
        )
        for row in rows
    )
    return {one.letter: one for one in found}


async def add_outcomes(rows: Sequence[OutcomeRow]) -> int:
    """Keep what became of letters, once for each; how many were new."""
    named: list[dict[str, Any]] = [
        {
            "id": row.id,
            "letter": row.letter,
            "at": row.at,
            "by": row.by,
            "verdict": row.verdict,
            "entry": row.entry,
            "note": row.note,
        }
        for row in rows
    ]
    return await bulk_insert(LetterOutcome, named, on_conflict="nothing")


def _letter(row: dict[str, Any]) -> LetterRow:
    return LetterRow(
        plain_uuid(row["id"]),
        plain_uuid(row["carrier"]),
        int(row["size"]),
        bytes(row["content"]),
        row["reason"],
        row["received_at"],
    )
