"""An index of a table's rows by words, on both engines, kept by the database itself so that no writer can forget it.

SQLite: an FTS5 table without contents, written by triggers through a function that every connection of ours has; a
foreign program that cannot call it cannot write the table either. PostgreSQL: a GIN index over an expression; built in,
no extension. Words: `inspection.kernel.search_words`.

FTS5 knows rows by `rowid`. SQLite keeps it through VACUUM for every table that has an index (the primary key is one),
as the tests show of the version at hand; after rows were brought in past the triggers (a dump read into a new file),
`rebuild` makes the index anew.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from inspection.kernel.search_words import END, LONGEST, MARK, words_function

FUNCTION = "search_words"
HEAD = 8
SHELF = "shelf"
# Every visible ASCII character that is no letter or digit is part of a word; all others are by themselves.
_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_HASH_BYTES = 16_000_000  # words that FTS5 gathers in memory before it writes a segment
_PENDING_KB = 16_384  # the same of PostgreSQL's GIN


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Rows are found by the pairs of characters of `text`, by the whole values of the columns `values`, by every entry
    of the columns `lists` (JSON arrays of texts), and by their shelf: of the two columns `shelf`, the first whole and
    `HEAD` characters of the second. `text` holds what `search_text` makes of a name.
    """

    table: str
    text: str
    values: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    shelf: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.table}__words"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.text, *self.values, *self.shelf, *self.lists)

    def ddl(self, engine_type: str) -> tuple[str, ...]:
        return self._sqlite() if engine_type == "sqlite" else self._postgres()

    def rebuild(self, engine_type: str) -> tuple[str, ...]:
        """Statements that make the index anew from the rows that are there."""
        if engine_type != "sqlite":
            return (f'REINDEX INDEX "{self.name}"',)
        clear = f'INSERT INTO "{self.name}"("{self.name}") VALUES (\'delete-all\')'
        fill = f'INSERT INTO "{self.name}"(rowid, words) SELECT rowid, {self._call("")} FROM "{self.table}"'
        return clear, fill

    def expression(self) -> str:
        """What PostgreSQL's index is over."""
        cells = ", ".join(f'"{column}"::text' for column in self.columns)
        return f'"{self.name}_of"({cells})'

    def _call(self, row: str) -> str:
        shelf = [f'{row}"{self.shelf[0]}" || substr({row}"{self.shelf[1]}", 1, {HEAD})'] if self.shelf else []
        columns = [f'{row}"{column}"' for column in (self.text, *self.values)]
        lists = [f'{row}"{column}"' for column in self.lists]
        labels = [*self.values, *([SHELF] if self.shelf else [])]
        return f"{FUNCTION}('{','.join(labels)}', '{','.join(self.lists)}', {', '.join([*columns, *shelf, *lists])})"

    def _sqlite(self) -> tuple[str, ...]:
        signs = _SIGNS.replace("'", "''").replace('"', '""')
        put = f'INSERT INTO "{self.name}"(rowid, words) VALUES (new.rowid, {self._call("new.")});'
        take = (
            f'INSERT INTO "{self.name}"("{self.name}", rowid, words) '
            f"VALUES ('delete', old.rowid, {self._call('old.')});"
        )
        of = ", ".join(f'"{column}"' for column in self.columns)
        differs = " OR ".join(f'new."{column}" IS NOT old."{column}"' for column in self.columns)
        return (
            (
                f"CREATE VIRTUAL TABLE IF NOT EXISTS \"{self.name}\" USING fts5(words, content='', detail=none, "
                f"columnsize=0, tokenize=\"ascii tokenchars '{signs}'\")"
            ),
            f'INSERT INTO "{self.name}"("{self.name}", rank) VALUES (\'hashsize\', {_HASH_BYTES})',
            *self.rebuild("sqlite")[1:],
            f'CREATE TRIGGER IF NOT EXISTS "{self.name}_insert" AFTER INSERT ON "{self.table}" BEGIN {put} END',
            f'CREATE TRIGGER IF NOT EXISTS "{self.name}_delete" AFTER DELETE ON "{self.table}" BEGIN {take} END',
            (
                f'CREATE TRIGGER IF NOT EXISTS "{self.name}_update" AFTER UPDATE OF {of} ON "{self.table}" '
                f"WHEN {differs} BEGIN {take} {put} END"
            ),
        )

    def _postgres(self) -> tuple[str, ...]:
        texts = ", ".join(["pairs text", *(f'"{column}" text' for column in self.columns[1:])])
        cells = [f"'{MARK}{column}{MARK}' || left(\"{column}\", {LONGEST})" for column in self.values]
        if self.shelf:
            cells.append(f'\'{MARK}{SHELF}{MARK}\' || "{self.shelf[0]}" || left("{self.shelf[1]}", {HEAD})')
        parts = "".join(
            f" || ARRAY(SELECT '{MARK}{column}{MARK}' || left(part, {LONGEST}) "
            f'FROM json_array_elements_text("{column}"::json) AS part)'
            for column in self.lists
        )
        # plpgsql: an SQL function would be taken apart into the query, and costs twice as much. COST: a scan that
        # calls it for every row must look as dear as it is.
        return (
            (
                f'CREATE OR REPLACE FUNCTION "{self.name}_of"({texts}) RETURNS tsvector '
                "LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$ "
                f"DECLARE chars text[] := string_to_array(pairs, NULL) || '{END}'::text; found text[] := '{{}}'; "
                "BEGIN FOR place IN 1 .. coalesce(cardinality(chars), 0) - 1 LOOP "
                "found[place] := chars[place] || chars[place + 1]; END LOOP; "
                f"RETURN array_to_tsvector(array_remove(found || ARRAY[{', '.join(cells)}]::text[]{parts}, NULL)); "
                "END $$"
            ),
            (
                f'CREATE INDEX IF NOT EXISTS "{self.name}" ON "{self.table}" USING gin ({self.expression()}) '
                f"WITH (gin_pending_list_limit = {_PENDING_KB})"
            ),
        )


def give_functions(connection: sqlite3.Connection) -> None:
    """Let this connection run the triggers of every `SearchIndex`."""
    known: dict[tuple[str, str], object] = {}

    def words(values: str, lists: str, text: str | None, *cells: str | None) -> str:
        make = known.get((values, lists))
        if make is None:
            make = known[values, lists] = words_function(_names(values), _names(lists))
        return make(text, *cells)  # type: ignore[operator,no-any-return]

    connection.create_function(FUNCTION, -1, words, deterministic=True)


def _names(joined: str) -> Sequence[str]:
    return joined.split(",") if joined else ()
