"""A server is lost and brought back from a backup: what it acknowledged is there again when the tablets come back."""

import asyncio
import shutil
from pathlib import Path

import asyncpg

from inspection.kernel.database import current_engine
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.visits.tables import Entry
from media.vault import current_vault
from mobile_contract.client.state import Custody
from sync.histories import known_history
from sync.log.tend import tend_log
from tests.api.restoring.conftest import Installation, founded


async def _lost(installation: Installation) -> None:
    """Disk and database are gone."""
    shutil.rmtree(installation.settings.data_dir)
    url = installation.settings.database
    if url.startswith("postgres"):
        connection = await asyncpg.connect(url)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()


async def _held() -> dict[str, str]:
    rows = await Entry.raw("SELECT hash, header, body, signature FROM entry")
    return {row["hash"]: bytes(row["header"]).decode() for row in rows}


def _keys(installation: Installation) -> ServerKeys:
    return load_server_keys(installation.settings.data_dir / "keys")


def test_what_was_acknowledged_after_the_backup_is_there_again_when_the_tablets_come_back(
    installation: Installation, tmp_path: Path
) -> None:
    asyncio.run(_whole_story(installation, tmp_path / "backups"))


async def _whole_story(installation: Installation, folder: Path) -> None:
    async with installation.serving() as service:
        await founded(installation, service)
        for number, device in enumerate(installation.devices):
            await installation.work(service, device, f"before {number}")
        await tend_log(service.command(), keys=_keys(installation))
        made = await installation.backup(folder)
        old = await known_history()
        for number, device in enumerate(installation.devices):
            await installation.work(service, device, f"after {number}")
        await tend_log(service.command(), keys=_keys(installation))
        for device in installation.devices:
            async with installation.session(service, device) as session:
                assert await session.watch_log()
        whole = await _held()
        installation.known.now = service.clock.now()
    assert made.held == 2
    await _lost(installation)
    done = await installation.restore(folder / made.name)
    assert (done.files.brought, done.files.there, done.files.absent) == (2, 0, 0)
    async with installation.serving() as service:
        assert await known_history() not in {None, old}
        before = await _held()
        assert len(before) < len(whole)
        for device in installation.devices:
            async with installation.session(service, device) as session:
                await session.pull()
                await session.push()
                await session.upload_files()
                await session.pull()
        await tend_log(service.command(), keys=_keys(installation))
        assert await _held() == whole
        assert installation.entries.keys() <= whole.keys()
        for device in installation.devices:
            assert not device.store.entries(Custody.OWN)
            async with installation.session(service, device) as session:
                assert await session.watch_log(), device.witness.alarms()
        disk = current_vault().disk
        assert {digest: disk.blob_path(digest).read_bytes() for digest in installation.files} == installation.files
        (line,) = await read_kind("backups", EventKind.BACKUP_RESTORED)
        assert line.payload["name"] == made.name
        assert current_engine().engine_type in installation.settings.database
