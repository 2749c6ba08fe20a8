"""A PostgreSQL that follows the primary, for reads that may be a little old.

A request gets leave for it by its route (`may_lag`); whoever opens a unit of work, or has had one answer of the
primary, reads from the primary to the end of the request: nobody misses what he has just written, and no request goes
back in time. How old the replica is follows from the write-ahead log alone: at each look the primary says where its log
ends, and the replica how far it has come; what the primary had written at a look, and the replica has replayed, is on
both. That needs no clock of either machine, no right on it, and tells a line that is cut from a primary that rests.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg
import structlog

T = TypeVar("T")

MAY_LAG: Final = "may_lag"
"""The mark of a route whose reads may be a little old."""

LOOK_S: Final = 1.0
PATIENCE_S: Final = 5.0
"""How long a connection to the replica may take to come about, and a look."""
STATEMENT_S: Final = 60.0
"""How long a statement may take there: behind a line that is dead without saying so it would wait for ever."""

# The last one: asyncpg's own state after a server has died in the middle of an answer.
TROUBLES: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, asyncpg.InternalClientError)
_PLACE: Final = "SELECT system_identifier AS cluster, CAST({} - '0/0' AS bigint) AS at FROM pg_control_system()"
ENDS: Final = _PLACE.format("pg_current_wal_lsn()")
REACHED: Final = _PLACE.format("pg_last_wal_replay_lsn()")

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.replica")


class _Leave:
    """One request's leave to read what is a little old."""

    __slots__ = ("given",)

    def __init__(self) -> None:
        self.given = True


_leave: ContextVar[_Leave | None] = ContextVar("leave", default=None)


def give_leave(*, may_lag: bool) -> None:
    """From here on, in this task: whether reads outside of units of work may come from the replica."""
    _leave.set(_Leave() if may_lag else None)


def end_leave() -> None:
    """This task, and the tasks it has started, read from the primary from now on."""
    leave = _leave.get()
    if leave is not None:
        leave.given = False


@dataclass(frozen=True, slots=True)
class Follower:
    """Where the replica is, and by how many seconds it may be behind."""

    dsn: str
    most_s: float


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """Reads answered there, and those that went to the primary although they had leave; by how many seconds it is
    behind at most (None: not known, or more than is allowed).
    """

    answered: int
    fell_back: int
    behind_s: float | None


class Replica:
    """The pool of the replica, and what is known of how far it has come."""

    def __init__(
        self, follower: Follower, *, pool_size: int, reset: Callable[[Any], Awaitable[None]], **how: Any
    ) -> None:
        self._follower = follower
        self._making = {"min_size": 0, "max_size": pool_size, "reset": reset, "command_timeout": STATEMENT_S, **how}
        self._pool: Any = None
        self._ends: deque[tuple[float, int]] = deque()
        self._fresh_at: float | None = None
        self._serves = True  # until it is seen otherwise: the first trouble is told
        self._looking: asyncio.Task[None] | None = None
        self._answered = self._fell_back = 0

    async def start(self, primary: Any) -> None:
        """Look once, then again and again. A replica that is away hinders nobody from starting."""
        self._pool = await asyncpg.create_pool(self._follower.dsn, timeout=PATIENCE_S, **self._making)
        await self._look(primary)
        self._looking = asyncio.get_running_loop().create_task(self._keep_looking(primary), context=Context())

    async def close(self) -> None:
        """Look no more; let go of what is open."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._pool is not None:
            self._pool.terminate()

    def standing(self) -> ReplicaStanding:
        """How it is used now."""
        return ReplicaStanding(self._answered, self._fell_back, self._behind())

    async def read(self, work: Callable[[Any], Awaitable[T]], otherwise: Callable[[], Awaitable[T]]) -> T:
        """What `work` reads on one of the replica's connections, if this task has leave and the replica is young
        enough; else, and whatever the replica runs into, what `otherwise` reads.
        """
        leave = _leave.get()
        if leave is None or not leave.given:
            return await otherwise()
        if self._behind() is not None:
            try:
                async with self._pool.acquire(timeout=PATIENCE_S) as connection:
                    found = await work(connection)
            except TROUBLES as error:
                self._failed(error)
            else:
                self._answered += 1
                return found
        leave.given = False
        self._fell_back += 1
        return await otherwise()

    def _behind(self) -> float | None:
        if self._fresh_at is None:
            return None
        behind = time.monotonic() - self._fresh_at
        return behind if behind <= self._follower.most_s else None

    def _failed(self, error: Exception) -> None:
        # What a statement itself did wrong the primary will say again; a conflict with the replay is over with it.
        if isinstance(error, asyncpg.PostgresError) and not _means_away(error):
            log.info("a read was repeated on the primary", error=type(error).__name__)
            return
        self._fresh_at = None
        self._tell(error=type(error).__name__)

    def _tell(self, error: str = "lag") -> None:
        serves = self._behind() is not None
        if serves != self._serves:
            self._serves = serves
            if serves:
                log.info("the replica is read from", behind_s=round(self._behind() or 0.0, 1))
            else:
                log.warning("the replica is not read from", most_s=self._follower.most_s, error=error)

    async def _keep_looking(self, primary: Any) -> None:
        while True:
            await asyncio.sleep(min(LOOK_S, self._follower.most_s / 4))
            await self._look(primary)

    async def _look(self, primary: Any) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                at = time.monotonic()
                ends = await primary.fetchrow(ENDS)
                reached = await self._pool.fetchrow(REACHED)
        except TROUBLES as error:
            self._fresh_at = None
            self._tell(error=type(error).__name__)
            return
        if reached["cluster"] != ends["cluster"] or reached["at"] is None:
            self._fresh_at = None
            self._tell(error="it follows another server, or none")
            return
        self._note(at, ends["at"], reached["at"])
        self._tell()

    def _note(self, at: float, end: int, reached: int) -> None:
        """The newest look whose end of the log the replica has reached is how fresh it is."""
        self._ends.append((at, end))
        while self._ends and self._ends[0][0] < at - self._follower.most_s:
            self._ends.popleft()
        fresh = [seen for seen, told in self._ends if told <= reached]
        self._fresh_at = max(fresh, default=self._fresh_at)


def _means_away(error: asyncpg.PostgresError) -> bool:
    """Classes of SQLSTATE: connection, authorisation, catalogue, resources, operator's intervention."""
    return str(error.sqlstate)[:2] in {"08", "28", "3D", "53", "57"}
