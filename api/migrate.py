"""Brings a database to this version's schema: forwards only, additive, one transaction a migration, one process at a
time."""

import contextlib
import importlib.util
import io
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

from api.schema import APPS
from inspection.kernel.database import current_engine, speaks_postgres
from inspection.kernel.unit_of_work import unit_of_work

# Any number will do as long as nobody else on the server takes it for an advisory lock.
LOCK = 0x6669656C64


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


async def migrate() -> list[Step]:
    """Run what is waiting; returns it. Safe to call from several processes at once: the second finds nothing left."""
    Migration._meta.db = current_engine()
    if not await Migration.table_exists():
        async with unit_of_work():
            await _lock()
            await Migration.create_table(if_not_exists=True)
    ran: list[Step] = []
    for step in await waiting():
        async with unit_of_work():
            await _lock()
            if (step.app, step.id) in await _done():
                continue
            manager: MigrationManager = await step.module.forwards()
            manager.wrap_in_transaction = False
            with contextlib.redirect_stdout(io.StringIO()):
                await manager.run()
            await Migration.insert(Migration(name=step.id, app_name=step.app))
            ran.append(step)
    return ran


async def _lock() -> None:
    if speaks_postgres():
        await Migration.raw("SELECT pg_advisory_xact_lock({})", LOCK)
        await Migration.raw("SET LOCAL lock_timeout = '5s'")


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
