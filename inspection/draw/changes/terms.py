"""The words of changes after the draw (draw.md §4.10, §4.12): what may be changed, why, and by which chance."""

from collections.abc import Collection
from enum import StrEnum

from inspection.draw.lot.entropy import Assurance
from inspection.policy.terms import RecusalWay

NOTE_MOST = 2000


class ChangeKind(StrEnum):
    """What becomes of a place or of a door."""

    SWAP = "swap"  # 回避: two inspectors change places (威海 第十七条)
    LEAVE = "leave"  # 回避: out of the team; the place is drawn anew
    REPLACE_INSPECTOR = "replace-inspector"  # 递补: for a reason of the rule-set (威海 第十八条, 泉州 二(二)3)
    REPLACE_OBJECT = "replace-object"  # the next ticket comes in


RECUSALS = frozenset({ChangeKind.SWAP, ChangeKind.LEAVE})

KIND_OF_WAY = {
    RecusalWay.SWAP: ChangeKind.SWAP,
    RecusalWay.ABSTAIN: ChangeKind.LEAVE,
    RecusalWay.REDRAW: ChangeKind.LEAVE,
}
"""Whoever abstains leaves a team that has a least size: the place is drawn anew, as by a redraw."""

RECUSAL_REASON = "recusal"
"""The code by which rule-sets list recusal among the reasons of a replacement. It is declared, with its ground."""


class ObjectReason(StrEnum):
    """Why another object comes in. Closed: whoever could find a reason at the door could buy the way out of it."""

    CANCELLED = "cancelled-before-freeze"
    DUPLICATE = "duplicate"
    CAP_RACE = "cap-race"  # another draw used up the year's visits between freeze and visit
    UP = "up-after-freeze"  # a higher authority's plan took it after the freeze
    MERGED_OUT = "merged-out"


RESULTS = frozenset({"not-found", "no-such-address", "refused", "closed", "suspended", "moved", "out-of-business"})
"""What is found at the door is a result of the inspection, never a reason to inspect somebody else (draw.md §4.10)."""


class ChangeState(StrEnum):
    """Asked for, approved (or refused), then settled by chance that did not exist before."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SETTLED = "settled"


class Fresh(StrEnum):
    """Where the chance of a change comes from."""

    LINK = "LINK"  # a link of the supervisor's chain
    DICE = "DICE"  # digits thrown in public, typed by two persons, the second a supervisor
    KEY = "KEY"  # from the draw's key: nobody independent was there

    @property
    def level(self) -> Assurance:
        """What a stranger need not take on trust."""
        return Assurance.L0 if self is Fresh.KEY else Assurance.L1


def kind_of_recusal(way: RecusalWay, permitted: Collection[RecusalWay]) -> ChangeKind | None:
    """The change that a way of recusal means; None when the rule-set does not know this way."""
    return KIND_OF_WAY[way] if way in permitted else None
