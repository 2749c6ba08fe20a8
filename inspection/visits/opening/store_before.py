"""Queries of what was or is to be done at objects' doors, for the freeze of a draw."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from inspection.visits.states import VisitState
from inspection.visits.tables import TeamMember, VisitTask


async def awaited(authority: UUID, item_code: str, first: date, last: date) -> set[UUID]:
    """The objects whose visit for this item, on a day from `first` to `last`, is still to be carried out."""
    rows = await VisitTask.select(VisitTask.visit.object.as_alias("object")).where(
        VisitTask.visit.authority == authority,
        VisitTask.visit.executed_at.is_null(),
        VisitTask.visit.state != VisitState.CANCELLED.value,
        VisitTask.task.ended_at.is_null(),
        VisitTask.item.code == item_code,
        VisitTask.visit.starts_on <= last,
        VisitTask.visit.ends_on >= first,
    )
    return {row["object"] for row in rows}


async def teams_sent(authority: UUID, since: date) -> dict[UUID, list[frozenset[UUID]]]:
    """By object, the teams that carried out its visits of windows since this day, in the order of the visits."""
    visit = TeamMember.visit
    rows = await (
        TeamMember.select(
            visit.id.as_alias("visit"), visit.object.as_alias("object"), TeamMember.inspector.as_alias("inspector")
        )
        .where(
            visit.authority == authority,
            visit.executed_at.is_not_null(),
            visit.ends_on >= since,
            TeamMember.left_at.is_null(),
        )
        .order_by(visit.executed_at)
        .order_by(visit.id)
    )
    people: dict[UUID, set[UUID]] = defaultdict(set)
    objects: dict[UUID, UUID] = {}
    for row in rows:
        people[row["visit"]].add(row["inspector"])
        objects[row["visit"]] = row["object"]
    sent: dict[UUID, list[frozenset[UUID]]] = defaultdict(list)
    for one, door in objects.items():
        sent[door].append(frozenset(people[one]))
    return dict(sent)
