"""Identifiers: UUID version 7 (RFC 9562). Their time bits are a convenience of the index, never an order or a proof."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.entropy import Entropy


def plain_uuid(value: object) -> UUID:
    """The id as a plain UUID: asyncpg hands out a subclass that compares equal but that JSON writers refuse."""
    return UUID(int=value.int) if isinstance(value, UUID) else UUID(str(value))


def uuid7(now: datetime, entropy: Entropy) -> UUID:
    """A UUIDv7 of the instant `now` (UTC-aware) with 74 bits taken from `entropy`."""
    return uuid7s(now, entropy, 1)[0]


def uuid7s(now: datetime, entropy: Entropy, count: int) -> list[UUID]:
    """`count` UUIDv7s of the instant `now`, each the successor of the one before (RFC 9562, 6.2, method 2): rows that
    are written together lie together in an index. The first has 74 bits from `entropy`.
    """
    ms = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    noise = int.from_bytes(entropy.bytes(10), "big")
    rand_a = noise >> 68 & 0xFFF
    rand_b = noise & ((1 << 62) - 1)
    first = min(rand_b, (1 << 62) - count)
    head = ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62
    return [UUID(int=head | first + place) for place in range(count)]
