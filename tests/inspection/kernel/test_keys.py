"""The server's key is made once and kept to its owner."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inspection.kernel import keys as kernel_keys
from inspection.kernel.keys import KEY_FILE, RETIRED_FILE, load_server_keys, rotate_server_key
from mobile_contract.base import unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.keys import KeyStatement
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


NOON = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_changed_key_keeps_what_the_old_one_signed_and_made_checkable(tmp_path: Path):
    old = load_server_keys(tmp_path)
    rotate_server_key(tmp_path, NOON)
    new = load_server_keys(tmp_path)
    assert new.kid != old.kid
    assert [key.kid for key in new.known] == [new.kid, old.kid]
    assert new.former_secrets("x") == ((old.secret("x"), NOON),)
    assert new.secret("x") != old.secret("x")


def test_the_key_that_goes_signs_who_follows(tmp_path: Path):
    old = load_server_keys(tmp_path)
    for _ in range(2):
        rotate_server_key(tmp_path, NOON)
    told = load_server_keys(tmp_path).told()
    trusted = {old.kid: old.public_jwk}
    for statement in told.statements:
        public = Ed25519PublicKey.from_public_bytes(unb64url(trusted[statement.k].x))
        public.verify(unb64url(statement.s), Purpose.SERVER_KEY.message(statement.p))
        following = KeyStatement.model_validate_json(statement.p).next
        trusted[following.kid] = following
    assert set(trusted) == {key.kid for key in told.keys}
    assert len(trusted) == 3


def test_a_change_of_keys_that_breaks_off_before_its_last_step_did_not_happen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old = load_server_keys(tmp_path)
    replace = kernel_keys._replace

    def crash_at_the_key(path: Path, content: bytes) -> None:
        if path.name == KEY_FILE:
            raise OSError("killed")
        replace(path, content)

    monkeypatch.setattr(kernel_keys, "_replace", crash_at_the_key)
    with pytest.raises(OSError, match="killed"):
        rotate_server_key(tmp_path, NOON)
    monkeypatch.undo()
    assert load_server_keys(tmp_path).told() == old.told()
    rotate_server_key(tmp_path, NOON)
    assert [key.kid for key in load_server_keys(tmp_path).known][1:] == [old.kid]


def test_the_old_private_key_is_nowhere_any_more_and_what_is_kept_is_its_owners_only(tmp_path: Path):
    load_server_keys(tmp_path)
    before = (tmp_path / KEY_FILE).read_bytes().splitlines()[1]
    rotate_server_key(tmp_path, NOON)
    assert {path.name for path in tmp_path.iterdir()} == {KEY_FILE, RETIRED_FILE}
    assert all(before not in path.read_bytes() for path in tmp_path.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    (tmp_path / RETIRED_FILE).chmod(0o644)
    with pytest.raises(ValueError, match="owner"):
        load_server_keys(tmp_path)


def test_a_key_and_its_name_are_on_the_disk_before_anything_is_signed_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # What is signed by a key that vanishes in a power cut can never be checked.
    synced: list[dict[str, bytes]] = []
    folder = tmp_path / "keys"

    def sync(path: Path) -> None:
        if path == folder:
            kept = (one for one in (path / KEY_FILE, path / RETIRED_FILE) if one.exists())
            synced.append({one.name: one.read_bytes() for one in kept})

    monkeypatch.setattr(kernel_keys, "on_the_disk", sync)
    load_server_keys(folder)
    first = (folder / KEY_FILE).read_bytes()
    assert synced == [{KEY_FILE: first}]
    rotate_server_key(folder, datetime(2026, 3, 2, tzinfo=UTC))
    retired, second = (folder / RETIRED_FILE).read_bytes(), (folder / KEY_FILE).read_bytes()
    assert synced[1:] == [{KEY_FILE: first, RETIRED_FILE: retired}, {KEY_FILE: second, RETIRED_FILE: retired}]
