"""What an office should look at: who is recused how often, and whom recusals keep favouring (draw.md §4.12). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inspection.draw.changes.event import Happened, Outcome
from inspection.draw.changes.terms import RECUSALS

OFTEN = 2
"""So many recusals to the same end are an alert."""


@dataclass(frozen=True, slots=True)
class Recused:
    """A settled recusal: who left, who came in the place, at which object (its code)."""

    leaver: str = field(repr=False)
    follower: str | None = field(repr=False)
    oid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recusals:
    """Counts for the office, never for the public. `pairs`: (who left, who followed) more than once; `returns`:
    (inspector, object) to whom recusals have led more than once.
    """

    by_inspector: Mapping[str, int] = field(repr=False)
    by_object: Mapping[str, int] = field(repr=False)
    pairs: Mapping[tuple[str, str], int] = field(repr=False)
    returns: Mapping[tuple[str, str], int] = field(repr=False)

    @property
    def alert(self) -> bool:
        """Whether recusals keep favouring somebody."""
        return bool(self.pairs or self.returns)


def recused(happened: Happened, outcome: Outcome, oid: str) -> Recused | None:
    """The recusal in a settled change, None for any other change."""
    if happened.kind not in RECUSALS or happened.inspector is None:
        return None
    here = [place for place in outcome.places if (place.door, place.slot) == (happened.door, happened.slot)]
    return Recused(happened.inspector, here[0].inspector if here else None, oid)


def recusals(told: Iterable[Recused]) -> Recusals:
    """The counts over all draws of an authority."""
    listed = list(told)
    followed = [(one.leaver, one.follower) for one in listed if one.follower is not None]
    came = [(one.follower, one.oid) for one in listed if one.follower is not None]
    return Recusals(
        Counter(one.leaver for one in listed),
        Counter(one.oid for one in listed),
        {pair: count for pair, count in Counter(followed).items() if count >= OFTEN},
        {pair: count for pair, count in Counter(came).items() if count >= OFTEN},
    )
