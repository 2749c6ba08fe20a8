"""SQLite beside a running server, with real processes: reading goes on, writing is refused in words that help."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.kernel.one_writer import lock_file
from tests.cli.shell import Shell
from tests.support.served import Server

READING = [
    ("task", "list"),
    ("items", "statistics"),
    ("inspectors", "list"),
    ("inspectors", "cover"),
    ("inspectors", "expiring"),
    ("inspectors", "changes"),
    ("registry", "coverage"),
    ("plan", "due"),
    ("task", "due"),
    ("task", "warnings"),
    ("channel", "list"),
    ("draw", "supervision"),
    ("keys", "list"),
    ("log", "verify"),
    ("media", "status"),
    ("media", "verify"),
    ("media", "collect"),
    ("policy", "list"),
    ("authority", "contact"),
    ("backup",),
]


@pytest.fixture(scope="module")
def served(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a furnished office; the commands of these tests are another process beside it."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(furnished, folder / "data")
    server = Server(folder / "data", folder / "server.log")
    server.start()
    yield server
    server.stop()


def test_commands_that_only_read_work_beside_a_server(served: Server) -> None:
    shell = Shell(served.folder)
    for words in READING:
        shell.run(*words)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_writing_command_beside_a_server_is_told_its_process_and_what_to_do(served: Server, lang: str) -> None:
    pid = lock_file(served.folder / "fieldcheck.sqlite3").read_text()
    told = Shell(served.folder).refused("items", "publish", lang=lang)
    assert pid == str(served.pid)
    assert pid in told
    assert "PostgreSQL" in told


def test_a_second_server_and_a_worker_end_at_once(served: Server) -> None:
    for words in (("serve", "--port", "1"), ("worker",), ("demo",), ("simulate",)):
        assert str(served.pid) in Shell(served.folder).refused(*words)


def test_a_killed_server_leaves_the_database_to_the_next(served: Server) -> None:
    shell = Shell(served.folder)
    served.kill()
    shell.run("items", "publish")
    assert lock_file(shell.data_dir / "fieldcheck.sqlite3").read_text() == ""
    served.start()
