import asyncio
import time

from bench.arrivals import Due
from bench.callers import Failed
from bench.open_loop import Run, drive


async def test_a_time_counts_from_the_moment_that_was_planned() -> None:
    run = Run(seconds=10, begin=time.perf_counter() - 10)
    run.well("push", due=2)  # it was to begin eight seconds ago, however long it waited for its turn
    assert run.of("push").at(1.0) >= 8_000


async def test_every_request_of_a_plan_ends_well_or_is_counted_as_an_error() -> None:
    async def well() -> None: ...

    async def badly() -> None:
        raise Failed("503 storage")

    plan = [Due(0, "pull"), Due(0, "push"), Due(0, "pull"), Due(0, "push"), Due(0, "push")]
    run = await drive(plan, {"pull": well, "push": badly}, 1)
    assert run.of("pull").count == 2
    assert run.of("push").count == 0
    assert run.errors == {("push", "503 storage"): 3}
    assert run.ended["pull"].total() == 2


async def test_what_is_never_answered_is_an_error_and_is_ended() -> None:
    ended = []

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    run = await drive([Due(0, "desk")], {"desk": never}, 1, patience=0)
    assert run.errors == {("desk", "not answered in time"): 1}
    assert ended == [True]
