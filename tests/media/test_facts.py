"""What the store tells of many files at once."""

import pytest

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import unit_of_work
from media import store
from media.blobs import blob_facts, store_bytes
from media.rules import ANY_BYTES
from media.store import DerivativeRow
from media.vault import Vault

pytestmark = pytest.mark.usefixtures("db")


async def test_a_stored_file_is_told_with_its_copies_and_an_unknown_one_not_at_all(cmd: Command, vault: Vault) -> None:
    plain, looked_at = [await store_bytes(cmd, data, "image/jpeg") for data in (b"plain", b"looked at")]
    async with unit_of_work():
        blob = await store.set_probe(looked_at, {"format": "JPEG"}, cmd.now)
        assert blob is not None
        rows = [DerivativeRow(name, "c" * 64, 1, 2, 3) for name in ("thumb", "preview")]
        await store.add_derivatives(blob, [(cmd.new_id(), row) for row in rows])
    told = await blob_facts([plain, looked_at, "f" * 64, "../x"])
    assert set(told) == {plain, looked_at}
    assert (told[plain].length, told[plain].mime, told[plain].stored_by) == (5, "image/jpeg", cmd.actor.id)
    assert (told[plain].probe, told[plain].sm3, told[plain].remote_at) == (None, None, None)
    assert told[plain].stored_at == cmd.now
    assert told[looked_at].probe == {"format": "JPEG"}
    assert [copy.name for copy in told[looked_at].derivatives] == ["preview", "thumb"]
    assert told[plain].derivatives == ()


async def test_more_files_than_fit_into_one_question_are_told_all(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.store_facts.PAGE", 2)
    digests = [await store_bytes(cmd, bytes([number]), ANY_BYTES) for number in range(5)]
    assert set(await blob_facts(digests)) == set(digests)
