"""Identifiers: UUID version 7 (RFC 9562). Their time bits are a convenience of the index, never an order or a proof."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.entropy import Entropy


def uuid7(now: datetime, entropy: Entropy) -> UUID:
    """A UUIDv7 of the instant `now` (UTC-aware) with 74 bits taken from `entropy`."""
    ms = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = int.from_bytes(entropy.bytes(10), "big")
    rand_a = noise >> 68 & 0xFFF
    rand_b = noise & ((1 << 62) - 1)
    return UUID(int=ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)
