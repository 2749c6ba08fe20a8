"""A finished file of any size becomes a blob by being moved, not by passing through memory."""

from pathlib import Path

import pytest

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Refused
from media.blobs import complete_digests, open_blob
from media.store_file import store_file
from media.vault import Vault


async def test_a_finished_file_is_kept_under_its_digest_and_leaves_its_old_place(
    db: Engine, vault: Vault, cmd: Command
) -> None:
    path = vault.disk.root / "finished.zip"
    path.write_bytes(b"dossier" * 1000)
    digest = await store_file(cmd, path, "application/zip")
    assert digest == sha256_hex(b"dossier" * 1000)
    assert await complete_digests([digest]) == {digest}
    assert b"".join([piece async for piece in open_blob(digest)]) == b"dossier" * 1000
    assert not path.exists()
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_keeping_the_same_file_twice_changes_nothing(db: Engine, vault: Vault, cmd: Command) -> None:
    digests = set()
    for _ in range(2):
        path = vault.disk.root / "finished.zip"
        path.write_bytes(b"same")
        digests.add(await store_file(cmd, path, "application/zip"))
    assert len(digests) == 1


async def test_a_file_that_is_not_there_is_refused_like_any_trouble_of_the_disk(
    db: Engine, vault: Vault, cmd: Command, tmp_path: Path
) -> None:
    with pytest.raises(Refused):
        await store_file(cmd, tmp_path / "nothing", "application/zip")
