"""What lies on the disk and in the database is of no use to whoever copies it without the key."""

from itertools import pairwise
from pathlib import Path

import pytest

from inspection.kernel.keys import KEY_FILE, RETIRED_FILE, load_server_keys, relock_server_keys, rotate_server_key
from inspection.kernel.lock import Lock, LockRefused, is_locked, lock_of, opened, read_lock, relocked, shut, use_lock
from tests.conftest import NOW

SECRET = b"0123456789abcdefghijklmnopqrstuvwxyz"
OTHER = SECRET[::-1]


@pytest.fixture(autouse=True)
def no_lock_afterwards():
    yield
    use_lock(None)


def key_file(folder: Path, secret: bytes = SECRET, mode: int = 0o600) -> Path:
    path = folder / "lock-key"
    path.write_bytes(secret)
    path.chmod(mode)
    return path


def why(path: Path | None, folder: Path) -> str:
    with pytest.raises(LockRefused) as refused:
        use_lock(path)
        load_server_keys(folder)
    return refused.value.message_key


def test_what_was_shut_opens_under_its_key_as_what_it_is_and_unchanged_only() -> None:
    lock = lock_of(SECRET)
    kept = lock.shut(b"secret", "a")
    assert is_locked(kept)
    assert b"secret" not in kept
    assert kept != lock.shut(b"secret", "a")
    assert lock.open(kept, "a") == b"secret"
    changed = kept[:-1] + bytes([kept[-1] ^ 1])
    for broken, about in ((kept, "b"), (kept[:-1], "a"), (changed, "a"), (kept[:31], "a")):
        with pytest.raises(LockRefused) as refused:
            lock.open(broken, about)
        assert refused.value.message_key in {"kernel.lock_broken", "kernel.lock_other"}
    with pytest.raises(LockRefused, match=r"kernel\.lock_other"):
        lock_of(OTHER).open(kept, "a")


def test_a_lock_is_never_printed() -> None:
    lock = lock_of(SECRET)
    assert lock.name in repr(lock)
    assert not any(part in repr(lock) for part in (SECRET.decode(), repr(lock._key), lock._key.hex()))


def test_the_servers_keys_lie_encrypted_from_the_first_moment(tmp_path: Path) -> None:
    use_lock(key_file(tmp_path))
    first = load_server_keys(tmp_path / "keys")
    rotate_server_key(tmp_path / "keys", NOW)
    again = load_server_keys(tmp_path / "keys")
    assert [key.public_jwk for key in again.retired] == [first.public_jwk]
    for name in (KEY_FILE, RETIRED_FILE):
        kept = (tmp_path / "keys" / name).read_bytes()
        assert is_locked(kept)
        assert b"PRIVATE KEY" not in kept
        assert b"root" not in kept


def test_with_the_wrong_key_or_none_nothing_starts_and_it_is_said_why(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    use_lock(key_file(tmp_path))
    load_server_keys(folder)
    assert why(None, folder) == "kernel.lock_missing"
    assert why(key_file(tmp_path, OTHER), folder) == "kernel.lock_other"
    assert why(tmp_path / "nowhere", folder) == "kernel.lock_unreadable"
    for mode in (0o644, 0o620, 0o604):
        assert why(key_file(tmp_path, mode=mode), folder) == "kernel.lock_open_to_others"
    use_lock(key_file(tmp_path, mode=0o440))
    (tmp_path / "lock-key").chmod(0o600)
    assert why(key_file(tmp_path, b"too short"), folder) == "kernel.lock_short"
    assert why(key_file(tmp_path, b"a" * 64), folder) == "kernel.lock_short"


def test_keys_in_the_clear_are_not_taken_for_encrypted_ones(tmp_path: Path) -> None:
    load_server_keys(tmp_path / "keys")
    assert why(key_file(tmp_path), tmp_path / "keys") == "kernel.lock_not_shut"


def test_the_lock_is_put_on_changed_and_taken_off_and_the_keys_stay_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    load_server_keys(folder)
    rotate_server_key(folder, NOW)
    before = load_server_keys(folder)
    locks: list[Lock | None] = [None, lock_of(SECRET), lock_of(OTHER), None]
    for old, new in pairwise(locks):
        assert set(relock_server_keys(folder, old, new)) == {KEY_FILE, RETIRED_FILE}
        assert relock_server_keys(folder, old, new) == ()
    after = load_server_keys(folder)
    assert (after.kid, after.told()) == (before.kid, before.told())
    relock_server_keys(folder, None, lock_of(SECRET))
    for wrong in (None, lock_of(OTHER)):
        with pytest.raises(LockRefused):
            relock_server_keys(folder, wrong, None)


def test_what_was_kept_in_the_clear_is_read_under_a_lock_and_kept_locked_from_then_on(
    tmp_path: Path,
) -> None:
    assert shut(b"x", "a") == b"x"
    use_lock(key_file(tmp_path))
    assert opened(b"x", "a") == b"x"
    kept = relocked(b"x", "a", None, read_lock(tmp_path / "lock-key"))
    assert kept is not None
    assert opened(kept, "a") == b"x"
    assert relocked(b"", "a", None, read_lock(tmp_path / "lock-key")) is None
