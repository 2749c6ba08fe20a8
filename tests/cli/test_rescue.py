"""An export file is taken in from a shell: what came, what did not, and the receipts to carry back."""

import asyncio
from pathlib import Path
from uuid import UUID

from api.schema import all_tables
from inspection.authority.store import authority_by_code
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.keys import load_server_keys
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings
from mobile_contract.client.export import carried_back, export
from mobile_contract.signed import SignedText
from sync.devices.enrol import enrol_device
from sync.devices.invite import invite_device
from tests.cli.shell import Shell
from tests.conftest import NOW


async def enrolled(data_dir: Path) -> Device:
    """A tablet of one of the office's inspectors."""
    device = Device(DeviceStore(), Surroundings(lambda: DeviceTime(0, 0, "b"), SeededEntropy("tablet").bytes))
    async with running(open_engine(f"sqlite:///{data_dir / 'fieldcheck.sqlite3'}"), all_tables()):
        authority = await authority_by_code("weijing")
        person = await Inspector.select(Inspector.id).first()
        assert authority is not None
        assert person is not None
        cmd = Command(SYSTEM, NOW, SeededEntropy("server"), authority.id)
        invited = await invite_device(cmd, inspector_id=person["id"], authority_id=authority.id)
        request = device.enrol_request(invited.code, "平板")
        device.enrolled(await enrol_device(cmd, request=request, keys=load_server_keys(data_dir / "keys")))
    return device


def test_a_tablets_export_file_is_taken_in_once_and_in_part(office: Shell, tmp_path: Path) -> None:
    tablet = asyncio.run(enrolled(office.data_dir))
    for number in range(3):
        tablet.capture("note.add", {"text": f"{number}"}, visit=UUID(int=7))
    file, receipts = tmp_path / "tablet.zip", tmp_path / "receipts.ndjson"
    export(tablet, file)
    first = office.json("rescue", file, "--receipts", receipts)
    assert (first["lines"], first["taken"], first["known"], first["signed"]) == (3, 3, False, True)
    told = [SignedText.model_validate_json(line) for line in receipts.read_text("utf-8").splitlines()]
    assert carried_back(tablet, told) == 3
    assert "3 known already" in office.run("rescue", file).stdout
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-200])
    assert "Not all of it could be read" in office.run("rescue", cut, code=3).stdout


def test_what_is_no_export_file_is_refused_in_a_sentence(office: Shell, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no file of ours")
    assert "export again" in office.refused("rescue", tmp_path / "x.zip")
