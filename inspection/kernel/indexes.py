"""What Piccolo cannot say about a table on both engines: composite and partial indexes, and rows that may not change.

A room lists these beside its tables in `INDEXES`; the migrations create them; a test compares the two.
"""

from dataclasses import dataclass
from typing import TypeAlias

from inspection.kernel.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class UniqueIndex:
    """No two rows agree in all of `columns`."""

    table: str
    columns: tuple[str, ...]
    where: str | None = None

    @property
    def name(self) -> str:
        return f"{self.table}__{'_'.join(self.columns)}__unique"

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        del engine_type
        tail = f" WHERE {self.where}" if self.where else ""
        return (f'CREATE UNIQUE INDEX IF NOT EXISTS "{self.name}" ON "{self.table}" ({_quoted(self.columns)}){tail}',)


@dataclass(frozen=True, slots=True)
class Index:
    """Rows are looked up by `columns`, in this order."""

    table: str
    columns: tuple[str, ...]
    where: str | None = None

    @property
    def name(self) -> str:
        return f"{self.table}__{'_'.join(self.columns)}"

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        del engine_type
        tail = f" WHERE {self.where}" if self.where else ""
        return (f'CREATE INDEX IF NOT EXISTS "{self.name}" ON "{self.table}" ({_quoted(self.columns)}){tail}',)


@dataclass(frozen=True, slots=True)
class BytewiseIndex:
    """Rows are read in the order of `columns`, the last of them compared byte by byte whatever the database's language.

    SQLite always compares so: there the unique index that begins with these columns serves.
    """

    table: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}__{'_'.join(self.columns)}__bytewise"

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        if engine_type == "sqlite":
            return ()
        return (f'CREATE INDEX IF NOT EXISTS "{self.name}" ON "{self.table}" ({_quoted(self.columns)} COLLATE "C")',)


@dataclass(frozen=True, slots=True)
class AppendOnly:
    """Rows of `table` are never deleted and `columns` (all, when empty) never updated; the database itself refuses."""

    table: str
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.table}__append_only"

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        of = f" OF {_quoted(self.columns)}" if self.columns else ""
        message = f"{self.table} is append-only"
        if engine_type == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            return (
                f'CREATE TRIGGER IF NOT EXISTS "{self.name}_update" BEFORE UPDATE{of} ON "{self.table}" {body}',
                f'CREATE TRIGGER IF NOT EXISTS "{self.name}_delete" BEFORE DELETE ON "{self.table}" {body}',
            )
        function = f'"{self.name}"()'
        return (
            (
                f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
            ),
            (
                f'CREATE OR REPLACE TRIGGER "{self.name}_update" BEFORE UPDATE{of} ON "{self.table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {function}"
            ),
            (
                f'CREATE OR REPLACE TRIGGER "{self.name}_delete" BEFORE DELETE ON "{self.table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {function}"
            ),
        )


Extra: TypeAlias = UniqueIndex | Index | BytewiseIndex | AppendOnly | SearchIndex


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
