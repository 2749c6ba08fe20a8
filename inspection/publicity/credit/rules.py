"""Which marks a published result or a penalty makes of its object, and which it ends. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from inspection.visits.review.codes import CodeClass, of_class
from inspection.visits.review.outcomes import OutcomeCode

COUNTS: Final = of_class(CodeClass.PROBLEM, CodeClass.NOT_COOPERATING)
"""Results that speak against a party. One that has closed, moved away or was struck off has done nothing wrong."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What is public under a number now. `codes` is empty when it was taken back; `day`: of the inspection."""

    number: str
    version: int
    codes: frozenset[OutcomeCode]
    day: date | None

    @property
    def reference(self) -> str:
        """Names this very version: a mark that was lifted never comes back, a later version makes its own."""
        return f"{self.number}.v{self.version}"

    @property
    def counts(self) -> bool:
        return bool(self.codes & COUNTS)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be done: references of marks to lift, and whether a mark of the version in force is to be made."""

    lift: tuple[str, ...]
    make: bool


def turn(told: InForce, standing: Collection[str], ever: Collection[str]) -> Turn:
    """What brings the marks of one publication to what is public now; nothing more when they say so already.

    `standing`, `ever`: references of its marks that stand, and of all that there ever were. A mark of an earlier
    version that says the same goes on standing: the fact is as old as it was.
    """
    if not told.counts:
        return Turn(tuple(sorted(standing)), make=False)
    return Turn((), make=not standing and told.reference not in ever)


def of_number(number: str, references: Iterable[str]) -> frozenset[str]:
    """Those references that name a version of this publication."""
    return frozenset(one for one in references if one.rpartition(".v")[0] == number)
