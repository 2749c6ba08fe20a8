"""Files of up to a mebibyte in one request, and the question which files are here."""

import asyncio
import errno
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar

from api.device.turns import LATEST_S, SMALL_FILES, SMALL_WAITING_BYTES, SOONEST_S, Turns
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from media import whole
from media.disk import Disk
from media.limits import Limits
from media.rules import MIB
from media.vault import Vault, using
from mobile_contract.media import MAX_SMALL_BYTES
from tests.media.conftest import AUTHORITY
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, TUS, UPLOADS, create, declared, offset_of, pieces, send, sha256
from tests.media.wire import HeldRequest

PHOTO = jpeg(300, 200)


def at(data: bytes) -> str:
    return f"/v1/media/{sha256(data)}"


async def put(client: httpx.AsyncClient, data: bytes, path: str | None = None, **headers: str) -> httpx.Response:
    return await client.put(path or at(data), content=data, headers={"Content-Type": "image/jpeg", **headers})


async def have(client: httpx.AsyncClient, *digests: str) -> httpx.Response:
    return await client.post("/v1/media/have", json={"sha256": list(digests)})


@pytest.mark.parametrize("data", [b"", b"x", PHOTO, bytes(MIB)], ids=["nothing", "a byte", "a photo", "the most"])
async def test_a_small_file_is_kept_once_and_known_afterwards(
    client: httpx.AsyncClient, vault: Vault, data: bytes
) -> None:
    answers = [await put(client, data) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(201, b""), (200, b"")]
    assert vault.disk.blob_path(sha256(data)).read_bytes() == data
    assert list(vault.disk.staging_dir.iterdir()) == []
    assert [entry.kind for entry in await read(f"media:{sha256(data)}")] == [EventKind.BLOB_STORED]


async def test_a_chunked_body_is_taken_as_well(client: httpx.AsyncClient, vault: Vault) -> None:
    answer = await client.put(at(PHOTO), content=pieces([PHOTO[:9], PHOTO[9:]]))
    assert answer.status_code == 201
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_other_bytes_than_their_name_says_are_422_and_leave_nothing(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    for data in (b"other", b"", PHOTO + b"x"):
        answer = await put(client, data, at(PHOTO))
        assert (answer.status_code, answer.json()["code"]) == (422, "digest-mismatch")
    assert [path for path in vault.disk.root.rglob("*") if path.is_file()] == [vault.disk.root / "depot"]


@pytest.mark.parametrize("announced", [True, False])
async def test_more_than_a_mebibyte_is_413(client: httpx.AsyncClient, vault: Vault, announced: bool) -> None:
    data = bytes(MIB + 1)
    content = data if announced else pieces([data[:MIB], data[MIB:]])
    assert (await client.put(at(data), content=content)).status_code == 413
    assert [path for path in vault.disk.root.rglob("*") if path.is_file()] == [vault.disk.root / "depot"]


@pytest.mark.parametrize("name", ["x", "A" * 64, "%2e%2e", "..%2f..%2fetc", "a" * 63, "a" * 65, "g" * 64])
async def test_a_name_that_is_no_digest_is_unknown_and_makes_no_path(
    client: httpx.AsyncClient, vault: Vault, name: str
) -> None:
    assert (await client.put(f"/v1/media/{name}", content=b"x")).status_code == 404
    assert [path for path in vault.disk.root.rglob("*") if path.is_file()] == [vault.disk.root / "depot"]


async def test_a_small_file_ends_nothing_else_and_a_begun_upload_of_it_ends_by_its_next_creation(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:10])
    await put(client, PHOTO)
    assert await offset_of(client, location) == 10
    answer = await client.post(UPLOADS, headers=declared(PHOTO))
    assert (answer.headers["location"], answer.headers["upload-offset"]) == (location, str(len(PHOTO)))
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_a_creation_that_brings_the_whole_file_ends_what_was_begun_before(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:10])
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answer = await client.post(UPLOADS, headers=headers, content=PHOTO)
    assert (answer.headers["location"], answer.headers["upload-offset"]) == (location, str(len(PHOTO)))
    assert list(vault.disk.staging_dir.iterdir()) == []
    kinds = [entry.kind for entry in await read(f"upload:{location.rsplit('/', 1)[1]}")]
    assert kinds == [EventKind.UPLOAD_CREATED, EventKind.UPLOAD_COMPLETED]


async def test_ten_of_the_same_at_once_are_kept_once(client: httpx.AsyncClient) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answers = await asyncio.gather(
        *(put(client, PHOTO) for _ in range(5)),
        *(client.post(UPLOADS, headers=headers, content=PHOTO) for _ in range(5)),
    )
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.headers["location"] for answer in answers[5:]}) == 1
    assert [entry.kind for entry in await read(f"media:{sha256(PHOTO)}")] == [EventKind.BLOB_STORED]


async def test_a_small_file_that_broke_off_leaves_nothing(
    app: Litestar, client: httpx.AsyncClient, vault: Vault
) -> None:
    request = HeldRequest(app, "PUT", at(PHOTO), {"Content-Length": str(len(PHOTO))})
    await request.feed(PHOTO[:100])
    request.hang_up()
    assert (await request.answer()).status == 423
    assert [path for path in vault.disk.root.rglob("*") if path.is_file()] == [vault.disk.root / "depot"]
    assert (await put(client, PHOTO)).status_code == 201


async def test_a_creation_whose_whole_file_broke_off_keeps_what_came(app: Litestar, client: httpx.AsyncClient) -> None:
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"], "Content-Length": str(len(PHOTO))}
    request = HeldRequest(app, "POST", UPLOADS, headers)
    await request.feed(PHOTO[:100])
    request.hang_up()
    assert (await request.answer()).status == 423
    assert await offset_of(client, await create(client, PHOTO)) == 100


async def test_a_creation_with_a_whole_file_of_other_bytes_is_422_and_kept_in_quarantine(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    wrong = b"x" * len(PHOTO)
    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    answer = await client.post(UPLOADS, headers=headers, content=wrong)
    assert answer.status_code == 422
    assert "upload-offset" not in answer.headers
    assert [path.read_bytes() for path in vault.disk.quarantine_dir.iterdir()] == [wrong]


async def test_a_full_disk_is_503_and_leaves_nothing_half(
    client: httpx.AsyncClient, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    headers = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"]}
    for step in ("shelve_bytes_now", "shelve_now", "_sync_shelf"):
        with monkeypatch.context() as crowded:
            crowded.setattr(Disk, step, full)
            for answer in (await put(client, PHOTO), await client.post(UPLOADS, headers=headers, content=PHOTO)):
                assert (answer.status_code, answer.json()["code"]) == (503, "busy")
                assert answer.headers["retry-after"]
                assert "location" not in answer.headers
        assert (await have(client, sha256(PHOTO))).json() == {"sha256": []}
        assert list(vault.disk.staging_dir.iterdir()) == []
    assert (await put(client, PHOTO)).status_code == 201


async def test_a_nearly_full_disk_takes_no_small_file_but_tells_of_those_it_has(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    await put(client, PHOTO)
    async with using(Vault(disk=vault.disk, images=vault.images, limits=Limits(free_floor=2**62))):
        assert (await put(client, b"new")).status_code == 503
        assert (await put(client, PHOTO)).status_code == 200


async def test_a_crash_before_the_row_leaves_an_orphan_that_the_next_attempt_adopts(
    client: httpx.AsyncClient, vault: Vault, monkeypatch: pytest.MonkeyPatch, tablet: Callable[[], Command]
) -> None:
    async def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    piece = whole.Piece(pieces([PHOTO]), len(PHOTO))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(whole, "in_unit_at_once", killed)
        await whole.take_small(tablet(), authority=AUTHORITY, digest=sha256(PHOTO), mime="image/jpeg", piece=piece)
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO
    assert (await have(client, sha256(PHOTO))).json() == {"sha256": []}
    assert (await put(client, PHOTO)).status_code == 201
    assert (await have(client, sha256(PHOTO))).json() == {"sha256": [sha256(PHOTO)]}
    assert [entry.kind for entry in await read(f"media:{sha256(PHOTO)}")] == [EventKind.BLOB_STORED]


async def test_a_damaged_file_is_healed_by_a_small_one(client: httpx.AsyncClient, vault: Vault) -> None:
    await put(client, PHOTO)
    path = vault.disk.blob_path(sha256(PHOTO))
    path.write_bytes(b"cut")
    assert (await put(client, PHOTO)).status_code == 201
    assert path.read_bytes() == PHOTO
    kinds = [entry.kind for entry in await read(f"media:{sha256(PHOTO)}")]
    assert kinds == [EventKind.BLOB_STORED, EventKind.BLOB_HEALED]


async def test_have_tells_those_that_are_here_in_the_order_asked(client: httpx.AsyncClient) -> None:
    await put(client, b"one")
    await put(client, b"two")
    asked = [sha256(b"two"), "f" * 64, sha256(b"one")]
    assert (await have(client, *asked)).json() == {"sha256": [asked[0], asked[2]]}


async def test_have_takes_a_thousand_and_no_more_and_nothing_else(client: httpx.AsyncClient) -> None:
    many = [f"{n:064x}" for n in range(1001)]
    assert (await have(client, *many[:1000])).json() == {"sha256": []}
    for wrong in (many, [], ["../etc/passwd"], ["A" * 64], [1]):
        answer = await client.post("/v1/media/have", json={"sha256": wrong})
        assert answer.status_code in {400, 422}
    assert (await client.post("/v1/media/have", json={"sha256": many[:1], "more": 1})).status_code == 422


async def test_a_piece_is_not_a_small_file(client: httpx.AsyncClient) -> None:
    # tus's own headers mean nothing here: the body is the file.
    answer = await put(client, PHOTO, **TUS, **{"Upload-Offset": "5"})
    assert answer.status_code == 201


class Counted(Turns):
    """Turns that say who came for one, and how many bytes with him."""

    def __init__(self, at_once: int, waiting_bytes: int) -> None:
        super().__init__(at_once, waiting_bytes)
        self.came: asyncio.Queue[int] = asyncio.Queue()

    def turn(self, size: int) -> AbstractAsyncContextManager[None]:
        self.came.put_nowait(size)
        return super().turn(size)


async def test_files_that_are_held_whole_take_turns_and_are_not_read_before(
    app: Litestar, client: httpx.AsyncClient
) -> None:
    turns = Counted(at_once=1, waiting_bytes=len(PHOTO))
    app.state.process = replace(app.state.process, small_files=turns)
    whole = declared(PHOTO) | {"Content-Type": CHUNK["Content-Type"], "Content-Length": str(len(PHOTO))}
    first = HeldRequest(app, "PUT", at(PHOTO), {"Content-Length": str(len(PHOTO))})
    await first.feed(PHOTO[:100])
    assert await turns.came.get() == len(PHOTO)
    second = HeldRequest(app, "POST", UPLOADS, whole)
    assert await turns.came.get() == len(PHOTO)
    for answer in (await put(client, PHOTO), await client.post(UPLOADS, headers=whole, content=PHOTO)):
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert SOONEST_S <= int(answer.headers["retry-after"]) <= LATEST_S
    assert not second.asked_for_bytes
    assert (await client.post(UPLOADS, headers=declared(bytes(MIB + 1)))).status_code == 201
    await first.feed(PHOTO[100:])
    for request in (first, second):
        request.end(b"" if request is first else PHOTO)
    assert (await first.answer()).status == 201
    assert (await second.answer()).status == 201
    assert (await put(client, PHOTO)).status_code == 200


async def test_who_does_not_say_how_much_he_sends_waits_with_the_most_that_it_may_be(
    app: Litestar, client: httpx.AsyncClient
) -> None:
    app.state.process = replace(app.state.process, small_files=Turns(at_once=1, waiting_bytes=MIB - 1))
    first = HeldRequest(app, "PUT", at(PHOTO), {})
    await first.feed(PHOTO[:100])
    assert (await client.put(at(b"x"), content=pieces([b"x"]))).status_code == 503
    first.hang_up()
    assert (await first.answer()).status == 423
    assert (await client.put(at(b"x"), content=pieces([b"x"]))).status_code == 201


def test_two_thousand_photos_at_once_are_held_in_less_than_two_hundred_mebibytes() -> None:
    assert (SMALL_FILES * MAX_SMALL_BYTES + SMALL_WAITING_BYTES) / MIB < 200
