"""`fieldcheck serve` in a process of its own, as an operator runs it.

The process is forked from one that has read the programs already (`warm.py`); tests/media/test_killed.py executes the
command itself.
"""

import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
import pytest

PATIENCE_S = 240
"""For what takes as long as the machine is busy; a hang ends all the same."""
_STEMS = get_context("forkserver")
_STEMS.set_forkserver_preload(["tests.support.warm"])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(words: list[str], log: Path, environment: Mapping[str, str]) -> None:
    """The command line, in a process that has read the programs and done nothing yet."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    from tests.support.warm import main  # in the new process: nobody else has a use for it

    os.environ.clear()  # noqa: TID251  the process's own, as a shell would have made it
    os.environ.update(environment)  # noqa: TID251
    main(words, prog_name="fieldcheck")


class Worker:
    """`fieldcheck worker` beside such servers."""

    def __init__(self, folder: Path, log: Path, settings: Mapping[str, str]) -> None:
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8", **settings}
        self._log = log
        self._process = _STEMS.Process(target=run, args=(["--data-dir", str(folder), "worker"], log, environment))
        self._process.start()

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.terminate()
        self._process.join(PATIENCE_S)
        assert self._process.exitcode in {0, -15}, self._log.read_text()


class Server:
    """One address, at which a server may stop, die and come back."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log, self.port = folder, log, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = {"FIELDCHECK_RATE_LIMIT": "false", "FIELDCHECK_TWO_FACTOR_ROLES": ""}
        self.program: Callable[[list[str], Path, Mapping[str, str]], None] = run
        """What its process does with the words, the log and the environment of a command."""
        self.foreseen = set[str]()
        """Errors in its log that the test means to bring about."""
        self._process: ForkServerProcess | None = None

    @property
    def pid(self) -> int | None:
        """The id of its process while it runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Serve until it answers."""
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8", **self.settings}
        words = ["--data-dir", str(self.folder), "serve", "--port", str(self.port)]
        self._process = _STEMS.Process(target=self.program, args=(words, self.log, environment))
        self._process.start()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self._process.is_alive():
            try:
                if httpx.get(f"{self.address}/health/ready", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self._process.kill()
        pytest.fail(f"the server did not become ready:\n{self.log.read_text()}")

    def tell(self, number: int) -> None:
        """Send it a signal."""
        assert self.pid is not None
        os.kill(self.pid, number)

    def ended(self) -> int | None:
        """Wait until it has ended by itself; its exit code."""
        assert self._process is not None
        self._process.join(PATIENCE_S)
        code = self._process.exitcode
        if code is not None:
            self._process = None
        return code

    def put_away(self) -> None:
        """Let nothing of it run on, however the test went: told twice, all its processes end at once."""
        if self._process is not None:
            for _ in range(2):
                self._process.terminate()
                self._process.join(0.5)
            self._process.kill()
            self._process.join(PATIENCE_S)
            self._process = None

    def stop(self) -> None:
        """End it as an operator does; nothing that it did may have gone wrong."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(PATIENCE_S)
            code, self._process = self._process.exitcode, None
            assert code == 0, self.log.read_text()
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if '"level": "error"' in line]
        unforeseen = [line for line in lines if line["event"] not in self.foreseen]
        assert unforeseen == [], unforeseen

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.join(PATIENCE_S)
        self._process = None
