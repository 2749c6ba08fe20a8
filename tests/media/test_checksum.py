"""Pieces with a checksum of their own (tus checksum): a broken one leaves nothing behind."""

import base64
import hashlib
import os

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from inspection.kernel.errors import DomainError, Invalid
from media.checksum import ALGORITHMS, read_checksum
from media.vault import Vault
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, UPLOADS, create, declared, offset_of, pieces, send, sha256
from tests.media.test_tus_conformance import refused
from tests.media.wire import HeldRequest

PHOTO = jpeg(300, 200)
BIG = bytes(range(256)) * 9 * 1024  # 2.25 MiB: more than two batches


def summed(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_piece_that_came_as_it_was_sent_is_kept(
    client: httpx.AsyncClient, vault: Vault, algorithm: str
) -> None:
    location = await create(client, PHOTO)
    for start in (0, 500):
        piece = PHOTO[start : 500 if start == 0 else None]
        answer = await send(client, location, start, pieces([piece]), **summed(piece, algorithm))
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(start + len(piece)))
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("size", [200, 2_000_000])
async def test_a_broken_piece_is_460_and_nothing_of_it_is_kept(
    client: httpx.AsyncClient, vault: Vault, algorithm: str, size: int
) -> None:
    location = await create(client, BIG)
    await send(client, location, 0, BIG[:100])
    piece = BIG[100 : 100 + size]
    answer = await send(client, location, 100, piece[:-1] + b"!", **summed(piece, algorithm))
    refused(answer, 460)
    assert answer.json()["code"] == "checksum-mismatch"
    assert await offset_of(client, location) == 100
    (staged,) = vault.disk.staging_dir.iterdir()
    assert staged.read_bytes() == BIG[:100]
    assert (await send(client, location, 100, BIG[100:], **summed(BIG[100:]))).status_code == 204
    assert vault.disk.blob_path(sha256(BIG)).read_bytes() == BIG


async def test_a_broken_last_piece_ends_nothing(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    refused(await send(client, location, 0, PHOTO, **summed(b"other")), 460)
    assert await offset_of(client, location) == 0
    assert list(vault.disk.quarantine_dir.iterdir()) == []


async def test_a_piece_is_cut_off_durably(
    client: httpx.AsyncClient, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = await create(client, BIG)
    synced: list[int] = []
    real = os.fdatasync

    def watched(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fdatasync", watched)
    refused(await send(client, location, 0, BIG[:-1], **summed(b"other")), 460)
    assert synced[-1] == 0


@pytest.mark.parametrize(
    "told",
    [
        "",
        "sha256",
        "sha256 ",
        "sha256 !!!",
        "sha256 YWJj",
        "sha512 " + base64.b64encode(bytes(64)).decode(),
        "crc32 AAAAAA==",
        "SHA256 " + base64.b64encode(bytes(32)).decode(),
        "sha1 " + base64.b64encode(bytes(32)).decode(),
    ],
)
async def test_a_checksum_that_cannot_be_read_is_400_and_nothing_is_kept(client: httpx.AsyncClient, told: str) -> None:
    location = await create(client, PHOTO)
    refused(await send(client, location, 0, PHOTO, **{"Upload-Checksum": told}), 400)
    assert await offset_of(client, location) == 0


@pytest.mark.parametrize("length", [100, None])
async def test_first_bytes_with_a_broken_checksum_are_460(client: httpx.AsyncClient, length: int | None) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]} | summed(b"other")
    refused(await client.post(UPLOADS, headers=headers, content=PHOTO[:length]), 460)
    assert await offset_of(client, await create(client, PHOTO)) == 0


async def test_a_whole_file_with_its_checksum_comes_with_its_creation(client: httpx.AsyncClient, vault: Vault) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]} | summed(PHOTO, "sha1")
    assert (await client.post(UPLOADS, headers=headers, content=PHOTO)).status_code == 201
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_a_checked_piece_that_broke_off_is_not_kept(app: Litestar, client: httpx.AsyncClient) -> None:
    location = await create(client, BIG)
    await send(client, location, 0, BIG[:100])
    request = HeldRequest(app, "PATCH", location, {**CHUNK, "Upload-Offset": "100", **summed(BIG[100:])})
    for start in range(100, 1_500_100, 500_000):
        await request.feed(BIG[start : start + 500_000])
    request.hang_up()
    assert (await request.answer()).status == 423
    assert await offset_of(client, location) == 100


async def test_a_checked_surplus_is_413_and_nothing_is_kept(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    refused(await send(client, location, 0, pieces([PHOTO, b"x"]), **summed(PHOTO + b"x")), 413)
    assert await offset_of(client, location) == 0


@given(st.binary(max_size=100), st.sampled_from(ALGORITHMS))
def test_a_checksum_is_read_and_knows_its_own_bytes_only(data: bytes, algorithm: str) -> None:
    found = read_checksum({name.lower(): value for name, value in summed(data, algorithm).items()})
    assert found is not None
    hasher = found.hasher()
    hasher.update(data)
    found.check(hasher)
    hasher.update(b"x")
    with pytest.raises(DomainError):
        found.check(hasher)


@given(st.text(max_size=60))
def test_any_text_is_a_checksum_or_refused(text: str) -> None:
    try:
        found = read_checksum({"upload-checksum": text})
    except Invalid:
        return
    assert found is not None
    assert found.algorithm in ALGORITHMS


def test_no_checksum_is_none() -> None:
    assert read_checksum({}) is None
