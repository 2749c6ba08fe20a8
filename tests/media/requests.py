"""The requests of a tus client, header by header."""

import base64
import hashlib
from collections.abc import AsyncIterator, Iterable

import httpx

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}
UPLOADS = "/v1/uploads"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pairs(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def declared(data: bytes, *, digest: str | None = None, **more: str) -> dict[str, str]:
    """The headers of a creation of exactly this file."""
    metadata = pairs(sha256=digest or sha256(data), filetype="image/jpeg", **more)
    return {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}


async def create(client: httpx.AsyncClient, data: bytes, *, digest: str | None = None, **headers: str) -> str:
    """Begin an upload; returns its location."""
    answer = await client.post(UPLOADS, headers=declared(data, digest=digest) | headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def send(
    client: httpx.AsyncClient, location: str, offset: int, body: bytes | AsyncIterator[bytes], **headers: str
) -> httpx.Response:
    return await client.patch(location, headers={**CHUNK, "Upload-Offset": str(offset), **headers}, content=body)


async def offset_of(client: httpx.AsyncClient, location: str) -> int:
    answer = await client.head(location, headers=TUS)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["upload-offset"])


async def pieces(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """A chunked body, without Content-Length, as Android's client sends it."""
    for part in parts:
        yield part
