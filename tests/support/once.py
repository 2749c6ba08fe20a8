"""What is dear to make is made once a test run, whichever of its processes asks first."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """The value that `make` gives for a new folder; later calls of this run, in any process, get the same one.

    The folder stays as `make` left it, so whoever writes in it works on a copy.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # noqa: TID251  the runner's own variable
    kept = shared / f"{name}.pickle"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            folder = shared / name
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
    value: T = pickle.loads(kept.read_bytes())  # noqa: S301  written a moment ago by this very run
    return value
