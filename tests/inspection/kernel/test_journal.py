import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, append, check_chain, install_projection, read, read_all, verify
from inspection.kernel.journal.chain import GENESIS, chained
from inspection.kernel.journal.tables import JournalLine
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from tests.conftest import NOW

KIND = EventKind.CALENDAR_IMPORTED


async def write(cmd, stream, *notes) -> None:
    async with unit_of_work():
        await append(*(cmd.event(KIND, stream, note=note) for note in notes))


async def test_many_streams_are_read_at_once_each_in_its_order(db, cmd) -> None:
    for stream, note in (("b", "1"), ("a", "2"), ("b", "3"), ("c", "4")):
        await write(cmd, stream, note)
    found = await read_all(["b", "a", "b", "unwritten"])
    assert {name: [line.payload["note"] for line in lines] for name, lines in found.items()} == {
        "a": ["2"],
        "b": ["1", "3"],
    }
    assert found["b"] == await read("b")
    assert await read_all([]) == {}


async def test_a_stream_is_numbered_densely_and_chained(db, cmd) -> None:
    await write(cmd, "s", "a", "b")
    await write(cmd, "s", "c")
    lines = await read("s")
    assert [(line.seq, line.payload["note"]) for line in lines] == [(1, "a"), (2, "b"), (3, "c")]
    assert [line.prev for line in lines] == [GENESIS, lines[0].hash, lines[1].hash]
    assert (await verify("s")).ok


async def test_what_is_rolled_back_leaves_no_line_and_no_hole(db, cmd) -> None:
    await write(cmd, "s", "a")
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await append(cmd.event(KIND, "s", note="lost"))
            raise ZeroDivisionError
    await write(cmd, "s", "b")
    assert [line.payload["note"] for line in await read("s")] == ["a", "b"]


async def test_the_journal_cannot_be_written_outside_a_unit_of_work(db, cmd) -> None:
    with pytest.raises(RuntimeError, match="inside a unit of work"):
        await append(cmd.event(KIND, "s"))


async def test_writers_of_one_stream_and_of_many_leave_no_gap(db, cmd) -> None:
    async def one(n: int) -> None:
        await append(cmd.event(KIND, "hot", note=n), cmd.event(KIND, f"cold{n % 3}", note=n))

    await asyncio.gather(*(in_unit(one, n) for n in range(30)))
    assert [line.seq for line in await read("hot")] == list(range(1, 31))
    for stream in ("hot", "cold0", "cold1", "cold2"):
        assert (await verify(stream)).ok


async def test_the_database_itself_refuses_to_change_or_delete_a_line(db, cmd) -> None:
    await write(cmd, "s", "a")
    with pytest.raises(Exception, match="append-only"):
        await JournalLine.raw("UPDATE journal_line SET text = 'x'")
    with pytest.raises(Exception, match="append-only"):
        await JournalLine.raw("DELETE FROM journal_line")


async def test_a_projection_commits_with_its_line_or_not_at_all(db, cmd) -> None:
    seen = []

    async def projection(entry) -> None:
        seen.append(entry.seq)
        if entry.payload["note"] == "bad":
            raise ValueError("projection")

    install_projection(KIND, projection)
    install_projection(KIND, projection)
    await write(cmd, "s", "good")
    with pytest.raises(ValueError, match="projection"):
        await write(cmd, "s", "bad")
    assert seen == [1, 2]
    assert len(await read("s")) == 1


def entries(notes):
    cmd = Command(SYSTEM, NOW, SeededEntropy("chain"))
    prev, out = GENESIS, []
    for seq, note in enumerate(notes, start=1):
        out.append(chained(cmd.event(KIND, "s", note=note), cmd.new_id(), seq, prev))
        prev = out[-1].hash
    return out


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=8), st.data())
def test_any_change_of_the_chain_is_found_where_it_was_made(notes, data) -> None:
    chain = entries(notes)
    at = data.draw(st.integers(0, len(chain) - 1))
    how = data.draw(st.sampled_from(["text", "drop", "swap", "prev"]))
    if how == "text":
        chain[at] = replace(chain[at], text=chain[at].text.replace(b'"seq"', b'"seQ"'))
    elif how == "prev":
        chain[at] = replace(chain[at], prev=bytes(31) + b"\x01")
    elif how == "drop" and at < len(chain) - 1:
        del chain[at]
    elif how == "swap" and at < len(chain) - 1:
        chain[at], chain[at + 1] = chain[at + 1], chain[at]
    else:
        assert check_chain("s", chain).ok
        return
    assert check_chain("s", chain).broken_at == at + 1


async def test_a_tail_that_was_cut_off_is_found_by_the_head(db, cmd) -> None:
    await write(cmd, "s", "a", "b", "c")
    # Whoever may drop the trigger can delete lines; the head row still says how long the stream was.
    if db.engine_type == "sqlite":
        await db.run_ddl("DROP TRIGGER journal_line__append_only_delete")
        await JournalLine.raw("DELETE FROM journal_line WHERE seq = 3")
    else:
        async with db.started_pool.acquire() as connection:
            await connection.execute("SET session_replication_role = replica")
            await connection.execute("DELETE FROM journal_line WHERE seq = 3")
            await connection.execute("SET session_replication_role = DEFAULT")
    assert (await verify("s")).broken_at == 3
