"""What the command line prints: tables and progress for people on a terminal, JSON for machines; and its exit codes."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.labels import LABELS
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.kernel.errors import DomainError

NONE: Final[Mapping[str, str]] = MappingProxyType({})
WIDE = 400  # columns of a table that goes into a file or a pipe, where no line needs breaking


class Exit(IntEnum):
    """Exit codes; 2 (wrong usage) is click's own."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    PARTLY = 3


@dataclass(slots=True)
class Output:
    """Where and how to print. Data goes to standard output, everything else to standard error."""

    as_json: bool = False
    lang: str = "zh_CN"
    console: Console = field(default_factory=Console)
    notes: Console = field(default_factory=lambda: Console(stderr=True))

    def result(
        self, value: Mapping[str, Any], *, heads: Mapping[str, str] = NONE, words: Mapping[str, str] = NONE
    ) -> None:
        """One result: a JSON object, or its fields, one a line. `heads`, `words`: see `rows`."""
        if self.as_json:
            self.json(value)
            return
        for name, found in value.items():
            self.say("cli.fact", label=self._label(name, heads), value=self._cell(found, words.get(name)) or "—")

    def line(self, sentence: str) -> None:
        """A line for people, as it is."""
        self.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def rows(
        self,
        rows: Sequence[Mapping[str, Any]],
        columns: Sequence[str],
        *,
        typed: bool = True,
        heads: Mapping[str, str] = NONE,
        words: Mapping[str, str] = NONE,
    ) -> None:
        """A list: a JSON array, or a table; the first column is what a person types next (`typed`) and never broken.

        `heads`: by column, the key of its heading where `LABELS` says another; `words`: by column of codes, how the
        keys of their words begin.

        Raises:
            KeyError: a column without a label, or a code without a word: always a programming error.
        """
        if self.as_json:
            self.json(list(rows))
            return
        table = Table(show_edge=False, header_style="bold")
        for column in columns:
            table.add_column(self._label(column, heads), overflow="fold")
        for row in rows:
            table.add_row(*(self._cell(row.get(column), words.get(column)) for column in columns))
        table.columns[0].no_wrap = typed
        # A console believes that a file is 80 columns wide.
        wide = self.console if self.console.is_terminal else Console(file=self.console.file, width=WIDE)
        wide.print(table, crop=False)

    def _label(self, name: str, heads: Mapping[str, str]) -> str:
        told = self.word(heads.get(name) or LABELS[name])
        return told[:1].upper() + told[1:]

    def _cell(self, value: Any, word: str | None) -> str:
        if value is None or value in ("", []):
            return ""
        if isinstance(value, bool):
            return self.word("desk_registry.yes" if value else "desk_registry.no")
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return self.word(f"{word}{value}") if word else str(value)

    def note(self, sentence: str) -> None:
        """Something on the way; never on standard output."""
        if not self.as_json:
            self.notes.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def say(self, key: str, **facts: JSON) -> None:
        """A sentence of the catalogue, for people; nothing with --json."""
        if not self.as_json:
            self.line(text(key, self.lang, **facts))

    def word(self, key: str) -> str:
        """A short text of the catalogue."""
        return text(key, self.lang)

    def told(self, error: DomainError) -> str:
        """A refusal as a sentence."""
        return text(error.message_key, self.lang, **error.facts)

    def problem(self, error: DomainError) -> None:
        """Why a rule refused, and what to do next."""
        told = self.told(error)
        if self.as_json:
            self.json({"problem": error.code.value, "detail": told, **error.facts}, stream=sys.stderr)
        else:
            self.notes.print(f"✗ {told}", style="red", highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def progress(self, label: str, total: int | None) -> Iterator["Advance"]:
        """A progress bar on a terminal; silence elsewhere and with --json."""
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.notes,
            transient=True,
            disable=self.as_json or not self.notes.is_terminal,
        ) as bar:
            yield Advance(bar, bar.add_task(label, total=total))

    def json(self, value: Any, stream: Any = None) -> None:
        """One JSON value on a line of its own."""
        print(json.dumps(value, ensure_ascii=False, default=str), file=stream or sys.stdout)


@dataclass(frozen=True, slots=True)
class Advance:
    """Moves one progress bar; call it with how many more are done."""

    bar: Progress
    task: Any

    def __call__(self, steps: int = 1) -> None:
        self.bar.advance(self.task, steps)

    def tell(self, label: str) -> None:
        """Say what is being done now."""
        self.bar.update(self.task, description=label)

    def to(self, done: int, total: int | None = None) -> None:
        """Set the bar to an absolute position."""
        self.bar.update(self.task, completed=done, total=total)
