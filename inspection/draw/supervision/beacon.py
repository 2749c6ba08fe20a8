"""公共信标: an optional public source of chance that nobody here controls, as a plug-in; off by default (draw.md §4.3).

`FIELDCHECK_BEACON="module:name"` names a `Beacon`: either an object or a class without arguments. The round is fixed by
the freeze: the first that comes out a minute or more after it. The platform needs no connection to the network: the
round's signature is typed or pasted in by anybody, and checked.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Protocol, runtime_checkable

from inspection.draw.lot.entropy import BEACON_DELAY, BeaconRound
from inspection.draw.store_secrets import ContributionRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from mobile_contract.problems import ProblemCode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@runtime_checkable
class Beacon(Protocol):
    """What a plug-in knows of its network. `genesis`: seconds since 1970 of round 1; `period`: seconds."""

    network: str
    genesis: int
    period: int

    def verify(self, round_number: int, value: bytes, signature: bytes) -> bool:
        """Whether the network brought out this value in this round; False for anything malformed, never raises."""
        ...


class _Chosen:
    """The plug-in of this process: set once at the edge, from the settings."""

    beacon: Beacon | None = None


def use_beacon(path: str) -> Beacon | None:
    """Take `module:name` into use for this process; an empty path switches the beacon off.

    Raises:
        ValueError: there is no such thing, or it is not a beacon.
    """
    _Chosen.beacon = loaded(path) if path else None
    return _Chosen.beacon


def loaded(path: str) -> Beacon:
    """The plug-in that `module:name` names.

    Raises:
        ValueError: there is no such thing, or it is not a beacon.
    """
    module, _, name = path.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"no beacon at {path!r}") from error
    made = found() if isinstance(found, type) else found
    if not isinstance(made, Beacon) or made.period < 1:
        raise ValueError(f"{path!r} is not a beacon")
    return made


def beacon_in_use() -> Beacon | None:
    """The plug-in of this process; None when it has none."""
    return _Chosen.beacon


def offered() -> BeaconRound:
    """The beacon that a draw may name; its round stays open until the freeze.

    Raises:
        Invalid: `draw.beacon_not_offered`: this installation has none.
    """
    beacon = beacon_in_use()
    if beacon is None:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.beacon_not_offered")
    return BeaconRound(beacon.network, beacon.genesis, beacon.period)


def check_round(cmd: Command, given: ContributionRow, value: bytes, signature: bytes) -> None:
    """Whether this is the round that the freeze fixed, and the network's.

    Raises:
        Conflict: `draw.beacon_too_early`: the round is not out at this instant.
        Invalid: `draw.beacon_wrong`: value or signature are not this round's; `draw.beacon_not_offered`: the plug-in
            was taken away or changed since.
    """
    fixed, beacon = given.beacon, beacon_in_use()
    if fixed is None or fixed.round is None or beacon is None:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.beacon_not_offered")
    if (beacon.network, beacon.genesis, beacon.period) != (fixed.network, fixed.genesis, fixed.period):
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.beacon_not_offered")
    if whole_seconds(cmd.now) < fixed.at(fixed.round):
        raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.beacon_too_early", name=given.name, round=fixed.round)
    if hashlib.sha256(signature).digest() != value or not beacon.verify(fixed.round, value, signature):
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.beacon_wrong", name=given.name, round=fixed.round)


def first_round(beacon: BeaconRound, frozen_at: datetime) -> int:
    """The round that a freeze at this instant fixes: nobody can know it yet."""
    return beacon.first_after(-whole_seconds(frozen_at, sign=-1) + BEACON_DELAY)


def whole_seconds(at: datetime, *, sign: int = 1) -> int:
    """Whole seconds since 1970, rounded down; with `sign` -1 their negative, so that negating it rounds up."""
    return sign * (at - EPOCH) // timedelta(seconds=1)
