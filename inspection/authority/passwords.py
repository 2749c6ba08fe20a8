"""Passwords: argon2id with the library's current parameters. Pure but for the salt."""

from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    return _hasher.hash(password)


def decoy() -> str:
    """What a password is verified against when its account is unknown, so that the answer takes as long as for a known
    one: as dear to verify as any hash of now, and made of nothing, so that no process begins by hashing.
    """
    dear = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${dear}${_blank(_hasher.salt_len)}${_blank(_hasher.hash_len)}"


def _blank(length: int) -> str:
    return b64encode(bytes(length)).decode().rstrip("=")


def password_fits(hashed: str, password: str) -> bool:
    """Whether `password` is the one that was hashed."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether the library hashes with other parameters by now: the next time the password is typed, hash it anew."""
    return _hasher.check_needs_rehash(hashed)
