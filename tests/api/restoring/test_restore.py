"""A server is lost and brought back from a backup: what it acknowledged is there again when the tablets come back."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest

from api.simulation.service import Service
from inspection.kernel.backup import Backup
from inspection.kernel.database import current_engine
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.visits.tables import Entry
from media.vault import current_vault
from mobile_contract.client.session import ProblemError
from mobile_contract.client.state import Custody
from sync.histories import known_history
from sync.log.tend import tend_log
from tests.api.restoring.conftest import Installation, enrolled, founded
from tests.guards.sources import ROOT


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
    made, old, whole = await _lived(installation, folder)
    await _lost(installation)
    done = await installation.restore(folder / made.name)
    assert (done.files.brought, done.files.there, done.files.absent) == (2, 0, 0)
    async with installation.serving() as service:
        assert await known_history() not in {None, old}
        before = await _held()
        assert len(before) < len(whole)
        await _a_stranger_enrols_again(installation, service)
        for device in installation.devices:
            async with installation.session(service, device) as session:
                await session.pull()
                await session.push()
                await session.upload_files()
                await session.pull()
        await tend_log(service.command(), keys=_keys(installation))
        await _all_is_there_again(installation, service, whole)
        (line,) = await read_kind("backups", EventKind.BACKUP_RESTORED)
        assert line.payload["name"] == made.name
        assert current_engine().engine_type in installation.settings.database


async def _lived(installation: Installation, folder: Path) -> tuple[Backup, UUID | None, dict[str, str]]:
    """Work, a backup in the middle, more work; every tablet has witnessed the log at the end."""
    async with installation.serving() as service:
        await founded(installation, service)
        for number, device in enumerate(installation.devices):
            await installation.work(service, device, f"before {number}")
        await tend_log(service.command(), keys=_keys(installation))
        made = await installation.backup(folder)
        await enrolled(installation, service, 1)
        for number, device in enumerate(installation.devices):
            await installation.work(service, device, f"after {number}")
        await tend_log(service.command(), keys=_keys(installation))
        for device in installation.devices:
            async with installation.session(service, device) as session:
                assert await session.watch_log()
        installation.known.now = service.clock.now()
        assert made.held == 2
        return made, await known_history(), await _held()


async def _a_stranger_enrols_again(installation: Installation, service: Service) -> None:
    """A tablet that came after the backup keeps everything, and is given a code once more."""
    late = installation.devices[-1]
    known_as = late.id
    async with installation.session(service, late) as session:
        with pytest.raises(ProblemError):
            await session.pull()
        await session.enrol(await installation.known.code(1), "again")
    assert late.id == known_as


async def _all_is_there_again(installation: Installation, service: Service, whole: dict[str, str]) -> None:
    assert await _held() == whole
    assert installation.entries.keys() <= whole.keys()
    for device in installation.devices:
        assert not device.store.entries(Custody.OWN)
        async with installation.session(service, device) as session:
            assert await session.watch_log(), device.witness.alarms()
    disk = current_vault().disk
    assert {digest: disk.blob_path(digest).read_bytes() for digest in installation.files} == installation.files


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_owns_the_tables_brings_them_back_past_the_pooler_for_a_role_that_owns_none(
    installation: Installation, tmp_path: Path
) -> None:
    """The role has what the guide's statements give it, and serves what was restored."""
    with _role(installation.settings.database) as served:
        asyncio.run(_as_owner(installation, served, tmp_path / "backups"))


@contextmanager
def _role(owned: str) -> Iterator[str]:
    """An address of this database for a role to which the owner has said what the guide says, dropped at the end."""
    role, owner = f"fieldcheck_served_{os.getpid()}", "fieldcheck_owner"
    (statements,) = re.findall(rf"```sql\n([^`]*{owner}[^`]*)```", (ROOT / "docs/backup.md").read_text())
    assert statements in (ROOT / "docs/zh/运维.md").read_text()
    own = urlsplit(owned)
    said = re.sub(r"\bfieldcheck\b", role, statements).replace(owner, own.username or "")
    asyncio.run(_tell(owned, f"CREATE ROLE {role} LOGIN PASSWORD 'served'"))
    try:
        asyncio.run(_tell(owned, said))
        yield urlunsplit(own._replace(netloc=f"{role}:served@{own.netloc.rpartition('@')[2]}"))
    finally:
        asyncio.run(_tell(owned, f"DROP OWNED BY {role}; DROP ROLE {role}"))


async def _tell(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(sql)
    await connection.close()


async def _as_owner(installation: Installation, served: str, folder: Path) -> None:
    owned = installation.settings.database
    async with installation.serving() as service:
        await founded(installation, service, 1)
        made = await installation.backup(folder)
        installation.known.now = service.clock.now()
    nobody = {"database_url": "postgresql://nobody@127.0.0.1:1/none", "migrate_url": owned}
    installation.settings = installation.settings.model_copy(update=nobody)
    done = await installation.restore(folder / made.name, replace=True)
    assert str(done.settled.history) != made.history
    installation.settings = installation.settings.model_copy(update={"database_url": served})
    async with installation.serving() as service:
        await installation.work(service, installation.devices[0], "by a role that owns nothing")
