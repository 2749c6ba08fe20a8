"""The migrations make exactly the schema that the tables say, on both engines, once, whoever starts first."""

import asyncio
from importlib import import_module

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from api.migrate import migrate, steps, waiting
from api.schema import APPS, all_extras, all_tables
from inspection.kernel.database import open_engine, running
from inspection.kernel.indexes import AppendOnly, BytewiseIndex, Extra, Unlogged
from inspection.kernel.search_index import SearchIndex
from tests.support import postgres


@pytest.mark.parametrize("app", APPS)
async def test_the_automatic_difference_between_tables_and_migrations_is_empty(db, app, monkeypatch) -> None:
    monkeypatch.setenv("PICCOLO_CONF", "api.piccolo_conf")
    config = import_module(f"{app}.piccolo_app").APP_CONFIG
    found = await AutoMigrationManager().get_alter_statements(config)
    assert [statement for statements in found for statement in statements.statements] == []


def test_the_migrations_list_every_index_and_every_append_only_row() -> None:
    frozen: list[str] = []
    for step in steps():
        frozen += map(repr, getattr(step.module, "EXTRAS", []))
        for dropped in getattr(step.module, "DROPPED", []):
            frozen.remove(repr(dropped))
    assert sorted(frozen) == sorted(map(repr, all_extras()))


async def test_every_index_is_in_the_database(db) -> None:
    if db.engine_type == "sqlite":
        rows = await db.writer.fetch("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")
    else:
        rows = [dict(row) for row in await db.started_pool.fetch("SELECT indexname AS name FROM pg_indexes")]
        rows += [dict(row) for row in await db.started_pool.fetch("SELECT tgname AS name FROM pg_trigger")]
    there = {row["name"] for row in rows}
    wanted = {name for extra in all_extras() for name in _names(extra, db.engine_type)}
    assert wanted <= there


def _names(extra: Extra, engine: str) -> list[str]:
    match extra:
        case AppendOnly():
            return list(extra.triggers)
        case SearchIndex() if engine == "sqlite":
            return [f"{extra.name}_insert", f"{extra.name}_update", f"{extra.name}_delete"]
        case BytewiseIndex() if engine == "sqlite":
            return []
        case Unlogged():
            return []
    return [extra.name]


async def test_a_migrated_database_waits_for_nothing_and_migrating_again_runs_nothing(db) -> None:
    assert await waiting() == []
    assert await migrate() == []


def test_two_processes_that_migrate_at_once_run_each_step_once(postgres_dsn) -> None:
    async def both(dsn: str) -> list[str]:
        async with running(open_engine(dsn), all_tables()):
            return [step.id for ran in await asyncio.gather(migrate(), migrate()) for step in ran]

    with postgres.database("fieldcheck_test_two_migrators") as dsn:
        assert sorted(asyncio.run(both(dsn))) == sorted(step.id for step in steps())


def test_every_migration_says_what_it_is() -> None:
    assert [step.id for step in steps() if not step.module.DESCRIPTION.strip()] == []
