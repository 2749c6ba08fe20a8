"""The server's key is made once and kept to its owner."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inspection.kernel.keys import KEY_FILE, load_server_keys
from mobile_contract.base import unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import Purpose


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path):
    folder = tmp_path / "keys"
    first, second = load_server_keys(folder), load_server_keys(folder)
    assert first.kid == second.kid == thumbprint(first.public_jwk)
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path):
    load_server_keys(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(ValueError, match="owner"):
        load_server_keys(tmp_path)


def test_a_key_of_another_kind_is_not_used(tmp_path: Path):
    private = generate_private_key(SECP256R1())
    path = tmp_path / KEY_FILE
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(ValueError, match="Ed25519"):
        load_server_keys(tmp_path)


def test_a_signed_text_verifies_for_its_purpose_only(tmp_path: Path):
    keys = load_server_keys(tmp_path)
    signed = keys.sign_text(Purpose.RECEIPT, '{"a":"甲"}')
    public = Ed25519PublicKey.from_public_bytes(unb64url(keys.public_jwk.x))
    public.verify(unb64url(signed.s), Purpose.RECEIPT.message(signed.p))
    with pytest.raises(Exception, match=r"^$"):
        public.verify(unb64url(signed.s), Purpose.TIME_ANCHOR.message(signed.p))


def test_secrets_differ_by_label_and_by_server(tmp_path: Path):
    here, there = load_server_keys(tmp_path / "a"), load_server_keys(tmp_path / "b")
    assert here.secret("x") == load_server_keys(tmp_path / "a").secret("x")
    assert len({here.secret("x"), here.secret("y"), there.secret("x")}) == 3


def test_the_key_is_never_printed(tmp_path: Path):
    keys = load_server_keys(tmp_path)
    assert "PrivateKey" not in repr(keys)
