"""`fieldcheck serve` in a process of its own, as an operator runs it."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

COMMAND = Path(sys.executable).parent / "fieldcheck"
PATIENCE_S = 240
"""For what takes as long as the machine is busy; a hang ends all the same."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One address, at which a server may stop, die and come back."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log, self.port = folder, log, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = {"FIELDCHECK_RATE_LIMIT": "false", "FIELDCHECK_TWO_FACTOR_ROLES": ""}
        self.foreseen = set[str]()
        """Errors in its log that the test means to bring about."""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve until it answers."""
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8", **self.settings}
        words = [COMMAND, "--data-dir", self.folder, "serve", "--port", str(self.port)]
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(words, stdout=out, stderr=out, env=environment)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/health/ready", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self._process.kill()
        pytest.fail(f"the server did not become ready:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End it as an operator does; nothing that it did may have gone wrong."""
        if self._process is not None:
            self._process.terminate()
            code, self._process = self._process.wait(PATIENCE_S), None
            assert code in {0, -15}, self.log.read_text()
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if '"level": "error"' in line]
        unforeseen = [line for line in lines if line["event"] not in self.foreseen]
        assert unforeseen == [], unforeseen

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)
        self._process = None
