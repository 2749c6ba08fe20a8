"""Where the draw's chance comes from: contributions revealed after the fingerprint, and how far they may be
trusted (draw.md §4.3).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from inspection.draw.lot.digest import Hash, framed, plain_text, u16

NONCE_BYTES = 16
# 20 ten-sided dice are 66 bits.
DICE = re.compile(r"[0-9]{20,100}")


class ContributionKind(StrEnum):
    """Who brings the chance."""

    OPER = "OPER"  # the operator's own; harmless, never sufficient
    SUPV = "SUPV"  # the supervisor's, committed before the freeze
    DICE = "DICE"  # digits thrown in public after the fingerprint is on paper


class Assurance(StrEnum):
    """What a stranger need not take on trust; shown beside every public result."""

    L0 = "L0"  # reproducible, but the operator alone brought the chance
    L1 = "L1"  # an independent supervisor contributed
    L2 = "L2"  # thrown before witnesses


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who has to contribute, fixed by the parameters.

    `commitment` is hex; `None` for dice, which nobody knows in advance.
    """

    kind: ContributionKind
    name: str
    commitment: str | None = None
    witnesses: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name that enters the seed: kinds cannot stand in for one another."""
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class Revealed:
    """One contribution laid open. `nonce` opens its commitment; empty for dice."""

    label: str
    value: bytes = field(repr=False)
    nonce: bytes = field(default=b"", repr=False)


def check_contributors(contributors: Sequence[Contributor]) -> str | None:
    """What is wrong with the list as a catalogue key, `None` when it may be frozen."""
    if not contributors:
        return "draw.contributor_none"
    if len({c.name for c in contributors}) != len(contributors):
        return "draw.contributor_twice"
    for c in contributors:
        if not all(map(plain_text, (c.name, *c.witnesses))):
            return "draw.contributor_name"
        if (c.commitment is None) != (c.kind is ContributionKind.DICE):
            return "draw.commitment_missing" if c.commitment is None else "draw.commitment_of_dice"
        if c.commitment is not None and not re.fullmatch(r"[0-9a-f]{64}", c.commitment):
            return "draw.commitment_malformed"
    return None


def commitment(h: Hash, label: str, value: bytes, nonce: bytes) -> bytes:
    """c: binds a value before the fingerprint exists, without telling it."""
    return h(b"\x31" + framed(label.encode()) + framed(value) + framed(nonce))


def opens(h: Hash, contributor: Contributor, revealed: Revealed) -> bool:
    """Whether what was revealed is what was committed; for dice, whether it is at least 20 decimal digits."""
    if contributor.label != revealed.label:
        return False
    if contributor.kind is ContributionKind.DICE:
        return DICE.fullmatch(revealed.value.decode("ascii", "replace")) is not None and not revealed.nonce
    return commitment(h, revealed.label, revealed.value, revealed.nonce).hex() == contributor.commitment


def seed(h: Hash, fingerprint: bytes, revealed: Iterable[Revealed]) -> bytes:
    """E: hash of the fingerprint and of all contributions, sorted by label. Public at once."""
    ordered = sorted((r.label.encode(), r.value) for r in revealed)
    return h(b"\x32" + fingerprint + u16(len(ordered)) + b"".join(framed(name) + framed(v) for name, v in ordered))


def assurance(contributors: Iterable[Contributor]) -> Assurance:
    """The level that these contributors give once all of them have revealed."""
    listed = tuple(contributors)
    if any(c.kind is ContributionKind.DICE and c.witnesses for c in listed):
        return Assurance.L2
    if any(c.kind is ContributionKind.SUPV for c in listed):
        return Assurance.L1
    return Assurance.L0
