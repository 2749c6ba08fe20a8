"""The log is verified, and the server's key changed, from a shell."""

from pathlib import Path

import pytest

from inspection.kernel.keys import load_server_keys
from tests.cli.shell import Shell


def test_a_log_is_verified_for_people_and_for_machines(office: Shell) -> None:
    told = office.json("log", "verify")
    assert told == {
        "good": True,
        "leaves": 0,
        "heads": 0,
        "stamps": 0,
        "unverified_stamps": 0,
        "waiting": 0,
        "wrong": [],
    }
    assert "The log is whole." in office.run("log", "verify").stdout


def test_a_file_without_certificates_is_refused(office: Shell, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    assert "no certificates" in office.refused("log", "verify", "--ca", tmp_path / "none.pem")


def test_the_servers_key_is_changed_and_the_old_one_stays_known(office: Shell) -> None:
    [first] = office.json("keys", "list")
    told = office.json("keys", "rotate")
    assert told["before"] == first["kid"]
    keys = load_server_keys(office.data_dir / "keys")
    assert keys.kid == told["now"] != first["kid"]
    rows = office.json("keys", "list")
    assert [row["kid"] for row in rows] == [told["now"], told["before"]]
    assert [row["until"] is None for row in rows] == [True, False]
    assert "Start the server again" in office.run("keys", "rotate").stdout
    assert len(office.json("keys", "list")) == 3


def test_the_servers_keys_are_encrypted_under_a_key_that_lies_elsewhere(
    office: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [key] = office.json("keys", "list")
    lock, other = tmp_path / "lock", tmp_path / "other"
    for path, text in ((lock, "0123456789abcdefghijklmnopqrstuvwxyz"), (other, "zyxwvutsrqponmlkjihgfedcba9876543210")):
        path.write_text(text)
        path.chmod(0o600)
    monkeypatch.setenv("FIELDCHECK_KEY_FILE", str(lock))
    assert "keys seal" in office.refused("keys", "list")
    told = office.json("keys", "seal")
    assert told["files"] == ["server-key.pem"]
    assert b"PRIVATE" not in (office.data_dir / "keys" / "server-key.pem").read_bytes()
    assert office.json("keys", "list") == [key]
    monkeypatch.setenv("FIELDCHECK_KEY_FILE", str(other))
    assert told["lock"] in office.refused("keys", "list")
    assert told["lock"] in office.refused("serve")
    assert office.json("keys", "seal", "--old-key-file", lock)["files"] == ["server-key.pem"]
    assert office.json("keys", "list") == [key]
    monkeypatch.delenv("FIELDCHECK_KEY_FILE")
    assert "FIELDCHECK_KEY_FILE" in office.refused("keys", "list")
    assert "decrypted" in office.run("keys", "seal", "--old-key-file", other).stdout
    assert office.json("keys", "list") == [key]
