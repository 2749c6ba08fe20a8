"""Several machines with disks of their own: an upload goes on at any of them, and what one has the others read."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Refused
from inspection.kernel.unit_of_work import in_unit
from media import pass_on, store, store_depots
from media.blobs import open_blob
from media.create_upload import create_upload
from media.depots import LOST, RUNS, check_keys, tell_here
from media.disk import Disk
from media.end_upload import terminate_upload
from media.expire_uploads import expire_uploads
from media.image_workers import ImageWorkers
from media.pass_on import hand_over
from media.reading import is_at_hand
from media.receive import Piece, receive, standing
from media.remote import NotThere, Remote, RemoteAway
from media.replicate import Round, replicate_waiting
from media.scrub import verify_store
from media.tus import Creation
from media.vault import Vault, using
from tests.conftest import NOW
from tests.media.conftest import AUTHORITY, LIMITS
from tests.media.requests import sha256

ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
"""SQLite has one process: nothing of this is asked there."""
PIECE = 300_000
DATA = bytes(range(256)) * 4_000
Tablet = Callable[[], Command]


@asynccontextmanager
async def at(vault: Vault) -> AsyncIterator[None]:
    """What is done here is done by a process of this machine."""
    async with using(vault):
        await tell_here("kid-a")
        yield


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def machines(db: Engine, tmp_path: Path, remote: Remote, clock: FixedClock) -> AsyncIterator[tuple[Vault, Vault]]:
    """Two machines over one database and one object store, each of which hands over what the other asks for."""
    made = [Vault(Disk(tmp_path / name), ImageWorkers(), limits=LIMITS, remote=remote, clock=clock) for name in "ab"]
    for vault in made:
        await vault.disk.prepare()

    async def tend() -> None:
        while True:
            for vault in made:
                await hand_over(vault)
            await asyncio.sleep(0.01)

    tending = asyncio.create_task(tend())
    yield made[0], made[1]
    tending.cancel()
    with suppress(asyncio.CancelledError):
        await tending


def piece(offset: int) -> Piece:
    part = DATA[offset : offset + PIECE]

    async def chunks() -> AsyncIterator[bytes]:
        yield part

    return Piece(chunks(), announced=len(part))


def creation() -> Creation:
    return Creation(digest=sha256(DATA), length=len(DATA), mime="image/jpeg", metadata="")


async def whole() -> bytes:
    return b"".join([part async for part in open_blob(sha256(DATA))])


@ON_POSTGRES
async def test_an_upload_goes_on_at_whichever_machine_its_client_turns_up(
    machines: tuple[Vault, Vault], tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pass_on, "LOOK_S", 0.02)
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
    offset, turn = 0, 0
    while offset < len(DATA):
        async with at(machines[turn % 2]):
            assert (await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)).offset == offset
            offset = (
                await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=offset, piece=piece(offset))
            ).offset
        turn += 1
    assert turn == 4
    assert list(a.disk.staging_dir.iterdir()) == list(b.disk.staging_dir.iterdir()) == []
    assert b.disk.blob_path(sha256(DATA)).read_bytes() == DATA
    assert b.remote is not None
    with pytest.raises(RemoteAway):
        _ = [part async for part in b.remote.passing(begun.id, PIECE)]


@ON_POSTGRES
async def test_an_upload_on_a_machine_that_is_gone_begins_anew_at_another(
    machines: tuple[Vault, Vault], tablet: Tablet, clock: FixedClock
) -> None:
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    clock.instant += timedelta(minutes=2)
    async with at(b):
        assert (await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)).offset == 0
        for offset in range(0, len(DATA), PIECE):
            await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=offset, piece=piece(offset))
        assert await whole() == DATA


@ON_POSTGRES
async def test_a_machine_that_does_not_let_go_keeps_the_upload_and_the_client_is_told_to_repeat(
    machines: tuple[Vault, Vault], tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pass_on, "PATIENCE_S", 0.4)
    a, b = machines

    async def away(*_: object) -> None:
        raise RemoteAway("the object store is away")

    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "put_passing", away)
        async with at(b):
            with pytest.raises(Conflict):
                await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)
        async with at(a):
            assert (await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)).offset == PIECE


@ON_POSTGRES
async def test_what_a_failed_sync_left_in_doubt_is_not_handed_over(
    machines: tuple[Vault, Vault], tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    honest, failed = pass_on.Staged._sync, []

    def fails_once(staged: pass_on.Staged) -> None:
        if not failed:
            failed.append(staged.path)
            raise OSError("no sync")
        honest(staged)

    monkeypatch.setattr(pass_on.Staged, "_sync", fails_once)
    async with at(b):
        with monkeypatch.context() as patch:
            patch.setattr(pass_on, "PATIENCE_S", 0.4)
            with pytest.raises(Conflict):
                await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)
        assert (await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)).offset == 0
    assert failed == [a.disk.staging_path(begun.id)]
    (doubtful,) = a.disk.quarantine_dir.iterdir()
    assert doubtful.read_bytes() == DATA[:PIECE]


async def on_its_way(machines: tuple[Vault, Vault], tablet: Tablet) -> UUID:
    """An upload that the first machine has let go, and the second has not brought yet."""
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    await in_unit(store_depots.want, begun.id, a.disk.depot, b.disk.depot)
    while (row := await store.upload(begun.id, tablet().actor.id)) is None or row.passing is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return begun.id


@ON_POSTGRES
@pytest.mark.parametrize("ends", ["expires", "given up"])
async def test_of_an_upload_that_ends_on_its_way_nothing_stays_in_the_object_store(
    machines: tuple[Vault, Vault],
    tablet: Tablet,
    make_cmd: Callable[..., Command],
    clock: FixedClock,
    ends: str,
) -> None:
    upload, (_, b) = await on_its_way(machines, tablet), machines
    assert b.remote is not None
    assert b"".join([part async for part in b.remote.passing(upload, PIECE)]) == DATA[:PIECE]
    async with at(b):
        if ends == "expires":
            clock.instant += LIMITS.kept + timedelta(days=1)
            assert await expire_uploads(make_cmd(now=clock.instant)) == 1
        else:
            await terminate_upload(tablet(), upload_id=upload)
    with pytest.raises(NotThere):
        _ = [part async for part in b.remote.passing(upload, PIECE)]


@ON_POSTGRES
@pytest.mark.parametrize("gone", [False, True], ids=["there", "gone"])
async def test_half_of_what_was_brought_by_a_killed_process_is_brought_again_or_begins_anew(
    machines: tuple[Vault, Vault], tablet: Tablet, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    monkeypatch.setattr(pass_on, "LOOK_S", 0.02)
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    with monkeypatch.context() as patch:

        async def half(remote: Remote, upload: object, length: int, staged: pass_on.Staged) -> None:
            await staged.append([b"half of it"])
            raise KeyboardInterrupt

        patch.setattr(pass_on, "_fetch", half)
        with pytest.raises(KeyboardInterrupt):
            async with at(b):
                await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)
    if gone:
        assert b.remote is not None
        await b.remote.drop_passing(begun.id)
    kept = 0 if gone else PIECE
    async with at(b):
        assert (await standing(tablet(), authority=AUTHORITY, upload_id=begun.id)).offset == kept
    assert b.disk.staging_path(begun.id).read_bytes() == DATA[:kept]


async def upload_at(vault: Vault, tablet: Tablet) -> None:
    async with at(vault):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        for offset in range(0, len(DATA), PIECE):
            await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=offset, piece=piece(offset))


@ON_POSTGRES
async def test_what_one_machine_has_is_read_at_the_other_once_the_object_store_has_it(
    machines: tuple[Vault, Vault], tablet: Tablet
) -> None:
    a, b = machines
    await upload_at(a, tablet)
    async with at(b):
        with pytest.raises(Refused):
            await whole()
        assert await is_at_hand(sha256(DATA), len(DATA))
        assert (await create_upload(tablet(), authority=AUTHORITY, creation=creation())).offset == len(DATA)
        assert await replicate_waiting(tablet) == Round()
        assert [damage async for damage in verify_store()] == []
    async with at(a):
        assert await replicate_waiting(tablet) == Round(sent=1)
    async with at(b):
        assert await whole() == DATA


@ON_POSTGRES
async def test_what_only_a_lost_machine_had_is_told_as_missing_and_taken_again(
    machines: tuple[Vault, Vault], tablet: Tablet, clock: FixedClock
) -> None:
    a, b = machines
    await upload_at(a, tablet)
    clock.instant += LOST + timedelta(seconds=1)
    async with at(b):
        assert [damage.kind async for damage in verify_store()] == ["missing"]
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        for offset in range(0, len(DATA), PIECE):
            await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=offset, piece=piece(offset))
        assert await whole() == DATA
        assert [damage async for damage in verify_store()] == []


@ON_POSTGRES
async def test_an_upload_is_forgotten_by_the_machine_that_has_it(
    machines: tuple[Vault, Vault], tablet: Tablet, make_cmd: Callable[..., Command], clock: FixedClock
) -> None:
    a, b = machines
    async with at(a):
        begun = await create_upload(tablet(), authority=AUTHORITY, creation=creation())
        await receive(tablet(), authority=AUTHORITY, upload_id=begun.id, offset=0, piece=piece(0))
    clock.instant += LIMITS.kept + timedelta(days=1)
    later = make_cmd(now=clock.instant)
    async with at(a):
        pass
    async with at(b):
        assert await expire_uploads(later) == 0
    assert await store.upload(begun.id, tablet().actor.id) is not None


@ON_POSTGRES
async def test_a_machine_without_the_keys_of_those_that_run_is_told_so(
    machines: tuple[Vault, Vault], clock: FixedClock
) -> None:
    a, b = machines
    async with at(a):
        pass
    async with using(b):
        with pytest.raises(Conflict) as refused:
            await check_keys({"kid-b"})
        assert refused.value.facts["kid"] == "kid-a"
        await check_keys({"kid-b", "kid-a"})  # changed lately: the old one still runs somewhere
        clock.instant += RUNS + timedelta(seconds=1)
        await check_keys({"kid-b"})
