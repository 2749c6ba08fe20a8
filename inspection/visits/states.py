"""Where a visit stands, and what a reviewer may decide."""

from enum import StrEnum


class VisitState(StrEnum):
    """The way of a visit through the house. How far its inspectors are is the record's status, not this."""

    SEALED = "sealed"  # assembled; nobody knows the object
    OPEN = "open"  # unsealed; nothing recorded yet
    IN_PROGRESS = "in-progress"  # entries have arrived
    RETURNED = "returned"  # sent back with remarks
    APPROVED = "approved"  # the record is settled, the outcomes are formed
    CANCELLED = "cancelled"  # another object came in before anybody went there


UNNAMED = frozenset({VisitState.SEALED, VisitState.CANCELLED})
"""Nobody may know the object, unless the visit was unsealed before it ended."""

MERGEABLE = frozenset({VisitState.SEALED, VisitState.OPEN})
"""A further task may still join the visit: nobody has been at the door."""

REPLACEABLE = MERGEABLE
"""Another object may still come in: nobody has been at the door (draw.md §4.10)."""

REVIEWABLE = frozenset({VisitState.IN_PROGRESS, VisitState.RETURNED})


class ReviewDecision(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"
