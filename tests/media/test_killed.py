"""`kill -9` of a real server under a real client, and of the client: nothing that was acknowledged is lost."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from api.schema import all_tables
from inspection.kernel.clock import SystemClock
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import load_server_keys
from mobile_contract.base import b64url
from mobile_contract.client import Device
from tests.media.requests import sha256
from tests.media.served import BadLine, Cut
from tests.media.tus_js import TusJs, tus_js
from tests.support import postgres
from tests.sync.world import build_world

COMMAND = Path(sys.executable).with_name("fieldcheck")
SIZE, PIECE = 3_000_000, 250_000
ATTEMPTS = 2000


@dataclass
class Service:
    """`fieldcheck serve` on its own data, to be killed and started again."""

    folder: Path
    database: str
    device: Device
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    async def start(self) -> None:
        """Start it and wait until it listens."""
        environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "DATABASE_URL": self.database,
            "FIELDCHECK_RATE_LIMIT": "false",
            "FIELDCHECK_LOG_LEVEL": "error",
        }
        words = [str(COMMAND), "--data-dir", str(self.folder), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(words, env=environment)  # noqa: ASYNC220  nothing waits for it here
        for _ in range(ATTEMPTS):
            assert self.process.poll() is None
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
        pytest.fail("the server does not listen")

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more when this returns."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def proving(self) -> dict[str, Any]:
        """What a client needs to prove the device's key."""
        key = self.device.key
        return {"key": {**key.jwk.model_dump(), "d": b64url(key.secret())}, "token": self.device.token}


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    folder = tmp_path / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with running(open_engine(database_url), all_tables()):
        world = await build_world()
        world.keys, world.now = load_server_keys(folder / "keys"), SystemClock().now()
        device = await world.tablet()
    found = Service(folder, database_url, device, port)
    await found.start()
    try:
        yield found
    finally:
        found.kill()
        if database_url.startswith("postgres"):
            async with running(open_engine(database_url), all_tables()) as engine:
                await postgres.empty(engine)


async def test_an_upload_goes_on_after_its_server_and_its_client_were_killed(service: Service, tmp_path: Path) -> None:
    random = Random(f"{service.database.partition(':')[0]} is killed")
    path = tmp_path / "video"
    data = random.randbytes(SIZE)
    path.write_bytes(data)
    job = {"chunkSize": PIECE, **service.proving()}

    # The server dies while bytes come.
    async with BadLine(
        service.port, [Cut(up=random.randrange(PIECE, SIZE - 3 * PIECE))], on_cut=service.kill
    ).open() as line:
        first = await tus_js(line.port, path, delays=[0], **job)
    assert "error" in first
    assert line.broken == 1
    assert service.process is None
    acknowledged = max(first["offsets"], default=0)
    await service.start()

    # The client dies while bytes go; it had been told where its upload stands.
    plan = [Cut(up=random.randrange(10_000, SIZE - acknowledged - PIECE))]
    async with BadLine(service.port, plan).open() as line:
        client = await TusJs.begin(line.port, path, delays=[0, 0, 0], **job)
        line.on_cut = client.kill
        assert await client.end() is None

    last = await tus_js(service.port, path, delays=[0, 0, 0], **job)
    assert "error" not in last, last
    # Its creation found what was begun: everything acknowledged before either death was still there.
    assert [offset for offset in last["offsets"] if offset < acknowledged] == []
    digest = sha256(data)
    blob = service.folder / "media" / "blobs" / digest[:2] / digest[2:4] / digest
    assert blob.read_bytes() == data
    assert list((service.folder / "media" / "staging").iterdir()) == []
    assert list((service.folder / "media" / "quarantine").iterdir()) == []
