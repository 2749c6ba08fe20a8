"""A load generator that costs little, and the servers that it is pointed at: `fieldcheck serve`, and an echo.

Raw sockets and the few lines of HTTP/1.1 that the answers need: a client library would cost more than the server.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mobile_contract.client.dpop import proof
from mobile_contract.client.key import DeviceKey

FIELDCHECK = str(Path(sys.executable).with_name("fieldcheck"))
_WAIT_S = 60.0


@dataclass(slots=True)
class Answer:
    """One answer: status, headers by lower-case name, body; `spent` in seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    spent: float


@dataclass(slots=True)
class Channel:
    """One tablet's connection, kept alive. `key` and `token` prove themselves as the server asks (DPoP), without token
    the key alone. `made`: proofs, one a request.
    """

    port: int
    key: DeviceKey | None = None
    token: str = ""
    nonce: str | None = None
    made: int = 0
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    """The loopback address that it comes from: tablets in the field do not share one, and the server counts by it."""

    async def send(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request; repeated once with the nonce that the server asks for."""
        answer = await self._exchange(method, path, body)
        fresh = answer.headers.get("dpop-nonce")
        self.nonce = fresh or self.nonce
        if answer.status == 401 and fresh:
            answer = await self._exchange(method, path, body)
        return answer

    async def _exchange(self, method: str, path: str, body: bytes) -> Answer:
        if self._writer is None or (self._reader is not None and self._reader.at_eof()):
            self.drop()  # the server has closed a connection that was silent for long: nothing was sent on it
            here = (self.source, 0) if self.source else None
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=1 << 20, local_addr=here
            )
        # A tablet signs its proof with a processor of its own.
        request = self._head(method, path, len(body)) + body
        begin = time.perf_counter()
        self._writer.write(request)
        reader = self._reader
        if reader is None:
            raise RuntimeError("not connected")
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        told = await reader.readexactly(int(headers["content-length"]))
        return Answer(int(head[0].split(" ", 2)[1]), headers, told, time.perf_counter() - begin)

    def _head(self, method: str, path: str, length: int) -> bytes:
        headers = {"Host": f"127.0.0.1:{self.port}", "Content-Length": str(length), **self.extra}
        if self.key is not None:
            self.made += 1
            url = f"http://127.0.0.1:{self.port}{path}"
            jti = f"{id(self)}-{self.made}"
            token = self.token or None
            if token:
                headers["Authorization"] = f"DPoP {token}"
            headers["DPoP"] = proof(
                self.key, method=method, url=url, token=token, nonce=self.nonce, jti=jti, iat=int(time.time())
            )
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")

    def drop(self) -> None:
        """Forget a connection that broke, or on which an answer is still to come; the next request opens another."""
        if self._writer is not None:
            self._writer.transport.abort()
            self._reader = self._writer = None

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()
            self._reader = self._writer = None


async def all_of(work: Sequence[Callable[[], Awaitable[None]]]) -> float:
    """Seconds until all of these are done, begun together."""
    begin = time.perf_counter()
    await asyncio.gather(*(one() for one in work))
    return time.perf_counter() - begin


@contextmanager
def our_server(data_dir: Path, database: str, **more: str) -> Iterator[tuple[int, int]]:
    """`fieldcheck serve` in a process of its own; yields (port, process id). `more`: settings, by their variables."""
    told = {
        "FIELDCHECK_DATA_DIR": str(data_dir),
        "DATABASE_URL": database,
        "FIELDCHECK_RATE_LIMIT": "false",
        "FIELDCHECK_TWO_FACTOR_ROLES": "",
        **more,
    }
    with _running([FIELDCHECK, "serve"], told) as found:
        yield found


@contextmanager
def our_worker(data_dir: Path, database: str) -> Iterator[int]:
    """`fieldcheck worker` in a process of its own; yields its id. It is ended as an operator ends it."""
    told = {"FIELDCHECK_DATA_DIR": str(data_dir), "DATABASE_URL": database, "FIELDCHECK_LOG_LEVEL": "error"}
    worker = subprocess.Popen([FIELDCHECK, "worker"], env={**os.environ, **told})  # noqa: TID251
    try:
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait(_WAIT_S)


@contextmanager
def echo_server() -> Iterator[tuple[int, int]]:
    """uvicorn, configured alike, with an application that reads a body and answers as many bytes as a push's answer."""
    with _running([sys.executable, "-m", "bench.wire_load"], {}) as found:
        yield found


@contextmanager
def _running(program: list[str], told: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    port = _free_port()
    ours = {**os.environ, **told, "FIELDCHECK_PORT": str(port), "FIELDCHECK_LOG_LEVEL": "error"}  # noqa: TID251
    server = subprocess.Popen(program, env=ours, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(_WAIT_S)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peak_mb_of(process: int) -> float:
    """Peak resident memory of a running process, MB (10^6 bytes)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("no VmHWM")


ANSWER_BYTES = 150 * 100


async def echo(scope: dict[str, str], receive: Callable[[], Awaitable[dict[str, object]]], send: object) -> None:
    """Reads the body and answers."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    length = str(ANSWER_BYTES).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": bytes(ANSWER_BYTES)})  # type: ignore[operator]


def main() -> None:
    """The echo's own process."""
    import uvicorn  # noqa: PLC0415  nobody else needs it here

    port = int(os.environ["FIELDCHECK_PORT"])  # noqa: TID251  as the process above was told
    uvicorn.run(echo, port=port, loop="uvloop", http="httptools", lifespan="off", log_level="error")


if __name__ == "__main__":
    main()
