"""Visits whose second inspector has never vouched: nothing of them can be approved or published, so a person must ask
where the tablet is (sync.md §4, case 54).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.record import RecordStatus
from inspection.visits.review import store as store_reviews
from inspection.visits.states import REVIEWABLE


@dataclass(frozen=True, slots=True)
class AwaitingSecond:
    """A visit that one inspector has submitted and too few vouch for.

    `vouched`: who does; `missing`: who of the team does not; `since`: when the first submission came, `days` ago;
    `overdue`: the last day of the visit has passed.
    """

    visit: UUID
    object: UUID
    leader: UUID | None
    vouched: tuple[UUID, ...]
    missing: tuple[UUID, ...]
    since: datetime
    days: int
    overdue: bool


async def awaiting_second(authority: UUID, today: date, *, limit: int = 100) -> list[AwaitingSecond]:
    """The visits that wait for their second inspector, the longest waiting first."""
    states = [state.value for state in REVIEWABLE]
    found: list[AwaitingSecond] = []
    for visit_id, since in await store_reviews.submitted_visits(authority, states, limit):
        visit = await known_visit(visit_id)
        folded = await fold_visit(visit)
        if folded.record.status is not RecordStatus.AWAITING_SECOND:
            continue
        vouched = frozenset(folded.record.quorum.inspectors)
        found.append(
            AwaitingSecond(
                visit=visit_id,
                object=visit.object,
                leader=visit.leader,
                vouched=tuple(sorted(map(UUID, vouched))),
                missing=tuple(sorted(map(UUID, folded.setting.team - vouched))),
                since=since,
                days=(today - local_day(since)).days,
                overdue=today > visit.ends_on,
            )
        )
    return found
