"""What every team of a draw must be: seats, loads, and the ways of matching (docs/sr-draw-1.md, Parameters)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

SCATTERED, GROUPED = "scattered", "grouped"
AUTOMATIC, CONSTRAINED = "automatic", "constrained"


@dataclass(frozen=True, slots=True)
class Seat:
    """What one department, or one task, needs at a door of its tasks.

    `tasks`: indexes of the draw's tasks; `unit`: the department that must send, None for anybody; `required`:
    qualifications everybody in it needs; `experts` of its `slots` hold `expertise`.
    """

    tasks: tuple[int, ...] = (0,)
    unit: str | None = None
    required: tuple[str, ...] = ()
    slots: int = 2
    experts: int = 0
    expertise: str | None = None


@dataclass(frozen=True, slots=True)
class Continuity:
    """The last team keeps an object (泉州 二(三)2): at most `share` of the doors, for fewer than `periods` periods."""

    share: Fraction = Fraction(3, 10)
    periods: int = 2


@dataclass(frozen=True, slots=True)
class MatchRules:
    """The match of a draw.

    `delta`: leeway above the least load; `max_load`: most doors a person takes, None for no limit; `area`: people go to
    objects of their areas only; `candidates`: how many people were listed by hand (手动匹配), None: nobody was; else
    only they are drawn from. `group_size`: people of a team where teams are formed first (分组).
    """

    mode: str = SCATTERED
    kind: str = AUTOMATIC
    delta: int = 1
    max_load: int | None = None
    area: bool = False
    seats: tuple[Seat, ...] = (Seat(),)
    candidates: int | None = None
    group_size: int | None = None
    continuity: Continuity | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """What decides who may go to an eligible object, besides relations: its cells, (task, stratum, weight) each, and
    its area.
    """

    cells: tuple[tuple[int, int, int], ...]
    area: str | None


@dataclass(frozen=True, slots=True)
class SeatHere:
    """A seat as one door has it: `slots` people, `experts` of them experts at least, from slot number `first` on."""

    seat: Seat
    slots: int
    experts: int
    first: int


def seats_at(seats: Sequence[Seat], tasks: Sequence[int]) -> tuple[SeatHere, ...]:
    """The seats of a door of these tasks. Its slots are as many as its largest seat asks for, and one for every seat at
    least; the first seat gets what the others leave (draw.md §4.8: one visit, every department has somebody).
    """
    sharing = [seat for seat in seats if set(seat.tasks) & set(tasks)]
    if not sharing:
        return ()
    first = max(len(sharing), *(seat.slots for seat in sharing)) - (len(sharing) - 1)
    sizes = [first] + [1] * (len(sharing) - 1)
    return tuple(
        SeatHere(seat, size, min(seat.experts, size), sum(sizes[:number]))
        for number, (seat, size) in enumerate(zip(sharing, sizes, strict=True))
    )
