"""The exact bytes of a change and of what came of it, and the seed between them (docs/sr-draw-1.md)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from inspection.draw.changes.terms import ChangeKind
from inspection.draw.lot.digest import Hash, u32
from inspection.draw.lot.salts import SALT_BYTES, GoneKey
from inspection.kernel.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class Happened:
    """What is asked for. `door`: the ticket; `slot` and `inspector` are None where an object is replaced."""

    draw: UUID
    seq: int
    kind: ChangeKind
    reason: str
    door: bytes
    slot: int | None
    inspector: str | None = field(repr=False)
    asked_by: str = field(repr=False)
    asked_at: datetime
    blind: bytes = field(repr=False)

    def text(self) -> bytes:
        """event_k: fixed before any chance exists."""
        return canonical_json(
            {
                "draw": str(self.draw),
                "seq": self.seq,
                "kind": self.kind.value,
                "reason": self.reason,
                "door": self.door.hex(),
                "slot": self.slot,
                "inspector": self.inspector,
                "asked_by": self.asked_by,
                "asked_at": self.asked_at.isoformat(),
                "blind": self.blind.hex(),
            }
        )


@dataclass(frozen=True, slots=True)
class Seated:
    """A place after a change; nobody sits there when nobody could be found."""

    door: bytes
    slot: int
    inspector: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketIn:
    """A ticket that comes in for one that was replaced."""

    cell: int
    rank: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What the lot had to respect at that moment and nobody knew at the freeze: doors visited already, people who
    cannot be sent any more, and (inspector, door) of interests that became known.
    """

    closed: frozenset[bytes] = frozenset()
    absent: frozenset[str] = field(default=frozenset(), repr=False)
    barred: frozenset[tuple[str, bytes]] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change."""

    facts: Facts
    places: tuple[Seated, ...] = ()
    tickets: tuple[TicketIn, ...] = ()

    def text(self, blind: bytes) -> bytes:
        """outcome_k."""
        facts = self.facts
        return canonical_json(
            {
                "blind": blind.hex(),
                "closed": sorted(door.hex() for door in facts.closed),
                "absent": sorted(facts.absent),
                "barred": sorted([person, door.hex()] for person, door in facts.barred),
                "places": [{"door": p.door.hex(), "slot": p.slot, "inspector": p.inspector} for p in self.places],
                "tickets": [{"cell": t.cell, "rank": t.rank, "ticket": t.value.hex()} for t in self.tickets],
            }
        )


def blind(h: Hash, secret: bytes, seq: int) -> bytes:
    """Tag 39: 16 bytes that keep the digests of a change from being guessed.

    Raises:
        Conflict: `draw.key_gone`: K was erased, and there are more changes than were provided for.
    """
    if isinstance(secret, GoneKey):
        return secret.blind(seq)
    return h(b"\x39" + secret + u32(seq))[:SALT_BYTES]


def fresh_of_key(h: Hash, secret: bytes, event: bytes) -> bytes:
    """Tag 38: the chance of a change that nobody independent could bring one for."""
    return h(b"\x38" + secret + h(event))


def change_seed(h: Hash, seed: bytes, event: bytes, fresh: bytes) -> bytes:
    """Tag 33: E_k. Nobody can know it before `fresh`, and `fresh` did not exist when the event was written down."""
    return h(b"\x33" + seed + h(event) + fresh)
