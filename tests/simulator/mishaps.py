"""Where a request of the server goes wrong, told in commits, so that every database means the same by it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.simulator.memory import BEGIN, COMMIT, COMMITTED, Crashed

COMMITS: Final = (0, 0, 0, 1, 2)
MOST_STATEMENTS: Final = 40


@dataclass(frozen=True, slots=True)
class Mishap:
    """After `commits` transactions of one request were committed, and `statements` statements more (at the latest at
    the next COMMIT), the process dies, or, with `full`, the disk is full for the rest of the request.
    """

    commits: int
    statements: int
    full: bool


def mishap_of(random: Random, *, full: bool) -> Mishap:
    """Some mishap."""
    return Mishap(random.choice(COMMITS), random.randrange(MOST_STATEMENTS), full)


class Watching:
    """Asked before every statement, before and after every COMMIT; lets the mishap happen."""

    def __init__(self, mishap: Mishap) -> None:
        self._mishap = mishap
        self._commits = mishap.commits
        self._statements = mishap.statements
        self._inside = False
        self.happened = False

    def __call__(self, statement: str) -> None:
        if statement == COMMITTED:
            self._commits -= 1
            self._inside = False
        elif statement == BEGIN:
            self._inside = True
        elif self._commits <= 0 and self._is_due(statement):
            self._happen()

    def answered(self) -> None:
        """The answer is about to leave: a process that was to die later dies now."""
        if not self._mishap.full and not self.happened:
            self._happen()

    def _is_due(self, statement: str) -> bool:
        if self._mishap.full and not self._inside:
            return False  # reading needs no room
        self._statements -= 1
        return self._statements < 0 or statement == COMMIT

    def _happen(self) -> None:
        self.happened = True
        self._inside = False
        self._statements = self._mishap.statements
        if self._mishap.full:
            raise sqlite3.OperationalError("database or disk is full")
        raise Crashed
