"""A dossier sealed with the real store of files and the receipts and keys of the protocol."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from api.dossiers import IssuedCustody, seal
from inspection.archive.verify import verify_dossier
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.unit_of_work import unit_of_work
from media.blobs import open_blob, store_bytes
from media.limits import Limits
from media.vault import open_vault
from mobile_contract.base import unb64url
from sync.devices import store as store_devices
from sync.push import store as store_push
from sync.rows import DeviceRow, ReceiptRow
from tests.inspection.archive.line import Line, approved_visit
from tests.inspection.archive.papers import KEY, PHOTO, PHOTO_DIGEST, SERVER

DEVICE = UUID(int=0xCA)


async def keep_custody(line: Line, cmd: Command) -> None:
    """What the protocol wrote when the tablets pushed: the device's key, the receipt, and whom it speaks of."""
    inspector = line.office.inspectors[0]
    device = DeviceRow(DEVICE, line.office.authority, inspector, KEY.kid, KEY.jwk, "平板", cmd.now, None)
    (signed,) = line.custody.given
    receipt = ReceiptRow(UUID(int=1), DEVICE, UUID(int=2), cmd.now, signed.p, signed.k, unb64url(signed.s))
    async with unit_of_work():
        assert await store_devices.add_device(device)
        await store_push.add_receipt(receipt, [(UUID(int=3), line.visit)])


async def test_the_line_ends_in_a_dossier_that_a_stranger_can_verify(db: Engine, cmd: Command, tmp_path: Path) -> None:
    line = await approved_visit(cmd)
    await keep_custody(line, cmd)
    await line.publish()
    async with open_vault(tmp_path / "media", limits=Limits(free_floor=0)):
        assert await store_bytes(replace(cmd, authority=line.office.authority), PHOTO, "image/jpeg") == PHOTO_DIGEST
        row = await seal(line.later("档案员", Role.PLANNER, 6), SERVER, line.visit)
        path = tmp_path / "dossier.zip"
        path.write_bytes(b"".join([piece async for piece in open_blob(row.digest)]))
        left = sorted(entry.name for entry in (tmp_path / "media").iterdir())
    assert left == ["blobs", "depot", "derived", "quarantine", "staging"]
    assert [check for check in verify_dossier(path, sha256=row.digest) if not check.ok] == []


async def test_only_known_keys_are_told(db: Engine, cmd: Command) -> None:
    line = await approved_visit(cmd)
    await keep_custody(line, cmd)
    found = await IssuedCustody(SERVER).public_keys({KEY.kid, SERVER.kid, "x" * 43})
    assert {kid: key["kty"] for kid, key in found.items()} == {KEY.kid: "EC", SERVER.kid: "OKP"}
