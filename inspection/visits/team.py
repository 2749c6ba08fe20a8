"""Who goes to visits that are one, and what is said of those who left. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.visits.rows import Member, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.push import Reason

RECUSAL: Final = "recusal"
"""Why somebody left who has an interest in the object (回避)."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of the team of one of the visits that are one; `ended`: that visit was cancelled."""

    member: Member
    ended: bool

    @property
    def word(self) -> Reason:
        """What is said of entries of somebody who left."""
        if self.member.left_reason == RECUSAL:
            return Reason.RECUSED
        return Reason.CANCELLED_TASK if self.ended else Reason.STALE_ASSIGNMENT


@dataclass(frozen=True, slots=True)
class Team:
    """The teams of visits that are one, as one. A recusal from one of them is from all: it is the same object."""

    memberships: tuple[Membership, ...]

    @property
    def recused(self) -> frozenset[UUID]:
        left = (one for one in self.memberships if one.member.left_at is not None)
        return frozenset(one.member.inspector for one in left if one.word is Reason.RECUSED)

    @property
    def ever(self) -> frozenset[UUID]:
        """Everybody who was in the team at any time."""
        return frozenset(one.member.inspector for one in self.memberships)

    @property
    def going(self) -> tuple[Member, ...]:
        """Everybody once, those of the first visit first."""
        recused, found = self.recused, dict[UUID, Member]()
        for one in self.memberships:
            if one.member.left_at is None and one.member.inspector not in recused:
                found.setdefault(one.member.inspector, one.member)
        return tuple(found.values())

    @property
    def former(self) -> dict[UUID, Reason]:
        """Who left, with the word for what they state since then; a recusal outweighs the rest."""
        recused, going = self.recused, {member.inspector for member in self.going}
        left = {one.member.inspector: one.word for one in self.memberships if one.member.left_at is not None}
        words = {person: Reason.RECUSED if person in recused else word for person, word in left.items()}
        return {person: word for person, word in words.items() if person not in going}


def team_from(visits: Iterable[VisitRow], members: Mapping[UUID, Sequence[Member]]) -> Team:
    """The team of these visits, of whom `members` tells everybody who was ever in the team of each."""
    return Team(
        tuple(
            Membership(member, visit.state is VisitState.CANCELLED)
            for visit in visits
            for member in members.get(visit.id, ())
        )
    )
