"""Migrations in a form that a person can read: one line a column.

Piccolo drafts twenty lines for each column (`make migrations`); a step that makes tables is boiled down to `table(…)`
and `column(…)` before it is committed. What a step says is frozen: it never looks at today's table classes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Column, ForeignKey, OnDelete, OnUpdate
from piccolo.columns.indexes import IndexMethod
from piccolo.table import create_table_class

from inspection.kernel.ask import ask
from inspection.kernel.database import current_engine
from inspection.kernel.indexes import Extra
from inspection.kernel.postgres import PooledPostgresEngine

_PLAIN: dict[str, Any] = {
    "default": None,
    "null": False,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


@dataclass(frozen=True, slots=True)
class ColumnStep:
    """A column: its class and where it differs from a plain NOT NULL one without default."""

    name: str
    kind: type[Column]
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableStep:
    """A table and its columns, in their order."""

    class_name: str
    name: str
    columns: tuple[ColumnStep, ...] = field(default=())


def table(class_name: str, name: str, *columns: ColumnStep) -> TableStep:
    """A table to make."""
    return TableStep(class_name, name, columns)


def column(name: str, kind: type[Column], **params: Any) -> ColumnStep:
    """A column of it."""
    return ColumnStep(name, kind, params)


def reference(name: str, class_name: str, target: str, *, null: bool = False) -> ColumnStep:
    """A foreign key to the UUID `id` of the table `target`; restricts, like every one of ours."""
    referred = create_table_class(
        class_name, class_kwargs={"tablename": target}, class_members={"id": UUID(default=None, primary_key=True)}
    )
    rules = {"on_delete": OnDelete.restrict, "on_update": OnUpdate.restrict, "target_column": None}
    return ColumnStep(name, ForeignKey, {"references": referred, **rules, "null": null})


@dataclass(frozen=True, slots=True)
class Loosened:
    """References of a table that is there already which need no longer be given."""

    class_name: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """A statement that fills what a migration has added, before indexes stand on it."""

    sql: str

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        del engine_type
        return (self.sql,)


class Step(MigrationManager):
    """A migration whose indexes and triggers come after its tables and columns; Piccolo runs raw steps first."""

    extras: Sequence[Extra | Filling] = ()

    async def _run_alter_columns(self, backwards: bool = False) -> None:
        """Piccolo's own way is not SQLite's, which has no ALTER COLUMN."""
        engine = current_engine()
        if backwards or engine.engine_type != "sqlite":
            await super()._run_alter_columns(backwards=backwards)
            return
        for one in self.alter_columns.alter_columns:
            for ddl in _loosened_in_sqlite(one.tablename, one.db_column_name):
                await engine.run_ddl(ddl)

    async def run(self, backwards: bool = False) -> None:
        """Make tables and columns, then what stands on them."""
        await super().run(backwards=backwards)
        engine = current_engine()
        for extra in self.extras:
            for ddl in extra.ddl(engine.engine_type):
                await engine.run_ddl(ddl)


class Alongside(Step):
    """A migration of indexes on tables that have rows. On PostgreSQL `build` makes them while others write; on SQLite,
    whose one writer waits anyway, it runs in its transaction like every other.
    """

    async def build(self) -> None:
        """Make each index without holding anybody up, what an earlier attempt has left half-made first put away.

        An index that is there and whole is left alone: this may be repeated until all of them are.
        """
        engine = current_engine()
        if not isinstance(engine, PooledPostgresEngine):
            raise TypeError("only PostgreSQL builds indexes alongside")
        for extra in self.extras:
            for ddl in extra.ddl(engine.engine_type):
                made = _INDEX.match(ddl)
                if made is None:
                    await engine.run_alone(ddl)
                    continue
                whole = await ask("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass({})", made["name"])
                if whole and not whole[0]["indisvalid"]:
                    await engine.run_alone(f"DROP INDEX CONCURRENTLY IF EXISTS {made['name']}")
                await engine.run_alone(f"{made['what']} CONCURRENTLY {ddl[made.end('what') :]}")


_INDEX = re.compile(r'(?P<what>CREATE (UNIQUE )?INDEX)(?: IF NOT EXISTS) (?P<name>"[^"]+")')


def making(
    app: str, step_id: str, description: str, tables: Sequence[TableStep], extras: Sequence[Extra] = ()
) -> MigrationManager:
    """The migration that makes these tables, with their indexes and append-only triggers."""
    manager = Step(migration_id=step_id, app_name=app, description=description)
    for one in tables:
        manager.add_table(class_name=one.class_name, tablename=one.name)
    return _with_columns(manager, tables, extras)


def widening(
    app: str, step_id: str, description: str, tables: Sequence[TableStep], extras: Sequence[Extra | Filling] = ()
) -> MigrationManager:
    """The migration that gives tables which are there already further columns, and indexes.

    The columns are nullable: the rows that are there have no value for them, and neither engine adds a NOT NULL column
    without a default.
    """
    _nullable(tables)
    manager = Step(migration_id=step_id, app_name=app, description=description)
    return _with_columns(manager, tables, extras)


def _with_columns(manager: Step, tables: Sequence[TableStep], extras: Sequence[Extra | Filling]) -> MigrationManager:
    for one in tables:
        for each in one.columns:
            manager.add_column(
                table_class_name=one.class_name,
                tablename=one.name,
                column_name=each.name,
                db_column_name=each.name,
                column_class_name=each.kind.__name__,
                column_class=each.kind,
                params={**_PLAIN, **each.params},
            )
    return _with_extras(manager, extras)


def adding(app: str, step_id: str, description: str, extras: Sequence[Extra]) -> MigrationManager:
    """The migration that adds indexes and append-only triggers."""
    return _with_extras(Step(migration_id=step_id, app_name=app, description=description), extras)


def alongside(app: str, step_id: str, description: str, extras: Sequence[Extra]) -> MigrationManager:
    """The migration that adds indexes to tables which have rows, without keeping anybody from writing meanwhile: the
    way of every later index. Nothing else belongs in it.
    """
    return _with_extras(Alongside(migration_id=step_id, app_name=app, description=description), extras)


def changing(
    app: str,
    step_id: str,
    description: str,
    made: Sequence[TableStep],
    widened: Sequence[TableStep],
    extras: Sequence[Extra | Filling] = (),
    loosened: Sequence[Loosened] = (),
) -> MigrationManager:
    """The migration that makes the tables `made`, gives the tables `widened` further nullable columns, and lets the
    references `loosened` be NULL from now on.
    """
    _nullable(widened)
    manager = Step(migration_id=step_id, app_name=app, description=description)
    for each in loosened:
        for name in each.columns:
            manager.alter_column(
                each.class_name,
                each.table,
                name,
                params={"null": True},
                old_params={"null": False},
                column_class=ForeignKey,
                old_column_class=ForeignKey,
            )
    for one in made:
        manager.add_table(class_name=one.class_name, tablename=one.name)
    return _with_columns(manager, [*made, *widened], extras)


def _loosened_in_sqlite(table_name: str, name: str) -> tuple[str, ...]:
    """What SQLite's manual says for taking away a NOT NULL (lang_altertable, section 7): the text that is stored of the
    table is changed and no row is touched. The table that comes and goes moves the schema's number, so that every
    connection reads the text again.
    """
    was, becomes = f'"{name}" UUID NOT NULL REFERENCES', f'"{name}" UUID REFERENCES'
    rewritten = f"SET sql = replace(sql, '{was}', '{becomes}') WHERE type = 'table' AND name = '{table_name}'"
    return (
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema {rewritten}",
        'CREATE TABLE "fieldcheck__schema_moved" (n INTEGER)',
        'DROP TABLE "fieldcheck__schema_moved"',
        "PRAGMA writable_schema = RESET",
    )


def _nullable(tables: Sequence[TableStep]) -> None:
    if any(not each.params.get("null", False) for one in tables for each in one.columns):
        raise ValueError("a column added to a table with rows must be nullable")


def _with_extras(manager: Step, extras: Sequence[Extra | Filling]) -> MigrationManager:
    manager.extras = tuple(extras)
    return manager
