"""A real PgBouncer before the tests' PostgreSQL, on loopback, with fewer connections to it than there are clients."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.served import PATIENCE_S, free_port

CONNECTIONS = 3
"""To PostgreSQL, in each mode."""


@dataclass(frozen=True)
class Pooler:
    """The addresses of one database through it."""

    transaction: str
    session: str


@contextmanager
def pooler(dsn: str, folder: Path) -> Iterator[Pooler]:
    """PgBouncer, by transactions and by sessions."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    assert program, "PgBouncer is missing: `make pgbouncer` installs it"
    port, config = free_port(), folder / "pgbouncer.ini"
    config.write_text(_config(dsn, port))
    # It refuses to be root: it becomes who may open PostgreSQL's socket.
    user = ["-u", _user_of(dsn)] if os.getuid() == 0 else []
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen([program, "-q", *user, str(config)], stdout=log, stderr=log)
    try:
        _wait(port, process, folder / "pgbouncer.log")
        address = f"postgresql://anybody@127.0.0.1:{port}"
        yield Pooler(f"{address}/by_transaction", f"{address}/by_session")
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _config(dsn: str, port: int) -> str:
    told = urlsplit(dsn)
    query = {name: values[0] for name, values in parse_qs(told.query).items()}
    server = {
        "host": query.get("host") or told.hostname or "127.0.0.1",
        "port": query.get("port") or told.port or 5432,
        "user": query.get("user") or told.username or "postgres",
        "password": told.password,
        "dbname": told.path.removeprefix("/"),
    }
    to = " ".join(f"{name}={value}" for name, value in server.items() if value)
    return "\n".join(
        (
            "[databases]",
            f"by_transaction = {to} pool_mode=transaction pool_size={CONNECTIONS}",
            f"by_session = {to} pool_mode=session pool_size={CONNECTIONS}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {port}",
            "unix_socket_dir =",
            "auth_type = any",
            "",
        )
    )


def _user_of(dsn: str) -> str:
    host = parse_qs(urlsplit(dsn).query).get("host", [""])[0]
    return pwd.getpwuid(Path(host).stat().st_uid).pw_name if host.startswith("/") else "nobody"


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"PgBouncer did not start:\n{log.read_text()}")
