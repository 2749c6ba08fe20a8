"""Who is eligible for the seats of a door, as at the match (docs/sr-draw-1.md, Doors)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inspection.draw.changes.table import Bench
from inspection.draw.teams.roster import RosterRow
from inspection.draw.teams.rules import MatchRules, Seat, seats_at


@dataclass(slots=True)
class Benches:
    """Benches of doors by their tasks and area; doors that are alike share the sets of people."""

    people: Sequence[RosterRow] = field(repr=False)
    rules: MatchRules
    _made: dict[tuple[tuple[int, ...], str | None], tuple[Bench, ...]] = field(default_factory=dict, repr=False)

    def of(self, tasks: tuple[int, ...], area: str | None) -> tuple[Bench, ...]:
        """The benches of a door of these tasks (indexes), whoever has an interest in it."""
        key = tasks, area if self.rules.area else None
        if key not in self._made:
            self._made[key] = tuple(
                self._bench(here.seat, area, tuple(range(here.first, here.first + here.slots)), here.experts)
                for here in seats_at(self.rules.seats, tasks)
            )
        return self._made[key]

    def _bench(self, seat: Seat, area: str | None, slots: tuple[int, ...], experts: int) -> Bench:
        allowed = [row for row in self.people if eligible(row, seat, self.rules, area)]
        expert = frozenset(row.inspector for row in allowed if seat.expertise in row.expertise)
        return Bench(slots, frozenset(row.inspector for row in allowed), expert, experts)


def eligible(row: RosterRow, seat: Seat, rules: MatchRules, area: str | None) -> bool:
    """Whether the roster lets a person fill a seat at an object of this area."""
    return (
        row.certified
        and (rules.candidates is None or row.candidate)
        and set(seat.required) <= set(row.qualifications)
        and seat.unit in {None, row.unit}
        and (not rules.area or not area or not row.areas or area in row.areas)
    )
