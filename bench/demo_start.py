"""From `fieldcheck demo` to a server that answers "ready": the first time, with everything to make, and the second."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.figure import Figure
from bench.words import parser_of

FIRST_TARGET_S, SECOND_TARGET_S = 60.0, 15.0
PATIENCE_S = 300.0
STEP_S = 0.05
COMMAND = Path(sys.executable).parent / "fieldcheck"


def main() -> None:
    parser_of(__doc__).parse_args()
    limit = bare_start()
    with tempfile.TemporaryDirectory() as folder:
        first, second = (start(Path(folder)) for _ in range(2))
    bare = "interpreter and imports alone"
    Figure("demo to a ready server, first time", first, "s", limit, bare, f"≤ {FIRST_TARGET_S:g} s").emit()
    Figure("demo to a ready server, second time", second, "s", limit, bare, f"≤ {SECOND_TARGET_S:g} s").emit()


def bare_start() -> float:
    """Seconds that the interpreter takes to load the command line and the server, and to do nothing."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import api.cli.main"], check=True)
    return time.perf_counter() - begin


def start(data_dir: Path) -> float:
    """Seconds from the command to the first "ready"; the server is ended as a person would end it.

    Raises:
        RuntimeError: the server ended early, was not ready in five minutes, or did not end cleanly.
    """
    port = free_port()
    begin = time.perf_counter()
    server = subprocess.Popen(
        [COMMAND, "--data-dir", data_dir, "demo", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not ready(port):
            if server.poll() is not None or time.perf_counter() - begin > PATIENCE_S:
                raise RuntimeError(f"no server became ready; exit code {server.poll()}")
            time.sleep(STEP_S)
        spent = time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
    return spent


def ready(port: int) -> bool:
    """Whether the server says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
