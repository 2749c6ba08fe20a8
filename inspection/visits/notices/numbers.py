"""The number of a notice (文号): how it is written, and the one that a visit's notice bears.

Numbers are dense per authority and year. The office takes one when a notice is printed or served, tablets have blocks
of them (`blocks.py`); none is taken when a visit is made, so that they tell nobody how many were drawn.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits import store as store_visits
from inspection.visits.entries.admission import OUTSIDERS, UNCOUNTED
from inspection.visits.links.store import one_with
from inspection.visits.notices import store
from inspection.visits.notices.store import OFFICE, Step, StepRow
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode

NOT_RESERVED: Final = "number-not-reserved"
TWICE: Final = "number-twice"

DOUBTED: Final = frozenset({NOT_RESERVED, TWICE, *UNCOUNTED, *OUTSIDERS})
"""Flags of a step whose number is not taken for the visit's own."""

DIGITS: Final = 6
_WRITTEN: Final = re.compile(r"(.+)检告〔([0-9]{4})〕([0-9]{6,12})号", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NoticeNumber:
    """A number taken apart: the authority's short name, the year and the place in its series."""

    short_name: str
    year: int
    n: int

    def of(self, n: int) -> "NoticeNumber":
        """Another number of the same series."""
        return NoticeNumber(self.short_name, self.year, n)

    @property
    def before(self) -> str:
        """What stands before the digits."""
        return f"{self.short_name}检告〔{self.year:04}〕"

    @property
    def text(self) -> str:
        """As it is printed: `商务检告〔2026〕000123号`."""
        return f"{self.before}{self.n:0{DIGITS}}{AFTER}"


AFTER: Final = "号"
"""What stands behind the digits."""


def read_number(text: str) -> NoticeNumber | None:
    """The number that a text is, in its one spelling; None of everything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    number = NoticeNumber(found[1], int(found[2]), int(found[3]))
    return number if number.text == text and number.n > 0 else None


def own_number(steps: Iterable[StepRow]) -> str | None:
    """The number that a visit's notice bears, out of its steps (oldest first): the first that is in no doubt."""
    return next((one.number for one in steps if one.number is not None and DOUBTED.isdisjoint(one.flags)), None)


def series(authority: UUID, year: int) -> str:
    """The name of the dense series of an authority's notices of a year."""
    return f"{authority}:notice:{year}"


async def notice_number(cmd: Command, visit_id: UUID) -> str:
    """The number of the visit's notice, taken now when it has none; the same whenever it is asked again.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`: nobody learns of it yet.
        Conflict: `visits.cancelled`: it has no number and gets none any more.
    """
    return await in_unit(_numbered, cmd, visit_id)


async def _numbered(cmd: Command, visit_id: UUID) -> str:
    visit = await store_visits.lock_visit(visit_id)
    if visit is None or (cmd.authority is not None and visit.authority != cmd.authority):
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    if visit.state is VisitState.SEALED:
        raise Refused(ProblemCode.VISIT_SEALED, "visits.sealed", visit=str(visit_id))
    known = own_number(await store.steps([one.id for one in await one_with(visit)]))
    if known is not None:
        return known
    if visit.state is VisitState.CANCELLED:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.cancelled", visit=str(visit_id))
    return await _take(replace(cmd, authority=visit.authority), visit)


async def _take(cmd: Command, visit: VisitRow) -> str:
    year = local_day(cmd.now).year
    name = await short_name(visit.authority)
    number = NoticeNumber(name, year, await authorities.next_number(series(visit.authority, year))).text
    row = StepRow(cmd.new_id(), visit.id, Step.NUMBERED, OFFICE, cmd.actor.id, cmd.now, number=number)
    await store.add_steps([row])
    await append(cmd.event(EventKind.NUMBERS_RESERVED, f"visit:{visit.id}", number=number))
    return number


async def short_name(authority: UUID) -> str:
    """The name of an authority as its numbers begin."""
    row = await authorities.authority(authority)
    assert row is not None  # noqa: S101  visits and devices refer to it
    return row.short_name
