"""A large file passes through; it is never in memory."""

import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest

from media.rules import MIB
from media.vault import Vault
from tests.media.conftest import LIMITS
from tests.media.requests import TUS, UPLOADS, offset_of, pairs, send, sha256

PIECE = bytes(range(256)) * 1024  # 256 KiB, as a socket gives them
COUNT = LIMITS.video // len(PIECE)


async def large() -> AsyncIterator[bytes]:
    for number in range(COUNT):
        yield number.to_bytes(8, "big") + PIECE[8:]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_large_upload_takes_no_more_memory_than_a_few_pieces(
    client: httpx.AsyncClient, vault: Vault, chunked: bool
) -> None:
    digest = sha256(b"".join([piece async for piece in large()]))
    told = pairs(sha256=digest, filetype="video/mp4")
    begun = await client.post(UPLOADS, headers={**TUS, "Upload-Length": str(LIMITS.video), "Upload-Metadata": told})
    length = {} if chunked else {"Content-Length": str(LIMITS.video)}
    tracemalloc.start()
    try:
        answer = await send(client, begun.headers["location"], 0, large(), **length)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 204
    assert await offset_of(client, begun.headers["location"]) == LIMITS.video
    assert vault.disk.blob_path(digest).stat().st_size == LIMITS.video
    assert peak < 6 * MIB < LIMITS.video // 2
