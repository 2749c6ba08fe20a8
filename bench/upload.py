"""Photos through tus-js-client into a real server process, beside what the disk itself does with the same bytes in the
same run, and beside @tus/server, which neither hashes nor syncs.

`python -m bench.upload SQLite` measures one engine only. The clients are those of the tests (`tests/clients`).
"""

import asyncio
import hashlib
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.migrate import migrate
from api.schema import all_tables
from bench.figure import Figure
from bench.postgres import server
from bench.wire_load import Channel, all_of, our_server, peak_mb_of
from bench.words import ENGINES, parser_of
from inspection.kernel.clock import SystemClock
from inspection.kernel.database import open_engine, running
from inspection.kernel.keys import ServerKeys, load_server_keys
from mobile_contract.base import b64url
from mobile_contract.client import Device
from tests.support.node import NODE
from tests.sync.world import build_world

CLIENTS = Path(__file__).parent.parent / "tests" / "clients"
AT_ONCE = 8
PHOTO, PHOTOS = 3 * 1024 * 1024, 200
SMALL, SMALLS = 20_000, 1000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Work:
    """Files that differ in their first eight bytes only; their digests are computed before anything is measured."""

    path: Path
    first: int
    count: int
    size: int

    def stamped(self) -> Iterator[tuple[int, bytearray]]:
        """Number and bytes of every file."""
        data = bytearray(self.path.read_bytes())
        for number in range(self.first, self.first + self.count):
            data[:8] = number.to_bytes(8, "big")
            yield number, data

    def told(self) -> list[dict[str, Any]]:
        """The files as `tests/clients/tus.mjs` is told of them. Text: nothing looks at it afterwards."""
        return [
            {"path": str(self.path), "stamp": n, "sha256": hashlib.sha256(data).hexdigest(), "type": "text/plain"}
            for n, data in self.stamped()
        ]


class Files:
    """Makes files that nobody has seen before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next = 1

    def make(self, count: int, size: int) -> Work:
        """So many files of so many bytes."""
        path = self._folder / f"bytes-{size}"
        path.write_bytes(os.urandom(size))
        work = Work(path, self._next, count, size)
        self._next += count
        return work


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds that the client took, and milliseconds of the server's processor a file."""

    seconds: float
    cpu_ms: float


def upload(port: int, process: int, work: Work, device: Device | None, **options: Any) -> Outcome:
    """All files by tus-js-client, eight at a time.

    Raises:
        RuntimeError: one of them did not arrive.
    """
    url = f"http://127.0.0.1:{port}/v1/uploads"
    job = {"endpoint": url, "files": work.told(), "concurrency": AT_ONCE, "options": options, "quiet": True}
    if device is not None:
        job |= {"key": {**device.key.jwk.model_dump(), "d": b64url(device.key.secret())}, "token": device.token}
    before = _cpu_s(process)
    told = subprocess.run([NODE, CLIENTS / "tus.mjs"], input=json.dumps(job).encode(), capture_output=True, check=True)
    spent = _cpu_s(process) - before
    answer = json.loads(told.stdout)
    if failed := [file for file in answer["files"] if "error" in file]:
        raise RuntimeError(f"{len(failed)} files did not arrive: {failed[0]}")
    return Outcome(answer["seconds"], spent * 1000 / work.count)


async def put(port: int, device: Device, work: Work) -> float:
    """Files a second by PUT, over eight kept connections."""
    channels = [Channel(port, device.key, device.token, extra={"Content-Type": "text/plain"}) for _ in range(AT_ONCE)]
    bodies = [(hashlib.sha256(data).hexdigest(), bytes(data)) for _, data in work.stamped()]
    shares = [bodies[place::AT_ONCE] for place in range(AT_ONCE)]
    spent = await all_of([_putting(*one) for one in zip(channels, shares, strict=True)])
    for channel in channels:
        await channel.close()
    return work.count / spent


def _putting(channel: Channel, files: Sequence[tuple[str, bytes]]) -> Callable[[], Any]:
    async def send() -> None:
        for digest, body in files:
            answer = await channel.send("PUT", f"/v1/media/{digest}", body)
            if answer.status != 201:
                raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")

    return send


def raw_disk(folder: Path, work: Work) -> float:
    """Seconds to write, sync and link the same files, eight at a time, with nothing else around it."""
    folder.mkdir()
    content = work.path.read_bytes()

    def keep(number: int) -> None:
        path = folder / f"{number}.part"
        with path.open("xb", buffering=0) as file:
            file.write(number.to_bytes(8, "big"))
            file.write(memoryview(content)[8:])
            os.fdatasync(file.fileno())
        (folder / str(number)).hardlink_to(path)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(handle)
        os.close(handle)
        path.unlink()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        begin = time.perf_counter()
        list(pool.map(keep, range(work.count)))
        return time.perf_counter() - begin


@contextmanager
def tus_server(folder: Path) -> Iterator[tuple[int, int]]:
    """@tus/server with its file store; yields (port, process id)."""
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([NODE, CLIENTS / "tus-server.mjs", folder, str(port)])
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _cpu_s(process: int) -> float:
    """Seconds of processor that a process has used, in user and in system."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def _device(url: str, keys: ServerKeys) -> Device:
    async with running(open_engine(url), all_tables()):
        await migrate()
        world = await build_world()
        world.keys, world.now = keys, SystemClock().now()
        return await world.tablet()


def measure(engine: str, url: str, folder: Path) -> None:
    """All figures of one engine."""
    device = asyncio.run(_device(url, load_server_keys(folder / "keys")))
    files = Files(folder)
    with our_server(folder, url) as (port, process):
        upload(port, process, files.make(16, SMALL), device)  # warm
        begin = peak_mb_of(process)
        work = files.make(PHOTOS, PHOTO)
        limit = raw_disk(folder / "raw", work)
        done, size = upload(port, process, work, device), PHOTOS * PHOTO / 1e6
        name = f"upload, {engine}, 200 × 3 MiB by tus-js-client, 8 at once"
        Figure(name, size / done.seconds, "MB/s", size / limit, "the disk: write, sync, link", "≥ 300").emit()
        Figure(f"{name}: processor of the server", done.cpu_ms, "ms a file", target="≤ 9").emit()
        small = files.make(SMALLS, SMALL)
        limit = SMALLS / raw_disk(folder / "raw-small", small)
        rate = SMALLS / upload(port, process, small, device, uploadDataDuringCreation=True).seconds
        name = f"upload, {engine}, 20 KB, 8 at once"
        Figure(f"{name}, by tus-js-client", rate, "1/s", limit, "the disk: write, sync, link", "≥ 450").emit()
        rate = asyncio.run(put(port, device, files.make(SMALLS, SMALL)))
        Figure(f"{name}, by PUT", rate, "1/s", limit, "the disk: write, sync, link", "≥ 450").emit()
        Figure(f"upload, {engine}: memory of the server before", begin, "MB").emit()
        Figure(f"upload, {engine}: peak memory of the server", peak_mb_of(process), "MB", target="≤ 150").emit()


def beside(folder: Path) -> None:
    """The same by @tus/server, without hash, sync or rows."""
    files = Files(folder)
    with tus_server(folder / "node") as (port, process):
        upload(port, process, files.make(16, SMALL), None)
        done = upload(port, process, files.make(PHOTOS, PHOTO), None)
        small = upload(port, process, files.make(SMALLS, SMALL), None, uploadDataDuringCreation=True)
    name = "@tus/server without hash or sync, beside it"
    Figure(f"{name}, 200 × 3 MiB", PHOTOS * PHOTO / 1e6 / done.seconds, "MB/s").emit()
    Figure(f"{name}, 200 × 3 MiB: its processor", done.cpu_ms, "ms a file").emit()
    Figure(f"{name}, 20 KB", SMALLS / small.seconds, "1/s").emit()


def main() -> None:
    engines = parser_of(__doc__, ENGINES).parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        beside(Path(folder))
    if "SQLite" in engines:
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", f"sqlite:///{Path(folder) / 'upload.sqlite3'}", Path(folder))
    if "PostgreSQL" in engines:
        with tempfile.TemporaryDirectory() as folder, server() as dsn:
            measure("PostgreSQL", dsn, Path(folder))


if __name__ == "__main__":
    main()
