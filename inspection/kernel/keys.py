"""The server's signing key: an Ed25519 key in one file, made once, readable by its owner only."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mobile_contract.base import b64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import Purpose, ServerJwk, SignedText

KEY_FILE = "server-key.pem"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Signs receipts and time anchors, and derives the secrets of opaque values. Never printed, never compared."""

    _private: Ed25519PrivateKey
    kid: str
    """RFC 7638 thumbprint of the public key."""
    public_jwk: ServerJwk

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return self._private.sign(message)

    def sign_text(self, purpose: Purpose, text: str) -> SignedText:
        """The text with its signature, as it crosses the wire."""
        return SignedText(p=text, k=self.kid, s=b64url(self.sign(purpose.message(text))))

    def secret(self, label: str) -> bytes:
        """32 bytes only this server can make; one label, one use (HKDF-SHA-256, RFC 5869)."""
        seed = self._private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return HKDF(hashes.SHA256(), _SECRET_BYTES, salt=None, info=label.encode()).derive(seed)

    def __repr__(self) -> str:
        return f"ServerKeys(kid={self.kid!r})"


def load_server_keys(folder: Path) -> ServerKeys:
    """The key of this server, made at the first call.

    Raises:
        ValueError: the file holds something else, or others than its owner may read it.
        OSError: the folder cannot be written.
    """
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    if path.stat().st_mode & 0o077:
        raise ValueError(f"{path} may be readable by its owner only: chmod 600 it")
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")  # noqa: TRY004  the file is wrong, not a type
    return server_keys(private)


def server_keys(private: Ed25519PrivateKey) -> ServerKeys:
    """The keys made of a private key that was loaded elsewhere."""
    x = b64url(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    # The thumbprint covers the key's own members only, so any kid serves while it is computed.
    kid = thumbprint(ServerJwk(x=x, kid=x))
    return ServerKeys(private, kid, ServerJwk(x=x, kid=kid))


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, name = mkstemp(dir=path.parent)  # made readable by its owner only
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # A link fails when another process was first: then its key is the key.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
