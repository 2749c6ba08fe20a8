"""Never other bytes than the digest names, from wherever they come; and whatever is wrong is told and written down."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError, NotFound
from inspection.kernel.journal import EventKind, read
from media import reading
from media.blobs import open_blob, store_bytes
from media.checked import Checked
from media.files import BATCH
from media.reading import is_at_hand, local_file, opened
from media.rules import ANY_BYTES
from media.vault import Vault, using
from mobile_contract.problems import ProblemCode

pytestmark = pytest.mark.usefixtures("db")

DATA = bytes(range(256)) * 3000


async def joined(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def spoil(path: Path, at: int = 5) -> None:
    """One bit of it falls over; the file's times stay as they were, as when a disk forgets."""
    told = path.stat()
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


async def damages(digest: str) -> list[dict]:
    return [dict(line.payload) for line in await read(f"media:{digest}") if line.kind is EventKind.BLOB_DAMAGED]


@pytest.mark.parametrize("span", [(0, None), (0, 10), (len(DATA) - 1, None), (BATCH // 4, BATCH // 2)])
async def test_not_a_byte_of_a_damaged_file_is_handed_out(cmd: Command, vault: Vault, span: tuple) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    spoil(vault.disk.blob_path(digest), len(DATA) // 2)
    for _ in range(2):
        with pytest.raises(NotFound) as caught:
            await opened(open_blob(digest, *span))
        assert caught.value.message_key == "media.altered"
    (told,) = await damages(digest)
    assert (told["kind"], told["place"], told["name"]) == ("altered", "disk", digest)


@pytest.mark.parametrize("cut", [0, 1, len(DATA) - 1])
async def test_a_file_that_was_cut_short_is_handed_out_not_even_to_where_it_goes(
    cmd: Command, vault: Vault, cut: int
) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    os.truncate(vault.disk.blob_path(digest), cut)
    with pytest.raises(NotFound):
        await opened(open_blob(digest))
    assert len(await damages(digest)) == 1


async def test_a_file_that_is_gone_is_told_as_gone_and_written_down_once(cmd: Command, vault: Vault) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    vault.disk.blob_path(digest).unlink()
    assert not await is_at_hand(digest, len(DATA))
    for _ in range(2):
        with pytest.raises(NotFound) as caught:
            await opened(open_blob(digest))
        assert caught.value.message_key == "media.gone"
        with pytest.raises(NotFound):
            async with local_file(digest):
                pass
    assert [told["kind"] for told in await damages(digest)] == ["missing"]
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_damage_that_was_healed_and_comes_again_is_written_down_again(cmd: Command, vault: Vault) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    for _ in range(2):
        vault.disk.blob_path(digest).unlink()
        with pytest.raises(NotFound):
            await opened(open_blob(digest))
        assert await store_bytes(cmd, DATA, ANY_BYTES) == digest
        assert await joined(open_blob(digest)) == DATA
    kinds = [line.kind for line in await read(f"media:{digest}")]
    assert kinds == [EventKind.BLOB_STORED, *[EventKind.BLOB_DAMAGED, EventKind.BLOB_HEALED] * 2]


async def test_a_disk_that_cannot_read_is_no_incident(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)

    def broken(_: object) -> str:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(reading, "hash_file", broken)
    with pytest.raises(NotFound):
        await opened(open_blob(digest))
    assert [told["kind"] for told in await damages(digest)] == ["altered"]


async def test_a_file_is_read_whole_once_and_again_after_a_hundred_readings(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    hashed: list[Path] = []
    real = reading.hash_file
    monkeypatch.setattr(reading, "hash_file", lambda path: hashed.append(path) or real(path))
    async with using(replace(vault, checked=Checked(lasts=3))):
        for _ in range(4):
            await joined(open_blob(digest, 3, 9))
        assert len(hashed) == 1
        await joined(open_blob(digest, 3, 9))
        assert len(hashed) == 2


async def test_a_large_file_is_read_whole_alone_and_then_as_fast_as_a_small_one(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    monkeypatch.setattr(reading, "LARGE", 10)
    async with vault.large:
        waiting = asyncio.create_task(joined(open_blob(digest, 3, 9)))
        await asyncio.sleep(0)
    assert await waiting == DATA[3:9]
    async with vault.large:
        assert await joined(open_blob(digest, 3, 9)) == DATA[3:9]
    vault.disk.blob_path(digest).unlink()
    with pytest.raises(NotFound):
        await opened(open_blob(digest))


async def test_a_range_of_nothing_is_nothing(cmd: Command, vault: Vault) -> None:
    digest, empty = await store_bytes(cmd, DATA, ANY_BYTES), await store_bytes(cmd, b"", ANY_BYTES)
    assert await joined(open_blob(digest, 5, 5)) == b""
    assert await joined(open_blob(digest, len(DATA) + 5)) == b""
    assert await joined(open_blob(empty)) == b""
    assert await joined(await opened(open_blob(empty))) == b""


async def test_what_is_written_down_is_no_reason_to_fail_another_way(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, DATA, ANY_BYTES)
    vault.disk.blob_path(digest).unlink()

    async def busy(*_: object) -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(reading, "note_damage", busy)
    with pytest.raises(DomainError) as caught:
        await opened(open_blob(digest))
    assert caught.value.code is ProblemCode.MEDIA_UNKNOWN
