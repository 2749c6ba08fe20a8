"""Full disks and killed processes at every step of keeping bytes: a row never speaks of bytes that are not there."""

import errno
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, read
from media.blobs import complete_digests, open_blob, store_bytes
from media.collect import GRACE, collect
from media.damage import DamageKind
from media.rules import ANY_BYTES
from media.scrub import verify_store
from media.store_file import store_file
from media.vault import Vault
from tests.media.requests import sha256

pytestmark = pytest.mark.usefixtures("db")

DATA = b"evidence" * 1000
DIGEST = sha256(DATA)
Keep = Callable[[Command, Vault], Awaitable[str]]


class Killed(BaseException):
    pass


async def in_memory(cmd: Command, vault: Vault) -> str:
    return await store_bytes(cmd, DATA, ANY_BYTES)


async def as_file(cmd: Command, vault: Vault) -> str:
    path = vault.disk.root / "finished"
    path.write_bytes(DATA)
    return await store_file(cmd, path, ANY_BYTES)


STEPS = {
    "the bytes are synced": (in_memory, "media.disk.os.fdatasync"),
    "the finished file is synced": (as_file, "media.store_file.os.fsync"),
    "the finished file is moved": (as_file, "pathlib.Path.rename"),
    "the name is linked": (in_memory, "pathlib.Path.hardlink_to"),
    "the name of a file is linked": (as_file, "pathlib.Path.hardlink_to"),
    "its time is set": (in_memory, "media.disk.os.utime"),
    "the folder is synced": (in_memory, "media.disk.sync_folder"),
    "the folder of a file is synced": (as_file, "media.disk.sync_folder"),
}


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


async def is_sound(cmd: Command, vault: Vault) -> None:
    """At most an orphan is left, which the next keeping makes a file of, or a collection removes."""
    assert {damage.kind async for damage in verify_store()} <= {DamageKind.ORPHAN}
    assert await complete_digests([DIGEST]) == frozenset()
    assert await read(f"media:{DIGEST}") == []


@pytest.mark.parametrize("step", STEPS)
async def test_a_full_disk_at_any_step_is_503_and_makes_no_row(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    keep, name = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(name, failing(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(Refused) as caught:
            await keep(cmd, vault)
    assert caught.value.facts["retry_after"] > 0
    await is_sound(cmd, vault)
    assert list(vault.disk.staging_dir.iterdir()) == []
    await kept_in_the_end(keep, cmd, vault)


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_that_is_killed_at_any_step_leaves_nothing_that_is_not_made_good(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    keep, name = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(name, failing(Killed()))
        patch.setattr("pathlib.Path.unlink", failing(Killed()))  # the dead tidy nothing up
        with pytest.raises(Killed):
            await keep(cmd, vault)
    await is_sound(cmd, vault)
    await kept_in_the_end(keep, cmd, vault)
    for path in vault.disk.staging_dir.iterdir():
        os.utime(path, (0, 0))
    await collect(cmd)
    assert list(vault.disk.staging_dir.iterdir()) == []
    assert [damage async for damage in verify_store()] == []


@pytest.mark.parametrize("keep", [in_memory, as_file])
@pytest.mark.parametrize("error", [Killed(), RuntimeError("database is away")], ids=["killed", "away"])
async def test_bytes_whose_row_was_never_written_are_an_orphan_that_goes_after_a_week(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, keep: Keep, error: BaseException
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("media.store.add_blob", failing(error))
        with pytest.raises(type(error)):
            await keep(cmd, vault)
    await is_sound(cmd, vault)
    assert [damage.name async for damage in verify_store()] == [DIGEST]
    written = datetime.fromtimestamp(vault.disk.blob_path(DIGEST).stat().st_mtime, UTC)
    assert (await collect(replace(cmd, now=written + GRACE))).removed == ()
    await kept_in_the_end(keep, cmd, vault)
    later = replace(cmd, now=written + GRACE + timedelta(days=1))
    assert (await collect(later)).removed == ()


async def kept_in_the_end(keep: Keep, cmd: Command, vault: Vault) -> None:
    assert await keep(cmd, vault) == DIGEST
    assert b"".join([piece async for piece in open_blob(DIGEST)]) == DATA
    assert [line.kind for line in await read(f"media:{DIGEST}")] == [EventKind.BLOB_STORED]
