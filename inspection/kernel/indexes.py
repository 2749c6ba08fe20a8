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
    """Rows are looked up by `columns`, in this order. `short`: what it is called where the columns' names together are
    longer than PostgreSQL's 63 bytes.
    """

    table: str
    columns: tuple[str, ...]
    where: str | None = None
    short: str | None = None

    @property
    def name(self) -> str:
        return f"{self.table}__{self.short or '_'.join(self.columns)}"

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
class Erasable:
    """A column of an append-only table that may be filled once where it is NULL, and made NULL where the table `by`
    has a row with the same `key`: nothing is erased that nobody answers for, and what was erased stays so.
    """

    column: str
    by: str
    key: str


@dataclass(frozen=True, slots=True)
class AppendOnly:
    """Rows of `table` are never deleted and `columns` (all, when empty) never updated; the database itself refuses.

    `erasable` is a further column, not among `columns`, with the one exception that it describes.
    """

    table: str
    columns: tuple[str, ...] = ()
    erasable: Erasable | None = None

    @property
    def name(self) -> str:
        return f"{self.table}__append_only"

    @property
    def triggers(self) -> tuple[str, ...]:
        """The names of its triggers, on either engine."""
        kinds = ("update", "delete") if self.erasable is None else ("update", "delete", "erase")
        return tuple(f"{self.name}_{kind}" for kind in kinds)

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        of = f" OF {_quoted(self.columns)}" if self.columns else ""
        message = f"{self.table} is append-only"
        if engine_type == "sqlite":
            return (*self._replaced(), *self._sqlite(of, message))
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
            *self._postgres_erase(message),
        )

    def _replaced(self) -> tuple[str, ...]:
        """What was said before of this table gives way; SQLite has no CREATE OR REPLACE for triggers."""
        return tuple(f'DROP TRIGGER IF EXISTS "{name}"' for name in self.triggers)

    def _sqlite(self, of: str, message: str) -> tuple[str, ...]:
        body = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        plain = (
            f'CREATE TRIGGER IF NOT EXISTS "{self.name}_update" BEFORE UPDATE{of} ON "{self.table}" {body}',
            f'CREATE TRIGGER IF NOT EXISTS "{self.name}_delete" BEFORE DELETE ON "{self.table}" {body}',
        )
        if self.erasable is None:
            return plain
        erase = (
            f'CREATE TRIGGER IF NOT EXISTS "{self.name}_erase" BEFORE UPDATE OF "{self.erasable.column}" '
            f'ON "{self.table}" WHEN NOT ({self._allowed(self.erasable)}) {body}'
        )
        return (*plain, erase)

    def _postgres_erase(self, message: str) -> tuple[str, ...]:
        if self.erasable is None:
            return ()
        function = f'"{self.name}_erase"()'
        return (
            (
                f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF NOT ({self._allowed(self.erasable)}) THEN RAISE EXCEPTION '{message}'; END IF; "
                "RETURN NEW; END $$"
            ),
            (
                f'CREATE OR REPLACE TRIGGER "{self.name}_erase" BEFORE UPDATE OF "{self.erasable.column}" '
                f'ON "{self.table}" FOR EACH ROW EXECUTE FUNCTION {function}'
            ),
        )

    @staticmethod
    def _allowed(one: Erasable) -> str:
        ordered = f'EXISTS (SELECT 1 FROM "{one.by}" WHERE "{one.by}"."{one.key}" = OLD."{one.key}")'
        emptied = f'(NEW."{one.column}" IS NULL AND {ordered})'
        filled = f'(OLD."{one.column}" IS NULL AND NOT {ordered})'
        return f"{emptied} OR {filled}"


@dataclass(frozen=True, slots=True)
class Unlogged:
    """Rows that processes tell each other and that nobody misses after a crash: PostgreSQL writes them into no log, so
    they cost no wait for the disk, go to no standby, and are gone after its crash. On SQLite a table like any other.
    """

    table: str

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        return () if engine_type == "sqlite" else (f'ALTER TABLE "{self.table}" SET UNLOGGED',)


Extra: TypeAlias = UniqueIndex | Index | BytewiseIndex | AppendOnly | SearchIndex | Unlogged


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
