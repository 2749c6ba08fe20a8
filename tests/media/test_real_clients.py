"""Clients that nobody here wrote, as they come from their registries, over a line that breaks at random bytes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from litestar import Litestar
from requests.exceptions import RequestException
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from media.vault import Vault
from tests.media.requests import UPLOADS, sha256
from tests.media.served import BadLine, Cut, cuts, on_a_socket
from tests.media.tus_js import tus_js

SIZE = 700_000
TRIES = 40


def photo(seed: int) -> bytes:
    return Random(seed).randbytes(SIZE)


@pytest.fixture
async def port(app: Litestar) -> AsyncIterator[int]:
    async with on_a_socket(app) as port:
        yield port


WAYS = {
    "in one request": {},
    "in pieces": {"chunkSize": 65_536},
    "by POST alone": {"chunkSize": 200_000, "override": True},
    "with its creation": {"options": {"uploadDataDuringCreation": True}},
    "with its creation, in pieces": {"chunkSize": 150_000, "options": {"uploadDataDuringCreation": True}},
    "of a length told last": {"chunkSize": 150_000, "options": {"uploadLengthDeferred": True}},
}


@pytest.mark.parametrize("way", WAYS)
async def test_tus_js_client_brings_a_file_over_a_line_that_breaks(
    port: int, vault: Vault, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(len(way)))
    async with BadLine(port, cuts(len(way), 6, SIZE)).open() as line:
        told = await tus_js(line.port, path, delays=[0] * TRIES, **WAYS[way])
    assert "error" not in told, told
    assert line.broken >= 1
    assert vault.disk.blob_path(sha256(path.read_bytes())).read_bytes() == path.read_bytes()
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_tus_js_client_that_is_begun_again_sends_only_what_is_missing(
    port: int, vault: Vault, tmp_path: Path
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(1))
    async with BadLine(port, [Cut(up=400_000)]).open() as line:
        first = await tus_js(line.port, path, chunkSize=100_000, delays=[])
    assert "error" in first
    again = await tus_js(port, path, file={"url": first["url"].replace(str(line.port), str(port))})
    assert "error" not in again
    assert again["requests"][0] == ["HEAD", 200]
    assert vault.disk.blob_path(sha256(path.read_bytes())).read_bytes() == path.read_bytes()


async def test_tus_js_client_is_told_at_once_that_a_file_is_here(port: int, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(2))
    await tus_js(port, path)
    again = await tus_js(port, path)
    assert "error" not in again
    # Its creation is answered with the upload that is complete; the piece it then offers is refused unread.
    assert [status for method, status in again["requests"] if method == "PATCH"] in ([], [409])


async def test_tus_js_client_starts_over_when_its_upload_is_gone(port: int, vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(3))
    gone = f"http://127.0.0.1:{port}{UPLOADS}/0195516c-0000-7000-8000-000000000000"
    told = await tus_js(port, path, file={"url": gone})
    assert [method for method, _ in told["requests"]] == ["HEAD", "POST", "PATCH"]
    assert vault.disk.blob_path(sha256(path.read_bytes())).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("checked", [False, True])
async def test_tuspy_brings_a_file_over_a_line_that_breaks(
    port: int, vault: Vault, tmp_path: Path, checked: bool
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(10 + checked))
    async with BadLine(port, cuts(10 + checked, 8, 150_000)).open() as line:
        await asyncio.to_thread(_tuspy, line.port, path, checked=checked)
    assert line.broken >= 1
    assert vault.disk.blob_path(sha256(path.read_bytes())).read_bytes() == path.read_bytes()


def _tuspy(port: int, path: Path, *, checked: bool) -> None:
    client = TusClient(f"http://127.0.0.1:{port}{UPLOADS}")
    metadata = {"sha256": sha256(path.read_bytes()), "filetype": "image/jpeg"}
    url = None
    with path.open("rb") as file:
        for _ in range(TRIES):
            try:
                up = client.uploader(
                    file_stream=file, chunk_size=100_000, metadata=metadata, url=url, upload_checksum=checked
                )
                if url is None:
                    up.set_url(up.create_url())
                    url = up.url
                up.upload()
            except (TusCommunicationError, RequestException):
                continue
            return
    raise AssertionError("never whole")
