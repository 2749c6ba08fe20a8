"""Bad networks: lost connections, dead ones that still hold the upload, repeated requests, two tablets, one file."""

import asyncio
import sqlite3
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.kernel.journal import EventKind, read, verify
from media import receive as receiving
from media import store
from media.turns import Turns
from media.vault import Vault
from tests.media.conftest import DEVICE, OTHER_DEVICE
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, create, declared, offset_of, pairs, send, sha256
from tests.media.wire import HeldRequest

PHOTO = jpeg(300, 200)
BIG = bytes(range(256)) * 9 * 1024  # 2.25 MiB: more than two batches


def patching(app: Litestar, location: str, offset: int) -> HeldRequest:
    return HeldRequest(app, "PATCH", location, {**CHUNK, "Upload-Offset": str(offset)})


async def test_every_byte_that_came_before_a_lost_connection_is_kept(
    app: Litestar, client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, BIG)
    request = patching(app, location, 0)
    for start in range(0, 1_500_000, 100_000):
        await request.feed(BIG[start : start + 100_000])
    request.hang_up()
    told = await request.answer()
    assert told.status == 423
    assert "upload-offset" not in told.headers
    assert await offset_of(client, location) == 1_500_000
    assert (await send(client, location, 1_500_000, BIG[1_500_000:])).status_code == 204
    assert vault.disk.blob_path(sha256(BIG)).read_bytes() == BIG


async def test_a_connection_lost_after_the_last_byte_still_completes_the_upload(
    app: Litestar, client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    request = patching(app, location, 0)
    await request.feed(PHOTO)
    request.hang_up()
    await request.answer()
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO
    assert await offset_of(client, location) == len(PHOTO)


@pytest.mark.parametrize("newcomer", ["HEAD", "PATCH"])
async def test_the_newest_request_wins_over_a_dead_connection(
    app: Litestar, client: httpx.AsyncClient, newcomer: str
) -> None:
    location = await create(client, PHOTO)
    dead = patching(app, location, 0)
    await dead.feed(PHOTO[:500])
    if newcomer == "HEAD":
        assert await offset_of(client, location) == 500
    else:
        assert (await send(client, location, 500, PHOTO[500:])).status_code == 204
    told = await dead.answer()
    assert told.status == 423
    assert "upload-offset" not in told.headers


async def test_a_request_that_does_not_stop_in_time_leaves_the_upload_locked(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    object.__setattr__(vault, "turns", Turns(patience_s=0))
    async with vault.turns.take(UUID(location.rsplit("/", 1)[1])):
        for answer in (
            await client.head(location, headers=TUS),
            await send(client, location, 0, PHOTO),
            await client.delete(location, headers=TUS),
        ):
            assert answer.status_code == 423
            assert "upload-offset" not in answer.headers
    assert await offset_of(client, location) == 0


async def test_another_process_that_holds_the_file_leaves_the_upload_locked(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    async with vault.disk.open_staging(UUID(location.rsplit("/", 1)[1])):
        assert (await client.head(location, headers=TUS)).status_code == 423
        assert (await send(client, location, 0, PHOTO)).status_code == 423
        assert (await client.delete(location, headers=TUS)).status_code == 423
    assert (await send(client, location, 0, PHOTO)).status_code == 204


async def test_head_answers_423_to_every_passing_trouble(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = await create(client, PHOTO)

    async def broken(*_: object) -> None:
        raise ConnectionError("the database restarts")

    with monkeypatch.context() as patch:
        patch.setattr(receiving.store, "upload", broken)
        assert (await client.head(location, headers=TUS)).status_code == 423
    assert await offset_of(client, location) == 0


async def test_a_repeated_creation_finds_the_same_upload(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:100])
    answer = await client.post(UPLOADS, headers=declared(PHOTO, filename="another name"))
    assert answer.headers["location"] == location
    assert "upload-offset" not in answer.headers
    assert await offset_of(client, location) == 100


async def test_a_repeated_creation_with_its_first_bytes_tells_what_is_there(client: httpx.AsyncClient) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    first = await client.post(UPLOADS, headers=headers, content=PHOTO[:100])
    await send(client, first.headers["location"], 100, PHOTO[100:200])
    again = await client.post(UPLOADS, headers=headers, content=PHOTO[:100])
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["upload-offset"] == "200"


async def test_ten_creations_at_once_make_one_upload(client: httpx.AsyncClient) -> None:
    locations = await asyncio.gather(*(create(client, PHOTO) for _ in range(10)))
    assert len(set(locations)) == 1
    upload = locations[0].rsplit("/", 1)[1]
    assert [entry.kind for entry in await read(f"upload:{upload}")] == [EventKind.UPLOAD_CREATED]


async def test_a_file_we_hold_is_complete_at_once(client: httpx.AsyncClient) -> None:
    await send(client, await create(client, PHOTO), 0, PHOTO)
    answer = await client.post(UPLOADS, headers=declared(PHOTO) | {"X-Test-Device": str(OTHER_DEVICE)})
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    told = await client.head(answer.headers["location"], headers=TUS | {"X-Test-Device": str(OTHER_DEVICE)})
    assert told.headers["upload-offset"] == str(len(PHOTO))


async def test_an_upload_begun_before_the_same_file_came_otherwise_is_complete_when_asked_again(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:100])
    other = {"X-Test-Device": str(OTHER_DEVICE)}
    await send(client, await create(client, PHOTO, **other), 0, PHOTO, **other)
    answer = await client.post(UPLOADS, headers=declared(PHOTO))
    assert (answer.headers["location"], answer.headers["upload-offset"]) == (location, str(len(PHOTO)))
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_a_known_digest_with_another_length_is_a_mistake(client: httpx.AsyncClient) -> None:
    await send(client, await create(client, PHOTO), 0, PHOTO)
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": pairs(sha256=sha256(PHOTO))}
    answer = await client.post(UPLOADS, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["known"] == len(PHOTO)


async def test_two_tablets_send_one_file_at_once_and_one_blob_is_stored(
    app: Litestar, client: httpx.AsyncClient, vault: Vault
) -> None:
    other = {"X-Test-Device": str(OTHER_DEVICE)}
    first, second = await create(client, BIG), await create(client, BIG, **other)
    assert first != second
    answers = await asyncio.gather(
        send(client, first, 0, BIG), send(client, second, 0, BIG, **other), return_exceptions=False
    )
    assert [answer.status_code for answer in answers] == [204, 204]
    assert await vault.disk.shelved() == [sha256(BIG)]
    stream = f"media:{sha256(BIG)}"
    assert [entry.kind for entry in await read(stream)] == [EventKind.BLOB_STORED]
    assert (await verify(stream)).ok
    assert await store.count_blobs() == 1


async def test_the_journal_tells_the_life_of_an_upload(client: httpx.AsyncClient) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, b"x" * len(PHOTO))
    given_up = await create(client, PHOTO)
    await client.delete(given_up, headers=TUS)
    whole = await create(client, PHOTO)
    await send(client, whole, 0, PHOTO)

    async def kinds(path: str) -> list[EventKind]:
        entries = await read(f"upload:{path.rsplit('/', 1)[1]}")
        assert {entry.actor_id for entry in entries} == {str(DEVICE)}
        return [entry.kind for entry in entries]

    assert await kinds(location) == [EventKind.UPLOAD_CREATED, EventKind.UPLOAD_REJECTED]
    assert await kinds(given_up) == [EventKind.UPLOAD_CREATED, EventKind.UPLOAD_TERMINATED]
    assert await kinds(whole) == [EventKind.UPLOAD_CREATED, EventKind.UPLOAD_COMPLETED]


@pytest.mark.parametrize("statement", ["add_upload", "add_blob"])
async def test_a_full_database_asks_the_tablet_to_come_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    async def full(*_: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as crowded:
        crowded.setattr(store, statement, full)
        answer = await client.post(UPLOADS, headers={**declared(PHOTO), **CHUNK}, content=PHOTO)
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert answer.headers["retry-after"]
    location = await create(client, PHOTO)
    assert (await send(client, location, 0, PHOTO)).status_code == 204
