"""A file whose length its client does not know at first (tus creation-defer-length)."""

import base64

import httpx
import pytest

from media.vault import Vault
from tests.media.conftest import LIMITS
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, declared, offset_of, pairs, send, sha256
from tests.media.test_tus_conformance import refused

PHOTO = jpeg(300, 200)


def deferred(data: bytes, **more: str) -> dict[str, str]:
    told = pairs(sha256=sha256(data), filetype="image/jpeg")
    return {**TUS, "Upload-Defer-Length": "1", "Upload-Metadata": told, **more}


async def begin(client: httpx.AsyncClient, data: bytes) -> str:
    answer = await client.post(UPLOADS, headers=deferred(data))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize(
    "more", [{"Upload-Defer-Length": "2"}, {"Upload-Defer-Length": ""}, {"Upload-Length": "5"}], ids=str
)
async def test_a_deferred_length_is_1_and_comes_without_a_length(
    client: httpx.AsyncClient, more: dict[str, str]
) -> None:
    refused(await client.post(UPLOADS, headers=deferred(PHOTO) | more), 400)


async def test_head_says_that_the_length_is_deferred_until_it_is_told(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await begin(client, PHOTO)
    assert (await send(client, location, 0, PHOTO[:100])).headers["upload-offset"] == "100"
    told = await client.head(location, headers=TUS)
    assert (told.headers["upload-defer-length"], told.headers["upload-offset"]) == ("1", "100")
    assert "upload-length" not in told.headers
    last = await send(client, location, 100, PHOTO[100:], **{"Upload-Length": str(len(PHOTO))})
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(PHOTO)))
    told = await client.head(location, headers=TUS)
    assert told.headers["upload-length"] == str(len(PHOTO))
    assert "upload-defer-length" not in told.headers
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_a_length_told_with_the_first_piece_counts_from_then_on(client: httpx.AsyncClient) -> None:
    location = await begin(client, PHOTO)
    length = {"Upload-Length": str(len(PHOTO))}
    assert (await send(client, location, 0, PHOTO[:50], **length)).status_code == 204
    assert (await send(client, location, 50, PHOTO[50:60], **length)).status_code == 204
    refused(await send(client, location, 60, PHOTO[60:] + b"x"), 413)
    assert await offset_of(client, location) == 60


async def test_a_length_told_without_bytes_ends_an_upload_that_has_them_all(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await begin(client, PHOTO)
    await send(client, location, 0, PHOTO)
    assert not vault.disk.blob_path(sha256(PHOTO)).exists()
    assert (await send(client, location, len(PHOTO), b"", **{"Upload-Length": str(len(PHOTO))})).status_code == 204
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


@pytest.mark.parametrize("length", ["7", "abc", "-1", ""])
async def test_a_second_other_length_is_400(client: httpx.AsyncClient, length: str) -> None:
    location = await begin(client, PHOTO)
    await send(client, location, 0, PHOTO[:50], **{"Upload-Length": str(len(PHOTO))})
    refused(await send(client, location, 50, PHOTO[50:], **{"Upload-Length": length}), 400)
    assert await offset_of(client, location) == 50


async def test_a_length_below_what_is_here_is_400(client: httpx.AsyncClient) -> None:
    location = await begin(client, PHOTO)
    await send(client, location, 0, PHOTO[:50])
    refused(await send(client, location, 50, b"", **{"Upload-Length": "49"}), 400)
    assert (await client.head(location, headers=TUS)).headers["upload-defer-length"] == "1"


async def test_a_length_beyond_the_kind_is_413_and_so_are_its_bytes(client: httpx.AsyncClient) -> None:
    location = await begin(client, PHOTO)
    refused(await send(client, location, 0, b"x", **{"Upload-Length": str(LIMITS.image + 1)}), 413)
    body = bytes(LIMITS.image + 1)
    refused(await send(client, location, 0, body), 413)
    assert await offset_of(client, location) == 0


async def test_a_repeated_deferred_creation_finds_the_same_upload(client: httpx.AsyncClient) -> None:
    location = await begin(client, PHOTO)
    assert await begin(client, PHOTO) == location
    await send(client, location, 0, PHOTO[:50], **{"Upload-Length": str(len(PHOTO))})
    assert await begin(client, PHOTO) == location


async def test_a_creation_that_knows_the_length_goes_on_with_a_deferred_one(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await begin(client, PHOTO)
    await send(client, location, 0, PHOTO[:50])
    answer = await client.post(UPLOADS, headers=declared(PHOTO))
    assert answer.headers["location"] == location
    assert (await client.head(location, headers=TUS)).headers["upload-length"] == str(len(PHOTO))
    await send(client, location, 50, PHOTO[50:])
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_a_file_that_is_here_is_complete_at_once_and_has_its_length(client: httpx.AsyncClient) -> None:
    await client.put(f"/v1/media/{sha256(PHOTO)}", content=PHOTO)
    answer = await client.post(UPLOADS, headers=deferred(PHOTO))
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    told = await client.head(answer.headers["location"], headers=TUS)
    assert told.headers["upload-length"] == str(len(PHOTO))


async def test_a_deferred_upload_of_which_too_much_came_is_rejected_when_its_length_is_known(
    client: httpx.AsyncClient,
) -> None:
    location = await begin(client, PHOTO)
    await send(client, location, 0, PHOTO + b"more")
    answer = await client.post(UPLOADS, headers=declared(PHOTO))
    assert answer.headers["location"] == location
    refused(await client.head(location, headers=TUS), 404)


async def test_first_bytes_may_come_with_a_deferred_creation(client: httpx.AsyncClient) -> None:
    headers = deferred(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answer = await client.post(UPLOADS, headers=headers, content=PHOTO[:70])
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "70")


async def test_metadata_of_a_deferred_upload_is_told_verbatim(client: httpx.AsyncClient) -> None:
    odd = deferred(PHOTO)["Upload-Metadata"] + ",name " + base64.b64encode("现场".encode()).decode()
    answer = await client.post(UPLOADS, headers=deferred(PHOTO) | {"Upload-Metadata": odd})
    assert (await client.head(answer.headers["location"], headers=TUS)).headers["upload-metadata"] == odd
