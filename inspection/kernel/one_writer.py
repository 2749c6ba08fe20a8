"""SQLite has one process that writes: it holds a lock beside the database for as long as its engine is open.

The lock is the kernel's (`flock`): a process that is killed, however, has given it back. Whoever holds it writes its
process id into the file, so that the next one can be told who is in the way. Engines of one process share the lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

UNKNOWN: Final = "?"
_LOOKS, _PAUSE_S = 20, 0.01


@dataclass(slots=True)
class _Held:
    handle: int
    times: int


_held: dict[Path, _Held] = {}


def lock_file(database: Path) -> Path:
    """The file that is locked for this database."""
    return database.with_name(f"{database.name}.lock")


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """This process, and no other, writes to the database meanwhile.

    Raises:
        Refused: `busy` (`kernel.database_in_use`): another process does.
        OSError: the file cannot be made.
    """
    become_writer(database)
    try:
        yield
    finally:
        cease_writing(database)


def become_writer(database: Path) -> None:
    """`only_writer` for an engine, which has a start and an end; each call needs its `cease_writing`."""
    path = lock_file(database.resolve())
    if path in _held:
        _held[path].times += 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
    except BaseException as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise Refused(ProblemCode.BUSY, "kernel.database_in_use", path=str(database), pid=_holder(path)) from None
        raise
    _held[path] = _Held(handle, 1)


def cease_writing(database: Path) -> None:
    """Give the lock back once everybody in this process who asked for it has done so."""
    path = lock_file(database.resolve())
    held = _held[path]
    held.times -= 1
    if not held.times:
        del _held[path]
        os.ftruncate(held.handle, 0)
        os.close(held.handle)


def _holder(path: Path) -> str:
    """The id of the process that holds the lock. It is written just after the lock was taken: until then there is
    none, or that of a process which is gone.
    """
    told = ""
    for _ in range(_LOOKS):
        told = path.read_text(encoding="ascii", errors="replace").strip()
        if told.isdigit() and Path(f"/proc/{told}").exists():
            break
        time.sleep(_PAUSE_S)
    return told or UNKNOWN


def _let_go() -> None:
    """A forked helper does not write: were the lock open in it too, it would outlive this process in there."""
    for held in _held.values():
        os.close(held.handle)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)
