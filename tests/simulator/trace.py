"""From a seed to what happens: who there is, what goes wrong how often, and the steps. Nothing else decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

CLOCKS: Final = ("right", "1970", "2099", "hour-ahead", "hour-behind", "drifting", "year-behind")


class Act(StrEnum):
    """What a step does. `tablet` is the tablet it happens on or to."""

    WRITE = "write"
    PUSH = "push"
    PULL = "pull"
    SYNC = "sync"
    COMPARE = "compare"
    WAIT = "wait"
    # tablets
    TWO_PROCESSES = "two-processes"
    COURIER = "courier"
    KILL = "kill"
    BACK_UP_TABLET = "back-up-tablet"
    RESTORE_TABLET = "restore-tablet"
    CLOCK = "clock"
    # the office
    REVOKE = "revoke"
    REASSIGN = "reassign"
    RECUSE = "recuse"
    REJOIN = "rejoin"
    BIND = "bind"
    DECIDE = "decide"
    NEW_VISIT = "new-visit"
    NEW_CHECKLIST = "new-checklist"
    APPROVE = "approve"
    LINK = "link"
    RULE = "rule"
    ERASE = "erase"
    WIPE = "wipe"
    # the server
    BACK_UP_SERVER = "back-up-server"
    RESTORE_SERVER = "restore-server"
    RESTART = "restart"
    SEQUENCE = "sequence"


ALWAYS: Final = {Act.WRITE: 30, Act.PUSH: 12, Act.PULL: 5, Act.SYNC: 12, Act.COMPARE: 2, Act.WAIT: 4}
SOMETIMES: Final = {
    Act.TWO_PROCESSES: 4,
    Act.COURIER: 4,
    Act.KILL: 5,
    Act.BACK_UP_TABLET: 4,
    Act.RESTORE_TABLET: 4,
    Act.CLOCK: 4,
    Act.REVOKE: 1,
    Act.REASSIGN: 2,
    Act.RECUSE: 2,
    Act.REJOIN: 2,
    Act.BIND: 1,
    Act.DECIDE: 4,
    Act.NEW_VISIT: 2,
    Act.NEW_CHECKLIST: 1,
    Act.APPROVE: 1,
    Act.LINK: 1,
    Act.RULE: 3,
    Act.ERASE: 1,
    Act.WIPE: 1,
    Act.BACK_UP_SERVER: 3,
    Act.RESTORE_SERVER: 2,
    Act.RESTART: 2,
    Act.SEQUENCE: 4,
}
"""How often each happens in a seed that has it. Half of the seeds have it (a swarm: rare faults meet each other)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a message or a request of the server meets a fault, 0 … 1."""

    drop: float
    """The request never arrives."""
    lose: float
    """The answer never arrives; what was asked was done."""
    duplicate: float
    """A proxy sends the request twice."""
    delay: float
    """The tablet gives up; the request arrives some steps later."""
    stale: float
    """An older answer to the same question arrives instead."""
    truncate: float
    """The request's body breaks off."""
    cut: float
    """The answer's body breaks off."""
    crash: float
    """The server dies at one of its awaits."""
    full: float
    """The disk is full at one of the server's statements, or at its COMMIT."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. `noise` seeds every choice inside it."""

    number: int
    act: Act
    tablet: int
    noise: int

    def random(self, *what: object) -> Random:
        """The choices of this step, apart from those of any other `what`."""
        return Random(f"{self.noise} {what}")


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that a seed decides."""

    seed: int
    tablets: int
    inspectors: int
    visits: int
    clocks: tuple[str, ...]
    rates: Rates
    steps: tuple[Step, ...]


def trace_of(seed: int, *, length: int = 60, rates: Rates | None = None, only: frozenset[Act] | None = None) -> Trace:
    """The trace of a seed. `rates`: other ones than the seed's own; `only`: what happens besides the everyday."""
    random = Random(f"trace {seed}")
    tablets = random.randint(2, 5)
    inspectors = random.randint(2, max(2, tablets))
    clocks = tuple(random.choice(CLOCKS) for _ in range(tablets))
    drawn = Rates(*(random.choice((0.0, 0.0, 0.05, 0.15, 0.35)) for _ in range(9)))
    swarm = {act: weight for act, weight in SOMETIMES.items() if random.random() < 0.5}
    if only is not None:
        swarm = dict.fromkeys(sorted(only), 8)
    weights = ALWAYS | swarm
    acts = random.choices(list(weights), list(weights.values()), k=length)
    steps = tuple(
        Step(number, act, random.randrange(tablets), random.getrandbits(48)) for number, act in enumerate(acts)
    )
    return Trace(seed, tablets, inspectors, random.randint(1, 3), clocks, rates or drawn, steps)
