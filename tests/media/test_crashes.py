"""Killed processes, full disks, failing syncs: what was acknowledged is there, what was not is asked for again."""

import errno
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import DomainError
from inspection.kernel.journal import EventKind, read
from media import settle as settling
from media.blobs import complete_digests
from media.create_upload import create_upload
from media.disk import Disk
from media.limits import Limits
from media.receive import Piece, receive, standing
from media.rules import UploadState
from media.staging import Staged
from media.tus import Creation
from media.vault import Vault, open_vault, using
from mobile_contract.problems import ProblemCode
from tests.media.conftest import AUTHORITY, DEVICE, LIMITS, OTHER_DEVICE
from tests.media.pictures import jpeg
from tests.media.requests import CHUNK, UPLOADS, create, declared, offset_of, pieces, send, sha256

PHOTO = jpeg(300, 200)
CREATION = Creation(length=len(PHOTO), digest=sha256(PHOTO), mime="image/jpeg", metadata="")


class TroubledStaged(Staged):
    """A file on a disk that has room for `room` more bytes, or whose sync fails."""

    room: int | None = None
    sync_fails = False

    def _write(self, pieces: Sequence[bytes | memoryview]) -> int:
        if self.room is None:
            return super()._write(pieces)
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = super()._write([b"".join(pieces)[: self.room]])
        self.room -= taken
        return taken

    def _sync(self) -> None:
        if self.sync_fails:
            raise OSError(errno.EIO, "Input/output error")
        super()._sync()


class TroubledDisk(Disk):
    """A disk that gets better when `room` and `sync_fails` are taken back."""

    room: int | None = None
    sync_fails = False

    @asynccontextmanager
    async def open_staging(self, upload: UUID) -> AsyncIterator[Staged]:
        staged = TroubledStaged(self.staging_path(upload))
        staged.room, staged.sync_fails = self.room, self.sync_fails
        async with staged:
            yield staged


@pytest.fixture
async def troubled(vault: Vault) -> AsyncIterator[TroubledDisk]:
    disk = TroubledDisk(vault.disk.root)
    async with using(Vault(disk=disk, images=vault.images, limits=LIMITS)):
        yield disk


async def test_a_full_disk_is_told_as_503_and_keeps_what_was_written(
    client: httpx.AsyncClient, troubled: TroubledDisk
) -> None:
    location = await create(client, PHOTO)
    troubled.room = 300
    answer = await send(client, location, 0, PHOTO)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "upload-offset" not in answer.headers
    troubled.room = None
    assert await offset_of(client, location) == 300
    assert (await send(client, location, 300, PHOTO[300:])).status_code == 204
    assert troubled.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


async def test_nothing_is_acknowledged_after_a_failed_sync_and_the_upload_starts_over(
    client: httpx.AsyncClient, troubled: TroubledDisk
) -> None:
    location = await create(client, PHOTO)
    await send(client, location, 0, PHOTO[:200])
    troubled.sync_fails = True
    answer = await send(client, location, 200, PHOTO[200:])
    assert answer.status_code == 503
    assert "upload-offset" not in answer.headers
    troubled.sync_fails = False
    assert await offset_of(client, location) == 0
    assert (await send(client, location, 0, PHOTO)).status_code == 204


async def test_a_full_disk_at_head_is_423_so_that_no_client_starts_over(
    client: httpx.AsyncClient, troubled: TroubledDisk
) -> None:
    location = await create(client, PHOTO)
    troubled.sync_fails = True
    assert (await client.head(location)).status_code == 423


async def test_a_nearly_full_disk_takes_no_new_uploads(client: httpx.AsyncClient, vault: Vault) -> None:
    location = await create(client, PHOTO)
    async with using(Vault(disk=vault.disk, images=vault.images, limits=Limits(free_floor=2**62))):
        answer = await client.post(UPLOADS, headers=declared(jpeg(seed=1)))
        assert answer.status_code == 503
        assert "location" not in answer.headers
        assert (await send(client, location, 0, PHOTO)).status_code == 204


async def test_every_acknowledged_offset_was_synced_first(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fdatasync

    def watched(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fdatasync", watched)
    location = await create(client, PHOTO)
    for start, stop in ((0, 100), (100, 250), (250, len(PHOTO))):
        answer = await send(client, location, start, PHOTO[start:stop])
        assert answer.headers["upload-offset"] == str(stop)
        assert synced[-1] == stop


async def test_an_upload_goes_on_after_the_process_was_killed(
    db: Engine, tmp_path: Path, tablet: Callable[[], Command]
) -> None:
    root = tmp_path / "media"
    async with open_vault(root, limits=LIMITS):
        upload = await create_upload(tablet(), authority=AUTHORITY, creation=CREATION)
        told = await receive(
            tablet(), authority=AUTHORITY, upload_id=upload.id, offset=0, piece=Piece(pieces([PHOTO[:123]]))
        )
        assert told.offset == 123
    async with open_vault(root, limits=LIMITS) as reopened:
        assert (await standing(tablet(), authority=AUTHORITY, upload_id=upload.id)).offset == 123
        await receive(
            tablet(), authority=AUTHORITY, upload_id=upload.id, offset=123, piece=Piece(pieces([PHOTO[123:]]))
        )
        assert reopened.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO


@pytest.mark.parametrize("moment", ["before the blob is linked", "after it is linked", "after the rows are written"])
async def test_a_crash_while_completing_is_made_good_by_the_next_question(
    vault: Vault, db: Engine, tablet: Callable[[], Command], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    upload = await create_upload(tablet(), authority=AUTHORITY, creation=CREATION)

    class Killed(BaseException):
        pass

    def killed_now(*_: object) -> None:
        raise Killed

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        match moment:
            case "before the blob is linked":
                patch.setattr(Disk, "shelve_now", killed_now)
            case "after it is linked":
                patch.setattr(settling, "in_unit_at_once", killed)
            case _:
                patch.setattr(Staged, "remove", killed)
        with pytest.raises(Killed):
            await receive(tablet(), authority=AUTHORITY, upload_id=upload.id, offset=0, piece=Piece(pieces([PHOTO])))
    before = await complete_digests([sha256(PHOTO)])
    assert bool(before) == (moment == "after the rows are written")
    told = await standing(tablet(), authority=AUTHORITY, upload_id=upload.id)
    assert told.offset == told.length == len(PHOTO)
    assert await complete_digests([sha256(PHOTO)]) == {sha256(PHOTO)}
    assert vault.disk.blob_path(sha256(PHOTO)).read_bytes() == PHOTO
    stored = [entry.kind for entry in await read(f"media:{sha256(PHOTO)}")]
    assert stored == [EventKind.BLOB_STORED]


async def test_a_crash_while_rejecting_leaves_an_upload_that_starts_over(
    vault: Vault, db: Engine, tablet: Callable[[], Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await create_upload(tablet(), authority=AUTHORITY, creation=CREATION)
    wrong = b"x" * len(PHOTO)

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(settling, "in_unit", killed)
        with pytest.raises(KeyboardInterrupt):
            await receive(tablet(), authority=AUTHORITY, upload_id=upload.id, offset=0, piece=Piece(pieces([wrong])))
    assert (await standing(tablet(), authority=AUTHORITY, upload_id=upload.id)).offset == 0
    await receive(tablet(), authority=AUTHORITY, upload_id=upload.id, offset=0, piece=Piece(pieces([PHOTO])))
    assert [path.read_bytes() for path in vault.disk.quarantine_dir.iterdir()] == [wrong]


async def test_wrong_bytes_found_only_after_a_crash_make_the_upload_unknown(
    vault: Vault, db: Engine, tablet: Callable[[], Command]
) -> None:
    upload = await create_upload(tablet(), authority=AUTHORITY, creation=CREATION)
    vault.disk.staging_path(upload.id).write_bytes(b"x" * len(PHOTO))
    with pytest.raises(DomainError) as caught:
        await standing(tablet(), authority=AUTHORITY, upload_id=upload.id)
    assert caught.value.code is ProblemCode.UPLOAD_UNKNOWN


async def test_a_damaged_blob_is_healed_by_a_tablet_that_still_has_the_bytes(
    client: httpx.AsyncClient, vault: Vault
) -> None:
    await send(client, await create(client, PHOTO), 0, PHOTO)
    path = vault.disk.blob_path(sha256(PHOTO))
    for damage in (path.unlink, lambda: path.write_bytes(b"cut")):
        for device in (DEVICE, OTHER_DEVICE):
            damage()
            sender = {"X-Test-Device": str(device)}
            answer = await client.post(UPLOADS, headers=declared(PHOTO) | sender)
            assert "upload-offset" not in answer.headers
            assert (await send(client, answer.headers["location"], 0, PHOTO, **sender)).status_code == 204
            assert path.read_bytes() == PHOTO
    assert [kept.read_bytes() for kept in vault.disk.quarantine_dir.iterdir()] == [b"cut", b"cut"]
    kinds = [entry.kind for entry in await read(f"media:{sha256(PHOTO)}")]
    assert kinds == [EventKind.BLOB_STORED, *[EventKind.BLOB_HEALED] * 4]


async def test_metadata_never_becomes_a_path(client: httpx.AsyncClient, vault: Vault) -> None:
    before = {path for path in vault.disk.root.parent.rglob("*") if not path.is_relative_to(vault.disk.root)}
    for name in ("../../../etc/passwd", "/etc/passwd", "..\\..\\x", "a\x00b", "con", "名" * 300):
        data = jpeg(seed=len(name))
        headers = declared(data, filename=name, relativePath=name, media_id=name)
        answer = await client.post(UPLOADS, headers=headers | {"Content-Type": CHUNK["Content-Type"]}, content=data)
        assert answer.status_code == 201
        assert vault.disk.blob_path(sha256(data)).read_bytes() == data
    after = {path for path in vault.disk.root.parent.rglob("*") if not path.is_relative_to(vault.disk.root)}
    assert {path for path in after - before if "sqlite3" not in path.name} == set()
    kept = {path.name for path in vault.disk.root.rglob("*") if path.is_file()} - {"depot"}
    assert all(len(name) == 64 for name in kept)


def test_the_states_a_client_can_see_are_two() -> None:
    assert [state.value for state in UploadState][:2] == ["receiving", "complete"]
