"""Why a check point has its class: words that the office can say, each with the entries it rests on."""

from dataclasses import dataclass
from enum import StrEnum


class GroundWord(StrEnum):
    """One reason. Each has a text in the catalogue under `visits.ground.<value>`."""

    NOT_STATED = "not-stated"
    REFUSED = "refused"
    STATED_BY_ONE = "stated-by-one"
    EACH_MUST_STATE = "each-must-state"
    CONCURRED = "concurred"
    VOUCHED = "vouched"
    AGREE = "agree"
    WITHIN_TOLERANCE = "within-tolerance"
    DIFFER = "differ"
    DIFFER_FROM_OWN = "differ-from-own"
    DISPUTED = "disputed"
    RULED = "ruled"
    TO_REINSPECT = "to-reinspect"
    RULINGS_DIFFER = "rulings-differ"
    UNSEEN = "unseen"
    WITHDRAWN = "withdrawn"
    SIGNED_PART = "signed-part"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason and the hashes of the entries that it rests on, sorted."""

    word: GroundWord
    hashes: tuple[str, ...] = ()
