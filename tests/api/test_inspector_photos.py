"""Photos of inspectors: what is taken for one, what leaves the house of it, and who may see it."""

import io
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest
from PIL import Image

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.registry.inspectors.tables import Inspector
from media.blobs import open_blob
from media.trailing import is_bare_jpeg
from media.vault import current_vault
from tests.api.conftest import Office
from tests.inspection.publicity.world import insert
from tests.media.pictures import HEIC, jpeg, png_header_of
from tests.media.requests import sha256

PHOTO = jpeg(900, 1200, orientation=6, comment=b"SECRET")
Headers = Callable[[Role], Awaitable[dict[str, str]]]


@pytest.fixture
async def path(office: Office) -> str:
    person = await insert(Inspector, authority=office.authority, staff_no="7", active=True)
    return f"/office/registry/inspectors/{person}/photo"


async def test_a_photo_is_kept_as_it_came_and_shown_as_a_small_bare_copy_until_it_is_withdrawn(
    client: httpx.AsyncClient, office: Office, signed_in: Headers, path: str
) -> None:
    keeper = await signed_in(Role.PLANNER) | {"Content-Type": "image/jpeg"}
    assert (await client.get(path, headers=keeper)).status_code == 404
    for _ in range(2):
        assert (await client.put(path, content=PHOTO, headers=keeper)).status_code == 204
    shown = await client.get(path, headers=keeper)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"] == "private, no-cache"
    with Image.open(io.BytesIO(shown.content)) as copy:
        assert copy.size == (320, 240)
    assert is_bare_jpeg(shown.content)
    known = keeper | {"If-None-Match": shown.headers["etag"]}
    assert (await client.get(path, headers=known)).status_code == 304
    assert b"".join([piece async for piece in open_blob(sha256(PHOTO))]) == PHOTO
    detail = await client.get(path.removesuffix("/photo"), headers=keeper)
    assert detail.json()["photo"] == sha256(PHOTO)
    assert (await client.delete(path, headers=keeper)).status_code == 204
    assert (await client.get(path, headers=keeper)).status_code == 404
    told = [line for line in await read(f"registry:{office.authority}") if line.kind is EventKind.INSPECTOR_PHOTO_SET]
    assert [line.payload["photo"] for line in told] == [sha256(PHOTO), None]


NO_PHOTOS = [
    (b"GIF89a" + bytes(40), "image/gif", 415, "unsupported-media-type"),
    (b"GIF89a" + bytes(40), "image/jpeg", 422, "invalid"),
    (b"<svg onload=alert(1)>", "image/png", 422, "invalid"),
    (b"", "image/jpeg", 422, "invalid"),
    (PHOTO[: len(PHOTO) // 2], "image/jpeg", 422, "invalid"),
    (png_header_of(60_000, 60_000), "image/png", 422, "invalid"),
    (b"\xff\xd8\xff\xe0" + bytes(1 << 20), "image/jpeg", 413, "too-large"),
]


async def test_what_is_no_photo_is_refused_and_leaves_the_person_without(
    client: httpx.AsyncClient, signed_in: Headers, path: str
) -> None:
    keeper = await signed_in(Role.SECTION_HEAD)
    for data, kind, status, code in NO_PHOTOS:
        answer = await client.put(path, content=data, headers=keeper | {"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (status, code), data[:20]
    assert (await client.get(path, headers=keeper)).status_code == 404


async def test_a_photo_of_a_phone_is_shown_as_any_browser_reads_it(
    client: httpx.AsyncClient, signed_in: Headers, path: str
) -> None:
    keeper = await signed_in(Role.ADMIN) | {"Content-Type": "application/octet-stream"}
    assert (await client.put(path, content=HEIC, headers=keeper)).status_code == 204
    assert is_bare_jpeg((await client.get(path, headers=keeper)).content)


async def test_nobody_keeps_or_sees_photos_of_a_register_that_is_not_theirs_to_keep(
    client: httpx.AsyncClient, signed_in: Headers, found_office: Callable[[str], Awaitable[Office]], path: str
) -> None:
    other = await found_office("second")
    stranger = await insert(Inspector, authority=other.authority, staff_no="1", active=True)
    abroad = f"/office/registry/inspectors/{stranger}/photo"
    keeper = await signed_in(Role.PLANNER) | {"Content-Type": "image/jpeg"}
    assert (await client.put(abroad, content=PHOTO, headers=keeper)).status_code == 404
    assert (await client.put(abroad.replace(str(stranger), str(UUID(int=7))), headers=keeper)).status_code == 404
    for role in (Role.INSPECTOR, Role.LEADER):
        headers = await signed_in(role) | {"Content-Type": "image/jpeg"}
        assert (await client.get(path, headers=headers)).status_code == 403
        assert (await client.put(path, content=PHOTO, headers=headers)).status_code == 403
    assert (await client.get(path)).status_code == 401


async def test_where_no_worker_can_be_had_a_photo_is_told_to_come_later(
    client: httpx.AsyncClient, signed_in: Headers, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current_vault().images, "_command", ("/nowhere/python",))
    keeper = await signed_in(Role.PLANNER) | {"Content-Type": "image/jpeg"}
    answer = await client.put(path, content=PHOTO, headers=keeper)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
