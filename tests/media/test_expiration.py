"""Unfinished uploads are forgotten a week after their last byte, and not before."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from media import expire_uploads as expiring
from media.expire_uploads import expire_uploads
from media.vault import Vault
from tests.conftest import NOW
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, create, declared, offset_of, send, sha256
from tests.media.test_tus_conformance import refused

PHOTO = jpeg(300, 200)
WEEK = timedelta(days=7)
Commands = Callable[[], Command]


def expires(answer: httpx.Response) -> datetime:
    return parsedate_to_datetime(answer.headers["upload-expires"])


def staged(vault: Vault, location: str) -> Path:
    return vault.disk.staging_path(UUID(location.rsplit("/", 1)[1]))


def touched(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


async def test_a_creation_tells_when_it_is_forgotten(client: httpx.AsyncClient) -> None:
    assert expires(await client.post(UPLOADS, headers=declared(PHOTO))) == NOW + WEEK


async def test_every_byte_puts_the_end_off(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:10])
    touched(staged(vault, location), NOW + timedelta(days=3))
    assert expires(await client.head(location, headers=TUS)) == NOW + timedelta(days=10)
    answer = await send(client, location, 10, PHOTO[10:20])
    last = datetime.fromtimestamp(staged(vault, location).stat().st_mtime, UTC)
    assert expires(answer) == (last + WEEK).replace(microsecond=0)


async def test_what_is_complete_does_not_expire(client: httpx.AsyncClient, vault: Vault, tablet: Commands) -> None:
    location = await create(client, PHOTO)
    answers = [await send(client, location, 0, PHOTO), await client.head(location, headers=TUS)]
    whole = declared(b"small") | {"Content-Type": CHUNK["Content-Type"]}
    answers.append(await client.post(UPLOADS, headers=whole, content=b"small"))
    assert all("upload-expires" not in answer.headers for answer in answers)
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=400))) == 0
    assert await offset_of(client, location) == len(PHOTO)


async def test_a_week_after_its_last_byte_an_upload_is_unknown(
    client: httpx.AsyncClient, vault: Vault, tablet: Commands
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:10])
    touched(staged(vault, location), NOW + timedelta(days=3))
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=10))) == 0
    assert await offset_of(client, location) == 10
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=10, seconds=1))) == 1
    refused(await client.head(location, headers=TUS), 404)
    refused(await send(client, location, 10, PHOTO[10:]), 404)
    assert list(vault.disk.staging_dir.iterdir()) == []
    kinds = [entry.kind for entry in await read(f"upload:{location.rsplit('/', 1)[1]}")]
    assert kinds == [EventKind.UPLOAD_CREATED, EventKind.UPLOAD_EXPIRED]
    again = await create(client, PHOTO)
    assert again != location
    assert (await send(client, again, 0, PHOTO)).status_code == 204


async def test_an_upload_of_which_nothing_came_expires_by_its_creation(
    client: httpx.AsyncClient, tablet: Commands
) -> None:
    location = await create(client, PHOTO)
    assert await offset_of(client, location) == 0  # asking is no byte
    assert await expire_uploads(replace(tablet(), now=NOW + WEEK)) == 0
    assert await expire_uploads(replace(tablet(), now=NOW + WEEK + timedelta(seconds=1))) == 1
    refused(await client.head(location, headers=TUS), 404)


async def test_an_upload_in_use_is_left_alone(client: httpx.AsyncClient, vault: Vault, tablet: Commands) -> None:
    location = await create(client, PHOTO)
    late = replace(tablet(), now=NOW + timedelta(days=30))
    async with vault.disk.open_staging(UUID(location.rsplit("/", 1)[1])):
        assert await expire_uploads(late) == 0
    assert await expire_uploads(late) == 1


async def test_more_uploads_than_a_page_expire_in_one_round(
    client: httpx.AsyncClient, tablet: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "PAGE", 2)
    locations = [await create(client, PHOTO + bytes([n])) for n in range(5)]
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=8))) == 5
    for location in locations:
        refused(await client.head(location, headers=TUS), 404)
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=9))) == 0


async def test_a_file_that_came_otherwise_meanwhile_is_not_harmed(
    client: httpx.AsyncClient, vault: Vault, tablet: Commands
) -> None:
    await create(client, PHOTO)
    await client.put(f"/v1/media/{sha256(PHOTO)}", content=PHOTO)
    assert await expire_uploads(replace(tablet(), now=NOW + timedelta(days=8))) == 1
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO
