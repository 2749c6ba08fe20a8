"""A process that has read the programs and done nothing yet: servers are forked from it, with the shim in front of
libc. To import and compile is nine tenths of a server's start; `Started.spent` tells what the rest takes.

It is a program of its own (`python -m tests.faults.stem`) because a library is preloaded when a program begins.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from tests.faults.shim import library

ROOT: Final = Path(__file__).parents[2]
_PARENT_DIES: Final = 1  # PR_SET_PDEATHSIG
PATIENCE_S: Final = 120.0


class Child:
    """A process that may be killed. What it has to say goes to its log."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid, self.log = pid, log
        self._handle = os.pidfd_open(pid)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._handle >= 0 and not select.select([self._handle], [], [], 0)[0]

    def send(self, number: signal.Signals) -> None:
        """A signal; nothing happens when it is gone."""
        if self.alive:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more when this returns."""
        self.send(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """SIGTERM, as an operator does."""
        self.send(signal.SIGTERM)
        self.wait()

    def wait(self) -> None:
        """Until it is gone."""
        if self._handle >= 0:
            if not select.select([self._handle], [], [], PATIENCE_S)[0]:
                raise TimeoutError(f"{self.pid} does not end:\n{self.log.read_text()[-2000:]}")
            os.close(self._handle)
            self._handle = -1


class Executed(Child):
    """The same, of a command that reads its programs itself."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                words, env=dict(environment), stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        super().__init__(self._process.pid, log)

    def wait(self) -> None:
        """Until it is gone."""
        super().wait()
        self._process.wait()


class Stem:
    """The process that is forked from. A context: at its end everything forked from it is gone.

    `blanks`: by engine, an empty, migrated database that worlds begin with a copy of, instead of migrating their own:
    SQLite's file, or the data of a cluster that was stopped.
    """

    def __init__(self, blanks: Mapping[str, Path] | None = None) -> None:
        self.blanks = blanks or {}

    def __enter__(self) -> Self:
        environment = {**os.environ, "LD_PRELOAD": str(library()), "PYTHONUNBUFFERED": "1"}  # noqa: TID251  as a shell's child
        words = [sys.executable, "-m", "tests.faults.stem"]
        self._process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        self._process.stdout.close()

    def fork(self, words: Sequence[str], environment: Mapping[str, str], log: Path, plant: str = "") -> Child:
        """`fieldcheck <words>` in a process of its own with this environment and no other; with a bug of
        `planted.PLANTS` in it, if one is named.
        """
        assert self._process.stdin is not None
        order = {"words": list(words), "environment": dict(environment), "log": str(log), "plant": plant}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Child(int(self._answer()["pid"]), log)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        told = self._process.stdout.readline()
        if not told:
            raise RuntimeError("the process that servers are forked from is gone")
        return json.loads(told)


def bound_to(parent: int) -> None:
    """End when the parent ends, however it does."""
    ctypes.CDLL(None).prctl(_PARENT_DIES, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _run(order: Mapping[str, Any]) -> None:
    """The command line in the new process."""
    from tests.faults.planted import PLANTS
    from tests.support.warm import main

    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    out = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.clear()  # noqa: TID251  the process's own, as a shell would have made it
    os.environ.update(order["environment"])  # noqa: TID251
    if order["plant"]:
        PLANTS[order["plant"]]()
    main(order["words"], prog_name="fieldcheck")


def serve() -> None:
    """Fork whenever a line asks for it, until there are no more lines."""
    import tests.support.warm  # noqa: F401  what takes long

    own, parent = os.getpid(), os.getppid()
    bound_to(parent)
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    living: set[int] = set()
    for line in sys.stdin:
        _bury(living, os.WNOHANG)
        pid = os.fork()
        if pid == 0:
            try:
                bound_to(own)
                _run(json.loads(line))
            finally:
                os._exit(1)
        living.add(pid)
        sys.stdout.write(json.dumps({"pid": pid}) + "\n")
        sys.stdout.flush()
    for pid in living:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _bury(living, 0)


def _bury(living: set[int], how: int) -> None:
    """Wait for the dead, so that what they spent is counted."""
    for pid in tuple(living):
        if os.waitpid(pid, how)[0]:
            living.discard(pid)


if __name__ == "__main__":
    serve()
