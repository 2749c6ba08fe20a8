"""需要准备的资料: the documents that a party is asked to have ready, as its notice lists them. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from inspection.planning.finding import Fault, Finding, finding

MOST: Final = 30
LONGEST: Final = 200
"""Characters of one of them: it is a line of a list, not a letter."""


def tidied(told: Iterable[str]) -> tuple[str, ...]:
    """Each once, on one line, in the order given; empty ones left out."""
    lines = (re.sub(r"\s+", " ", one).strip() for one in told)
    return tuple(dict.fromkeys(line for line in lines if line))


def check_materials(materials: Sequence[str]) -> Iterator[Finding]:
    """No more than a party can gather, each short enough for a line of its notice."""
    if len(materials) > MOST or any(len(one) > LONGEST for one in materials):
        yield finding(Fault.MATERIALS_TOO_MUCH, "", most=MOST, longest=LONGEST)
