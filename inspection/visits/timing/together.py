"""Whether two inspectors were there at the same time: proven, possible or contradicted (sync.md §2.9). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from inspection.visits.timing.interval import Timing


class Together(StrEnum):
    """What the entries say of two inspectors' presence."""

    PROVEN = "proven"
    """Each had arrived, provably, before the other, provably, left."""
    POSSIBLE = "possible"
    CONTRADICTED = "contradicted"
    """In each pair of stays one had left, provably, before the other, provably, arrived."""
    UNRECORDED = "unrecorded"
    """One of them recorded no arrival."""


@dataclass(frozen=True, slots=True)
class Step:
    """An `arrive` or `leave` of an inspector, in the order of the device log it stands in."""

    hash: str
    inspector: UUID
    log: tuple[UUID, int]
    seq: int
    arrives: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of an inspector: hashes of its `arrive` and, if he recorded it, of its `leave`."""

    inspector: UUID
    arrive: str
    leave: str | None


@dataclass(frozen=True, slots=True)
class JointPresence:
    """What is known of two inspectors, the smaller id first."""

    one: UUID
    other: UUID
    together: Together


def stays(steps: Iterable[Step]) -> list[Stay]:
    """Each arrival with the leave that follows it in its device log, before the next arrival of the same inspector."""
    logs: dict[tuple[UUID, tuple[UUID, int]], list[Step]] = defaultdict(list)
    for step in steps:
        logs[step.inspector, step.log].append(step)
    found: list[Stay] = []
    for (inspector, _), mine in sorted(logs.items()):
        open_: Step | None = None
        for step in sorted(mine, key=lambda step: (step.seq, step.hash)):
            if step.arrives:
                if open_ is not None:
                    found.append(Stay(inspector, open_.hash, None))
                open_ = step
            elif open_ is not None:
                found.append(Stay(inspector, open_.hash, step.hash))
                open_ = None
        if open_ is not None:
            found.append(Stay(inspector, open_.hash, None))
    return found


def presence(team: Iterable[UUID], spent: Sequence[Stay], told: Mapping[str, Timing]) -> tuple[JointPresence, ...]:
    """For every two of the team. The best that any pair of their stays shows; contradicted only if all pairs are."""
    return tuple(
        JointPresence(one, other, _together(_of(spent, one), _of(spent, other), told))
        for one, other in combinations(sorted(set(team)), 2)
    )


def _of(spent: Sequence[Stay], inspector: UUID) -> list[Stay]:
    return [stay for stay in spent if stay.inspector == inspector]


def _together(mine: Sequence[Stay], others: Sequence[Stay], told: Mapping[str, Timing]) -> Together:
    shown = {_overlap(one, other, told) for one in mine for other in others}
    for best in (Together.PROVEN, Together.POSSIBLE, Together.CONTRADICTED):
        if best in shown:
            return best
    return Together.UNRECORDED


def _overlap(one: Stay, other: Stay, told: Mapping[str, Timing]) -> Together:
    if _left_before(one, other, told) or _left_before(other, one, told):
        return Together.CONTRADICTED
    both = (one, other)
    here = max(told[stay.arrive].not_after for stay in both)
    gone = [_gone_not_before(stay, told) for stay in both]
    if all(instant is not None and here <= instant for instant in gone):
        return Together.PROVEN
    return Together.POSSIBLE


def _left_before(one: Stay, other: Stay, told: Mapping[str, Timing]) -> bool:
    """Whether `one` had left, provably, when `other` arrived."""
    arrived = told[other.arrive].not_before
    return one.leave is not None and arrived is not None and told[one.leave].not_after < arrived


def _gone_not_before(stay: Stay, told: Mapping[str, Timing]) -> datetime | None:
    """Until when, provably, a stay lasted; None when nothing shows it, as for one who recorded no leave."""
    return told[stay.leave].not_before if stay.leave is not None else None
