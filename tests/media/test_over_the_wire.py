"""Through the real server's protocol and a socket: what Android's client does to a connection, and early refusals."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from media.vault import Vault
from tests.media.pictures import jpeg
from tests.media.requests import create, offset_of, sha256
from tests.media.served import on_a_socket

PHOTO = jpeg(300, 200)


class Line:
    """A raw connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the next answer."""
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = raw.strip().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return int(first.split()[1]), headers


@pytest.fixture
async def line(app: Litestar) -> AsyncIterator[Line]:
    async with on_a_socket(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Line(reader, writer)
        writer.close()
        await writer.wait_closed()


def patching(location: str, offset: int, *more: str) -> bytes:
    lines = [
        f"PATCH {location} HTTP/1.1",
        "Host: testserver",
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        f"Upload-Offset: {offset}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def test_androids_client_waits_for_100_and_sends_chunks(
    client: httpx.AsyncClient, line: Line, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    await line.send(patching(location, 0, "Transfer-Encoding: chunked", "Expect: 100-continue"))
    assert (await line.head())[0] == 100
    for start in range(0, len(PHOTO), 1000):
        await line.send(chunk(PHOTO[start : start + 1000]))
    await line.send(b"0\r\n\r\n")
    status, headers = await line.head()
    assert (status, headers["upload-offset"]) == (204, str(len(PHOTO)))
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_a_refusal_comes_instead_of_100_when_it_is_known_before_the_body(
    client: httpx.AsyncClient, line: Line
) -> None:
    location = await create(client, PHOTO)
    await line.send(patching(location, 7, "Transfer-Encoding: chunked", "Expect: 100-continue"))
    status, headers = await line.head()
    assert status == 409
    assert "upload-offset" not in headers


@pytest.mark.parametrize(("offset", "length", "status"), [(7, 60_000_000, 409), (0, 60_000_000, 413)])
async def test_a_refusal_arrives_while_the_client_still_sends(
    client: httpx.AsyncClient, line: Line, offset: int, length: int, status: int
) -> None:
    location = await create(client, PHOTO)
    await line.send(patching(location, offset, f"Content-Length: {length}") + b"x" * 1000)
    assert (await line.head())[0] == status
    assert await offset_of(client, location) == 0


async def test_asking_for_the_offset_keeps_the_connection_usable(client: httpx.AsyncClient, line: Line) -> None:
    location = await create(client, PHOTO)
    for _ in range(2):
        await line.send(f"HEAD {location} HTTP/1.1\r\nHost: testserver\r\nTus-Resumable: 1.0.0\r\n\r\n".encode())
        status, headers = await line.head()
        assert (status, headers["upload-offset"]) == (200, "0")


async def test_an_error_answer_to_head_has_no_body_that_spoils_the_connection(line: Line) -> None:
    for _ in range(2):
        await line.send(b"HEAD /v1/uploads/none HTTP/1.1\r\nHost: testserver\r\nTus-Resumable: 1.0.0\r\n\r\n")
        assert (await line.head())[0] == 404
