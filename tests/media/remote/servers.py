"""Object stores that nobody here wrote, each in a process of its own: moto (Python) and s3rver (Node)."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.node import NODE

CLIENTS = Path(__file__).parents[2] / "clients"

MOTO = """
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""
S3RVER = """
const S3rver = require('s3rver');
const [directory, bucket] = process.argv.slice(1);
new S3rver({address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{name: bucket}]})
  .run().then(({port}) => console.log(port));
"""


@contextmanager
def moto() -> Iterator[str]:
    """The address of a moto without any bucket."""
    # Its backends make keys up at their start; nothing of the machine's own cloud is asked or used.
    with _served([sys.executable, "-c", MOTO], {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}) as address:
        yield address


@contextmanager
def s3rver(directory: Path, bucket: str) -> Iterator[str]:
    """The address of an s3rver with one bucket. It knows one key, and minds how long an address lasts."""
    assert (CLIENTS / "node_modules" / "s3rver").is_dir(), "s3rver is missing: make test brings it"
    with _served([str(NODE), "-e", S3RVER, str(directory), bucket], {}) as address:
        yield address


@contextmanager
def _served(command: list[str], more: Mapping[str, str]) -> Iterator[str]:
    environment = {"PATH": os.environ["PATH"], **more}  # noqa: TID251  a child needs to find its own programs
    with subprocess.Popen(
        command, cwd=CLIENTS, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), f"it does not start: {command[0]}"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
