"""The list of visits as people look for them: by state, item and day, a page at a time, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.errors import Invalid
from inspection.registry import find as registry
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits import store, store_cards, store_found
from inspection.visits.rows import VisitRow
from inspection.visits.states import UNNAMED, VisitState
from mobile_contract.problems import ProblemCode

AT_WORK: Final = (VisitState.SEALED, VisitState.OPEN, VisitState.IN_PROGRESS, VisitState.RETURNED)
WALK: Final = 500
"""So many visits are looked at for one page: where few of them are what is asked for, the page is shorter."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class WantedVisits:
    """What is asked for. `state` None: those at work; `on`: a day of the window, or the day it was carried out."""

    state: VisitState | None = None
    item: UUID | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class FoundVisit:
    """A visit of the list. `object_name` and `address` are None while it is sealed, and for ever if it ended sealed;
    `team`: who goes there, by slot; `items`: what it is about.
    """

    id: UUID
    state: VisitState
    object: UUID | None
    object_name: str | None
    address: str | None
    starts_on: date
    ends_on: date
    executed_at: datetime | None
    leader: str | None
    team: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page; `after`: what to ask for behind it, None at the end."""

    visits: tuple[FoundVisit, ...]
    after: str | None


async def found_visits(
    authority: UUID, wanted: WantedVisits, *, after: str | None = None, limit: int = 50
) -> FoundPage:
    """A page of an authority's visits, the newest first.

    Raises:
        Invalid: `visits.no_such_place`: `after` is not a place that this function gave out.
    """
    if wanted.state is VisitState.APPROVED:
        return await _carried_out(authority, wanted, _place(after) if after else None, limit)
    states = (wanted.state,) if wanted.state else AT_WORK
    before = _place(after)[1] if after else None
    rows = await store_found.at_work(authority, states, wanted.item, wanted.on, before, limit + 1)
    more = _mark(rows[limit - 1]) if len(rows) > limit else None
    return FoundPage(await _shown(rows[:limit]), more)


async def _carried_out(
    authority: UUID, wanted: WantedVisits, before: tuple[datetime, UUID] | None, limit: int
) -> FoundPage:
    looked = await store_found.carried_out(authority, wanted.item, wanted.on, before, WALK)
    matching = [row for row, wanted_one in looked if wanted_one]
    page = matching[:limit]
    if len(matching) > limit:
        more: str | None = _mark(page[-1])
    else:
        more = _mark(looked[-1][0]) if len(looked) == WALK else None
    return FoundPage(await _shown(page), more)


async def _shown(rows: Sequence[VisitRow]) -> tuple[FoundVisit, ...]:
    ids = [row.id for row in rows]
    objects = await registry.objects({row.object for row in rows if _is_named(row)})
    members = await store_cards.members_of(ids)
    going = {one: [member.inspector for member in members.get(one, ()) if member.left_at is None] for one in ids}
    people = await registry.named_people(
        {person for team in going.values() for person in team} | {row.leader for row in rows if row.leader is not None}
    )
    items: dict[UUID, list[str]] = {}
    for task in await store.served_tasks(ids):
        items.setdefault(task.visit, []).append(task.item_name)
    return tuple(_visit(row, objects, going[row.id], people, items.get(row.id, ())) for row in rows)


def _visit(
    row: VisitRow,
    objects: Mapping[UUID, ObjectFacts],
    team: Sequence[UUID],
    people: Mapping[UUID, tuple[str, str | None]],
    items: Sequence[str],
) -> FoundVisit:
    about = objects[row.object] if _is_named(row) else None
    return FoundVisit(
        id=row.id,
        state=row.state,
        object=about.id if about else None,
        object_name=about.name if about else None,
        address=about.address if about else None,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        executed_at=row.executed_at,
        leader=people[row.leader][0] if row.leader is not None and row.leader in people else None,
        team=tuple(people[one][0] for one in team if one in people),
        items=tuple(dict.fromkeys(items)),
    )


def _is_named(row: VisitRow) -> bool:
    return row.unsealed_at is not None or row.state not in UNNAMED


def _mark(row: VisitRow) -> str:
    since = (row.executed_at - _EPOCH) // _MICRO if row.executed_at else 0
    return f"{since}-{row.id.hex}"


def _place(after: str) -> tuple[datetime, UUID]:
    since, _, visit = after.partition("-")
    try:
        return _EPOCH + int(since) * _MICRO, UUID(visit)
    except (ValueError, OverflowError):
        raise Invalid(ProblemCode.CURSOR_INVALID, "visits.no_such_place") from None
