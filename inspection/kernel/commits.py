"""Whether a course of work may be begun anew: only while nothing of it is kept.

A course is all that one request asks for. What it commits, in a unit of work or by a single statement outside of one,
the engines note here; a verb notes what cannot be taken back in another way. The note is one object for all tasks and
threads of the course.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final

from asyncpg.exceptions import DeadlockDetectedError, SerializationError

_READS: Final = re.compile(r"\s*(SELECT\b|WITH\b(?!.*\b(INSERT|UPDATE|DELETE|MERGE)\b))", re.IGNORECASE | re.DOTALL)


class Course:
    """One course of work. `may_return`: whether it may be begun anew."""

    __slots__ = ("may_return",)

    def __init__(self) -> None:
        self.may_return = True


_course: ContextVar[Course | None] = ContextVar("course", default=None)


@contextmanager
def one_course() -> Iterator[Course]:
    """All that is done until the block ends is one course."""
    course = Course()
    before = _course.set(course)
    try:
        yield course
    finally:
        _course.reset(before)


def no_way_back() -> None:
    """From here on this course, if it is one, is not begun anew: something of it is kept, was told to somebody else, or
    was itself tried again in vain.
    """
    course = _course.get()
    if course is not None:
        course.may_return = False


def keeping(statement: str = "COMMIT") -> AbstractContextManager[None]:
    """Around a commit, or a statement outside of a unit of work, which is a commit by itself unless it only reads."""
    return nullcontext() if _READS.match(statement) else _noted()


@contextmanager
def _noted() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # Whatever else happens there may have happened behind the commit: nobody knows of a line that was cut.
        if not asks_for_repeat(error):
            no_way_back()
        raise
    no_way_back()


def asks_for_repeat(error: BaseException) -> bool:
    """Whether the database refused only because of a neighbour, so that the same work may succeed now."""
    if isinstance(error, SerializationError | DeadlockDetectedError):
        return True
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
