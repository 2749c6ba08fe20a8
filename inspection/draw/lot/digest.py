"""What every formula of SR-DRAW/1 is built from: one hash, fixed-width integers, framed texts, exact
uniform choice.

Every call of the hash starts with a one-byte tag; every field is of fixed length or length-prefixed;
integers are big-endian; texts are UTF-8 in NFC. No floats anywhere (draw.md §4).
"""

import hashlib
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeAlias

Hash: TypeAlias = Callable[[bytes], bytes]

HASHES = ("sha256", "sm3")
SPAN = 1 << 256


def hash_named(name: str) -> Hash:
    """The 32-byte hash a draw was made with: `sha256` (default) or `sm3` (GB/T 32905).

    Raises:
        ValueError: for any other name, or when this Python's OpenSSL lacks it.
    """
    if name not in HASHES:
        raise ValueError(f"unknown hash {name!r}")
    if name == "sha256":
        return _sha256
    hashlib.new(name)
    return _sm3


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# Both stand at the top of a module, so that a worker process can be told which.
def _sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


class Made(Protocol):
    """A hash that was computed."""

    def digest(self) -> bytes: ...

    def hexdigest(self) -> str: ...


def maker(h: Hash) -> Callable[[bytes], Made]:
    """The same hash for loops over very many rows, without a call in between: a sixth of such a loop."""
    return _MAKERS.get(h) or (lambda data: _Told(h(data)))


class _Told:
    def __init__(self, value: bytes) -> None:
        self._value = value

    def digest(self) -> bytes:
        return self._value

    def hexdigest(self) -> str:
        return self._value.hex()


_MAKERS: dict[Hash, Callable[[bytes], Made]] = {_sha256: hashlib.sha256, _sm3: partial(hashlib.new, "sm3")}


def u16(number: int) -> bytes:
    """Two bytes, big-endian."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def framed(data: bytes) -> bytes:
    """`data` behind its length in two bytes, so that no two lists of fields share one spelling."""
    return u16(len(data)) + data


def plain_text(text: str) -> bool:
    """Whether `text` may stand in a row: not empty, NFC, no control character (tab and line break among
    them).
    """
    printable = not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)
    return bool(text) and printable and unicodedata.normalize("NFC", text) == text


def uniform(block: Callable[[int], bytes], n: int) -> int:
    """An integer of [0, n), every value equally likely, from the 32-byte blocks `block(0)`, `block(1)`, …

    Blocks above the largest multiple of `n` are rejected: taking the remainder of any block would favour
    small values.

    Raises:
        ValueError: when `n` is not in 1 … 2^256.
    """
    if not 1 <= n <= SPAN:
        raise ValueError(f"no uniform choice among {n}")
    limit = SPAN - SPAN % n
    counter = 0
    while True:
        value = int.from_bytes(block(counter), "big")
        if value < limit:
            return value % n
        counter += 1
