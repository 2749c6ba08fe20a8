"""A tablet: the reference client, a clock that lies, a process that may be killed, a disk that may be put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from inspection.kernel.entropy import SeededEntropy
from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings
from tests.simulator.founding import NOW

_MS: Final = 1000
_HOUR: Final = 3_600_000
_START: Final = int(NOW.timestamp() * _MS)
_WALLS: Final = {
    "right": _START,
    "1970": 0,
    "2099": 4_070_908_800_000,
    "hour-ahead": _START + _HOUR,
    "hour-behind": _START - _HOUR,
    "drifting": _START,
    "year-behind": _START - 8766 * _HOUR,
}


class KilledError(Exception):
    """The tablet's process was killed in the middle of a change of its own store."""


class LyingClock:
    """`kind` is one of `trace.CLOCKS`. True time is handed in; what it tells is its own affair."""

    def __init__(self, kind: str, elapsed: Callable[[], int]) -> None:
        self.kind = kind
        self._elapsed = elapsed
        self._offset = 0
        self._booted = 0
        self._boots = 1

    def tell(self) -> DeviceTime:
        passed = self._elapsed()
        shown = passed * 5 // 4 if self.kind == "drifting" else passed
        wall = max(0, _WALLS[self.kind] + shown + self._offset)
        return DeviceTime(wall=wall, mono=passed - self._booted, boot=f"b{self._boots}")

    def go_wrong(self, random: Random) -> None:
        """A jump back or ahead, a reboot, or another lie altogether."""
        match random.choice(("back", "ahead", "reboot", "other")):
            case "back":
                self._offset -= random.randint(1, 48) * _HOUR
            case "ahead":
                self._offset += random.randint(1, 48) * _HOUR
            case "reboot":
                self._boots += 1
                self._booted = self._elapsed()
            case _:
                self.kind = random.choice(list(_WALLS))


class KillableStore(DeviceStore):
    """A device's store whose process dies before its `n`-th statement from now: the transaction never commits."""

    def __init__(self, content: bytes | None = None) -> None:
        super().__init__()
        if content is not None:
            self._db.deserialize(content)
        self._real: sqlite3.Connection = self._db
        self._db = _Killable(self._real)  # type: ignore[assignment]

    def content(self) -> bytes:
        """The whole disk."""
        return self._real.serialize()

    def die(self) -> None:
        """The process ends: what was not committed is not on the disk."""
        self._real.rollback()

    last_words: str | None = None
    """What it has to say since it erased itself, also when it has forgotten that again."""

    @contextmanager
    def step(self) -> Iterator[None]:
        """As before; a statement about its own end is overheard once it stands: one that was undone was never said."""
        with super().step():
            yield
        if not self._real.in_transaction:
            row = self._real.execute("SELECT value FROM memory WHERE name = 'wiped'").fetchone()
            self.last_words = row[0] if row else self.last_words

    def hashes(self, visit: UUID, kind: str, like: str) -> list[str]:
        """Hashes of the own entries of a type whose line is like this, in the order of the log."""
        sql = "SELECT hash FROM entry WHERE visit = ? AND type = ? AND line LIKE ? ORDER BY ep, seq"
        return [row[0] for row in self._real.execute(sql, (str(visit), kind, like))]

    def all_hashes(self) -> set[str]:
        """Hashes of all own entries."""
        return {row[0] for row in self._real.execute("SELECT hash FROM entry")}

    def kill_before(self, statement: int) -> None:
        """Die there; 0 takes it back."""
        self._db.left = statement  # type: ignore[attr-defined]


class _Killable:
    def __init__(self, real: sqlite3.Connection) -> None:
        self._real = real
        self.left = 0

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if self.left:
            self.left -= 1
            if not self.left:
                raise KilledError(sql)
        return self._real.execute(sql, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@dataclass(slots=True)
class Tablet:
    """One tablet. `own` names it in ids and randomness, which never repeat, whatever is restored."""

    number: int
    inspector: UUID
    clock: LyingClock
    entropy: SeededEntropy
    device: Device = field(init=False)
    backup: bytes = b""
    lost: set[str] = field(default_factory=set)
    """Hashes that only a disk held which is gone: no protocol can save them."""
    written: set[str] = field(default_factory=set)
    """Hashes of everything that a disk of this tablet ever held."""
    id: UUID = field(init=False)
    """Its number since it was enrolled: it outlives a wipe."""
    wiped: bool = False
    """It has erased itself and is out of service."""

    def __post_init__(self) -> None:
        self.open(KillableStore())

    def open(self, store: KillableStore) -> None:
        """Start the app on this disk."""
        self.device = Device(store, Surroundings(self.clock.tell, self.entropy.bytes))

    @property
    def store(self) -> KillableStore:
        store = self.device.store
        assert isinstance(store, KillableStore)
        return store

    def note_written(self) -> None:
        """Remember what the disk holds now."""
        self.written |= self.store.all_hashes()

    def restart(self) -> None:
        """The same disk, a new process."""
        self.store.die()
        self.open(KillableStore(self.store.content()))

    def restore(self, *, notices: bool) -> None:
        """Put the backup back; there is one since it was enrolled. A tablet that notices begins a new incarnation."""
        self.note_written()
        self.open(KillableStore(self.backup))
        self.lost |= self.written - {entry.hash for entry in self.store.entries()}
        if notices:
            self.device.start_epoch("restored")
