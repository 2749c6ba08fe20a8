"""Where the entries of a visit say that they were made: plain coordinates, and how far from the first arrival. Pure.

A position is the claim of a tablet, signed with its entry; it proves nothing and decides nothing. The register knows
the address of an object in words only: the distance is from the first arrival that has a position.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from inspection.visits.record.intake import read_body
from mobile_contract.entries import Coordinates, EntryType, MediaAdd, Presence
from mobile_contract.envelope import ParsedEntry

_EARTH_M: Final = 6_371_008.8
_E7: Final = 1e7
_PLACED: Final = frozenset({EntryType.ARRIVE, EntryType.LEAVE, EntryType.PHOTO_ADD, EntryType.DOCUMENT_ADD})


@dataclass(frozen=True, slots=True)
class Spot:
    """The position of one entry. `digest` (hex) of the file it brings; `at` None where there was no fix, and `no_fix`
    why; `metres` from the first arrival, None where either has no position.
    """

    entry: str
    inspector: str
    type: str
    wall: int
    digest: str | None
    at: Coordinates | None
    no_fix: str | None
    metres: int | None

    @property
    def latitude(self) -> str:
        """Degrees, as people read them."""
        return _degrees(self.at.lat_e7, "N", "S") if self.at else ""

    @property
    def longitude(self) -> str:
        """Degrees, as people read them."""
        return _degrees(self.at.lon_e7, "E", "W") if self.at else ""


def spots(entries: Iterable[ParsedEntry]) -> tuple[Spot, ...]:
    """The entries that tell where they were made, in the order of the tablets' clocks."""
    told = [one for one in map(_told, entries) if one is not None]
    told.sort(key=lambda one: (one[0].header.wall, one[0].text_hash))
    door = next((at for entry, at, _, _ in told if entry.header.type == EntryType.ARRIVE and at is not None), None)
    return tuple(
        Spot(
            entry=entry.text_hash,
            inspector=str(entry.header.ins),
            type=str(entry.header.type),
            wall=entry.header.wall,
            digest=digest,
            at=at,
            no_fix=why,
            metres=metres(door, at) if door is not None and at is not None else None,
        )
        for entry, at, why, digest in told
    )


def metres(one: Coordinates, other: Coordinates) -> int:
    """The distance over the ground, on a sphere: exact to half a percent, which is less than any fix in a street."""
    lat_a, lat_b = radians(one.lat_e7 / _E7), radians(other.lat_e7 / _E7)
    across = radians((other.lon_e7 - one.lon_e7) / _E7)
    chord = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(across / 2) ** 2
    return round(2 * _EARTH_M * asin(min(1.0, sqrt(chord))))


_Told = tuple[ParsedEntry, Coordinates | None, str | None, str | None]


def _told(entry: ParsedEntry) -> _Told | None:
    if entry.header.type not in _PLACED:
        return None
    body = read_body(entry.header.type, entry.body, entry.b)
    if isinstance(body, Presence):
        return entry, body.position, body.no_fix, None
    if isinstance(body, MediaAdd) and body.position is not None:
        return entry, body.position, None, body.digest
    return None


def _degrees(e7: int, above: str, below: str) -> str:
    return f"{abs(e7) / _E7:.6f}° {above if e7 >= 0 else below}"
