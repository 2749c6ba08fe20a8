"""The log is verified, and the server's key changed, from a shell."""

from pathlib import Path

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
