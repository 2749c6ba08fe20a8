"""Where randomness comes from. Inside the domain it is an argument, so that a test can repeat it."""

import hashlib
import secrets
from typing import Protocol


class Entropy(Protocol):
    """Gives `n` random bytes."""

    def bytes(self, n: int) -> bytes: ...


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, n: int) -> bytes:
        return secrets.token_bytes(n)


class SeededEntropy:
    """SHA-256 in counter mode over a seed: the same seed gives the same bytes on every machine. Never in production."""

    def __init__(self, seed: int | str) -> None:
        self._seed = str(seed).encode()
        self._counter = 0

    def bytes(self, n: int) -> bytes:
        out = b""
        while len(out) < n:
            self._counter += 1
            out += hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
        return out[:n]
