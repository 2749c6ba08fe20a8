"""Passwords: argon2id with the library's current parameters. Pure but for the salt."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Verified against when an account is unknown, so that the answer takes as long as for a known one.
DECOY = _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    return _hasher.hash(password)


def password_fits(hashed: str, password: str) -> bool:
    """Whether `password` is the one that was hashed."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether the library hashes with other parameters by now: the next time the password is typed, hash it anew."""
    return _hasher.check_needs_rehash(hashed)
