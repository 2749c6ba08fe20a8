"""Small rules of visits: windows, who reviews, what hinders an approval. Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.visits.record import VisitRecord

Window = tuple[date, date]


def shared_window(one: Window, other: Window) -> Window:
    """The days both windows hold, first and last included. They must overlap."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    if first > last:
        raise ValueError("the windows share no day")
    return first, last


def first_day(window: Window, today: date) -> date:
    """The first day on which a visit of this window can take place; its last day when all have passed."""
    return min(max(today, window[0]), window[1])


def may_review(actor: Actor, leader: UUID | None) -> bool:
    """The visit's leader, or the head of the section (威海 第十六条). A leader's account bears the inspector's id."""
    if actor.role is Role.SECTION_HEAD:
        return True
    return leader is not None and actor.id == str(leader)


def only_inspected(actor: Actor, team: Collection[UUID], leaders: Collection[str]) -> bool:
    """Whether somebody was of the team and does not lead it: the head of a section may inspect like anybody else, and
    then another reviews. An account of an inspector bears the inspector's id.
    """
    return actor.id in {str(one) for one in team} and actor.id not in leaders


ERASERS = frozenset({Role.ADMIN})
"""Who may have a body erased, by law and with a ground (sync.md §6, decision 7)."""

AMENDERS = frozenset({Role.APPROVER, Role.LEGAL})
"""Who may change a published result openly: those who let results out."""


class Hindrance(StrEnum):
    """Why a record cannot be approved, in the order a reviewer would mend it."""

    CONFLICT = "conflict"
    INCOMPLETE = "incomplete"
    GAP = "gap"
    MEDIA = "media"


def hindrance(record: VisitRecord, *, media_certified: bool) -> Hindrance | None:
    """The first thing that stands between a record and its approval; None when nothing does."""
    if record.conflicts:
        return Hindrance.CONFLICT
    if not record.quorum.met:
        return Hindrance.INCOMPLETE
    if any(not gap.certified for gap in record.gaps):
        return Hindrance.GAP
    if record.missing_media and not media_certified:
        return Hindrance.MEDIA
    return None
