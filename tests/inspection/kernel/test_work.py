import asyncio
from datetime import timedelta

import pytest

from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import inside_unit, unit_of_work
from inspection.kernel.work import enqueue as enqueue_module
from inspection.kernel.work import store
from inspection.kernel.work.rules import CLAIM, MAX_ATTEMPTS, next_try
from inspection.kernel.work.store import given_up, pending
from inspection.kernel.work.worker import TwoStep, Worker
from tests.conftest import NOW
from tests.support.statements import compare_row_by_row

KIND = EventKind.CALENDAR_IMPORTED


@pytest.fixture
def routed(monkeypatch):
    monkeypatch.setitem(enqueue_module.JOB_ROUTES, KIND, ("note",))


@pytest.fixture
def clock():
    return FixedClock(NOW)


async def ask(cmd, stream, note, lane=None) -> None:
    async with unit_of_work():
        await append(cmd.event(KIND, stream, lane=lane, note=note))


def worker(handler, clock) -> Worker:
    return Worker({"note": handler}, clock, SeededEntropy("worker"))


async def test_a_lane_is_worked_on_in_the_order_of_its_journal(db, cmd, routed, clock) -> None:
    for note in range(5):
        await ask(cmd, "visit:1", note)
        await ask(cmd, "visit:2", note)
    done = []

    async def handler(_, job) -> None:
        done.append((job.lane, job.payload["note"]))

    assert await worker(handler, clock).drain() == 10
    assert [note for lane, note in done if lane == "visit:1"] == [0, 1, 2, 3, 4]
    assert await pending() == 0


async def test_a_failing_job_waits_and_holds_only_its_own_lane(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "bad")
    await ask(cmd, "visit:1", "behind")
    await ask(cmd, "visit:2", "free")
    done = []

    async def handler(_, job) -> None:
        if job.payload["note"] == "bad" and len(done) < 2:
            raise OSError("disk")
        done.append(job.payload["note"])

    work = worker(handler, clock)
    await work.drain()
    assert done == ["free"]
    clock.advance(timedelta(seconds=10))
    await work.drain()
    assert done == ["free"], "the second try fails too and waits longer"
    done.append("let it pass")
    clock.advance(timedelta(seconds=20))
    await work.drain()
    assert done == ["free", "let it pass", "bad", "behind"]


async def test_a_job_that_never_works_is_given_up_visibly_and_lets_its_lane_go_on(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "bad")
    await ask(cmd, "visit:1", "behind")
    done = []

    async def handler(_, job) -> None:
        if job.payload["note"] == "bad":
            raise OSError("disk")
        done.append(job.payload["note"])

    work = worker(handler, clock)
    for _ in range(MAX_ATTEMPTS):
        await work.drain()
        clock.advance(timedelta(hours=1))
    await work.drain()
    assert done == ["behind"]
    assert await given_up() == [("note", "visit:1", "OSError: disk")]


async def test_no_more_is_claimed_than_was_asked_for_however_the_database_goes_about_it(db, cmd, routed) -> None:
    for number in range(6):
        await ask(cmd, f"visit:{number}", "x")
    async with unit_of_work():
        await compare_row_by_row()
        assert len(await store.claim(NOW, NOW + CLAIM, 2)) == 2


async def test_a_crashed_workers_claim_runs_out(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "x")
    async with unit_of_work():
        assert len(await store.claim(NOW, NOW + CLAIM, 5)) == 1
    done = []

    async def handler(_, job) -> None:
        done.append(job.attempts)

    work = worker(handler, clock)
    await work.drain()
    assert done == []
    clock.advance(CLAIM + timedelta(seconds=1))
    await work.drain()
    assert done == [2]


async def test_a_worker_that_is_stopped_finishes_the_job_at_hand_and_gives_the_others_of_its_claim_back(
    db, cmd, routed, clock
) -> None:
    for number in range(4):
        await ask(cmd, f"visit:{number}", number)
    done, stop = [], asyncio.Event()

    async def handler(_, job) -> None:
        done.append((job.payload["note"], job.attempts))
        stop.set()

    await worker(handler, clock).run(stop)
    assert len(done) == 1
    assert await pending() == 3
    # At once, not when the claim runs out, and as if they had never been claimed.
    assert await worker(handler, clock).drain() == 3
    assert sorted(done) == [(number, 1) for number in range(4)]


async def test_a_job_that_is_broken_off_is_undone_and_given_back_with_those_behind_it(db, cmd, routed, clock) -> None:
    for number in range(3):
        await ask(cmd, f"visit:{number}", number)
    begun, done = asyncio.Event(), []

    async def endless(command, _) -> None:
        await append(command.event(EventKind.HISTORY_STARTED, "side"))
        begun.set()
        await asyncio.Event().wait()

    async def handler(_, job) -> None:
        done.append(job.attempts)

    work = asyncio.create_task(worker(endless, clock).run(asyncio.Event()))
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await read("side") == []
    assert await worker(handler, clock).drain() == 3
    assert done == [1, 1, 1]


async def test_a_claim_that_ran_out_and_went_to_another_worker_is_not_given_back(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "x")
    async with unit_of_work():
        (mine,) = await store.claim(NOW, NOW + CLAIM, 5)
    later = NOW + CLAIM + timedelta(seconds=1)
    async with unit_of_work():
        (theirs,) = await store.claim(later, later + CLAIM, 5)
        await store.give_back(mine)
        assert await store.claim(later, later + CLAIM, 5) == []
        await store.give_back(theirs)
        assert [job.attempts for job in await store.claim(later, later + CLAIM, 5)] == [2]


async def test_what_a_failing_handler_wrote_is_undone(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "x")

    async def handler(command, job) -> None:
        await append(command.event(EventKind.HISTORY_STARTED, "side"))
        raise OSError("after writing")

    await worker(handler, clock).drain()
    assert await read("side") == []


def test_waits_double_up_to_an_hour_and_end() -> None:
    waits = [next_try(NOW, n) for n in range(1, MAX_ATTEMPTS + 1)]
    assert [w and (w - NOW).seconds for w in waits] == [10, 20, 40, 80, 160, None]


async def test_a_long_first_step_runs_outside_the_transaction_of_the_second(db, cmd, routed, clock) -> None:
    await ask(cmd, "visit:1", "x")
    seen = []

    async def prepare(job) -> str:
        seen.append(inside_unit())
        return "found"

    async def write(command, job, found) -> None:
        seen.append((inside_unit(), found))

    await worker(TwoStep(prepare, write), clock).drain()
    assert seen == [False, (True, "found")]
    assert await pending() == 0
