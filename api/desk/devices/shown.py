"""Tablets in the words of the desk: who, how it stands, what only it has. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.registry.find import named_people
from inspection.registry.inspectors.facts import InspectorFacts
from sync.devices.overview import DeviceOverview

_UNITS: Final = ("B", "KB", "MB", "GB", "TB")
_STEP: Final = 1000


class Standing(StrEnum):
    """How a tablet stands; each has a word in the catalogue."""

    IN_USE = "in_use"
    WIPE_ORDERED = "wipe_ordered"
    REVOKED = "revoked"
    WIPED = "wiped"


TONES: Final[Mapping[Standing, str]] = {
    Standing.IN_USE: "good",
    Standing.WIPE_ORDERED: "warn",
    Standing.REVOKED: "warn",
    Standing.WIPED: "",
}


@dataclass(frozen=True, slots=True)
class DeviceShown:
    """One tablet. `people`: whom it was enrolled for, then who may act on it besides; `oldest`: when the oldest entry
    that only it has was written, by its own clock.
    """

    told: DeviceOverview
    standing: Standing
    tone: str
    owner: str
    people: tuple[tuple[UUID, str, datetime], ...]
    size: str
    oldest: datetime | None


def standing_of(told: DeviceOverview) -> Standing:
    """How a tablet stands."""
    device = told.device
    if device.wiped_at is not None:
        return Standing.WIPED
    if device.wipe_order is not None:
        return Standing.WIPE_ORDERED
    return Standing.REVOKED if device.revoked_at is not None else Standing.IN_USE


def shown(told: DeviceOverview, names: Mapping[UUID, str]) -> DeviceShown:
    """A tablet with the names of its people."""
    held = told.holding.held if told.holding else None
    standing = standing_of(told)
    return DeviceShown(
        told=told,
        standing=standing,
        tone=TONES[standing],
        owner=names.get(told.device.inspector, ""),
        people=tuple((one.inspector, names.get(one.inspector, ""), one.bound_at) for one in told.bound),
        size=size_of(held.bytes) if held else "",
        oldest=instant(held.oldest_wall) if held and held.oldest_wall is not None else None,
    )


async def shown_all(found: Collection[DeviceOverview]) -> list[DeviceShown]:
    """Tablets with the names of their people, in the same order."""
    ids = {person for told in found for person in (told.device.inspector, *(one.inspector for one in told.bound))}
    names = {key: name for key, (name, _) in (await named_people(ids)).items()} if ids else {}
    return [shown(told, names) for told in found]


def size_of(count: int) -> str:
    """Bytes as people say them, three digits at the most: 0 B, 12 MB."""
    size, unit = float(count), 0
    while size >= _STEP and unit < len(_UNITS) - 1:
        size, unit = size / _STEP, unit + 1
    return f"{size:.0f} {_UNITS[unit]}"


def instant(wall_ms: int) -> datetime | None:
    """What a tablet's clock said; None for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(wall_ms / _STEP, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def choices(people: Collection[InspectorFacts], but: Collection[UUID] = ()) -> list[tuple[str, str]]:
    """Those in service to choose from, by staff number."""
    able = sorted((one for one in people if one.active and one.id not in but), key=lambda one: one.staff_no)
    return [(str(one.id), " ".join(part for part in (one.staff_no, one.name, one.unit or "") if part)) for one in able]
