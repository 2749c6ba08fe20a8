"""Small harms to bytes, the same ones for the same seed: what a broken line, and what an enemy, does to a message."""

import random
from typing import Final

LONGEST: Final = 200_000
SHARP: Final = (
    b"\x00",
    b"\xff", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\r\n", b"\"", b"'", b"\\", b"\\u0000",
    b"\\ud800",
    b"[" * 20_000, b'{"a":' * 3_000, b"9" * 5_000, b"-1", b"1e999", b"NaN", b"null", b"true", b"{}", b"[]", b"..",
    b"/../",
    b"%00", b"%s{}", b"=1+1", b"<script>", b"18446744073709551616", b"-9223372036854775809", "١".encode(), "²".encode(),
    "İ".encode(), b"\xe2\x80\xae", b"A" * 3_000, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"PK\x03\x04", b"PK\x05\x06",
)  # fmt: skip


def harmed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to five harms done to them."""
    for _ in range(chance.randint(1, 5)):
        data = chance.choice(_HARMS)(data, chance)[:LONGEST]
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return b"\x00"
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + data[at + chance.choice((1, 1, 2, 8, len(data))) :]


def _put(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(SHARP) + data[at:]


def _replace(data: bytes, chance: random.Random) -> bytes:
    at, sharp = chance.randint(0, len(data)), chance.choice(SHARP)
    return data[:at] + sharp + data[at + len(sharp) :]


def _again(data: bytes, chance: random.Random) -> bytes:
    start, stop = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return data[:stop] + data[start:stop] + data[stop:]


def _swap_digits(data: bytes, chance: random.Random) -> bytes:
    places = [at for at, one in enumerate(data) if 48 <= one <= 57]
    if not places:
        return _flip(data, chance)
    at = chance.choice(places)
    return data[:at] + str(chance.choice((0, 9, 255, 65536, -1, 10**19))).encode() + data[at + 1 :]


_HARMS: Final = (_flip, _flip, _cut, _put, _replace, _again, _swap_digits)
