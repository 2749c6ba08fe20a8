"""Every stored file comes to be in the object store, whatever stops the work, and leaves the disk only then."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import in_unit
from media import replicate as replicating
from media import store, store_remote
from media.blobs import open_blob, store_bytes
from media.damage import Damage, DamageKind, Place, note_damage
from media.evict import evict_replicated, may_go
from media.files import alone
from media.hold import hold, release
from media.reading import is_at_hand, local_file
from media.remote import Remote
from media.replicate import Round, replicate, replicate_waiting
from media.rules import ANY_BYTES
from media.scrub import verify_store
from media.store_remote import KeptRow
from media.vault import Vault, using
from tests.media.conftest import AUTHORITY
from tests.media.remote import faults
from tests.media.remote.stores import put_behind, remove_behind
from tests.media.requests import sha256

Make = Callable[[], Command]


class Killed(BaseException):
    pass


@pytest.fixture
def cmd(cmd: Command) -> Command:
    """What is held, and made for the public, is an authority's."""
    return replace(cmd, authority=AUTHORITY)


@pytest.fixture
def make(cmd: Command) -> Make:
    return lambda: cmd


def beside(vault: Vault, remote: Remote | None) -> Vault:
    """The same disk, another object store."""
    return replace(vault, remote=remote)


def evicting_vault(vault: Vault) -> Vault:
    assert vault.remote is not None
    return beside(vault, Remote(replace(vault.remote.settings, evict=True)))


async def whole(digest: str) -> bytes:
    return b"".join([piece async for piece in open_blob(digest)])


async def looked_at(cmd: Command, digest: str) -> None:
    """As if the background work had been there."""
    await in_unit(store.set_probe, digest, {"format": ""}, cmd.now)
    await in_unit(store_remote.set_sm3, digest, "5" * 64)


async def kinds(digest: str) -> list[EventKind]:
    return [line.kind for line in await read(f"media:{digest}")]


async def test_every_file_is_sent_read_back_and_written_down_once(stored: Vault, cmd: Command, make: Make) -> None:
    digests = [await store_bytes(cmd, bytes([number]) * 100, ANY_BYTES) for number in range(6)]
    tried: list[int] = []
    assert await replicate_waiting(make, tried.append) == Round(sent=6)
    assert sum(tried) == 6
    assert await replicate_waiting(make) == Round()
    assert not await replicate(cmd, digests[0])
    for digest in digests:
        row = await store_remote.kept(digest)
        assert row is not None
        assert row.remote_at == cmd.now
        assert await kinds(digest) == [EventKind.BLOB_STORED, EventKind.BLOB_REPLICATED]
        seen = await stored.remote.measure(digest)
        assert (seen.sha256, seen.tag) == (digest, row.remote_tag)
    assert (await store_remote.counts()).unreplicated == 0


async def test_without_an_object_store_nothing_is_sent(stored: Vault, cmd: Command, make: Make) -> None:
    digest = await store_bytes(cmd, b"x", ANY_BYTES)
    async with using(beside(stored, None)):
        assert await replicate_waiting(make) == Round()
        assert not await replicate(cmd, digest)
    assert (await store_remote.counts()).unreplicated == 1


@pytest.mark.parametrize(
    "trouble",
    [
        faults.no_store,
        faults.store_that_says_nothing,
        lambda: faults.store_that(faults.failing),
        lambda: faults.store_that(faults.breaking_off),
    ],
    ids=["away", "silent", "500", "broken off"],
)
async def test_trouble_there_loses_nothing_and_is_made_good_by_the_next_round(
    stored: Vault, cmd: Command, make: Make, trouble
) -> None:
    digest = await store_bytes(cmd, b"x" * 100, ANY_BYTES)
    with trouble() as remote:
        async with using(beside(stored, remote)):
            assert (await replicate_waiting(make)).away
            assert await whole(digest) == b"x" * 100
    assert await kinds(digest) == [EventKind.BLOB_STORED]
    assert await replicate_waiting(make) == Round(sent=1)


async def test_what_lies_there_and_is_not_the_file_is_sent_over(stored: Vault, cmd: Command, make: Make) -> None:
    digest = await store_bytes(cmd, b"right", ANY_BYTES)
    put_behind(stored.remote, digest, b"wrong")
    assert await replicate_waiting(make) == Round(sent=1)
    assert (await stored.remote.measure(digest)).sha256 == digest


async def test_a_store_that_keeps_other_bytes_is_never_believed(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, b"right", ANY_BYTES)
    real = Remote.put

    async def spoiling(self: Remote, digest: str, *rest: object) -> None:
        await real(self, digest, *rest)
        put_behind(self, digest, b"wrong")

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "put", spoiling)
        assert (await replicate_waiting(make)).away
    assert (await store_remote.kept(digest)).remote_at is None


async def test_a_damaged_file_is_not_sent_told_once_and_keeps_nobody_waiting(
    stored: Vault, cmd: Command, make: Make
) -> None:
    bad, good = [await store_bytes(cmd, data, ANY_BYTES) for data in (b"bad", b"good")]
    stored.disk.blob_path(bad).write_bytes(b"BAD")
    for _ in range(2):
        told = await replicate_waiting(make)
        assert told.failed == 1
    assert (await store_remote.kept(good)).remote_at is not None
    assert await kinds(bad) == [EventKind.BLOB_STORED, EventKind.BLOB_DAMAGED]
    assert await stored.remote.head(bad) is None


async def test_a_file_that_runs_into_what_nobody_foresaw_keeps_no_other_from_coming_or_going(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = sorted([await store_bytes(cmd, data, ANY_BYTES) for data in (b"one", b"two")])
    for digest in (bad, good):
        await looked_at(cmd, digest)
    real = Remote.measure

    async def breaking(self: Remote, asked: str) -> object:
        if asked == bad:
            raise LookupError(asked)
        return await real(self, asked)

    with monkeypatch.context() as patch:
        patch.setattr(Remote, "measure", breaking)
        assert await replicate_waiting(make) == Round(sent=1, failed=1)
    assert await replicate_waiting(make) == Round(sent=1)
    async with using(evicting_vault(stored)):
        monkeypatch.setattr(Remote, "measure", breaking)
        assert await evict_replicated(make) == 1
    assert await stored.disk.shelved() == [bad]


STEPS = [
    (Remote, "put"),
    (Remote, "measure"),
    (store_remote, "set_remote"),
    (replicating, "append"),
]


@contextmanager
def killed_at(patch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool) -> Iterator[None]:
    """The process dies before or after this step."""
    real = getattr(owner, name)

    async def dying(*args: object, **more: object) -> object:
        if after:
            await real(*args, **more)
        raise Killed

    with patch.context() as inner:
        inner.setattr(owner, name, dying)
        yield


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=[name for _, name in STEPS])
async def test_a_crash_at_any_step_of_sending_is_made_good(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch, step: tuple[object, str], after: bool
) -> None:
    digest = await store_bytes(cmd, b"x" * 100, ANY_BYTES)
    with killed_at(monkeypatch, *step, after=after), pytest.raises(Killed):
        await replicate(cmd, digest)
    assert (await store_remote.kept(digest)).remote_at is None
    assert await replicate_waiting(make) == Round(sent=1)
    assert await kinds(digest) == [EventKind.BLOB_STORED, EventKind.BLOB_REPLICATED]


async def test_only_one_process_of_a_disk_sends(stored: Vault, cmd: Command, make: Make) -> None:
    await store_bytes(cmd, b"x", ANY_BYTES)
    async with alone(stored.disk.root / "replicate.lock") as mine:
        assert mine
        assert await replicate_waiting(make) == Round()
    assert await replicate_waiting(make) == Round(sent=1)


async def test_a_stop_ends_the_round_behind_what_is_being_sent(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicating, "AT_ONCE", 2)
    for number in range(5):
        await store_bytes(cmd, bytes([number]), ANY_BYTES)
    asked = count(1)
    assert await replicate_waiting(make, stopped=lambda: next(asked) == 2) == Round(sent=4)


async def test_an_original_leaves_the_disk_only_when_nothing_here_needs_it(
    stored: Vault, cmd: Command, make: Make
) -> None:
    ready, held, unhashed, unsent = [
        await store_bytes(cmd, data, ANY_BYTES) for data in (b"ready", b"held", b"unhashed", b"unsent")
    ]
    await replicate_waiting(make)
    await in_unit(store_remote.unset_remote, unsent)
    for digest in (ready, held, unsent):
        await looked_at(cmd, digest)
    await hold(cmd, digest=held, ground="诉讼")
    assert await evict_replicated(make) == 0, "only by setting"
    async with using(evicting_vault(stored)):
        assert await evict_replicated(make) == 1
        assert await evict_replicated(make) == 0
        assert set(await stored.disk.shelved()) == {held, unhashed, unsent}
        assert await whole(ready) == b"ready"
        assert await is_at_hand(ready, 5)
        await release(cmd, digest=held, ground="结案")
        assert await evict_replicated(make) == 1
    lines = [line for line in await read(f"media:{ready}") if line.kind is EventKind.MEDIA_COLLECTED]
    assert [line.payload["rule"] for line in lines] == ["evicted"]


async def test_what_vanished_or_changed_there_keeps_the_original_here_and_is_sent_again(
    stored: Vault, cmd: Command, make: Make
) -> None:
    gone, changed = [await store_bytes(cmd, data, ANY_BYTES) for data in (b"gone", b"changed")]
    await replicate_waiting(make)
    for digest in (gone, changed):
        await looked_at(cmd, digest)
    remove_behind(stored.remote, gone)
    put_behind(stored.remote, changed, b"CHANGED")
    async with using(evicting_vault(stored)):
        assert await evict_replicated(make) == 0
        assert await stored.disk.shelved() == sorted([gone, changed])
        assert await replicate_waiting(make) == Round(sent=2)
        assert await evict_replicated(make) == 2
        assert [await whole(digest) for digest in (gone, changed)] == [b"gone", b"changed"]


async def test_nothing_is_evicted_while_nobody_answers(stored: Vault, cmd: Command, make: Make) -> None:
    digest = await store_bytes(cmd, b"x", ANY_BYTES)
    await replicate_waiting(make)
    await looked_at(cmd, digest)
    with faults.no_store() as away:
        away.settings = replace(away.settings, evict=True)
        async with using(beside(stored, away)):
            assert await evict_replicated(make) == 0
    assert await stored.disk.shelved() == [digest]


async def test_a_hold_that_comes_at_the_last_moment_keeps_the_original(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, b"x", ANY_BYTES)
    await replicate_waiting(make)
    await looked_at(cmd, digest)
    real = Remote.measure

    async def meanwhile(self: Remote, asked: str) -> object:
        await hold(cmd, digest=digest, ground="诉讼")
        return await real(self, asked)

    async with using(evicting_vault(stored)):
        monkeypatch.setattr(Remote, "measure", meanwhile)
        assert await evict_replicated(make) == 0
    assert await stored.disk.shelved() == [digest]
    assert EventKind.MEDIA_COLLECTED not in await kinds(digest)


async def test_a_file_that_only_the_object_store_has_is_a_path_for_who_needs_one(
    stored: Vault, cmd: Command, make: Make
) -> None:
    digest = await store_bytes(cmd, b"x" * 1000, ANY_BYTES)
    async with local_file(digest) as path:
        assert path == stored.disk.blob_path(digest)
    await replicate_waiting(make)
    stored.disk.blob_path(digest).unlink()
    async with local_file(digest) as path:
        assert sha256(path.read_bytes()) == digest
    assert not path.exists()
    assert list(stored.disk.staging_dir.iterdir()) == []


def test_every_reason_to_stay_counts(cmd: Command) -> None:
    row = KeptRow(cmd.new_id(), "a" * 64, 1, ANY_BYTES, "5" * 64, cmd.now, '"tag"', looked_at=True)
    assert may_go(row, held=False)
    assert not may_go(row, held=True)
    for stays in (replace(row, remote_at=None), replace(row, sm3=None), replace(row, looked_at=False)):
        assert not may_go(stays, held=False)


async def test_a_scrub_reads_the_object_store_too_when_asked(stored: Vault, cmd: Command, make: Make) -> None:
    gone, changed, good, unsent = [
        await store_bytes(cmd, data, ANY_BYTES) for data in (b"gone", b"changed", b"good", b"unsent")
    ]
    await replicate_waiting(make)
    await in_unit(store_remote.unset_remote, unsent)
    remove_behind(stored.remote, gone)
    put_behind(stored.remote, changed, b"CHANGED")
    stored.disk.blob_path(good).unlink()
    assert [damage async for damage in verify_store()] == []
    found = {damage async for damage in verify_store(remote=True)}
    assert found == {
        Damage(DamageKind.MISSING, gone, place=Place.REMOTE),
        Damage(DamageKind.ALTERED, changed, sha256(b"CHANGED"), Place.REMOTE),
    }
    for damage in found:
        assert await note_damage(cmd, damage)
    assert await replicate_waiting(make) == Round(sent=3)
    assert [damage async for damage in verify_store(remote=True)] == []
    with faults.no_store() as away:
        async with using(beside(stored, away)):
            with pytest.raises(Refused):
                _ = [damage async for damage in verify_store(remote=True)]
    async with using(beside(stored, None)):
        with pytest.raises(Refused):
            _ = [damage async for damage in verify_store(remote=True)]
        # Without the object store nobody can read what only it has.
        assert [damage async for damage in verify_store()] == [Damage(DamageKind.MISSING, good)]


async def test_a_full_disk_is_told_and_leaves_no_rest_of_what_was_to_be_brought_back(
    stored: Vault, cmd: Command, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = await store_bytes(cmd, b"x" * 1000, ANY_BYTES)
    await replicate_waiting(make)
    stored.disk.blob_path(digest).unlink()

    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: Full())
        with pytest.raises(OSError, match="No space"):
            async with local_file(digest):
                pass
    assert list(stored.disk.staging_dir.iterdir()) == []
    assert await whole(digest) == b"x" * 1000
