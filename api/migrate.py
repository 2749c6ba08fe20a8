"""Brings a database to this version's schema while the version before goes on working: forwards only, additive, one
transaction a migration, one process at a time.
"""

import asyncio
import contextlib
import importlib.util
import io
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import structlog
from asyncpg.exceptions import DeadlockDetectedError, LockNotAvailableError
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

from api.schema import APPS
from inspection.kernel.database import current_engine, speaks_postgres
from inspection.kernel.errors import Refused
from inspection.kernel.postgres import PooledPostgresEngine
from inspection.kernel.steps import Alongside
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.migrate")

# Any number will do as long as nobody else on the server takes it for an advisory lock.
LOCK = 0x6669656C64
SOON_S = 0.05
"""The first pause of a process that another one is ahead of; each further one is twice as long."""


@dataclass(frozen=True, slots=True)
class Step:
    """One migration file."""

    app: str
    id: str
    module: ModuleType


def steps() -> list[Step]:
    """All migrations in the order in which they build on each other."""
    os.environ.setdefault("PICCOLO_CONF", "api.piccolo_conf")  # noqa: TID251  Piccolo reads it nowhere else
    found: list[Step] = []
    for app in APPS:
        folder = Path(str(files(app))) / "piccolo_migrations"
        modules = [_load(path) for path in folder.glob("*.py") if path.name != "__init__.py"]
        found += [Step(app, module.ID, module) for module in sorted(modules, key=lambda module: module.ID)]
    return found


async def waiting() -> list[Step]:
    """Migrations that this database has not seen; all of them when it is new."""
    Migration._meta.db = current_engine()  # Piccolo's own table is not among ours
    done = await _done() if await Migration.table_exists() else set()
    return [step for step in steps() if (step.app, step.id) not in done]


@dataclass(frozen=True, slots=True)
class Patience:
    """How a step gets in between those who work. Whoever needs a table waits behind a step that waits for it, so a step
    gives up after `lock_s` seconds, lets them pass for `pause_s`, and tries again, `tries` times in all.
    """

    lock_s: float = 2.0
    statement_s: float = 120.0  # for one statement of a step, which holds its locks meanwhile; 0: as long as it takes
    tries: int = 60
    pause_s: float = 5.0


class StillLocked(Refused):
    """A step found its tables, or the right to migrate, in other hands each time it tried; nothing of it was done."""

    def __init__(self, step: str, tries: int) -> None:
        super().__init__(ProblemCode.BUSY, "cli.migration_locked", step=step, tries=tries)


async def migrate(patience: Patience = Patience()) -> list[Step]:
    """Run what is waiting; returns it. Safe to call from several processes at once: the second finds nothing left.

    What earlier versions wrote and read works on, before, while and after this runs: steps only add. One that was
    broken off is repeated by the next call.

    Raises:
        StillLocked: other work held on to a table for the whole of this patience.
    """
    Migration._meta.db = current_engine()
    if not await Migration.table_exists():
        await _patiently("the list of migrations", _make_list, patience)
    steps_waiting = await waiting()
    return [one for one in steps_waiting if await _patiently(f"{one.app}/{one.id}", partial(_run, one), patience)]


async def _patiently(what: str, once: Callable[[Patience], Awaitable[bool]], patience: Patience) -> bool:
    for attempt in range(1, patience.tries + 1):
        pause = patience.pause_s
        try:
            return await once(patience)
        except (LockNotAvailableError, DeadlockDetectedError) as error:
            log.warning("a migration lets others pass", step=what, attempt=attempt, error=type(error).__name__)
        except _Elsewhere:
            pause = min(pause, SOON_S * 2**attempt)
        if attempt < patience.tries:
            await asyncio.sleep(pause)
    raise StillLocked(what, patience.tries)


async def _make_list(patience: Patience) -> bool:
    async with unit_of_work():
        await _begin(patience)
        await Migration.create_table(if_not_exists=True)
    return True


async def _run(step: Step, patience: Patience) -> bool:
    """One step and its record, in one transaction."""
    manager: MigrationManager = await step.module.forwards()
    engine = current_engine()
    if isinstance(manager, Alongside) and isinstance(engine, PooledPostgresEngine):
        return await _run_alongside(step, manager, engine)
    async with unit_of_work():
        await _begin(patience)
        if (step.app, step.id) in await _done():
            return False
        manager.wrap_in_transaction = False
        with contextlib.redirect_stdout(io.StringIO()):
            await manager.run()
        await _record(step)
    return True


async def _run_alongside(step: Step, manager: Alongside, engine: PooledPostgresEngine) -> bool:
    """A step outside of transactions: repeated from its beginning until all of it is there, and then recorded."""
    async with engine.holding(LOCK) as mine:
        if not mine:
            raise _Elsewhere
        if (step.app, step.id) in await _done():
            return False
        await manager.build()
        async with unit_of_work():
            await _record(step)
    return True


async def _record(step: Step) -> None:
    await Migration.insert(Migration(name=step.id, app_name=step.app))


class _Elsewhere(Exception):
    """Another process migrates this database."""


async def _begin(patience: Patience) -> None:
    if not speaks_postgres():
        return
    # Tried, not waited for: a statement that waits is itself what an index built alongside would wait for.
    if not (await Migration.raw("SELECT pg_try_advisory_xact_lock({}) AS mine", LOCK))[0]["mine"]:
        raise _Elsewhere
    for name, seconds in (("lock_timeout", patience.lock_s), ("statement_timeout", patience.statement_s)):
        await Migration.raw("SELECT set_config({}, {}, true)", name, f"{round(seconds * 1000)}ms")


async def _done() -> set[tuple[str, str]]:
    rows = await Migration.select(Migration.app_name, Migration.name)
    return {(row["app_name"], row["name"]) for row in rows}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.parent.parent.name}_migrations.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
