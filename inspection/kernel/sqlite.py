"""SQLite as we run it: one kept writer, kept readers as they are needed, WAL, synchronous=FULL, BEGIN IMMEDIATE.

Piccolo's own engine opens a connection and a thread for every statement, begins DEFERRED, and leaves the write lock
behind when a COMMIT fails. `tests/inspection/kernel/test_unit_of_work.py` shows each of these and that this engine
does not share them. One process writes (`one_writer.py`), others may read; the threads here only keep the event loop
free.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextvars import ContextVar, copy_context
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from piccolo.engine.sqlite import (
    SQLiteEngine,
    SQLiteTransaction,
    TransactionType,
)
from piccolo.querystring import QueryString
from piccolo.table import Table

from inspection.kernel.commits import keeping
from inspection.kernel.hop import WorkThread, driven
from inspection.kernel.load import Load
from inspection.kernel.moved import refuse_moved
from inspection.kernel.one_writer import become_writer, cease_writing
from inspection.kernel.search_index import give_functions
from inspection.kernel.task_guard import forbid_foreign_task, runner

T = TypeVar("T")

BUSY_TIMEOUT_S = 30
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    # 64 MiB of log before it is copied into the file: a page that many commits touch is copied once.
    "wal_autocheckpoint = 16384",
)
# KiB of pages that a connection keeps for itself; what it does not keep, the operating system has. A transaction that
# changes more spills into the log.
WRITER_CACHE, READER_CACHE = 8 * 1024, 2 * 1024


@lru_cache(maxsize=8192)
def _uuid(told: bytes) -> UUID:
    return UUID(told.decode())


# In the place of Piccolo's own: the same visits and devices stand in row after row.
sqlite3.register_converter("UUID", _uuid)


class KeptConnection:
    """One sqlite3 connection on one thread of its own; a statement costs one hop."""

    def __init__(self, path: str, *, query_only: bool = False) -> None:
        self._thread = WorkThread("sqlite")
        self._path = path
        self._query_only = query_only
        self._raw: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Connect and set the pragmas.

        Raises:
            sqlite3.OperationalError: the file cannot be opened.
        """
        self._thread.start()
        await self._thread.run(self._open)

    def _open(self) -> None:
        raw = sqlite3.connect(
            self._path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            cached_statements=512,
        )
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        raw.execute(f"PRAGMA cache_size = -{READER_CACHE if self._query_only else WRITER_CACHE}")
        give_functions(raw)
        if self._query_only:
            raw.execute("PRAGMA query_only = ON")
        self._raw = raw

    @property
    def raw(self) -> sqlite3.Connection:
        if self._raw is None:
            raise RuntimeError("the SQLite engine is not started: await engine.start() first")
        return self._raw

    @property
    def is_open(self) -> bool:
        """Whether it can be asked."""
        return self._raw is not None

    @property
    def asked(self) -> int:
        """How many pieces of work somebody waits for."""
        return self._thread.asked

    async def fetch(self, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Run one statement and return its rows as dicts."""
        return await self._thread.run(lambda: _rows(self.raw.execute(sql, args)))

    async def execute(self, sql: str) -> None:
        """Run one statement without parameters or rows (BEGIN, SAVEPOINT, …); the name Piccolo's savepoints call."""
        await self._thread.run(lambda: self.raw.execute(sql).close())

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run one statement for every row; returns how many rows changed."""
        return await self._thread.run(lambda: self.raw.executemany(sql, rows).rowcount)

    async def execute_values(
        self, sql: str, rows: Sequence[Sequence[Any]], most: int, spellings: Mapping[int, Callable[[Any], Any]]
    ) -> int:
        """Run one statement whose `{}` stands for VALUES rows, for as many rows at a time as `most` parameters are;
        returns how many rows changed. One statement for each row would let full-text triggers write a segment each.
        `spellings`: by place in the row, what becomes of a value that is not None.
        """
        return await self._thread.run(lambda: _in_parts(self.raw, sql, rows, most, spellings))

    async def drive(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """All that `work` does, statement after statement, in one hop. It may await nothing but this connection."""
        context = copy_context()
        return await self._thread.run(lambda: context.run(driven, work))

    async def roll_back(self) -> None:
        """Undo whatever is open; harmless when nothing is."""
        # Nothing runs on the writer now: whether a transaction is open can be seen without a hop.
        if self.raw.in_transaction:
            await self._thread.run(self._roll_back)

    def _roll_back(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    async def close(self) -> None:
        """Close the connection and end its thread."""
        raw, self._raw = self._raw, None
        if raw is not None:
            await self._thread.run(raw.close)
        self._thread.end()


def _in_parts(
    raw: sqlite3.Connection,
    sql: str,
    rows: Sequence[Sequence[Any]],
    most: int,
    spellings: Mapping[int, Callable[[Any], Any]],
) -> int:
    width = len(rows[0])
    size = max(1, most // width)
    one = f"({', '.join('?' * width)})"
    changed = 0
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        columns: list[Iterable[Any]] = list(zip(*part, strict=True))
        for place, spelling in spellings.items():
            columns[place] = _spelt(columns[place], spelling)
        flat = list(chain.from_iterable(zip(*columns, strict=True)))
        changed += raw.execute(sql.replace("{}", ", ".join([one] * len(part)), 1), flat).rowcount
    return changed


def _spelt(values: Iterable[Any], spelling: Callable[[Any], Any]) -> list[Any]:
    told: list[Any] = []
    last = word = None
    for value in values:
        if value is not last:  # a column often holds the same in every row
            last, word = value, None if value is None else spelling(value)
        told.append(word)
    return told


def _rows(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    rows = cursor.fetchall()
    if not rows:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


class KeptTransaction(SQLiteTransaction):
    """A write transaction on the kept writer. Whatever happens, the lock and the context are given back."""

    engine: "KeptSQLiteEngine"
    owner: object
    __slots__ = ("locked", "owner")

    def __init__(
        self,
        engine: "KeptSQLiteEngine",
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
        *,
        locked: bool = False,
    ) -> None:
        """`locked`: whoever opens it holds the writer's lock and gives it back himself."""
        super().__init__(engine, transaction_type, allow_nested)
        self.locked = locked

    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            return self._parent
        if not self.locked:
            await self.engine.writer_lock.acquire()
        self.connection: Any = self.engine.writer
        try:
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_back()
            raise
        self.owner = runner()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: object, exception: object, traceback: object) -> bool:
        if self._parent is not None:
            return exception is None
        try:
            if exception is None and not self._committed and not self._rolled_back:
                with keeping():
                    await self.commit()  # type: ignore[no-untyped-call]
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return exception is None

    async def _give_back(self) -> None:
        try:
            await self.engine.writer.roll_back()
        finally:
            if not self.locked:
                self.engine.writer_lock.release()


_reading: ContextVar[KeptConnection | None] = ContextVar("reading", default=None)
"""The reader in whose thread `read_at_once` runs."""


class KeptSQLiteEngine(SQLiteEngine):
    """Piccolo's SQLite engine over kept connections. `start()` before use, `close()` after.

    `reads_only`: for a command beside the process that writes; the database itself refuses whatever would change it.
    """

    writer: KeptConnection
    writer_lock: asyncio.Lock

    def __init__(self, path: str | Path, *, readers: int = 2, reads_only: bool = False) -> None:
        super().__init__(path=str(path))
        self._reader_count = readers
        self.reads_only = reads_only
        self._writes = False
        self._readers: list[KeptConnection] = []

    async def start(self) -> None:
        """Open the writer, which turns WAL on. Binds to the running event loop.

        Raises:
            Refused: `busy`: another process writes to this database; `conflict`: its rows were moved to PostgreSQL.
        """
        refuse_moved(Path(self.path))
        if not self.reads_only:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            become_writer(Path(self.path))
            self._writes = True
        try:
            self.writer_lock = asyncio.Lock()
            self.writer = KeptConnection(self.path, query_only=self.reads_only)
            await self.writer.open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection, end the threads, and let another process write."""
        try:
            for connection in (*self._readers, self.writer):
                await connection.close()
        finally:
            self._readers = []
            if self._writes:
                self._writes = False
                cease_writing(Path(self.path))

    def load(self) -> Load:
        """What the connections have to do now."""
        each = (self.writer, *self._readers)
        busy = sum(one.asked > 0 for one in each)
        behind = sum(max(0, one.asked - 1) for one in each)
        # Who waits for the writer waits for its lock; the lock does not say for how many.
        locked = sum(not one.done() for one in getattr(self.writer_lock, "_waiters", None) or ())
        log = Path(f"{self.path}-wal")
        length = log.stat().st_size if log.is_file() else 0
        return Load(busy, len(each) - busy, 1 + self._reader_count, behind + locked, length)

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
    ) -> KeptTransaction:
        if self.reads_only:
            transaction_type = TransactionType.deferred
        return KeptTransaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)

    async def write_at_once(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """`work` in a transaction of its own, all of it in the writer's thread: one hop however many statements."""

        async def whole() -> T:
            async with KeptTransaction(self, locked=True):
                return await work()
            raise AssertionError("unreachable: a transaction swallows nothing")

        await self.writer_lock.acquire()
        try:
            return await self.writer.drive(whole)
        finally:
            self.writer_lock.release()

    async def read_at_once(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """`work`, which only reads and outside of a transaction, all of it in the thread of one reader."""
        reader = await self._free_reader()

        async def whole() -> T:
            _reading.set(reader)
            return await work()

        return await reader.drive(whole)

    async def _free_reader(self) -> KeptConnection:
        """The one with the least to do, so that no page waits behind a long statement of background work; while all
        that are open have something to do, a further one, as far as there may be more. To open one means to read the
        whole schema, which takes longer than most commands read, and keeps it in memory.
        """
        if not self.writer.is_open:
            raise RuntimeError("the SQLite engine is closed")
        free = min(self._readers, key=lambda one: one.asked, default=None)
        if free is not None and (not free.asked or len(self._readers) >= self._reader_count):
            return free
        made = KeptConnection(self.path, query_only=True)
        # At once, not when it is open: whoever is given it meanwhile waits for that in its thread.
        self._readers.append(made)
        try:
            await made.open()
        finally:
            # Whatever came between, also when whoever asked is no more: nobody could ever ask this one.
            if not made.is_open and made in self._readers:
                self._readers.remove(made)
                await made.close()
        return made

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> Any:
        forbid_foreign_task(self.current_transaction.get())
        return await super().run_querystring(querystring, in_pool)

    async def ask(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        """The rows of a statement, in the open transaction if there is one (`inspection.kernel.ask`)."""
        transaction = self.current_transaction.get()
        forbid_foreign_task(transaction)
        if transaction is None:
            return await self._run_in_new_connection(sql, args)
        rows: list[dict[str, Any]] = await transaction.connection.fetch(sql, args)
        return rows

    async def _run_in_new_connection(
        self,
        query: str,
        args: Sequence[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,  # noqa: ARG002  Piccolo's signature
    ) -> list[dict[str, Any]]:
        if query_type == "select" or query.lstrip()[:6].upper() == "SELECT":
            return await (_reading.get() or await self._free_reader()).fetch(query, args or ())
        async with self.writer_lock:
            with keeping(query):
                return await self.writer.fetch(query, args or ())

    async def _run_in_existing_connection(
        self,
        connection: Any,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",  # noqa: ARG002  Piccolo's signature
        table: type[Table] | None = None,  # noqa: ARG002
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await connection.fetch(query, args or ())
        return rows
