"""From an empty directory to people with accounts: migrations, authority, and what stands in the way of both."""

import fcntl
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import AUTHORITY, Shell

MIGRATE = "run fieldcheck migrate"


def test_migrate_makes_a_new_database_and_the_second_run_changes_nothing(bare: Shell) -> None:
    first = bare.run("migrate").stdout
    assert first.startswith("Database ready: ")
    assert "Database ready: 0 migration(s) run" in bare.run("migrate").stdout
    assert (bare.data_dir / "fieldcheck.sqlite3").is_file()


def test_migrate_tells_machines_what_it_ran(bare: Shell) -> None:
    ran = bare.json("migrate")
    assert [name.split("/")[0] for name in ran["migrations"]] == sorted(
        (name.split("/")[0] for name in ran["migrations"]), key=["inspection", "media", "sync"].index
    )
    assert ran["calendar_years"] > 10
    assert bare.json("migrate") == {"migrations": [], "calendar_years": 0}


def test_what_waits_is_told_without_being_run(bare: Shell) -> None:
    assert MIGRATE in bare.refused("migrate", "--check")
    bare.run("migrate")
    assert bare.json("migrate", "--check") == {"waiting": []}
    assert "no migration waits" in bare.run("migrate", "--check").stdout
    with closing(sqlite3.connect(bare.data_dir / "fieldcheck.sqlite3")) as file:
        (last,) = file.execute("SELECT max(name) FROM migration WHERE app_name = 'media'").fetchone()
        file.execute("DELETE FROM migration WHERE app_name = 'media' AND name = ?", (last,))
        file.commit()
        for _ in range(2):
            assert bare.json("migrate", "--check", code=1) == {"waiting": [f"media/{last}"]}
        assert f"Waiting: media/{last} (" in bare.run("migrate", "--check", code=1).stdout


def test_migrations_go_to_an_address_of_their_own(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = bare.data_dir.parent / "owners.sqlite3"
    monkeypatch.setenv("FIELDCHECK_MIGRATE_URL", f"sqlite:///{elsewhere}")
    bare.run("migrate")
    assert elsewhere.is_file()
    assert not (bare.data_dir / "fieldcheck.sqlite3").exists()
    monkeypatch.delenv("FIELDCHECK_MIGRATE_URL")
    assert MIGRATE in bare.refused("task", "list")


def test_messages_come_in_chinese_unless_english_is_asked_for(bare: Shell) -> None:
    assert bare.run("migrate", lang="zh_CN").stdout.startswith("数据库已就绪")


@pytest.mark.parametrize(
    "words", [("task", "list"), ("plan", "show"), ("publish",), ("serve",), ("worker",)], ids=" ".join
)
def test_a_schema_that_is_behind_is_told_with_the_way_out(bare: Shell, words: tuple[str, ...]) -> None:
    assert MIGRATE in bare.refused(*words)


def test_an_authority_and_its_people_are_entered(bare: Shell) -> None:
    bare.run("migrate")
    founded = bare.json("authority", "found", *AUTHORITY)
    assert (founded["code"], founded["rule_set"]) == ("weijing", "weihai-jingkai-commerce")
    asked = ("--authority", "weijing", "--name", "钱经办", "--role", "planner", "--password", "a long enough password")
    assert bare.json("authority", "account", "qian", *asked, "--unit", "商贸科")["role"] == "planner"
    assert "Account: " in bare.run("authority", "account", "sun", *asked, "--unit", "商贸科").stdout
    assert "user name" in bare.refused("authority", "account", "qian", *asked).lower()


def test_an_authority_needs_a_known_rule_set_and_an_account_a_known_authority(bare: Shell) -> None:
    bare.run("migrate")
    assert "atlantis" in bare.refused("authority", "found", *AUTHORITY[:-1], "atlantis")
    asked = ("--name", "某", "--role", "planner", "--password", "a long enough password")
    assert "authority found" in bare.refused("authority", "account", "x", "--authority", "nowhere", *asked)


def test_how_a_party_reaches_the_authority_is_set_line_by_line_and_printed(office: Shell) -> None:
    nothing = dict.fromkeys(("address", "phone", "contact_person", "supervision_phone"), "")
    assert office.json("authority", "contact") == nothing
    told = ("--address", "某路 1 号", "--person", "孙三", "--supervision-phone", "0000-2")
    office.run("authority", "contact", *told)
    assert office.json("authority", "contact", "--person", "") == nothing | {
        "address": "某路 1 号",
        "supervision_phone": "0000-2",
    }
    assert "role does not permit" in office.refused("authority", "contact", "--as", "planner")


def test_a_password_that_is_too_weak_is_refused(office: Shell) -> None:
    asked = ("--authority", "weijing", "--name", "某", "--role", "planner", "--password", "123")
    assert office.refused("authority", "account", "weak", *asked)


def test_an_account_that_does_not_exist_is_told_by_name(office: Shell) -> None:
    assert "“ghost”" in office.refused("task", "list", "--as", "ghost")
    assert "ghost" in office.refused("task", "list", "--as", "ghost", lang="zh_CN")


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "draft", "--as", "approver"),
        ("plan", "approve", "--as", "planner"),
        ("items", "publish", "--as", "planner"),
        ("task", "preset", "SW01", "--as", "admin"),
        ("publish", "--as", "supervisor"),
        ("draw", "seal", "00000000-0000-0000-0000-000000000000", "--as", "planner"),
    ],
    ids=" ".join,
)
def test_a_role_that_may_not_is_refused(office: Shell, words: tuple[str, ...]) -> None:
    assert office.refused(*words).startswith("Your role does not permit this; it is for ")


def test_a_refusal_for_machines_is_one_json_object_on_standard_error(office: Shell) -> None:
    result = office._typed(["--json", "task", "list", "--as", "ghost"], 1)
    assert result.stdout == ""
    told = json.loads(result.stderr)
    assert (told["problem"], told["username"]) == ("account-unknown", "ghost")
    assert told["detail"].startswith("没有用户名为")


@pytest.mark.parametrize(
    "words", [("items", "publish"), ("serve",), ("worker",), ("migrate",), ("simulate",), ("demo",)], ids=" ".join
)
def test_a_second_writer_on_sqlite_is_told_who_is_in_the_way(office: Shell, words: tuple[str, ...]) -> None:
    database = office.data_dir / "fieldcheck.sqlite3"
    with database.with_name("fieldcheck.sqlite3.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.write(str(os.getpid()))
        held.flush()
        sentence = office.refused(*words)
    assert f"Process {os.getpid()} writes to the database ({database})" in sentence
    office.run("items", "publish")


def test_a_database_that_is_none_is_told_in_a_sentence(bare: Shell) -> None:
    bare.data_dir.mkdir()
    (bare.data_dir / "fieldcheck.sqlite3").write_bytes(b"this is a shopping list, not a database, and long enough" * 9)
    assert "--data-dir" in bare.refused("migrate")


def test_a_data_directory_that_is_a_file_is_told_in_a_sentence(bare: Shell) -> None:
    bare.data_dir.write_text("in the way")
    assert "--data-dir" in bare.refused("migrate")


def test_a_database_out_of_reach_is_told_in_a_sentence(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    for words in (("migrate",), ("task", "list"), ("serve",), ("simulate",)):
        assert "DATABASE_URL" in bare.refused(*words)


def test_settings_that_cannot_be_are_wrong_usage(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere/else")
    assert "sqlite:/// or postgresql://" in bare.run("migrate", code=2).stderr
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("FIELDCHECK_PORT", "the usual one")
    assert "FIELDCHECK_PORT" in bare.run("migrate", code=2).stderr


def test_a_mistake_of_our_own_keeps_its_stack(office: Shell) -> None:
    """A sentence about the surroundings must not hide a missing table."""
    with sqlite3.connect(office.data_dir / "fieldcheck.sqlite3") as raw:
        raw.execute("ALTER TABLE task RENAME TO lost")
    raw.close()
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        office.run("task", "list")


def test_the_database_may_be_named_by_its_address(bare: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere.db")
    bare.run("migrate")
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (bare.data_dir / "fieldcheck.sqlite3").exists()


def test_whoever_lost_password_and_phone_gets_in_again_by_the_command_line(office: Shell) -> None:
    told = office.json("authority", "password", "admin", "--password", "seven green umbrellas")
    assert told == {"username": "admin", "must_change": True}
    assert office.json("authority", "reset-factors", "admin") == {"username": "admin", "factors": 0}
    with closing(sqlite3.connect(office.data_dir / "fieldcheck.sqlite3")) as raw:
        assert raw.execute("SELECT must_change FROM account WHERE username = 'admin'").fetchall() == [(1,)]
    assert "nobody" in office.refused("authority", "reset-factors", "nobody")
    assert "everybody" in office.refused("authority", "password", "admin", "--password", "password2026")
