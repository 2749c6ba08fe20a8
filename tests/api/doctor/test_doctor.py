"""Each thing is truly broken once, and the doctor says so and what to do; nothing of it is changed by looking."""

import json
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.backups import place_of
from api.cli.main import main as fieldcheck
from api.doctor import database, house, machine
from api.doctor.judging import Check, Tone
from api.doctor.look import OF_THE_DATABASE, OF_THE_MACHINE, finding, look_at, words
from api.doctor.patient import Look, Patient, good
from api.output import Output
from api.simulation.password import PASSWORD
from inspection.authority.passwords import hash_password
from inspection.authority.tables import Account, Authority
from inspection.authority.tokens import issue_device_token
from inspection.kernel.backup import Wanted, make_backup
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.catalogue import catalogue
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import KEY_FILE, load_server_keys
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from inspection.kernel.work import store as work
from inspection.kernel.work.tables import WorkItem
from inspection.registry.inspectors.tables import Inspector
from media.remote import Remote, RemoteSettings
from media.tables import StoredBlob
from media.vault import Vault, open_vault, using
from mobile_contract.problems import ProblemCode
from sync.log.store import add_pending
from sync.tables import Device, TreeHead
from tests.conftest import NOW
from tests.inspection.publicity.world import insert
from tests.support import postgres
from tests.support.tablets import KEY as DEVICE_KEY

KEY = DEVICE_KEY.jwk


@dataclass
class Sick:
    """An installation, and everything a test may break in it."""

    patient: Patient
    cmd: Command
    engine: Engine
    vault: Vault
    undo: list[Callable[[], Any]] = field(default_factory=list)

    async def mend(self) -> None:
        """Let it be well again, as far as the next thing to break needs it."""
        while self.undo:
            told = self.undo.pop()()
            if told is not None:
                await told
        self.folder.chmod(0o750)
        (self.folder / "demo-logins.txt").unlink(missing_ok=True)
        load_server_keys_again(self.folder / "keys")

    @property
    def folder(self) -> Path:
        return self.patient.settings.data_dir

    def set(self, **settings: Any) -> None:
        self.patient = replace(self.patient, settings=self.patient.settings.model_copy(update=settings))

    def at(self, instant: datetime) -> None:
        self.patient = replace(self.patient, clock=FixedClock(instant))


def load_server_keys_again(folder: Path) -> None:
    """A fresh key, whatever became of the last one."""
    (folder / KEY_FILE).unlink(missing_ok=True)
    load_server_keys(folder)


@pytest.fixture
async def sick(db: Engine, cmd: Command, tmp_path: Path, database_url: str) -> AsyncIterator[Sick]:
    """Well, so far."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o750)
    settings = Settings(
        data_dir=folder, database_url=database_url, public_url="https://a.test", https=True, trusted_proxies=1
    )
    load_server_keys(folder / "keys")
    await in_unit(seed_calendar, cmd)
    async with open_vault(folder / "media") as vault:
        keys = partial(load_server_keys, folder / "keys")
        yield Sick(Patient(settings, FixedClock(NOW), keys, Output().told), cmd, db, vault)


async def _nothing(_: Sick) -> None: ...


async def _folder_open(sick: Sick) -> None:
    sick.folder.chmod(0o777)


async def _folder_missing(sick: Sick) -> None:
    sick.set(data_dir=sick.folder / "nowhere")


async def _keys_missing(sick: Sick) -> None:
    (sick.folder / "keys" / KEY_FILE).unlink()


async def _keys_open(sick: Sick) -> None:
    (sick.folder / "keys" / KEY_FILE).chmod(0o644)


async def _keys_unreadable(sick: Sick) -> None:
    (sick.folder / "keys" / KEY_FILE).write_text("no key")


async def _on_one_disk(sick: Sick) -> None:
    (sick.folder / "backups").mkdir()


async def _only_a_list(sick: Sick) -> None:
    await make_backup(place_of(sick.patient.settings), "list", NOW, Wanted(files=False))


async def _lacking(sick: Sick) -> None:
    await insert(StoredBlob, digest="a" * 64, length=3)
    await make_backup(place_of(sick.patient.settings), "all", NOW)


async def _plain(sick: Sick) -> None:
    sick.set(public_url="http://a.test")


async def _no_address(sick: Sick) -> None:
    sick.set(public_url="")


async def _no_hsts(sick: Sick) -> None:
    sick.set(https=False)


async def _no_proxies(sick: Sick) -> None:
    sick.set(trusted_proxies=0)


async def _demo(sick: Sick) -> None:
    (sick.folder / "demo-logins.txt").write_text("x")


async def _years_later(sick: Sick) -> None:
    sick.at(NOW + timedelta(days=3660))


async def _back_in_time(sick: Sick) -> None:
    async with unit_of_work():
        await append(sick.cmd.event(EventKind.SIGNED_IN, "x"))
    sick.at(NOW - timedelta(minutes=5))


async def _a_job(sick: Sick) -> Any:
    async with unit_of_work():
        await append(sick.cmd.event(EventKind.TASK_COMPLETED, "task:x"))
    return (await WorkItem.select(WorkItem.id).first())["id"]


async def _late_job(sick: Sick) -> None:
    await _a_job(sick)
    sick.at(NOW + timedelta(minutes=30))


async def _dead_job(sick: Sick) -> None:
    await work.give_up(await _a_job(sick), "x")


async def _damaged(sick: Sick) -> None:
    async with unit_of_work():
        await append(sick.cmd.event(EventKind.BLOB_DAMAGED, "media:a"))
        await append(sick.cmd.event(EventKind.BLOB_DAMAGED, "media:b"))
        await append(sick.cmd.event(EventKind.BLOB_HEALED, "media:b"))


async def _tree(sick: Sick) -> None:
    await insert(TreeHead, size=0, root=b"x" * 32)


async def _torn(_: Sick) -> None:
    """The log has lost its end, under a head that was signed."""
    await insert(TreeHead, size=5, root=b"x" * 32)


async def _contradicted(sick: Sick) -> None:
    async with unit_of_work():
        await append(sick.cmd.event(EventKind.LOG_CONTRADICTED, "log"))


async def _account(password: str) -> None:
    authority = await insert(Authority, code=password[:3])
    facts = {
        "username": f"head{password[:3]}",
        "role": "approver",
        "active": True,
        "password_hash": hash_password(password),
    }
    await insert(Account, authority=authority, **facts)


async def _no_factor(_: Sick) -> None:
    await _account("a long enough password")


async def _known_password(_: Sick) -> None:
    await _account(PASSWORD)


async def _no_roles(sick: Sick) -> None:
    sick.set(two_factor_roles=())


async def _replica_away(sick: Sick) -> None:
    sick.set(replica_url="postgresql://nobody@127.0.0.1:1/none")


async def _replica_none(sick: Sick) -> None:
    sick.set(replica_url=postgres.server_dsn())


async def _few_connections(sick: Sick) -> None:
    sick.set(pool_size=100, web_processes=9)


async def _store_away(sick: Sick) -> None:
    nobody = RemoteSettings("b", "p", "http://127.0.0.1:1", "r", "k", "s")
    seen = using(replace(sick.vault, remote=Remote(nobody, patience=timedelta(seconds=1))))
    await seen.__aenter__()
    sick.undo.append(lambda: seen.__aexit__(None, None, None))


async def _on_a_network(sick: Sick) -> None:
    mounts = sick.folder / "mounts"
    mounts.write_text("server:/a / nfs4 rw 0 0\n")
    patch = pytest.MonkeyPatch()
    patch.setattr(machine, "MOUNTS", mounts)
    sick.undo.append(patch.undo)


async def _schema(sick: Sick) -> None:
    (row,) = await TreeHead.raw("SELECT max(name) AS name FROM migration WHERE app_name = 'sync'")
    rename = "UPDATE migration SET name = {} WHERE name = {}"
    await TreeHead.raw(rename, "later", row["name"])
    sick.undo.append(lambda: TreeHead.raw(rename, row["name"], "later").run())


async def _asleep(sick: Sick) -> None:
    """Nobody tends the log."""
    await in_unit(add_pending, sick.cmd.new_id(), NOW, b"h" * 32)
    sick.at(NOW + timedelta(minutes=30))


MACHINE: dict[Callable[[Sick], Awaitable[None]], tuple[Look, str]] = {
    _folder_open: (machine.folder, "open"),
    _folder_missing: (machine.folder, "missing"),
    _keys_missing: (machine.keys, "missing"),
    _keys_open: (machine.keys, "open"),
    _keys_unreadable: (machine.keys, "unreadable"),
    _plain: (machine.address, "plain"),
    _no_address: (machine.address, "unset"),
    _no_hsts: (machine.address, "no_hsts"),
    _no_proxies: (machine.proxies, "unset"),
    _demo: (machine.demo, "here"),
    _nothing: (machine.backup, "none"),
    _on_one_disk: (machine.backup_place, "same"),
    _only_a_list: (machine.backup_files, "none"),
    _lacking: (machine.backup_files, "lacking"),
    _on_a_network: (machine.mount, "network"),
    _store_away: (house.object_store, "away"),
}
BOTH: dict[Callable[[Sick], Awaitable[None]], tuple[Look, str]] = {
    _years_later: (house.calendar, "missing"),
    _back_in_time: (database.clock, "behind"),
    _late_job: (house.jobs, "late"),
    _dead_job: (house.jobs, "dead"),
    _damaged: (house.evidence, "damaged"),
    _contradicted: (house.tree, "contradicted"),
    _tree: (house.tree, "broken"),
    _torn: (house.tree, "broken"),
    _asleep: (house.log, "late"),
    _no_factor: (house.factors, "missing"),
    _no_roles: (house.factors, "nobody"),
    _known_password: (house.passwords, "known"),
    _schema: (database.schema, "behind"),
}
POSTGRES: dict[Callable[[Sick], Awaitable[None]], tuple[Look, str]] = {
    _replica_away: (house.replica, "away"),
    _replica_none: (house.replica, "none"),
    _few_connections: (database.connections, "few"),
    _nothing: (database.durability, "off"),  # the tests' own server never waits for a disk
}


async def _told_of_each(sick: Sick, broken: dict[Callable[[Sick], Awaitable[None]], tuple[Look, str]]) -> None:
    well = sick.patient
    for break_it, (look, how) in broken.items():
        await break_it(sick)
        (found,) = await look_at(sick.patient, [look])
        assert found.how == how, (break_it, found)
        assert found.tone is not Tone.GOOD
        _has_words(found)
        sick.patient = well
        await sick.mend()


def _has_words(check: Check) -> None:
    for lang in ("zh_CN", "en"):
        texts = catalogue(words(check).split(".")[0], lang)
        for key in (words(check), finding(check), f"{finding(check)}_do"):
            if key.endswith("_do") and check.tone is Tone.GOOD:
                continue
            assert "{" not in texts[key].format_map(check.facts), key


async def test_what_is_broken_in_the_house_is_told(sick: Sick) -> None:
    await _told_of_each(sick, BOTH)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_broken_on_the_machine_is_told(sick: Sick) -> None:
    await _told_of_each(sick, MACHINE)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_wrong_with_postgresql_is_told(sick: Sick) -> None:
    await _told_of_each(sick, POSTGRES)


async def test_a_house_in_order_is_told_to_be_so_and_every_answer_has_its_words(sick: Sick) -> None:
    place = place_of(sick.patient.settings)
    if place.database is not None:
        await make_backup(place, "one", NOW)
    found = await look_at(sick.patient, [*OF_THE_MACHINE, *OF_THE_DATABASE])
    for one in found:
        _has_words(one)
    # What is this machine's own, or the tests' PostgreSQL's, says nothing of the house.
    own = {"ntp", "backup_place", "disk", "durability", "archiving", "connections", "clock"}
    own |= {"backup", "backup_files"} if place.database is None else set()
    assert [(one.name, one.how) for one in found if one.tone is not Tone.GOOD and one.name not in own] == []
    assert len(found) == len(OF_THE_MACHINE) + len(OF_THE_DATABASE)


async def test_what_a_restore_left_to_people_is_told_until_it_is_done(sick: Sick) -> None:
    authority = await insert(Authority, code="a1")
    person = await insert(Inspector, authority=authority)
    device = await insert(Device, authority=authority, inspector=person, name="平板一", key_x=KEY.x, key_y=KEY.y)
    async with unit_of_work():
        await append(sick.cmd.event(EventKind.BACKUP_RESTORED, "backups", draws=[]))
    (found,) = await look_at(sick.patient, [house.restored])
    assert (found.how, found.facts.get("names")) == ("tablets", "平板一"), found
    _has_words(found)
    async with unit_of_work():
        later = replace(sick.cmd, now=NOW + timedelta(minutes=1))
        await issue_device_token(later, expires=NOW + timedelta(days=1), device_id=device, kid="k")
    assert (await look_at(sick.patient, [house.restored]))[0].tone is Tone.GOOD


async def test_a_check_that_breaks_keeps_no_other_from_being_made(sick: Sick) -> None:
    broken: list[tuple[Exception, str]] = [
        (OSError("no such disk"), "no such disk"),
        (asyncpg.InterfaceError("connection is closed"), "connection is closed"),
        (KeyError("draws"), "'draws'"),
        (TimeoutError(), "TimeoutError"),
        (Refused(ProblemCode.CONFLICT, "cli.restore_unfinished", path="/x"), "上次恢复没有完成（/x）"),
    ]
    for error, reason in broken:

        async def breaks(_: Patient, error: Exception = error) -> Check:
            raise error

        found = await look_at(sick.patient, [breaks, machine.demo])
        assert [(one.name, one.how) for one in found] == [("broken", "off"), ("demo", "good")]
        assert str(found[0].facts["reason"]).startswith(reason)


async def test_a_look_that_takes_minutes_beside_people_at_work_finds_no_clock_behind(sick: Sick) -> None:
    clock = FixedClock(NOW)

    async def whole_file(_: Patient) -> Check:
        later = replace(sick.cmd, now=clock.advance(timedelta(minutes=2)))
        async with unit_of_work():
            await append(later.event(EventKind.SIGNED_IN, "x"))
        return good("integrity")

    found = await look_at(replace(sick.patient, clock=clock), [whole_file, database.clock])
    assert found[1].how != "behind"


def _doctor(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    code = fieldcheck(["--json", "--data-dir", str(folder), "doctor"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    return int(code or 0), {one["check"]: one["how"] for one in told["checks"]}


def test_the_command_tells_a_database_that_is_away_from_one_that_is_damaged(
    sqlite_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = _doctor(tmp_path, capsys)
    assert (code, told["database"]) == (1, "away")
    file = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, file)
    code, told = _doctor(tmp_path, capsys)
    assert (told["database"], told["integrity"]) == ("good", "good")
    with file.open("r+b") as raw:
        # The tail of a table's page: its header is whole, what it holds is not.
        raw.seek(file.stat().st_size // 2)
        raw.write(os.urandom(file.stat().st_size // 4))
    code, told = _doctor(tmp_path, capsys)
    assert code == 1
    assert told.get("integrity", "away") != "good"
