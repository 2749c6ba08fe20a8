"""SM3 beside SHA-256, of the same bytes, in the background."""

import hashlib

import pytest

from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, read
from inspection.kernel.work.routes import JOB_DELAYS
from inspection.kernel.work.worker import Worker
from media import second_digest as second
from media import store_remote
from media.blobs import blob_facts, store_bytes
from media.rules import ANY_BYTES
from media.second_digest import JOB, SECOND_DIGEST, second_digest
from media.vault import Vault
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("db")

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
"""GB/T 32905-2016, annex A.1: the SM3 of "abc"."""


@pytest.fixture
def worker() -> Worker:
    due = FixedClock(NOW + JOB_DELAYS[JOB])  # it lets everything else go first
    return Worker({JOB: SECOND_DIGEST, "media.derive": _nothing}, due, SeededEntropy("worker"))


async def _nothing(*_: object) -> None:
    """The image work has its own tests."""


async def test_every_stored_file_gets_its_second_digest_once(cmd: Command, vault: Vault, worker: Worker) -> None:
    digest = await store_bytes(cmd, b"abc", ANY_BYTES)
    await worker.drain()
    assert (await blob_facts([digest]))[digest].sm3 == ABC
    assert await second_digest(digest) is None
    lines = [line for line in await read(f"media:{digest}") if line.kind is EventKind.BLOB_SECOND_DIGEST]
    assert [line.payload["sm3"] for line in lines] == [ABC]


async def test_damaged_bytes_get_no_second_digest(cmd: Command, vault: Vault) -> None:
    digest = await store_bytes(cmd, b"abc", ANY_BYTES)
    vault.disk.blob_path(digest).write_bytes(b"abd")
    with pytest.raises(NotFound):
        await second_digest(digest)


async def test_bytes_that_change_while_they_are_read_get_none(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, b"abc", ANY_BYTES)
    real = second._both

    def late(path) -> tuple[str, str]:
        path.write_bytes(b"abd")
        return real(path)

    monkeypatch.setattr(second, "_both", late)
    with pytest.raises(ValueError, match="changed"):
        await second_digest(digest)


async def test_a_machine_that_cannot_compute_it_goes_without(
    cmd: Command, vault: Vault, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, b"abc", ANY_BYTES)
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    await worker.drain()
    row = await store_remote.kept(digest)
    assert row is not None
    assert row.sm3 is None


async def test_what_is_not_stored_is_nothing_to_do(vault: Vault) -> None:
    assert await second_digest("f" * 64) is None


def test_the_worker_knows_the_job() -> None:
    assert JOB in make_worker(FixedClock(NOW), SeededEntropy("worker"))._handlers
