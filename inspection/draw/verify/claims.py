"""What a check is, and how a list of them is run. Standard library only, like everything in this folder."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

# True: holds; None: there is nothing of the kind to check.
Test: TypeAlias = Callable[[Any], bool | None]

# What a misshapen, contradictory or huge value makes the arithmetic of a check raise.
MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, MemoryError)


class Check(NamedTuple):
    """One finding: a code for machines, whether it holds, and the sentence for people."""

    code: str
    ok: bool
    zh: str
    en: str


class Wrong(ValueError):
    """A check that fails at one place which helps the reader: a row, a cell, a door. Secret-free in public levels."""


class Claims:
    """The checks of one level, in order, each with the sentence it makes good."""

    def __init__(self, level: str) -> None:
        self.level = level
        self._listed: list[tuple[str, Test, str, str]] = []

    def says(self, zh: str, en: str) -> Callable[[Test], Test]:
        """Lists a test under the sentence that is true when it returns True; None leaves the sentence out."""

        def listed(test: Test) -> Test:
            self._listed.append((f"{self.level}.{test.__name__.strip('_')}", test, zh, en))
            return test

        return listed

    def run(self, case: Any) -> list[Check]:
        """Run them all. What is missing or misshapen proves nothing: its check fails, the others go on."""
        found = []
        for code, test, zh, en in self._listed:
            where = ""
            try:
                if (answer := test(case)) is None:
                    continue
                ok = bool(answer)
            except Wrong as wrong:
                ok, where = False, f" [{wrong}]"
            except MISSHAPEN:
                ok = False
            found.append(
                Check(code, ok, zh if ok else f"不成立：{zh}{where}", en if ok else f"Does not hold: {en}{where}")
            )
        return found
