"""The lock on what must not be readable from a copied disk or database: a key of its own, which lies elsewhere.

With `FIELDCHECK_KEY_FILE` set, the server's keys (`keys.py`) lie encrypted, and so does what a draw keeps secret until
its turn. Everything else that is derived from the server's keys is as safe as they are: codes of doors, secrets of
channels, cursors, and the secrets of the apps that show codes (ChaCha20-Poly1305, RFC 8439; the key by HKDF-SHA-256).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

LEAST_BYTES: Final = 32
MOST_BYTES: Final = 4096
_MAGIC: Final = b"fieldcheck-locked/1\n"
_NAME, _NONCE = 8, 12
_OTHERS: Final = 0o037
"""The group may read: so systemd shows a credential that one service alone is given by an access list."""


class LockRefused(Refused, ValueError):
    """What is locked cannot be opened, or is not locked although it should be. Told to whoever starts the server."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Encrypts under one key. `name`: says which key it is, and nothing about it (hex)."""

    _key: bytes
    name: str

    def shut(self, plain: bytes, about: str) -> bytes:
        """The bytes encrypted; they open as what they are `about` only."""
        nonce = os.urandom(_NONCE)
        head = _MAGIC + bytes.fromhex(self.name)
        return head + nonce + ChaCha20Poly1305(self._key).encrypt(nonce, plain, head + about.encode())

    def open(self, kept: bytes, about: str) -> bytes:
        """The bytes again.

        Raises:
            LockRefused: `kernel.lock_other` (another key), `kernel.lock_broken` (changed, or about something else).
        """
        end = len(_MAGIC) + _NAME
        head, nonce, rest = kept[:end], kept[end : end + _NONCE], kept[end + _NONCE :]
        if head[len(_MAGIC) :].hex() != self.name:
            raise LockRefused(
                ProblemCode.CONFLICT, "kernel.lock_other", what=about, locked=head[len(_MAGIC) :].hex(), given=self.name
            )
        try:
            return ChaCha20Poly1305(self._key).decrypt(nonce, rest, head + about.encode())
        except (InvalidTag, ValueError) as error:
            raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_broken", what=about) from error

    def __repr__(self) -> str:
        return f"Lock(name={self.name!r})"


def is_locked(kept: bytes) -> bool:
    """Whether a lock shut these bytes."""
    return kept.startswith(_MAGIC)


def is_under(kept: bytes, lock: Lock | None) -> bool:
    """Whether these bytes are kept as this lock keeps them; none keeps them in the clear."""
    if lock is None:
        return not is_locked(kept)
    return kept.startswith(_MAGIC + bytes.fromhex(lock.name))


def read_lock(path: Path) -> Lock:
    """The lock whose key a file holds: at least 32 bytes that nobody can guess, whatever they are.

    Raises:
        LockRefused: `kernel.lock_unreadable`, `kernel.lock_open_to_others`, `kernel.lock_short`.
    """
    try:
        with path.open("rb") as file:
            mode, secret = os.fstat(file.fileno()).st_mode, file.read(MOST_BYTES).strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_unreadable", path=str(path), reason=reason) from error
    if stat.S_IMODE(mode) & _OTHERS:
        raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_open_to_others", path=str(path))
    if len(secret) < LEAST_BYTES or len(set(secret)) < LEAST_BYTES // 4:
        raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_short", path=str(path), least=LEAST_BYTES)
    return lock_of(secret)


def lock_of(secret: bytes) -> Lock:
    """The lock of a secret."""
    made = HKDF(hashes.SHA256(), 32 + _NAME, salt=None, info=b"fieldcheck lock/1").derive(secret)
    return Lock(made[:32], made[32:].hex())


def relocked(kept: bytes, about: str, before: Lock | None, now: Lock | None) -> bytes | None:
    """The bytes as the lock of now keeps them; None when there is nothing to do.

    Raises:
        LockRefused: `kernel.lock_missing`, or as `Lock.open`: they are locked under neither.
    """
    if not kept or is_under(kept, now):
        return None
    if is_locked(kept):
        if before is None:
            raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_missing", what=about)
        kept = before.open(kept, about)
    return now.shut(kept, about) if now else kept


class _Chosen:
    """The lock of this process: set once at the edge, from the settings."""

    lock: Lock | None = None


def use_lock(path: Path | None) -> None:
    """From now on, in this process: the lock whose key lies at `path`; none without a path.

    Raises:
        LockRefused: as `read_lock`.
    """
    _Chosen.lock = read_lock(path) if path else None


def lock_in_use() -> Lock | None:
    """The lock of this process; None when nothing is to be locked."""
    return _Chosen.lock


def shut(plain: bytes, about: str) -> bytes:
    """The bytes as they are to be kept: locked, where this process has a lock."""
    return _Chosen.lock.shut(plain, about) if _Chosen.lock else plain


def opened(kept: bytes, about: str) -> bytes:
    """The bytes that `shut` was given, now or before there was a lock.

    Raises:
        LockRefused: `kernel.lock_missing` (locked, and this process has no lock), or as `Lock.open`.
    """
    if not is_locked(kept):
        return kept
    if _Chosen.lock is None:
        raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_missing", what=about)
    return _Chosen.lock.open(kept, about)
