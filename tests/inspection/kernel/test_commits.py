"""Work may be begun anew until something of it is kept, or may be."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from asyncpg.exceptions import ConnectionDoesNotExistError, SerializationError

from inspection.kernel.commits import keeping, no_way_back, one_course

READS = ("SELECT 1", "\n  select 1", "WITH a AS (SELECT 1) SELECT * FROM a")
WRITES = (
    "COMMIT",
    "UPDATE unit SET name = 'a'",
    "WITH a AS (SELECT 1)\nINSERT INTO unit SELECT * FROM a",
    "CREATE TABLE a",
)


@pytest.mark.parametrize("statement", READS)
def test_what_only_reads_keeps_nothing_however_it_ends(statement: str) -> None:
    with one_course() as course:
        with keeping(statement):
            pass
        with pytest.raises(ConnectionDoesNotExistError), keeping(statement):
            raise ConnectionDoesNotExistError
    assert course.may_return


@pytest.mark.parametrize("statement", WRITES)
def test_what_was_done_is_kept(statement: str) -> None:
    with one_course() as course, keeping(statement):
        pass
    assert not course.may_return


def test_what_was_refused_because_of_a_neighbour_is_not_kept() -> None:
    with one_course() as course, pytest.raises(SerializationError), keeping():
        raise SerializationError
    assert course.may_return


@pytest.mark.parametrize("error", [ConnectionDoesNotExistError, TimeoutError, asyncio.CancelledError])
def test_a_commit_of_which_nobody_knows_counts_as_kept(error: type[BaseException]) -> None:
    with one_course() as course, pytest.raises(error), keeping():
        raise error
    assert not course.may_return


def test_what_a_thread_or_a_task_of_a_course_keeps_is_kept_of_it_and_of_no_other() -> None:
    with one_course() as other:
        pass
    with one_course() as course, ThreadPoolExecutor(1) as pool:
        pool.submit(copy_context().run, no_way_back).result()
    assert (course.may_return, other.may_return) == (False, True)
    no_way_back()  # outside of any there is nothing to note
