"""Where randomness comes from. Inside the domain it is an argument, so that a test can repeat it."""

import hashlib
import secrets
from collections import Counter
from typing import Protocol


class Entropy(Protocol):
    """Gives `n` random bytes."""

    def bytes(self, n: int) -> bytes: ...

    def branch(self, name: str) -> "Entropy":
        """A source of its own for one purpose: how much is taken from it moves nothing elsewhere."""
        ...


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, n: int) -> bytes:
        return secrets.token_bytes(n)

    def branch(self, name: str) -> Entropy:  # noqa: ARG002  chance has no parts
        return self


class SeededEntropy:
    """SHA-256 in counter mode over a seed: the same seed gives the same bytes on every machine. Never in production."""

    def __init__(self, seed: int | str) -> None:
        self._named = str(seed)
        self._seed = self._named.encode()
        self._counter = 0
        self._branches: Counter[str] = Counter()

    def bytes(self, n: int) -> bytes:
        out = b""
        while len(out) < n:
            self._counter += 1
            out += hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
        return out[:n]

    def branch(self, name: str) -> Entropy:
        self._branches[name] += 1
        return SeededEntropy(f"{self._named}/{name}#{self._branches[name]}")
