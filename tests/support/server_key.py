"""One server's key for all tests of a kind: making one takes its time, and what it signed must fit kept worlds."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.keys import KEY_FILE


def put_server_key(data_dir: Path) -> None:
    """The server of this data directory signs with the tests' key, unless it has one of its own."""
    kept = data_dir / "keys" / KEY_FILE
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True)
        kept.touch(mode=0o600)
        kept.write_bytes(_server_key())


@cache
def _server_key() -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(SeededEntropy("server key").bytes(32))
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
