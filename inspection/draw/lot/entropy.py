"""Where the draw's chance comes from: contributions revealed after the fingerprint, and how far they may be
trusted (draw.md §4.3).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from inspection.draw.lot.chain import LINK_BYTES, steps_to
from inspection.draw.lot.digest import Hash, framed, plain_text, u16
from inspection.kernel.canonical import JSON

NONCE_BYTES = 16
BEACON_BYTES = 32
BEACON_DELAY = 60
HEX32 = re.compile(r"[0-9a-f]{64}")
# 20 ten-sided dice are 66 bits.
DICE = re.compile(r"[0-9]{20,100}")


class ContributionKind(StrEnum):
    """Who brings the chance."""

    OPER = "OPER"  # the operator's own; harmless, never sufficient
    SUPV = "SUPV"  # the supervisor's, committed before the freeze
    DICE = "DICE"  # digits thrown in public after the fingerprint is on paper
    LINK = "LINK"  # the next link of the supervisor's chain, asked for after the fingerprint
    BEACON = "BEACON"  # a round of a public beacon that lies after the freeze


class Assurance(StrEnum):
    """What a stranger need not take on trust; shown beside every public result."""

    L0 = "L0"  # reproducible, but the operator alone brought the chance
    L1 = "L1"  # an independent supervisor contributed
    L2 = "L2"  # thrown before witnesses
    L3 = "L3"  # a public beacon that anybody can check


@dataclass(frozen=True, slots=True)
class BeaconRound:
    """Which round of which public beacon will contribute: fixed by the freeze, before the round exists.

    `genesis`: instant of round 1 in seconds since 1970; `period`: seconds; `round` is `None` until the freeze.
    """

    network: str
    genesis: int
    period: int
    round: int | None = None

    def told(self) -> dict[str, JSON]:
        """As parameters and journal tell it."""
        return {"network": self.network, "genesis": self.genesis, "period": self.period, "round": self.round}

    def first_after(self, seconds: int) -> int:
        """The number of the first round at or after this instant (seconds since 1970)."""
        late = max(0, seconds - self.genesis)
        return (late + self.period - 1) // self.period + 1

    def at(self, number: int) -> int:
        """When a round comes out, in seconds since 1970."""
        return self.genesis + (number - 1) * self.period


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who has to contribute, fixed by the parameters.

    `commitment` is hex; `None` for what nobody knows in advance. `anchor` is, for LINK, what the chain showed last when
    the frame was frozen (hex). `beacon` is for BEACON alone.
    """

    kind: ContributionKind
    name: str
    commitment: str | None = None
    witnesses: tuple[str, ...] = ()
    anchor: str | None = None
    beacon: BeaconRound | None = None

    @property
    def label(self) -> str:
        """The name that enters the seed: kinds cannot stand in for one another."""
        return f"{self.kind.value}:{self.name}"

    def told(self) -> dict[str, JSON]:
        """As parameters and journal tell it."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "commitment": self.commitment,
            "witnesses": list(self.witnesses),
            "anchor": self.anchor,
            "beacon": self.beacon.told() if self.beacon else None,
        }


@dataclass(frozen=True, slots=True)
class Revealed:
    """One contribution laid open. `nonce` opens its commitment; empty for dice."""

    label: str
    value: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)


COMMITTED = frozenset({ContributionKind.OPER, ContributionKind.SUPV})
"""Kinds whose value is bound before the freeze; those of the others do not exist yet."""


def check_contributors(contributors: Sequence[Contributor]) -> str | None:
    """What is wrong with the list as a catalogue key, `None` when it may be frozen."""
    if not contributors:
        return "draw.contributor_none"
    if len({c.name for c in contributors}) != len(contributors):
        return "draw.contributor_twice"
    return next((wrong for c in contributors if (wrong := _wrong(c)) is not None), None)


def _wrong(c: Contributor) -> str | None:
    if not all(map(plain_text, (c.name, *c.witnesses))):
        return "draw.contributor_name"
    if (c.commitment is not None) != (c.kind in COMMITTED):
        return "draw.commitment_missing" if c.commitment is None else "draw.commitment_of_dice"
    if c.commitment is not None and not HEX32.fullmatch(c.commitment):
        return "draw.commitment_malformed"
    if (c.anchor is not None) != (c.kind is ContributionKind.LINK) or not HEX32.fullmatch(c.anchor or "0" * 64):
        return "draw.link_without_chain"
    if (c.beacon is not None) != (c.kind is ContributionKind.BEACON):
        return "draw.beacon_not_offered"
    return None


def commitment(h: Hash, label: str, value: bytes, nonce: bytes) -> bytes:
    """c: binds a value before the fingerprint exists, without telling it."""
    return h(b"\x31" + framed(label.encode()) + framed(value) + framed(nonce))


def opens(h: Hash, contributor: Contributor, revealed: Revealed) -> bool:
    """Whether what was revealed is what was committed; dice are at least 20 decimal digits, a link leads to the anchor.

    Of a beacon only the form is looked at here: its signature is the plug-in's to check.
    """
    value, nonce = revealed.value, revealed.nonce
    if contributor.label != revealed.label:
        return False
    if contributor.kind is ContributionKind.DICE:
        return DICE.fullmatch(value.decode("ascii", "replace")) is not None and not nonce
    if contributor.kind is ContributionKind.LINK:
        anchor = bytes.fromhex(contributor.anchor or "")
        return len(value) == LINK_BYTES and not nonce and steps_to(value, anchor) is not None
    if contributor.kind is ContributionKind.BEACON:
        return len(value) == BEACON_BYTES and bool(nonce)
    return commitment(h, revealed.label, revealed.value, revealed.nonce).hex() == contributor.commitment


def seed(h: Hash, fingerprint: bytes, revealed: Iterable[Revealed]) -> bytes:
    """E: hash of the fingerprint and of all contributions, sorted by label. Public at once."""
    ordered = sorted((r.label.encode(), r.value) for r in revealed)
    return h(b"\x32" + fingerprint + u16(len(ordered)) + b"".join(framed(name) + framed(v) for name, v in ordered))


def assurance(contributors: Iterable[Contributor]) -> Assurance:
    """The level that these contributors give once all of them have revealed."""
    listed = tuple(contributors)
    if any(c.kind is ContributionKind.BEACON for c in listed):
        return Assurance.L3
    if any(c.kind is ContributionKind.DICE and c.witnesses for c in listed):
        return Assurance.L2
    if any(c.kind in {ContributionKind.SUPV, ContributionKind.LINK} for c in listed):
        return Assurance.L1
    return Assurance.L0
