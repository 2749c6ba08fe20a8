"""What a device takes from the world: its clocks and its randomness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """What the device's clocks say: evidence, never an order."""

    wall: int
    """Wall clock, ms since 1970; may be as wrong as it likes."""
    mono: int
    """Monotonic ms since boot."""
    boot: str
    """Id of this boot."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Handed to a device, so that a simulated fleet is repeatable."""

    time: Callable[[], DeviceTime]
    entropy: Callable[[int], bytes]
    """Gives `n` random bytes."""

    def new_id(self) -> UUID:
        """A UUIDv7 by the device's own clock (RFC 9562); nobody may sort or judge by it."""
        noise = int.from_bytes(self.entropy(10), "big")
        ms = self.time().wall & ((1 << 48) - 1)
        low = noise & ((1 << 62) - 1)
        return UUID(int=ms << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0b10 << 62 | low)
