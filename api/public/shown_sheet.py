"""The ceremony sheet (摇号见证单): what of a draw goes on one page of paper that people sign (draw.md §4.15)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.language import Language
from api.public.shown_draw import ShownCell, ShownDraw, shown_draw
from api.public.shown_draw_task import ShownTask
from inspection.draw.supervision.witnessed import Witnessed

MOST_CELLS: Final = 12
MOST_TASKS: Final = 3
MOST_PLACES: Final = 10
BOXES: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A place to sign: in which office, and whose name when it is known."""

    office: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """The sheet. Of long lists the first entries stand here: `more_cells`, `more_tasks`, `more_places` count the rest,
    which is in the file with the SHA-256 `params_digest`. `boxes` are for the digits of the dice called `dice`, filled
    once they are public; two persons write them down. `digits`: all of them where they are more than the boxes.
    `groups` are fours of the fingerprint.
    """

    draw: ShownDraw
    groups: Sequence[str]
    tasks: Sequence[ShownTask]
    more_tasks: int
    cells: Sequence[ShownCell]
    more_cells: int
    params_digest: str
    dice: str
    boxes: Sequence[str]
    digits: str
    places: Sequence[Place]
    more_places: int
    operator: str
    approver: str


def shown_sheet(view: Mapping[str, Any], people: Witnessed, lang: Language) -> ShownSheet:
    """The sheet of a frozen draw, out of its public view."""
    draw = shown_draw(view)
    places = _places(draw, people, lang)
    fingerprint = draw.fingerprint or ""
    dice, digits = next(((c.name, c.value or "") for c in draw.contributions if c.kind == "DICE"), ("", ""))
    return ShownSheet(
        draw=draw,
        groups=[fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)],
        tasks=draw.tasks[:MOST_TASKS],
        more_tasks=max(0, len(draw.tasks) - MOST_TASKS),
        cells=draw.cells[:MOST_CELLS],
        more_cells=max(0, len(draw.cells) - MOST_CELLS),
        params_digest=hashlib.sha256(view["params"].encode()).hexdigest(),
        dice=dice,
        boxes=list(digits.ljust(BOXES)[:BOXES]),
        digits=digits if len(digits) > BOXES else "",
        places=places[:MOST_PLACES],
        more_places=max(0, len(places) - MOST_PLACES),
        operator=people.operator,
        approver=people.approver or "",
    )


def _places(draw: ShownDraw, people: Witnessed, lang: Language) -> list[Place]:
    """Witnesses by name first, then the offices that must watch, then those that may be asked."""
    named = [Place("", name) for c in draw.contributions for name in c.witnesses]
    offices = [Place(office.name[lang], "") for office in sorted(people.offices, key=lambda one: not one.required)]
    return named + offices
