"""The library that is preloaded into servers (`shim.c`), and the page by which it is told what to do."""

import hashlib
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("shim.c")
TOOL: Final = Path(__file__).parents[2] / "tools" / "debian-packages"
VARIABLE: Final = "FIELDCHECK_FAULT_PAGE"

_NUMBERS: Final = ("skew_s", "fail_from", "fail_count", "full", "syncs", "failed", "refused", "doomed")
_DOOMED: Final = 64
_LOST_AT: Final = 8 * len(_NUMBERS)
_WHERE_AT: Final = _LOST_AT + 24 * _DOOMED
_WHERE: Final = 256
_KEPT: Final = 512
SIZE: Final = _WHERE_AT + _WHERE + 8 + 16 * _KEPT


def library() -> Path:
    """The compiled library; made at the first call on this machine, named after its source."""
    named = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    made = Path(tempfile.gettempdir()) / f"fieldcheck-shim-{os.getuid()}-{named}.so"
    if not made.exists():
        if shutil.which("gcc") is None:
            subprocess.run([TOOL, "gcc", "libc6-dev"], check=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as folder:
            fresh = Path(folder) / made.name
            words = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", fresh, SOURCE, "-ldl"]
            subprocess.run(words, check=True)
            fresh.chmod(0o755)
            fresh.rename(made)
    return made


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes of a file that no sync had kept when one failed: on a real disk they may be gone."""

    inode: int
    start: int
    stop: int


class Page:
    """What the shim of one process (or of all of one database) is told and tells. Nothing goes wrong at first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(SIZE))
        path.chmod(0o666)  # a database runs as a user of its own
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), SIZE)

    def close(self) -> None:
        """Let go of it."""
        self._page.close()

    def read(self, name: str) -> int:
        """One of the numbers of `struct page`."""
        return int(struct.unpack_from("q", self._page, 8 * _NUMBERS.index(name))[0])

    def _tell(self, name: str, value: int) -> None:
        struct.pack_into("q", self._page, 8 * _NUMBERS.index(name), value)

    def skew(self, seconds: int) -> None:
        """Let the wall clock be off by so much."""
        self._tell("skew_s", seconds)

    def fail_syncs(self, where: str, first: int, count: int) -> None:
        """Let `count` syncs of files with `where` in their path fail, from the `first` one (1: the next) on."""
        self._tell("fail_from", 0)
        for name in ("syncs", "failed", "doomed"):
            self._tell(name, 0)
        self._say_where(where)
        self._tell("fail_count", count)
        self._tell("fail_from", first)

    def fill(self, where: str) -> None:
        """Let there be no room for files with `where` in their path."""
        self._say_where(where)
        self._tell("refused", 0)
        self._tell("full", 1)

    def heal(self) -> None:
        """Let syncs and writes succeed again. The clock stays as it is."""
        self._tell("fail_from", 0)
        self._tell("full", 0)
        self._say_where("")

    def lost(self) -> tuple[Lost, ...]:
        """What failed syncs left in doubt."""
        found = range(min(self.read("doomed"), _DOOMED))
        return tuple(Lost(*struct.unpack_from("3Q", self._page, _LOST_AT + 24 * place)) for place in found)

    def _say_where(self, where: str) -> None:
        told = where.encode()
        if len(told) >= _WHERE:
            raise ValueError(where)
        self._page[_WHERE_AT : _WHERE_AT + _WHERE] = told.ljust(_WHERE, b"\0")
