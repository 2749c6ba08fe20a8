"""What a draw keeps secret lies encrypted where the installation has a lock, and the draw goes on under it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection.draw import store_secrets
from inspection.draw.execute import execute
from inspection.draw.relock import relock_draws
from inspection.draw.tables import Contribution, DrawSecret
from inspection.draw.told.disclose import bundle
from inspection.draw.verify import verify_full
from inspection.kernel.journal import read
from inspection.kernel.lock import LockRefused, is_locked, lock_of, use_lock
from tests.inspection.draw.office import Office, open_office, sealed, seeded

SECRET = b"0123456789abcdefghijklmnopqrstuvwxyz"

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "lock-key"
    path.write_bytes(SECRET)
    path.chmod(0o600)
    use_lock(path)
    yield
    use_lock(None)


async def kept() -> list[bytes]:
    """Everything of the draws that is not for everybody, as the database holds it."""
    keys = await DrawSecret.select(DrawSecret.key)
    given = await Contribution.select(Contribution.value, Contribution.nonce)
    return [bytes(value) for row in (*keys, *given) for value in row.values() if value]


async def test_a_whole_ceremony_is_held_under_the_lock_and_verifies(office, locked) -> None:
    done = await sealed(office)
    found = await kept()
    assert len(found) > 2
    assert all(is_locked(one) for one in found)
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []
    key = (await store_secrets.kept(done.draw)).key
    assert len(key) == 32
    assert not any(key in one for one in found)


async def test_a_draw_that_was_frozen_before_the_lock_is_locked_and_goes_on(office, cmd, request) -> None:
    before = await seeded(office)
    plain = await kept()
    key = (await store_secrets.kept(before.draw)).key
    assert not any(is_locked(one) for one in plain)
    changed = await relock_draws(cmd, None, lock_of(SECRET))
    assert changed > 1
    assert all(is_locked(one) for one in await kept())
    assert await relock_draws(cmd, None, lock_of(SECRET)) == 0
    with pytest.raises(LockRefused, match=r"kernel\.lock_missing"):
        await execute(office.operator, draw_id=before.draw)
    with pytest.raises(LockRefused):
        await relock_draws(cmd, None, None)
    request.getfixturevalue("locked")
    assert (await store_secrets.kept(before.draw)).key == key
    await execute(office.operator, draw_id=before.draw)
    assert await relock_draws(cmd, lock_of(SECRET), None) == changed
    assert [line.payload["now"] for line in await read("server-keys")] == [lock_of(SECRET).name] * 2 + [None]
