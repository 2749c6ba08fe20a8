"""The server's signing key: an Ed25519 key in one file, made once, readable by its owner only, and encrypted where the
installation has a lock (`lock.py`).

When it is changed (`rotate_server_key`), the old one signs a statement that names the new one and is destroyed. What is
kept of it: its public half, by which what it signed stays checkable, and the root of the secrets it was the seed of, by
which opaque values that devices hold stay readable.
"""

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict, TypeAdapter

from inspection.kernel.disk import on_the_disk
from inspection.kernel.lock import Lock, LockRefused, is_locked, lock_in_use, opened, relocked, shut
from mobile_contract.base import b64url, unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.keys import KeysAnswer, KeyStatement
from mobile_contract.problems import ProblemCode
from mobile_contract.signed import Purpose, ServerJwk, SignedText

KEY_FILE = "server-key.pem"
RETIRED_FILE = "retired-keys.json"
_SECRET_BYTES = 32


class RetiredKey(BaseModel):
    """What is kept of a key that was in use. `root`: base64url, of the secrets it was the seed of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_jwk: ServerJwk
    root: str
    until: datetime
    statement: SignedText
    """Signed by this key: names the next."""

    def __repr__(self) -> str:
        return f"RetiredKey(kid={self.public_jwk.kid!r})"


_RETIRED = TypeAdapter(tuple[RetiredKey, ...])


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Signs receipts and time anchors, and derives the secrets of opaque values. Never printed, never compared."""

    _private: Ed25519PrivateKey
    kid: str
    """RFC 7638 thumbprint of the public key."""
    public_jwk: ServerJwk
    retired: tuple[RetiredKey, ...] = ()
    """The keys before it, oldest first."""

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self._private.sign(message)

    def sign_text(self, purpose: Purpose, text: str) -> SignedText:
        """The text with its signature, as it crosses the wire."""
        return SignedText(p=text, k=self.kid, s=b64url(self.sign(purpose.message(text))))

    @property
    def known(self) -> tuple[ServerJwk, ...]:
        """The public keys by which anything this server ever signed is checked: the one in use first."""
        return (self.public_jwk, *(key.public_jwk for key in reversed(self.retired)))

    def told(self) -> KeysAnswer:
        """The keys and the statements by which each named the next."""
        return KeysAnswer(keys=self.known, statements=tuple(key.statement for key in self.retired))

    def secret(self, label: str) -> bytes:
        """32 bytes only this server can make; one label, one use (HKDF-SHA-256, RFC 5869)."""
        return _secret(self._private, label)

    def former_secrets(self, label: str) -> tuple[tuple[bytes, datetime], ...]:
        """The same of the keys before it, the newest first, and until when each was in use."""
        return tuple((_expanded(unb64url(key.root), label), key.until) for key in reversed(self.retired))

    def secret_at(self, label: str, at: datetime) -> bytes:
        """The secret of the key that was in use at that instant: what it made stays what it was."""
        former = reversed(self.former_secrets(label))
        return next((secret for secret, until in former if at < until), self.secret(label))

    def followed_by(self, private: Ed25519PrivateKey, now: datetime) -> "ServerKeys":
        """The keys after `private` took over; the key that goes signs the statement that names it."""
        told = KeyStatement(next=server_keys(private).public_jwk, at=now)
        statement = self.sign_text(Purpose.SERVER_KEY, told.model_dump_json())
        root = b64url(_root(self._private))
        gone = RetiredKey(public_jwk=self.public_jwk, root=root, until=now, statement=statement)
        return server_keys(private, (*self.retired, gone))

    def __repr__(self) -> str:
        return f"ServerKeys(kid={self.kid!r})"


@lru_cache(maxsize=64)
def _secret(private: Ed25519PrivateKey, label: str) -> bytes:
    # Keys are compared as the objects they are; every pull asks for two of these.
    return _expanded(_root(private), label)


def _root(private: Ed25519PrivateKey) -> bytes:
    """HKDF's extraction without a salt (RFC 5869 §2.2): makes every secret of a key, and never the key."""
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return hmac.digest(bytes(_SECRET_BYTES), seed, "sha256")


def _expanded(root: bytes, label: str) -> bytes:
    return HKDFExpand(hashes.SHA256(), _SECRET_BYTES, info=label.encode()).derive(root)


def load_server_keys(folder: Path) -> ServerKeys:
    """The key of this server, made at the first call.

    Raises:
        ValueError: a file holds something else, or others than its owner may read it; `LockRefused`: it is locked under
            another key than this process has, or lies in the clear although there is a lock.
        OSError: the folder cannot be written.
    """
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        on_the_disk(folder.parent)
        _create(path)
    private = load_pem_private_key(_opened(path), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")  # noqa: TRY004  the file is wrong, not a type
    past = folder / RETIRED_FILE
    return server_keys(private, _RETIRED.validate_json(_opened(past)) if past.exists() else ())


def server_keys(private: Ed25519PrivateKey, retired: tuple[RetiredKey, ...] = ()) -> ServerKeys:
    """The keys made of a private key that was loaded elsewhere."""
    x = b64url(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    # The thumbprint covers the key's own members only, so any kid serves while it is computed.
    kid = thumbprint(ServerJwk(x=x, kid=x))
    # A change of keys that broke off before its last step did not happen: the key in use is not one of the past.
    past = tuple(key for key in retired if key.public_jwk.kid != kid)
    return ServerKeys(private, kid, ServerJwk(x=x, kid=kid), past)


def rotate_server_key(folder: Path, now: datetime) -> ServerKeys:
    """Put a new key in the place of the one in use, which is destroyed; the keys from now on.

    Processes that run go on with the old key until they are started again; nothing they sign is lost. What is kept of
    the old key is written first: a crash in between leaves the old key in use.

    Raises:
        ValueError, OSError: as `load_server_keys`.
    """
    private = Ed25519PrivateKey.generate()
    keys = load_server_keys(folder).followed_by(private, now)
    _replace(folder / RETIRED_FILE, shut(_RETIRED.dump_json(keys.retired), RETIRED_FILE))
    _replace(folder / KEY_FILE, shut(_pem(private), KEY_FILE))
    return keys


def relock_server_keys(folder: Path, before: Lock | None, now: Lock | None) -> tuple[str, ...]:
    """Encrypt the files under another lock, or under none; the names of those that were changed. Doing it twice, or
    again after it broke off, changes nothing.

    Raises:
        LockRefused: a file is locked under neither.
        ValueError, OSError: a file may be read by others, or cannot be read or written.
    """
    changed = []
    for path in (folder / RETIRED_FILE, folder / KEY_FILE):
        fresh = relocked(_own(path), path.name, before, now) if path.exists() else None
        if fresh is not None:
            _replace(path, fresh)
            changed.append(path.name)
    return tuple(changed)


def _own(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise ValueError(f"{path} may be readable by its owner only: chmod 600 it")
    return path.read_bytes()


def _opened(path: Path) -> bytes:
    kept = _own(path)
    if lock_in_use() and not is_locked(kept):
        raise LockRefused(ProblemCode.CONFLICT, "kernel.lock_not_shut", what=path.name)
    return opened(kept, path.name)


def _create(path: Path) -> None:
    draft = _drafted(path, shut(_pem(Ed25519PrivateKey.generate()), path.name))
    try:
        # A link fails when another process was first: then its key is the key.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    on_the_disk(path.parent)


def _replace(path: Path, content: bytes) -> None:
    draft = _drafted(path, content)
    draft.replace(path)
    on_the_disk(path.parent)


def _drafted(path: Path, content: bytes) -> Path:
    """A file beside `path`, on the disk for good, readable by its owner only."""
    descriptor, name = mkstemp(dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
