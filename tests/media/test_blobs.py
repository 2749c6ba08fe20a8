"""What other rooms ask of the store, and the scrub that re-reads it."""

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError, NotFound
from inspection.kernel.journal import EventKind, read
from media import store
from media.blobs import complete_digests, find_blob, open_blob, store_bytes
from media.disk import Disk
from media.files import BATCH
from media.rules import ANY_BYTES, is_digest, media_type
from media.scrub import Damage, DamageKind, verify_store
from media.vault import Vault, current_vault
from mobile_contract.problems import ProblemCode
from tests.media.requests import sha256

pytestmark = pytest.mark.usefixtures("db")


async def joined(pieces) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_stored_bytes_come_back_whole_and_in_parts(cmd: Command, vault: Vault) -> None:
    data = bytes(range(256)) * 5000
    digest = await store_bytes(cmd, data, "image/png; charset=x")
    assert digest == sha256(data)
    assert [len(piece) async for piece in open_blob(digest)] == [BATCH, len(data) - BATCH]
    assert await joined(open_blob(digest)) == data
    for start, stop in ((0, 0), (5, 5), (3, 10), (BATCH - 1, BATCH + 1), (len(data) - 1, len(data)), (7, None)):
        assert await joined(open_blob(digest, start, stop)) == data[start:stop]
    row = await find_blob(digest)
    assert (row.length, row.mime, row.stored_at) == (len(data), "image/png", cmd.now)


async def test_storing_the_same_bytes_again_changes_nothing(cmd: Command, vault: Vault) -> None:
    first = await store_bytes(cmd, b"same", "text/plain")
    assert await store_bytes(cmd, b"same", "image/png") == first
    assert (await find_blob(first)).mime == "text/plain"
    assert await store.count_blobs() == 1
    assert [entry.kind for entry in await read(f"media:{first}")] == [EventKind.BLOB_STORED]
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_only_digests_that_we_hold_are_complete(cmd: Command, vault: Vault) -> None:
    held = {await store_bytes(cmd, bytes([number]), ANY_BYTES) for number in range(5)}
    asked = [*held, "f" * 64, "", "../x", "A" * 64]
    assert await complete_digests(asked) == held
    assert await complete_digests([]) == frozenset()
    assert await complete_digests(f"{number:064x}" for number in range(2500)) == frozenset()


@pytest.mark.parametrize("digest", ["f" * 64, "", "../../etc/passwd", "F" * 64])
async def test_what_we_do_not_hold_is_unknown(vault: Vault, digest: str) -> None:
    with pytest.raises(NotFound):
        await joined(open_blob(digest))


async def test_a_blob_whose_bytes_vanished_is_unknown_and_no_incident(cmd: Command, vault: Vault) -> None:
    digest = await store_bytes(cmd, b"x", ANY_BYTES)
    vault.disk.blob_path(digest).unlink()
    with pytest.raises(NotFound):
        await joined(open_blob(digest))


async def test_a_full_disk_leaves_neither_row_nor_rest(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("media.disk.os.fdatasync", full)
    with pytest.raises(DomainError) as caught:
        await store_bytes(cmd, b"x", ANY_BYTES)
    assert caught.value.code is ProblemCode.BUSY
    assert await complete_digests([sha256(b"x")]) == frozenset()
    assert [path for path in vault.disk.root.rglob("*") if path.is_file()] == [vault.disk.root / "depot"]


async def test_no_row_is_written_when_the_bytes_cannot_be_named(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "hardlink_to", broken)
    with pytest.raises(DomainError):
        await store_bytes(cmd, b"x", ANY_BYTES)
    assert await complete_digests([sha256(b"x")]) == frozenset()


async def test_the_scrub_finds_every_damage_and_only_that(cmd: Command, vault: Vault) -> None:
    digests = [await store_bytes(cmd, f"blob {number}".encode(), ANY_BYTES) for number in range(6)]
    seen: list[tuple[int, int]] = []
    assert [damage async for damage in verify_store(lambda done, total: seen.append((done, total)))] == []
    assert seen == [(number, 6) for number in range(1, 7)]
    missing, altered, *_ = digests
    vault.disk.blob_path(missing).unlink()
    vault.disk.blob_path(altered).write_bytes(b"blob!0")
    orphan = sha256(b"orphan")
    vault.disk.blob_path(orphan).parent.mkdir(parents=True, exist_ok=True)
    vault.disk.blob_path(orphan).write_bytes(b"orphan")
    (vault.disk.blobs_dir / "ab" / "cd").mkdir(parents=True, exist_ok=True)
    (vault.disk.blobs_dir / "ab" / "cd" / "thumbs.db").write_bytes(b"")
    assert {damage async for damage in verify_store()} == {
        Damage(DamageKind.MISSING, missing),
        Damage(DamageKind.ALTERED, altered, sha256(b"blob!0")),
        Damage(DamageKind.ORPHAN, orphan),
        Damage(DamageKind.ORPHAN, "thumbs.db"),
    }


async def test_the_scrub_reads_more_than_one_page(cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.scrub.PAGE", 2)
    digests = [await store_bytes(cmd, bytes([number]), ANY_BYTES) for number in range(5)]
    for digest in digests:
        vault.disk.blob_path(digest).unlink()
    assert {damage.name async for damage in verify_store()} == set(digests)


def test_there_is_no_vault_before_one_is_opened() -> None:
    with pytest.raises(RuntimeError, match="open_vault"):
        current_vault()


@given(st.text() | st.from_regex(r"[0-9a-fA-F./]{64}\n?", fullmatch=True))
def test_only_a_digest_becomes_a_path(text: str) -> None:
    disk = Disk(Path("/vault"))
    if is_digest(text):
        assert disk.blob_path(text) == Path("/vault/blobs", text[:2], text[2:4], text)
    else:
        with pytest.raises(ValueError, match="not a SHA-256"):
            disk.blob_path(text)


@pytest.mark.parametrize("name", ["", "../x", "thumb.jpg", "a/b", "\x00"])
def test_only_a_plain_word_names_a_derived_image(name: str) -> None:
    with pytest.raises(ValueError, match="does not name"):
        Disk(Path("/vault")).derived_path("a" * 64, name)


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("image/jpeg", "image/jpeg"),
        (" Image/JPEG ; q=1", "image/jpeg"),
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("", ANY_BYTES),
        ("jpeg", ANY_BYTES),
        ("text/html\r\nX: y", ANY_BYTES),
        ("a/" + "b" * 90, ANY_BYTES),
        ("图/片", ANY_BYTES),
    ],
)
def test_a_declared_type_is_kept_only_in_its_plain_form(declared: str, kept: str) -> None:
    assert media_type(declared) == kept


@given(st.text())
def test_a_kept_type_fits_its_column_and_a_header(declared: str) -> None:
    kept = media_type(declared)
    assert kept.isascii()
    assert kept.isprintable()
    assert len(kept) <= 100
