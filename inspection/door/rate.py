"""评价: the party rates how it was inspected, once a visit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.door import store_sent
from inspection.door.admitted import admitted
from inspection.door.store_sent import RatingRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.problems import ProblemCode

LOWEST: Final = 1
HIGHEST: Final = 5


class Question(StrEnum):
    """What a party is asked; each is answered from 1 (not at all) to 5 (fully)."""

    IDENTITY = "identity"  # 出示执法证件、说明来意
    NOTICE = "notice"  # 告知检查事项、依据和权利
    CONDUCT = "conduct"  # 执法文明规范、廉洁
    FAIRNESS = "fairness"  # 检查公正，听取陈述申辩
    BURDEN = "burden"  # 未影响正常生产经营


@dataclass(frozen=True, slots=True)
class Average:
    """How one question was answered: by how many, and the mean in hundredths."""

    question: Question
    answers: int
    mean_hundredths: int


async def rate(cmd: Command, *, visit_id: UUID, turn: int, marks: Mapping[Question, int]) -> RatingRow:
    """Keep the rating. The same one again changes nothing; the marks are not told in the visit's journal.

    Raises:
        Conflict: `door.closed`; `door.rated_already`: with other marks.
        Invalid: `door.marks_missing`: a question without an answer, or one out of range.
    """
    if set(marks) != set(Question) or not all(LOWEST <= mark <= HIGHEST for mark in marks.values()):
        raise Invalid(ProblemCode.INVALID, "door.marks_missing", lowest=LOWEST, highest=HIGHEST)
    return await in_unit(_rate, cmd, visit_id, turn, marks)


async def rating_of(visit_id: UUID) -> RatingRow | None:
    """The rating of a visit, if its party gave one."""
    return await store_sent.rating(visit_id)


async def averages(authority: UUID, first: date, last: date) -> list[Average]:
    """What the parties of an authority's visits said from `first` to `last`, question by question."""
    return averaged(await store_sent.ratings(authority, first, last))


def averaged(rows: Sequence[RatingRow]) -> list[Average]:
    """The means, rounded half up. Pure."""
    read = [json.loads(row.marks) for row in rows]
    return [_average(question, [marks[question.value] for marks in read]) for question in Question]


def _average(question: Question, marks: Sequence[int]) -> Average:
    count = len(marks)
    return Average(question, count, (200 * sum(marks) + count) // (2 * count) if count else 0)


async def _rate(cmd: Command, visit_id: UUID, turn: int, marks: Mapping[Question, int]) -> RatingRow:
    await admitted(cmd, visit_id, turn)
    told = canonical_json({question.value: mark for question, mark in marks.items()}).decode()
    row = RatingRow(visit_id, told, local_day(cmd.now))
    if await store_sent.add_rating(row):
        await append(cmd.event(EventKind.VISIT_RATED, f"visit:{visit_id}"))
        return row
    known = await store_sent.rating(visit_id)
    if known is None or known.marks != told:
        raise Conflict(ProblemCode.CONFLICT, "door.rated_already")
    return known
