"""What one device may send and keep open: sizes by kind, a number of uploads, an amount of bytes."""

import httpx
import pytest

from media.limits import GIB, Limits
from media.rules import MIB
from media.vault import Vault, using
from tests.media.conftest import LIMITS, MOST, OTHER_DEVICE
from tests.media.pictures import jpeg
from tests.media.requests import TUS, UPLOADS, create, declared, pairs, send
from tests.media.test_tus_conformance import refused

LARGE = Limits(free_floor=0)


def of_type(kind: str, length: int, digit: str = "a") -> dict[str, str]:
    told = pairs(sha256=digit * 64, filetype=kind)
    return {**TUS, "Upload-Length": str(length), "Upload-Metadata": told}


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("image/jpeg", 64 * MIB),
        ("audio/mp4", 512 * MIB),
        ("video/mp4", 4 * GIB),
        ("application/pdf", 256 * MIB),
        ("", 256 * MIB),
        ("VIDEO/mp4; codecs=x", 4 * GIB),
        ("videos", 256 * MIB),
    ],
)
async def test_a_file_may_be_as_large_as_its_kind(
    client: httpx.AsyncClient, vault: Vault, kind: str, most: int
) -> None:
    async with using(Vault(disk=vault.disk, images=vault.images, limits=LARGE)):
        answer = await client.post(UPLOADS, headers=of_type(kind, most + 1))
        refused(answer, 413)
        assert answer.json()["limit"] == most
        assert (await client.post(UPLOADS, headers=of_type(kind, most))).status_code == 201


async def test_the_largest_kind_is_what_options_tells(client: httpx.AsyncClient) -> None:
    assert (await client.options(UPLOADS)).headers["tus-max-size"] == str(LIMITS.video)
    assert LARGE.largest == 4 * GIB


async def test_two_gigabytes_are_taken_in_pieces_and_only_what_came_is_on_the_disk(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    async with using(Vault(disk=vault.disk, images=vault.images, limits=LARGE)):
        begun = await client.post(UPLOADS, headers=of_type("video/mp4", 2 * GIB))
        location = begun.headers["location"]
        assert (await send(client, location, 0, bytes(MIB))).headers["upload-offset"] == str(MIB)
        refused(await send(client, location, 2 * GIB - 1, b"x"), 409)
        (staged,) = vault.disk.staging_dir.iterdir()
        assert staged.stat().st_size == MIB


async def test_a_device_has_a_number_of_open_uploads_and_finishing_one_makes_room(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    few = Limits(image=MOST, free_floor=0, open_uploads=3)
    async with using(Vault(disk=vault.disk, images=vault.images, limits=few)):
        photos = [jpeg(seed=n) for n in range(4)]
        locations = [await create(client, photo) for photo in photos[:3]]
        answer = await client.post(UPLOADS, headers=declared(photos[3]))
        refused(answer, 503)
        assert answer.json()["code"] == "upload-quota"
        assert int(answer.headers["retry-after"]) > 0
        assert "location" not in answer.headers
        # Repeating one of them, and another device's, is no new one of this device.
        assert await create(client, photos[0]) == locations[0]
        await create(client, photos[3], **{"X-Test-Device": str(OTHER_DEVICE)})
        await send(client, locations[0], 0, photos[0])
        await create(client, photos[3])


async def test_a_device_has_an_amount_of_bytes_and_a_deferred_length_counts_as_the_largest(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    little = Limits(image=1000, free_floor=0, staged=2500)
    async with using(Vault(disk=vault.disk, images=vault.images, limits=little)):
        assert (await client.post(UPLOADS, headers=of_type("image/png", 1000, "a"))).status_code == 201
        told = pairs(sha256="b" * 64, filetype="image/png")
        deferred = {**TUS, "Upload-Defer-Length": "1", "Upload-Metadata": told}
        assert (await client.post(UPLOADS, headers=deferred)).status_code == 201
        answer = await client.post(UPLOADS, headers=of_type("image/png", 501, "c"))
        refused(answer, 503)
        assert answer.json()["code"] == "upload-quota"
        assert (await client.post(UPLOADS, headers=of_type("image/png", 500, "c"))).status_code == 201


async def test_what_is_here_and_what_comes_whole_needs_no_room(client: httpx.AsyncClient, vault: Vault) -> None:
    full = Limits(image=MOST, free_floor=0, open_uploads=0)
    photo = jpeg(seed=5)
    async with using(Vault(disk=vault.disk, images=vault.images, limits=full)):
        refused(await client.post(UPLOADS, headers=declared(photo)), 503)
        whole = declared(photo) | {"Content-Type": "application/offset+octet-stream"}
        assert (await client.post(UPLOADS, headers=whole, content=photo)).status_code == 201
        again = await client.post(UPLOADS, headers=declared(photo) | {"X-Test-Device": str(OTHER_DEVICE)})
        assert again.headers["upload-offset"] == str(len(photo))
