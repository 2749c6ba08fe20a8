"""Cases 7, 9, 14, 15 and 17 of the catalogue (sync.md §4): through the real server's protocol and a socket."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.slow_bodies import SlowBodyMiddleware
from inspection.visits.tables import Entry
from mobile_contract.client import Session
from mobile_contract.client.dpop import proof
from mobile_contract.client.state import Captured
from mobile_contract.push import MAX_PACKED_BYTES, PushAnswer, Verdict
from sync.tables import IssuedReceipt
from tests.api.conftest import Office
from tests.support.tablets import auth_of

NDJSON = {"Content-Type": "application/x-ndjson"}
PATH = "/v1/sync/push"


class Server:
    """The application behind uvicorn's protocol on a port of this machine."""

    def __init__(self, address: tuple[str, int], client: httpx.AsyncClient, session: Session) -> None:
        self._address, self._client, self.session = address, client, session
        self._auth, self._sent = auth_of(session), 0
        self._open: list[asyncio.StreamWriter] = []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A raw connection."""
        reader, writer = await asyncio.open_connection(*self._address)
        self._open.append(writer)
        return reader, writer

    async def head(self, *lines: str) -> bytes:
        """The head of a push of this tablet, with a good proof and these header lines."""
        if self._auth.nonce is None:
            await self._client.post(PATH, content=b"", headers=NDJSON, auth=self._auth)
        self._sent += 1
        device, url = self.session.device, f"http://testserver{PATH}"
        shown = proof(
            device.key, method="POST", url=url, token=device.token, nonce=self._auth.nonce, jti=str(self._sent), iat=0
        )
        told = [
            f"POST {PATH} HTTP/1.1",
            "Host: testserver",
            "Content-Type: application/x-ndjson",
            f"Authorization: DPoP {device.token}",
            f"DPoP: {shown}",
            *lines,
        ]
        return "\r\n".join([*told, "", ""]).encode()

    async def push(self, *entries: Captured) -> PushAnswer:
        """A whole push over a connection of its own."""
        body = b"".join(entry.line.encode() + b"\n" for entry in entries)
        reader, writer = await self.connect()
        writer.write(await self.head(f"Content-Length: {len(body)}") + body)
        status, answer = await answered(reader)
        assert status == 200
        return PushAnswer.model_validate_json(answer)

    async def close(self) -> None:
        for writer in self._open:
            writer.close()


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length"))
    return int(head.split()[1]), await reader.readexactly(length)


@pytest.fixture
async def server(app: Litestar, client: httpx.AsyncClient, session: Session) -> AsyncIterator[Server]:
    """A server and an enrolled tablet."""
    state = ServerState()
    config = Config(app, http="httptools", lifespan="off", log_config=None)
    config.load()
    listening = await asyncio.get_running_loop().create_server(
        lambda: HttpToolsProtocol(config, state, {}), "127.0.0.1", 0
    )
    running = Server(listening.sockets[0].getsockname()[:2], client, session)
    yield running
    await running.close()
    listening.close()
    await listening.wait_closed()
    if state.tasks:
        await asyncio.wait(state.tasks)


@pytest.fixture
def entry(server: Server, office: Office) -> Captured:
    return server.session.device.capture("note.add", {"text": "好"}, visit=office.authority)


async def nothing_happened() -> bool:
    return (await Entry.count(), await IssuedReceipt.count()) == (0, 0)


async def test_case_07_a_body_that_ends_half_way_ends_the_connection_without_an_answer_or_an_effect(
    server: Server, entry: Captured
) -> None:
    line = entry.line.encode()
    reader, writer = await server.connect()
    # The first half holds the whole line: what was announced and did not come makes all of it void.
    writer.write(await server.head(f"Content-Length: {len(line) + 1000}") + line + b"\n")
    writer.write_eof()
    assert await reader.read() == b""
    assert await nothing_happened()
    answer = await server.push(entry)
    assert [one.verdict for one in answer.verdicts] == [Verdict.HELD]


@pytest.mark.parametrize("chunked", [False, True])
async def test_case_09_a_body_of_100_mb_is_413_after_the_limit_and_memory_stays_flat(
    server: Server, *, chunked: bool
) -> None:
    whole, piece = 100_000_000, b"x" * 65_536
    framed = b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {whole}"
    head = await server.head(how)
    reader, writer = await server.connect()
    tracemalloc.start()
    writer.write(head)
    sent = 0
    refusal = asyncio.ensure_future(answered(reader))
    while sent < whole and not refusal.done():
        writer.write(framed)
        sent += len(piece)
        try:
            await writer.drain()
        except ConnectionError:
            break
    status, _ = await refusal
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status == 413
    assert sent < whole / 4
    assert peak < 20 * MAX_PACKED_BYTES
    assert await nothing_happened()


async def test_case_14_a_client_that_trickles_is_answered_408_and_holds_up_nobody(
    app: Litestar, server: Server, entry: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    trickling = [await server.connect() for _ in range(20)]
    for number, (_, writer) in enumerate(trickling):
        writer.write(await server.head("Content-Length: 1000") + b"x" * number)
    answer = await server.push(entry)
    assert [one.verdict for one in answer.verdicts] == [Verdict.HELD]
    (patience,) = (one for one in app.middleware if isinstance(one, SlowBodyMiddleware))
    monkeypatch.setattr(patience, "_idle", 0.0)
    reader, writer = await server.connect()
    writer.write(await server.head("Content-Length: 1000") + b"x")
    assert (await answered(reader))[0] == 408
    assert await Entry.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        NDJSON | {"Content-Encoding": "br"},
        NDJSON | {"Content-Encoding": "gzip, zstd"},
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {},
    ],
)
async def test_case_15_a_wrong_coding_or_media_type_is_415_without_effect(
    server: Server, client: httpx.AsyncClient, entry: Captured, headers: dict[str, str]
) -> None:
    body = entry.line.encode()
    answer = await client.post(PATH, content=body, headers=headers, auth=auth_of(server.session))
    assert answer.status_code == 415
    assert await nothing_happened()


async def test_case_17_a_connection_that_dies_in_the_answer_leaves_duplicates_at_the_same_place(
    server: Server, office: Office
) -> None:
    entries = [server.session.device.capture("note.add", {"text": str(n)}, visit=None) for n in range(50)]
    body = b"".join(entry.line.encode() + b"\n" for entry in entries)
    reader, writer = await server.connect()
    writer.write(await server.head(f"Content-Length: {len(body)}") + body)
    assert (await reader.readexactly(20)).startswith(b"HTTP/1.1 200")
    writer.transport.abort()
    stored = await Entry.select(Entry.hash, Entry.vseq, Entry.received_at).order_by(Entry.hash)
    again = await server.push(*entries)
    assert {one.verdict for one in again.verdicts} == {Verdict.DUPLICATE}
    assert await Entry.select(Entry.hash, Entry.vseq, Entry.received_at).order_by(Entry.hash) == stored
    assert await Entry.count() == 50
