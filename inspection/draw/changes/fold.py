"""The doors of a draw as they stand: what was drawn and matched, with the settled changes on top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inspection.draw.changes.event import Happened, Outcome, TicketIn
from inspection.draw.changes.terms import ChangeKind

SWAPPED, SUBSTITUTE = "swap", "substitute"
"""How a person came to a place by a change."""


@dataclass(slots=True)
class Standing:
    """Mutable while it is being folded. Doors by ticket value.

    `cells`: by door, its rank in every cell that it was drawn in; `teams`: by door, slot → (inspector, how).
    `left`: who left which door by a change and does not come back to it; `gone`: doors whose object was replaced.
    """

    cells: dict[bytes, dict[int, int]]
    teams: dict[bytes, dict[int, tuple[str, str]]] = field(repr=False)
    left: set[tuple[str, bytes]] = field(default_factory=set, repr=False)
    gone: set[bytes] = field(default_factory=set)
    came_in: list[TicketIn] = field(default_factory=list)


def standing(
    cells: Mapping[bytes, Mapping[int, int]],
    teams: Mapping[bytes, Mapping[int, tuple[str, str]]],
    settled: Iterable[tuple[Happened, Outcome]],
) -> Standing:
    """`settled` in the order in which they were settled."""
    now = Standing({door: dict(ranks) for door, ranks in cells.items()}, {d: dict(team) for d, team in teams.items()})
    for happened, outcome in settled:
        _apply(now, happened, outcome)
    return now


def _apply(now: Standing, happened: Happened, outcome: Outcome) -> None:
    if happened.kind is ChangeKind.REPLACE_OBJECT:
        now.gone.add(happened.door)
        now.cells.pop(happened.door, None)
        now.teams.pop(happened.door, None)
    for ticket in outcome.tickets:
        now.cells.setdefault(ticket.value, {})[ticket.cell] = ticket.rank
    now.came_in += outcome.tickets
    before = {door: dict(now.teams.get(door, {})) for door in {place.door for place in outcome.places}}
    for place in outcome.places:
        team = now.teams.setdefault(place.door, {})
        team.pop(place.slot, None)
        if place.inspector is not None:
            team[place.slot] = (place.inspector, _how(happened.kind, place.inspector, before[place.door]))
    for door, people in before.items():
        after = {person for person, _ in now.teams[door].values()}
        now.left |= {(person, door) for person, _ in people.values() if person not in after}


def _how(kind: ChangeKind, person: str, before: Mapping[int, tuple[str, str]]) -> str:
    """Whoever was in the door's team stays as he came; the others by the change."""
    for known, how in before.values():
        if known == person:
            return how
    return SWAPPED if kind is ChangeKind.SWAP else SUBSTITUTE
