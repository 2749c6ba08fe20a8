"""What can be wrong with what we hold, and the line about it in the journal. Damage is decided by a person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from inspection.kernel.command import Command
from inspection.kernel.journal import append, read_kind
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media import store_remote
from media.rules import is_digest

FOREIGN: Final = "media:foreign"
"""The stream of files that no digest names."""

LONGEST_NAME: Final = 200


class DamageKind(StrEnum):
    MISSING = "missing"  # a row without its bytes
    ALTERED = "altered"  # other bytes than the digest says, or bytes that cannot be read
    ORPHAN = "orphan"  # bytes without a row: a crash between the two, or something foreign


class Place(StrEnum):
    DISK = "disk"
    REMOTE = "remote"  # the object store


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong. `name` is a digest, or a foreign file's name; `found` the SHA-256 of what lies there."""

    kind: DamageKind
    name: str
    found: str | None = None
    place: Place = Place.DISK

    @property
    def stream(self) -> str:
        """The journal's stream that tells of this file."""
        return f"media:{self.name}" if is_digest(self.name) else FOREIGN

    def facts(self) -> dict[str, str | None]:
        """As the journal tells it."""
        return {
            "kind": self.kind.value,
            "name": self.name[:LONGEST_NAME],
            "found": self.found,
            "place": self.place.value,
        }


async def note_damage(cmd: Command, damage: Damage) -> bool:
    """Write damage down, and that the object store lacks a file when that is the damage.

    False when the journal's last word on it is the same: a finding is told once.
    """
    return await in_unit(_note, cmd, damage)


async def _note(cmd: Command, damage: Damage) -> bool:
    facts = damage.facts()
    told = await read_kind(damage.stream, EventKind.BLOB_DAMAGED)
    if damage.stream == FOREIGN:
        told = [line for line in told if line.payload["name"] == facts["name"]]
    else:
        told = [line for line in told if line.payload["place"] == facts["place"]]
    healed = await read_kind(damage.stream, EventKind.BLOB_HEALED)
    if told and dict(told[-1].payload) == facts and (not healed or healed[-1].seq < told[-1].seq):
        return False
    await append(cmd.event(EventKind.BLOB_DAMAGED, damage.stream, **facts))
    if damage.place is Place.REMOTE:
        # What the disk still has is sent again; and what comes to lie there again is found by that, too.
        await store_remote.unset_remote(damage.name)
    return True
