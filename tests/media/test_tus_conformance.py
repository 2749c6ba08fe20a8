"""The rows of the tus 1.0.0 conformance table that core, creation, creation-with-upload and termination cover."""

import base64

import httpx
import pytest

from media.vault import Vault
from tests.media.conftest import LIMITS, OTHER_DEVICE
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, create, declared, offset_of, pairs, pieces, send, sha256

PHOTO = jpeg(300, 200)
UNKNOWN = f"{UPLOADS}/0195516c-0000-7000-8000-000000000000"


def refused(answer: httpx.Response, status: int) -> None:
    """An error answer: status, problem document, version, and never an Upload-Offset (TUSKit reads only that)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert "upload-offset" not in answer.headers
    if answer.request.method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


# -- every answer -------------------------------------------------------------------------------------------------


async def test_every_answer_but_options_names_the_version(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    for answer in (
        await client.head(location, headers=TUS),
        await send(client, location, 0, PHOTO[:10]),
        await send(client, location, 0, PHOTO[:10]),
        await client.delete(location, headers=TUS),
        await client.head(location, headers=TUS),
        await client.post(UPLOADS, headers=TUS),
    ):
        assert answer.headers["tus-resumable"] == "1.0.0"


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", "1.0"])
async def test_another_protocol_version_is_refused_and_not_processed(
    client: httpx.AsyncClient, version: str | None
) -> None:
    location = await create(client, PHOTO)
    told = {"Tus-Resumable": version} if version else {}
    chunk = {"Content-Type": CHUNK["Content-Type"], "Upload-Offset": "0", **told}
    length = {**declared(jpeg(seed=9)), **told}
    if version is None:
        del length["Tus-Resumable"]
    for answer in (
        await client.patch(location, headers=chunk, content=PHOTO),
        await client.post(UPLOADS, headers=length),
        await client.delete(location, headers=told),
    ):
        refused(answer, 412)
        assert answer.headers["tus-version"] == "1.0.0"
    assert await offset_of(client, location) == 0


async def test_head_does_not_insist_on_a_version(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    assert (await client.head(location)).status_code == 200


@pytest.mark.parametrize("path", [UPLOADS, UNKNOWN])
async def test_options_tells_what_is_spoken_without_spaces(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.options(path)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["tus-version"] == "1.0.0"
    extensions = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
    assert answer.headers["tus-extension"] == extensions
    assert answer.headers["tus-checksum-algorithm"] == "sha256,sha1,md5"
    assert answer.headers["tus-max-size"] == str(LIMITS.largest)


# -- HEAD ---------------------------------------------------------------------------------------------------------


async def test_head_tells_offset_length_and_metadata_verbatim(client: httpx.AsyncClient) -> None:
    odd = declared(PHOTO)["Upload-Metadata"] + ",empty,name " + base64.b64encode("现场 1.jpg".encode()).decode()
    answer = await client.post(UPLOADS, headers={**declared(PHOTO), "Upload-Metadata": odd})
    location = answer.headers["location"]
    for start, offset in ((0, 0), (0, 7), (7, len(PHOTO))):
        await send(client, location, start, PHOTO[start:offset])
        told = await client.head(location, headers=TUS)
        assert told.status_code == 200
        assert told.headers["upload-offset"] == str(offset)
        assert told.headers["upload-length"] == str(len(PHOTO))
        assert told.headers["upload-metadata"] == odd
        assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("location", [UNKNOWN, f"{UPLOADS}/not-an-id", f"{UPLOADS}/%2e%2e%5c%2e%2e%5cetc"])
async def test_an_unknown_upload_is_404_without_offset(client: httpx.AsyncClient, location: str) -> None:
    refused(await client.head(location, headers=TUS), 404)
    refused(await send(client, location, 0, b"x"), 404)
    refused(await client.delete(location, headers=TUS), 404)


async def test_another_devices_upload_is_unknown(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    stranger = {"X-Test-Device": str(OTHER_DEVICE)}
    refused(await client.head(location, headers=TUS | stranger), 404)
    refused(await send(client, location, 0, PHOTO, **stranger), 404)
    refused(await client.delete(location, headers=TUS | stranger), 404)
    assert await offset_of(client, location) == 0


# -- POST ---------------------------------------------------------------------------------------------------------


async def test_creation_answers_201_with_a_relative_location(client: httpx.AsyncClient) -> None:
    answer = await client.post(UPLOADS, headers=declared(PHOTO))
    assert answer.status_code == 201
    assert answer.content == b""
    assert answer.headers["location"].startswith("/v1/uploads/")


@pytest.mark.parametrize(
    "lengths",
    [
        {},
        {"Upload-Length": "5", "Upload-Defer-Length": "1"},
        {"Upload-Defer-Length": "2"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1.5"},
        {"Upload-Length": "0x10"},
        {"Upload-Length": "٣"},
        {"Upload-Length": ""},
    ],
)
async def test_a_creation_without_one_whole_length_is_400(client: httpx.AsyncClient, lengths: dict[str, str]) -> None:
    headers = {**TUS, "Upload-Metadata": declared(PHOTO)["Upload-Metadata"]}
    raw = [(name.encode(), value.encode()) for name, value in (headers | lengths).items()]
    refused(await client.post(UPLOADS, headers=raw), 400)


@pytest.mark.parametrize("length", [LIMITS.image + 1, 10**29])
async def test_a_file_beyond_the_limit_is_413(client: httpx.AsyncClient, length: int) -> None:
    answer = await client.post(UPLOADS, headers={**declared(PHOTO), "Upload-Length": str(length)})
    refused(answer, 413)
    assert answer.json()["limit"] == LIMITS.image


async def test_an_empty_file_is_complete_at_once(client: httpx.AsyncClient, vault: Vault) -> None:
    answer = await client.post(UPLOADS, headers=declared(b""))
    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == "0"
    assert vault.disk.blob_path(sha256(b"")).read_bytes() == b""
    told = await client.head(answer.headers["location"], headers=TUS)
    assert (told.headers["upload-offset"], told.headers["upload-length"]) == ("0", "0")


async def test_an_empty_file_with_another_digest_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(UPLOADS, headers=declared(b"", digest=sha256(b"something")))
    refused(answer, 422)
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "metadata",
    [
        "sha256 !!!!",
        "sha256 YWJj=",
        f"{pairs(sha256='a' * 64)},{pairs(sha256='b' * 64)}",
        f"{pairs(sha256='a' * 64)},",
        f"{pairs(sha256='a' * 64)}, ",
        f",{pairs(sha256='a' * 64)}",
        f"{pairs(sha256='a' * 64)},näme YWJj",
        f"{pairs(sha256='a' * 64)},name {'A' * 8000}",
        f"{pairs(sha256='a' * 64)},name YW Jj",
    ],
)
async def test_unreadable_metadata_is_400_and_never_echoed(client: httpx.AsyncClient, metadata: str) -> None:
    raw = {**TUS, "Upload-Length": "3", "Upload-Metadata": metadata}
    answer = await client.post(UPLOADS, headers=[(name.encode(), value.encode()) for name, value in raw.items()])
    refused(answer, 400)
    assert metadata not in str(answer.headers)
    assert metadata not in answer.text


async def test_header_smuggling_through_metadata_stays_base64(client: httpx.AsyncClient) -> None:
    evil = declared(PHOTO, filename="x\r\nSet-Cookie: a=b\r\n\r\n<script>")
    location = (await client.post(UPLOADS, headers=evil)).headers["location"]
    told = await client.head(location, headers=TUS)
    assert "set-cookie" not in told.headers
    assert told.headers["upload-metadata"] == evil["Upload-Metadata"]


@pytest.mark.parametrize("digest", ["", "abc", "A" * 64, "../" * 21 + "a", "g" * 64, "a" * 63 + "/", "a" * 64 + "\n"])
async def test_a_creation_needs_the_files_sha256(client: httpx.AsyncClient, vault: Vault, digest: str) -> None:
    headers = {**TUS, "Upload-Length": "3", "Upload-Metadata": pairs(sha256=digest)}
    refused(await client.post(UPLOADS, headers=headers), 400)
    assert sorted(path.name for path in vault.disk.root.rglob("*") if path.is_file()) == ["depot"]


async def test_creation_with_upload_takes_the_first_bytes(client: httpx.AsyncClient) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answer = await client.post(UPLOADS, headers=headers, content=PHOTO[:100])
    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == "100"
    assert (await send(client, answer.headers["location"], 100, PHOTO[100:])).status_code == 204


async def test_creation_with_upload_may_bring_the_whole_file(client: httpx.AsyncClient, vault: Vault) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answer = await client.post(UPLOADS, headers=headers, content=pieces([PHOTO[:50], PHOTO[50:]]))
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_creation_with_upload_of_too_many_bytes_is_413_before_anything_is_made(client: httpx.AsyncClient) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    refused(await client.post(UPLOADS, headers=headers, content=PHOTO + b"x"), 413)


async def test_creation_with_a_body_of_another_type_is_415(client: httpx.AsyncClient) -> None:
    refused(await client.post(UPLOADS, headers=declared(PHOTO) | {"Content-Type": "image/jpeg"}, content=PHOTO), 415)


async def test_creation_with_a_type_but_no_body_is_fine(client: httpx.AsyncClient) -> None:
    answer = await client.post(UPLOADS, headers=declared(PHOTO) | {"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert "upload-offset" not in answer.headers


# -- PATCH --------------------------------------------------------------------------------------------------------


async def test_patch_answers_204_with_the_new_offset(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    for start in range(0, len(PHOTO), 1000):
        answer = await send(client, location, start, PHOTO[start : start + 1000])
        assert answer.status_code == 204
        assert answer.content == b""
        assert answer.headers["upload-offset"] == str(min(start + 1000, len(PHOTO)))
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_patch_may_be_chunked_without_a_content_length(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    answer = await send(client, location, 0, pieces([PHOTO[:10], b"", PHOTO[10:]]))
    assert answer.status_code == 204
    assert answer.headers["upload-offset"] == str(len(PHOTO))


async def test_an_upload_is_not_bound_by_the_body_limit_of_other_routes(client: httpx.AsyncClient) -> None:
    data = bytes(range(256)) * 12 * 1024  # 3 MiB
    location = await create(client, data)
    assert (await send(client, location, 0, data)).status_code == 204


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "image/jpeg", "application/json"])
async def test_patch_of_another_content_type_is_415_and_writes_nothing(
    client: httpx.AsyncClient, kind: str | None
) -> None:
    location = await create(client, PHOTO)
    headers = {**TUS, "Upload-Offset": "0"} | ({"Content-Type": kind} if kind else {})
    refused(await client.patch(location, headers=headers, content=PHOTO), 415)
    assert await offset_of(client, location) == 0


@pytest.mark.parametrize("offset", [None, "", "-1", "1.0", "abc"])
async def test_patch_without_a_valid_offset_is_400(client: httpx.AsyncClient, offset: str | None) -> None:
    location = await create(client, PHOTO)
    headers = dict(CHUNK) if offset is None else {**CHUNK, "Upload-Offset": offset}
    refused(await client.patch(location, headers=headers, content=PHOTO), 400)
    assert await offset_of(client, location) == 0


@pytest.mark.parametrize("offset", [0, 9, 11, 10**20])
async def test_patch_at_another_offset_is_409_and_its_body_is_not_taken(client: httpx.AsyncClient, offset: int) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:10])
    answer = await send(client, location, offset, PHOTO[10:20])
    refused(answer, 409)
    assert answer.json()["offset"] == 10
    assert await offset_of(client, location) == 10


async def test_a_surplus_that_is_announced_is_413_before_a_byte_is_read(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    refused(await send(client, location, 0, PHOTO + b"x"), 413)
    assert await offset_of(client, location) == 0


async def test_a_surplus_in_a_chunked_body_is_413_and_never_written(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:100])
    refused(await send(client, location, 100, pieces([PHOTO[100:-1], PHOTO[-1:] + b"<script>"])), 413)
    assert await offset_of(client, location) == len(PHOTO)
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_patch_of_nothing_at_the_end_is_204_again_and_again(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO)
    for _ in range(2):
        answer = await send(client, location, len(PHOTO), b"")
        assert answer.status_code == 204
        assert answer.headers["upload-offset"] == str(len(PHOTO))


async def test_bytes_behind_a_complete_upload_are_413(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO)
    refused(await send(client, location, len(PHOTO), b"x"), 413)
    refused(await send(client, location, len(PHOTO), pieces([b"x"])), 413)
    refused(await send(client, location, 0, PHOTO), 409)
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


# -- the whole file -----------------------------------------------------------------------------------------------


async def test_wrong_bytes_are_refused_quarantined_and_then_unknown(client: httpx.AsyncClient, vault: Vault) -> None:
    wrong = b"x" * len(PHOTO)
    location = await create(client, PHOTO)
    await send(client, location, 0, wrong[:100])
    refused(await send(client, location, 100, wrong[100:]), 422)
    refused(await client.head(location, headers=TUS), 404)
    refused(await send(client, location, 0, PHOTO), 404)
    (kept,) = vault.disk.quarantine_dir.iterdir()
    assert kept.read_bytes() == wrong
    assert not vault.disk.blob_path(sha256(PHOTO)).exists()
    again = await create(client, PHOTO)
    assert again != location
    assert (await send(client, again, 0, PHOTO)).status_code == 204


# -- DELETE -------------------------------------------------------------------------------------------------------


async def test_an_upload_given_up_is_gone_with_its_bytes(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:100])
    answer = await client.delete(location, headers=TUS)
    assert answer.status_code == 204
    assert list(vault.disk.staging_dir.iterdir()) == []
    refused(await client.head(location, headers=TUS), 404)
    refused(await send(client, location, 100, PHOTO[100:]), 404)
    refused(await client.delete(location, headers=TUS), 404)
    assert await create(client, PHOTO) != location


async def test_a_complete_upload_is_evidence_and_cannot_be_deleted(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO)
    refused(await client.delete(location, headers=TUS), 409)
    assert await offset_of(client, location) == len(PHOTO)
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


# -- X-HTTP-Method-Override ---------------------------------------------------------------------------------------


async def test_clients_without_patch_speak_through_post(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    told = await client.post(
        location,
        headers={**CHUNK, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
        content=pieces([PHOTO[:100]]),
    )
    assert (told.status_code, told.headers["upload-offset"], told.content) == (204, "100", b"")
    asked = await client.post(location, headers={"X-HTTP-Method-Override": "HEAD"})
    assert (asked.status_code, asked.headers["upload-offset"], asked.content) == (200, "100", b"")
    gone = await client.post(location, headers={**TUS, "X-HTTP-Method-Override": "delete"})
    assert (gone.status_code, gone.content) == (204, b"")
    refused(await client.head(location, headers=TUS), 404)


@pytest.mark.parametrize("named", [None, "GET", "PUT", "POST", "TRACE"])
async def test_post_to_an_upload_needs_a_method_we_honour(client: httpx.AsyncClient, named: str | None) -> None:
    location = await create(client, PHOTO)
    headers = dict(TUS) | ({"X-HTTP-Method-Override": named} if named else {})
    refused(await client.post(location, headers=headers), 405)


async def test_the_override_is_honoured_on_post_only(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    answer = await client.head(location, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200
    assert await offset_of(client, location) == 0
