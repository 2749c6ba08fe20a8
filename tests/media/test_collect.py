"""Only what a rule names is removed, never what has a row or a hold, whatever stops the removal on its way."""

import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from media import collect as collecting
from media import removal, store
from media.blobs import store_bytes
from media.collect import AFTER_RESTORE, GRACE, Found, collect, expiring, lonely_copies, orphans, removable, strays
from media.create_upload import create_upload
from media.files import alone
from media.hold import hold, release
from media.own import own_stream
from media.removal import LOCK, Rule, finish_removals
from media.rules import ANY_BYTES, is_digest
from media.tus import Creation
from media.vault import Vault
from tests.media.conftest import AUTHORITY, OTHER_AUTHORITY
from tests.media.requests import sha256

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OLD, YOUNG = NOW - GRACE - timedelta(seconds=1), NOW - GRACE + timedelta(seconds=1)
DIGESTS = [sha256(bytes([number])) for number in range(4)]
IDS = [UUID(int=number) for number in range(1, 4)]
TIMES = st.sampled_from([OLD, NOW - GRACE, YOUNG, NOW, NOW + timedelta(days=1)])


def found(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[Found]]:
    return st.lists(st.builds(Found, names.map(Path), st.integers(0, 9), TIMES), unique_by=lambda file: file.path)


@pytest.fixture
def cmd(cmd: Command) -> Command:
    """What is held, and made for the public, is an authority's."""
    return replace(cmd, authority=AUTHORITY)


# -- the rules, pure --------------------------------------------------------------------------------------------------


@given(
    found(st.sampled_from([*DIGESTS, "thumbs.db", "A" * 64, DIGESTS[0] + ".x"])),
    st.sets(st.sampled_from(DIGESTS)),
    st.sets(st.sampled_from(DIGESTS)),
)
def test_an_orphan_has_a_digests_name_no_row_no_hold_and_is_old(files: list[Found], known: set, held: set) -> None:
    going = {one.path for one in orphans(files, known, held, NOW - GRACE)}
    for file in files:
        name = file.path.name
        stays = name in known or name in held or file.at >= NOW - GRACE or not is_digest(name)
        assert (file.path in going) == (not stays)


@given(
    found(st.tuples(st.sampled_from([*DIGESTS, "x"]), st.sampled_from([".thumb", ".thumb.new", ""])).map("".join)),
    st.sets(st.sampled_from(DIGESTS)),
)
def test_a_copy_goes_with_its_original_or_when_it_was_never_finished(files: list[Found], known: set) -> None:
    going = {one.path for one in lonely_copies(files, known, NOW - GRACE)}
    for file in files:
        unfinished = file.path.suffix == ".new"
        may = is_digest(file.digest) and (file.digest not in known or unfinished) and file.at < NOW - GRACE
        assert (file.path in going) == may


@given(found(st.sampled_from([*map(str, IDS), "thumbs.db"])), st.sets(st.sampled_from(IDS)))
def test_a_stray_has_an_id_of_ours_and_no_upload_that_runs(files: list[Found], running: set[UUID]) -> None:
    going = {one.path for one in strays(files, running, NOW - GRACE)}
    for file in files:
        ours = file.path.name != "thumbs.db"
        assert (file.path in going) == (ours and UUID(file.path.name) not in running and file.at < NOW - GRACE)


# -- with disk and database -------------------------------------------------------------------------------------------


def lay(path: Path, data: bytes, at: datetime = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return aged(path, at)


def aged(path: Path, at: datetime = OLD) -> Path:
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def orphan(vault: Vault, data: bytes, at: datetime = OLD) -> Path:
    return lay(vault.disk.blob_path(sha256(data)), data, at)


@pytest.mark.usefixtures("db")
async def test_each_rule_takes_its_own_and_leaves_everything_else(cmd: Command, vault: Vault) -> None:
    disk = vault.disk
    known = aged(disk.blob_path(await store_bytes(cmd, b"known", ANY_BYTES)))
    held = orphan(vault, b"held")
    other = replace(cmd, authority=OTHER_AUTHORITY)
    for one in (cmd, other):
        await hold(one, digest=held.name, ground="诉讼")
    stay = [
        known,
        held,
        orphan(vault, b"young", YOUNG),
        lay(disk.blobs_dir / "ab" / "cd" / "thumbs.db", b""),
        lay(disk.derived_path(known.name, "thumb"), b"copy"),
        lay(disk.derived_path("f" * 64, "thumb"), b"young", YOUNG),
        lay(disk.staging_dir / str(IDS[0]), b"young", YOUNG),
        lay(disk.staging_dir / "notes.txt", b""),
        lay(disk.quarantine_dir / "x.0", b"bad"),
    ]
    gone = {
        orphan(vault, b"orphan"): Rule.ORPHAN,
        lay(disk.derived_path("e" * 64, "preview"), b"copy"): Rule.COPY,
        lay(disk.derived_path(known.name, "thumb").with_suffix(".thumb.new"), b"half"): Rule.COPY,
        lay(disk.staging_dir / str(IDS[1]), b"stray"): Rule.STRAY,
    }
    told = {one.path: one.rule async for one in removable(cmd)}
    assert told == gone
    assert all(path.exists() for path in [*stay, *gone]), "asking removes nothing"
    removed = await collect(cmd)
    assert {one.path: one.rule for one in removed.removed} == gone
    assert all(path.exists() for path in stay)
    assert not any(path.exists() for path in gone)
    assert (await collect(cmd)).removed == ()
    (line,) = await read(f"media:{sha256(b'orphan')}")
    assert line.kind is EventKind.MEDIA_COLLECTED
    assert (line.payload["rule"], line.payload["digest"], line.payload["length"]) == ("orphan", sha256(b"orphan"), 6)
    await release(cmd, digest=held.name, ground="结案")
    assert (await collect(cmd)).removed == (), "another authority holds it still"
    await release(other, digest=held.name, ground="结案")
    assert [one.path for one in (await collect(cmd)).removed] == [held]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("kind", "facts"), [("BACKUP_RESTORED", {}), ("HISTORY_STARTED", {"number": 2})])
async def test_after_the_store_went_back_files_without_a_row_stay_until_every_tablet_had_time_to_come(
    cmd: Command, vault: Vault, kind: str, facts: dict[str, int]
) -> None:
    left = orphan(vault, b"newer than the backup")
    async with unit_of_work():
        await append(cmd.event(EventKind.HISTORY_STARTED, "history:a", number=1))
    assert [one.path async for one in removable(cmd)] == [left]
    async with unit_of_work():
        await append(replace(cmd, now=cmd.now + timedelta(seconds=1)).event(EventKind[kind], "history:b", **facts))
    soon = replace(cmd, now=cmd.now + AFTER_RESTORE - timedelta(seconds=1))
    assert (await collect(soon)).removed == ()
    assert left.exists()
    later = replace(cmd, now=cmd.now + AFTER_RESTORE + timedelta(seconds=1))
    assert [one.path for one in (await collect(later)).removed] == [left]


@pytest.mark.usefixtures("db")
async def test_uploads_of_which_nothing_came_for_a_week_are_given_up(cmd: Command, vault: Vault) -> None:
    creation = Creation(length=5, digest=sha256(b"never"), mime="image/jpeg", metadata="")
    begun = await create_upload(cmd, authority=AUTHORITY, creation=creation)
    later = replace(cmd, now=cmd.now + GRACE + timedelta(seconds=1))
    assert (await expiring(cmd), await expiring(later)) == (0, 1)
    assert (await collect(later)).expired == 1
    assert await store.upload(begun.id, cmd.actor.id) is None
    assert [line.kind for line in await read(f"upload:{begun.id}")][-1] is EventKind.UPLOAD_EXPIRED


@pytest.mark.usefixtures("db")
async def test_two_removals_do_not_run_beside_each_other(cmd: Command, vault: Vault) -> None:
    orphan(vault, b"orphan")
    async with alone(vault.disk.root / LOCK):
        with pytest.raises(Refused):
            await collect(cmd)
    assert len((await collect(cmd)).removed) == 1


Meanwhile = Callable[[Command, Vault, bytes], Awaitable[object]]


async def comes_again(cmd: Command, vault: Vault, data: bytes) -> None:
    await store_bytes(cmd, data, ANY_BYTES)


async def is_held(cmd: Command, vault: Vault, data: bytes) -> None:
    await hold(cmd, digest=sha256(data), ground="诉讼")


async def is_shelved(cmd: Command, vault: Vault, data: bytes) -> None:
    """Its upload is just ending: the name is there, the row not yet."""
    await vault.disk.shelve_bytes(cmd.new_id(), data, sha256(data))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("meanwhile", [comes_again, is_held, is_shelved])
async def test_what_changes_after_the_listing_is_seen_before_the_removal(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, meanwhile: Meanwhile
) -> None:
    path = orphan(vault, b"orphan")
    real = collecting.take_away

    async def late(*args: object) -> bool:
        await meanwhile(cmd, vault, b"orphan")
        return await real(*args)

    monkeypatch.setattr(collecting, "take_away", late)
    assert (await collect(cmd)).removed == ()
    assert path.read_bytes() == b"orphan"
    kinds = [line.kind for line in await read(f"media:{path.name}")]
    assert EventKind.MEDIA_COLLECTED not in kinds


@pytest.mark.usefixtures("db")
async def test_a_hold_on_what_was_just_removed_is_refused(cmd: Command, vault: Vault) -> None:
    path = orphan(vault, b"orphan")
    await collect(cmd)
    with pytest.raises(NotFound):
        await hold(cmd, digest=path.name, ground="诉讼")
    assert await read(own_stream(AUTHORITY, path.name)) == []


async def test_a_hold_looks_for_the_file_behind_the_lock_of_whoever_removes_it(
    cmd: Command, vault: Vault, db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL; on SQLite whoever writes is alone."""
    digest = orphan(vault, b"orphan").name
    await in_unit(append, cmd.event(EventKind.BLOB_DERIVED, f"media:{digest}"))
    seen: list[bool] = []

    async def known(_: object) -> set[str]:
        seen.append(isinstance(db, PooledPostgresEngine) and await _is_free(db, f"media:{digest}"))
        return set()

    monkeypatch.setattr(store, "known", known)
    await hold(cmd, digest=digest, ground="诉讼")
    assert seen == [False]


async def _is_free(engine: PooledPostgresEngine, stream: str) -> bool:
    asked = "SELECT 1 FROM journal_head WHERE stream = $1 FOR UPDATE SKIP LOCKED"
    return bool(await engine.started_pool.fetch(asked, stream))


class Killed(BaseException):
    pass


class Stepper:
    """Dies at the n-th thing that the removal does to disk or database."""

    def __init__(self, at: int) -> None:
        self.at, self.done = at, 0

    def step(self) -> None:
        self.done += 1
        if self.done == self.at:
            raise Killed

    def around(self, real: Callable) -> Callable:
        def stepping(*args: object, **more: object) -> object:
            self.step()
            result = real(*args, **more)
            self.step()
            return result

        return stepping

    def around_await(self, real: Callable) -> Callable:
        async def stepping(*args: object, **more: object) -> object:
            self.step()
            result = await real(*args, **more)
            self.step()
            return result

        return stepping


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("seed", range(4))
async def test_nothing_with_a_row_or_a_hold_is_removed_under_any_crash_between_steps(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever step a removal dies at: what must stay is in its place after the next one, and every file that is gone
    has its line.
    """
    chance = random.Random(seed)
    stay, may_go = set(), set()
    for number in range(6):
        data = bytes([seed, number])
        match chance.choice(["row", "hold", "orphan"]):
            case "row":
                stay.add(aged(vault.disk.blob_path(await store_bytes(cmd, data, ANY_BYTES))))
            case "hold":
                stay.add(path := orphan(vault, data))
                await hold(cmd, digest=path.name, ground="诉讼")
            case _:
                may_go.add(orphan(vault, data))
    may_go.add(orphan(vault, bytes([seed])))
    died = True
    at = chance.randrange(1, 4)
    while died:
        died = await dies_at(cmd, monkeypatch, at)
        at += 3
        present = {path for path in stay | may_go if path.exists()}
        going = {path.name.partition(".")[2] for path in vault.disk.root.glob("going/*")}
        assert stay <= present
        for path in may_go - present:
            told = [line.kind for line in await read(f"media:{path.name}")]
            assert path.name in going or EventKind.MEDIA_COLLECTED in told
    assert {path for path in stay | may_go if path.exists()} == stay
    assert list(vault.disk.root.glob("going/*")) == []
    for path in may_go:
        assert EventKind.MEDIA_COLLECTED in [line.kind for line in await read(f"media:{path.name}")]


async def dies_at(cmd: Command, monkeypatch: pytest.MonkeyPatch, at: int) -> bool:
    stepper = Stepper(at)
    with monkeypatch.context() as patch:
        for name in ("append", "read_kind", "in_unit"):
            patch.setattr(removal, name, stepper.around_await(getattr(removal, name)))
        for name in ("_set_going", "_gone", "_put_back"):
            patch.setattr(removal, name, stepper.around(getattr(removal, name)))
        try:
            await collect(cmd)
        except Killed:
            return True
    return False


@pytest.mark.usefixtures("db")
async def test_a_file_that_came_again_while_a_removal_lay_dead_is_the_one_that_counts(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = orphan(vault, b"orphan")
    with monkeypatch.context() as patch:
        patch.setattr(removal, "_set_going", removed_and_dead)
        with pytest.raises(Killed):
            await collect(cmd)
    assert not path.exists()
    await store_bytes(cmd, b"orphan", ANY_BYTES)
    await finish_removals()
    assert path.read_bytes() == b"orphan"
    assert [kept.read_bytes() for kept in vault.disk.quarantine_dir.iterdir()] == [b"orphan"]


_set_going = removal._set_going


def removed_and_dead(*args: object) -> None:
    _set_going(*args)
    raise Killed


@pytest.mark.usefixtures("db")
async def test_a_full_disk_keeps_the_file_and_writes_no_line(
    cmd: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = orphan(vault, b"orphan")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        with pytest.raises(OSError, match="No space"):
            await collect(cmd)
    assert path.read_bytes() == b"orphan"
    assert await read(f"media:{path.name}") == []
    assert len((await collect(cmd)).removed) == 1


@pytest.mark.usefixtures("db")
async def test_a_finished_upload_is_young_again_however_long_it_lay(cmd: Command, vault: Vault) -> None:
    """Between its name and its row nothing may take it for an old orphan."""
    await vault.disk.shelve_bytes(cmd.new_id(), b"x", sha256(b"x"))
    path = aged(vault.disk.blob_path(sha256(b"x")))
    await vault.disk.shelve_bytes(cmd.new_id(), b"x", sha256(b"x"))
    assert datetime.fromtimestamp(path.stat().st_mtime, UTC) > OLD
