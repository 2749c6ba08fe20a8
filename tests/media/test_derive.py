"""After a blob is stored, the background work looks at it once; a bad image stays evidence, with a finding."""

import io

import pytest
from PIL import Image

from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.work.store import Job, given_up, pending
from inspection.kernel.work.worker import Worker
from media import second_digest
from media.blobs import find_blob, find_derivative, open_blob, store_bytes
from media.copies import read_copy
from media.derive import DERIVE, JOB, look_at_blob, record_look
from media.findings import Look
from media.public_copy import make_public_copy
from media.stamped import stamped_copy
from media.vault import Vault
from mobile_contract.problems import ProblemCode
from tests.conftest import NOW
from tests.media.pictures import HEIC, jpeg
from tests.media.requests import sha256


@pytest.fixture
def worker(db: Engine, vault: Vault) -> Worker:
    return Worker({JOB: DERIVE, second_digest.JOB: _leave}, FixedClock(NOW), SeededEntropy("worker"))


async def _leave(cmd: Command, job: Job) -> None:
    """Other work on the same file is not looked at here."""


async def joined(pieces) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_a_stored_photo_gets_its_copies_in_the_background(cmd: Command, worker: Worker, vault: Vault) -> None:
    photo = jpeg(2000, 1000, orientation=6)
    digest = await store_bytes(cmd, photo, "image/jpeg")
    assert await pending(JOB) > 0
    await worker.drain()
    assert await pending(JOB) == 0
    blob = await find_blob(digest)
    assert blob.probe is not None
    assert (blob.probe["width"], blob.probe["height"], blob.probe["findings"]) == (2000, 1000, [])
    for name, size in (("preview", (800, 1600)), ("thumb", (160, 320))):
        row = await find_derivative(digest, name)
        data = await read_copy(digest, name)
        assert (row.length, row.digest) == (len(data), sha256(data))
        assert Image.open(io.BytesIO(data)).size == size == (row.width, row.height)
    assert await joined(open_blob(digest)) == photo
    (told,) = [line for line in await read(f"media:{digest}") if line.kind is EventKind.BLOB_DERIVED]
    assert told.payload["derived"] == {n: (await find_derivative(digest, n)).digest for n in ("preview", "thumb")}


@pytest.mark.parametrize(
    ("data", "finding"), [(b"", "not-an-image"), (b"junk", "not-an-image"), (jpeg(300, 200)[:900], "unreadable")]
)
async def test_a_bad_image_stays_stored_with_a_finding(
    cmd: Command, worker: Worker, vault: Vault, data: bytes, finding: str
) -> None:
    digest = await store_bytes(cmd, data, "image/jpeg")
    await worker.drain()
    assert (await pending(JOB), await given_up()) == (0, [])
    blob = await find_blob(digest)
    assert blob.probe is not None
    assert blob.probe["findings"] == [finding]
    assert await joined(open_blob(digest)) == data
    with pytest.raises(NotFound):
        await find_derivative(digest, "thumb")


async def test_what_is_no_image_is_told_by_its_first_bytes(cmd: Command, worker: Worker) -> None:
    digest = await store_bytes(cmd, b"%PDF-1.7", "video/mp4")
    await worker.drain()
    probe = (await find_blob(digest)).probe
    assert probe is not None
    assert (probe["format"], probe["findings"]) == ("PDF", ["type-differs"])
    with pytest.raises(NotFound):
        await find_derivative(digest, "thumb")


async def test_what_a_camera_claims_is_kept_beside_what_was_found(cmd: Command, worker: Worker) -> None:
    digest = await store_bytes(cmd, HEIC, "image/heic")
    await worker.drain()
    claimed = {"taken": "2026-03-02T09:00:00", "offset": "+08:00", "make": "Huawei", "model": "P60"}
    probe = (await find_blob(digest)).probe
    assert probe is not None
    assert probe["claimed"] == claimed
    (told,) = [line for line in await read(f"media:{digest}") if line.kind is EventKind.BLOB_DERIVED]
    assert told.payload["probe"] == probe


async def test_looking_twice_changes_nothing(cmd: Command, worker: Worker) -> None:
    digest = await store_bytes(cmd, jpeg(), "image/jpeg")
    await worker.drain()
    before = await read(f"media:{digest}")
    assert await look_at_blob(digest) is None
    await record_look(cmd, digest=digest, look=Look())
    assert await read(f"media:{digest}") == before


async def test_missing_bytes_are_an_incident_and_no_finding(cmd: Command, worker: Worker, vault: Vault) -> None:
    digest = await store_bytes(cmd, jpeg(), "image/jpeg")
    vault.disk.blob_path(digest).unlink()
    await worker.drain()
    assert await pending(JOB) >= 1
    assert (await find_blob(digest)).probe is None


async def test_a_copy_that_was_cleared_away_is_made_again(cmd: Command, worker: Worker, vault: Vault) -> None:
    digest = await store_bytes(cmd, jpeg(400, 300), "image/jpeg")
    await worker.drain()
    before = {name: await read_copy(digest, name) for name in ("preview", "thumb")}
    for name in before:
        vault.disk.derived_path(digest, name).unlink()
    assert await read_copy(digest, "thumb") == before["thumb"]
    assert vault.disk.derived_path(digest, "preview").read_bytes() == before["preview"]
    vault.disk.derived_path(digest, "thumb").unlink()
    vault.disk.blob_path(digest).unlink()
    with pytest.raises(NotFound):
        await read_copy(digest, "thumb")


async def test_where_no_worker_can_be_had_a_copy_is_told_to_come_later(
    cmd: Command, worker: Worker, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, jpeg(400, 300), "image/jpeg")
    await worker.drain()
    vault.disk.derived_path(digest, "thumb").unlink()
    await vault.images.close()
    monkeypatch.setattr(vault.images, "_command", ("/nowhere/python",))
    with pytest.raises(Refused) as refused:
        await read_copy(digest, "thumb")
    assert refused.value.code is ProblemCode.BUSY
    with pytest.raises(Refused):
        await make_public_copy(cmd, digest=digest, boxes=[], ground="x")
    with pytest.raises(Refused):
        await stamped_copy(digest, ["x"])
