"""Leafing through the journal, one line with its neighbours, and the whole of it verified."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.ask import ask
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, JournalEntry, append
from inspection.kernel.journal.chain import GENESIS, chained
from inspection.kernel.journal.look import Looked, line_of, look, neighbours
from inspection.kernel.journal.search import Sought
from inspection.kernel.journal.whole import Follower, verify_whole
from inspection.kernel.unit_of_work import unit_of_work
from tests.conftest import NOW, MakeCommand

MINE, THEIRS = UUID(int=1), UUID(int=2)
CMD = Command(SYSTEM, NOW, SeededEntropy("chain"))


async def write(cmd: Command, *told: tuple[EventKind, str]) -> list[JournalEntry]:
    async with unit_of_work():
        return await append(*(cmd.event(kind, stream) for kind, stream in told))


async def written(make_cmd: MakeCommand) -> None:
    """Ten lines of mine, every second by a planner, one stream of five; and one of another authority."""
    for n in range(5):
        cmd = make_cmd(Role.PLANNER, id="planner", now=NOW + timedelta(minutes=n), authority=MINE)
        await write(cmd, (EventKind.TASK_PRESET, "task:1"))
        other = make_cmd(Role.LEGAL, id="legal", now=NOW + timedelta(minutes=n), authority=MINE)
        await write(other, (EventKind.TASK_APPROVED, f"task:{n + 2}"))
    await write(make_cmd(Role.PLANNER, id="planner", authority=THEIRS), (EventKind.TASK_PRESET, "task:9"))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("sought", "count"),
    [
        (Sought(MINE), 10),
        (Sought(MINE, actor="planner"), 5),
        (Sought(MINE, kinds=(EventKind.TASK_PRESET,)), 5),
        (Sought(MINE, stream="task:1"), 5),
        (Sought(MINE, stream="task:9"), 0),
        (Sought(MINE, stream="task:1", actor="legal"), 0),
        (Sought(MINE, actor="planner", kinds=(EventKind.TASK_APPROVED,)), 0),
        (Sought(MINE, since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=3)), 4),
        (Sought(MINE, stream="task:1", since=NOW + timedelta(minutes=4)), 1),
    ],
)
async def test_pages_hold_every_line_that_is_sought_once_the_newest_first(
    make_cmd: MakeCommand, sought: Sought, count: int
) -> None:
    await written(make_cmd)
    found: list[JournalEntry] = []
    page = Looked((), None)
    while not found or page.next is not None:
        page = await look(sought, behind=page.next, limit=2, deep=3)
        found += page.lines
        if page.next is None:
            break
    assert len({one.id for one in found}) == len(found) == count
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)


@pytest.mark.usefixtures("db")
async def test_a_page_looks_at_so_many_lines_only_and_tells_where_to_go_on(make_cmd: MakeCommand) -> None:
    await written(make_cmd)
    rare = Sought(MINE, actor="planner", kinds=(EventKind.TASK_APPROVED,))
    page = await look(rare, deep=2)
    assert (page.lines, page.partly, page.next is not None) == ((), True, True)
    end = await look(rare, behind=page.next)
    assert end == Looked((), None)


@pytest.mark.usefixtures("db")
async def test_a_line_is_read_by_its_own_authority_with_its_neighbours(make_cmd: MakeCommand) -> None:
    await written(make_cmd)
    newest, *_, first = (await look(Sought(MINE, stream="task:1"))).lines
    assert await line_of(MINE, first.id) == first
    with pytest.raises(NotFound):
        await line_of(THEIRS, first.id)
    with pytest.raises(NotFound):
        await look(Sought(MINE), behind=UUID(int=0))
    before, behind = await neighbours(first)
    assert before is None
    assert behind is not None
    assert (behind.seq, behind.prev) == (2, first.hash)
    assert (await neighbours(newest))[1] is None


@pytest.mark.usefixtures("db")
async def test_the_whole_journal_holds_until_somebody_touches_it(make_cmd: MakeCommand) -> None:
    await written(make_cmd)
    report = await verify_whole()
    assert (report.good, report.streams, report.lines) == (True, 7, 11)
    assert report.newest == NOW + timedelta(minutes=4)
    assert (await verify_whole()).heads == report.heads
    await ask("UPDATE journal_head SET seq = 6 WHERE stream = {}", "task:1")
    await ask("DELETE FROM journal_head WHERE stream = {}", "task:9")
    report = await verify_whole()
    assert (report.good, report.broken) == (False, [("task:1", 6), ("task:9", 1)])


@given(st.integers(1, 6), st.data())
def test_a_stream_is_followed_to_its_head_and_no_line_may_miss_turn_or_change(count: int, data: st.DataObject) -> None:
    lines = chain("a:1", count)
    head = data.draw(st.integers(1, count), "the head was read when the stream had so many")
    assert followed(lines, head) == {}
    at = data.draw(st.integers(0, head - 1), "which line is tampered with")
    gone = [*lines[:at], *lines[at + 1 :]]
    assert followed(gone, head) == {"a:1": at + 1}
    other = chain("a:1", count, payload="other")
    assert followed([*lines[:at], other[at], *lines[at + 1 :]], head)
    assert followed([], head) == {"a:1": 1}


def chain(stream: str, count: int, payload: str = "this") -> list[JournalEntry]:
    """A stream of its own, without a database."""
    found: list[JournalEntry] = []
    for seq in range(1, count + 1):
        event = CMD.event(EventKind.TASK_PRESET, stream, told=payload)
        found.append(chained(event, UUID(int=seq), seq, found[-1].hash if found else GENESIS))
    return found


def followed(lines: list[JournalEntry], head: int) -> dict[str, int]:
    """What is broken of a stream whose head names the `head`th line of the true chain."""
    true = chain("a:1", head)
    follower = Follower([("a:1", head, true[-1].hash)])
    for one in lines:
        follower.follow("a:1", one)
    follower.end()
    return follower.broken
