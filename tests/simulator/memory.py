"""The database of the simulated server: dictionaries, transactions that are undone, and a place to fail at.

The production verbs run on it unchanged; `stores` answers their queries. Every query is one *statement*: the engine's
`watch` is asked before each and after each COMMIT, and may raise there (a crash, a full disk).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from inspection.authority.store import AuthorityRow
from inspection.kernel.journal.kinds import JournalEntry
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits.rows import Member, ServedTask, VisitRow
from sync.push.log_heads import LogHead, Slot
from sync.rows import CodeRow, DeviceRow, Letter, ReceiptRow

BEGIN: Final = "BEGIN"
COMMIT: Final = "COMMIT"
COMMITTED: Final = "committed"
Watch = Callable[[str], None]
Rows = dict[Any, Any]
T = TypeVar("T")


class Crashed(BaseException):
    """The server's process died here."""


@dataclass(slots=True)
class Tables:
    """All rows. Values are never changed in place: a copy of the dictionaries is a snapshot."""

    authorities: dict[UUID, AuthorityRow] = field(default_factory=dict)
    inspectors: dict[UUID, InspectorFacts] = field(default_factory=dict)
    objects: dict[UUID, ObjectFacts] = field(default_factory=dict)
    checklists: dict[UUID, ChecklistFacts] = field(default_factory=dict)
    visits: dict[UUID, VisitRow] = field(default_factory=dict)
    served: dict[UUID, tuple[ServedTask, ...]] = field(default_factory=dict)
    members: dict[UUID, tuple[Member, ...]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As `inspection.visits.entries.admit` writes them."""
    bearers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By id, the hashes of the entries that bear it."""
    numbers: dict[UUID, int] = field(default_factory=dict)
    """The newest number of each visit."""
    devices: dict[UUID, DeviceRow] = field(default_factory=dict)
    bindings: Rows = field(default_factory=dict)
    """(device, inspector) → the open binding."""
    ended: Rows = field(default_factory=dict)
    """Likewise, those that were ended."""
    codes: dict[str, CodeRow] = field(default_factory=dict)
    logs: dict[tuple[UUID, int], LogHead] = field(default_factory=dict)
    tails: dict[tuple[UUID, int], tuple[Slot, ...]] = field(default_factory=dict)
    feeds: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=dict)
    heads: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    letters: dict[tuple[UUID, str], Letter] = field(default_factory=dict)
    receipts: dict[UUID, ReceiptRow] = field(default_factory=dict)
    histories: dict[int, UUID] = field(default_factory=dict)
    journal: dict[str, tuple[JournalEntry, ...]] = field(default_factory=dict)
    trees: dict[int, int] = field(default_factory=dict)
    """By history, the leaves that the log had when it began."""
    queued: dict[UUID, tuple[Any, bytes]] = field(default_factory=dict)
    """What waits for the transparency log, and since when."""
    leaves: dict[int, str] = field(default_factory=dict)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    tree_heads: dict[UUID, Any] = field(default_factory=dict)
    erasures: dict[str, str] = field(default_factory=dict)
    """By hash of an entry whose body was erased, the decision."""
    other: Rows = field(default_factory=dict)
    """Rows of rooms that nobody looks into here, under (store, key)."""

    def copy(self) -> Tables:
        """A snapshot."""
        return Tables(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})


def nothing_happens(_statement: str) -> None:
    """No fault."""


class MemoryEngine:
    """As an engine of `inspection.kernel.database`, as far as a unit of work asks for one."""

    engine_type: Final = "sqlite"

    def __init__(self) -> None:
        self.tables = Tables()
        self.watch: Watch = nothing_happens
        self.current_transaction: ContextVar[MemoryTransaction | None] = ContextVar("memory", default=None)

    def transaction(self) -> MemoryTransaction:
        """A new one; not yet begun."""
        return MemoryTransaction(self)

    async def write_at_once(self, work: Callable[[], Awaitable[T]]) -> T:
        """`work` in a transaction of its own."""
        async with self.transaction():
            return await work()

    async def read_at_once(self, work: Callable[[], Awaitable[T]]) -> T:
        """`work`, which only reads."""
        return await work()

    def statement(self, name: str) -> Tables:
        """Count a statement; the rows it works on."""
        self.watch(name)
        return self.tables

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Nothing fails in here: what an onlooker asks is no statement of the server."""
        kept, self.watch = self.watch, nothing_happens
        try:
            yield
        finally:
            self.watch = kept


class MemoryTransaction:
    """Everything or nothing."""

    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine

    async def __aenter__(self) -> Self:
        self._engine.watch(BEGIN)
        self._before = self._engine.tables
        self._engine.tables = self._before.copy()
        self._token = self._engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        engine = self._engine
        engine.current_transaction.reset(self._token)
        if error is not None:
            engine.tables = self._before
            return
        try:
            engine.watch(COMMIT)
        except BaseException:
            engine.tables = self._before
            raise
        engine.watch(COMMITTED)

    async def savepoint(self) -> Savepoint:
        """A place to go back to inside."""
        return Savepoint(self._engine)


class Savepoint:
    """As Piccolo's, of a unit inside a unit."""

    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._before = engine.tables.copy()

    async def rollback_to(self) -> None:
        """Undo what was done since."""
        self._engine.tables = self._before

    async def release(self) -> None:
        """Keep it."""
