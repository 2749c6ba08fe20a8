"""How far a draw has come is told by whichever process is asked."""

from datetime import timedelta
from uuid import UUID

from api.desk.draw.progress import SILENT, looked_at, rows_looked_at, running
from inspection.draw import store_progress
from inspection.kernel.clock import FixedClock
from inspection.kernel.database import Engine
from tests.conftest import NOW

DRAW = UUID(int=7)


async def test_what_another_process_told_lately_is_known_here(db: Engine) -> None:
    clock = FixedClock(NOW)
    await store_progress.set_progress(DRAW, 3, NOW)
    await store_progress.set_progress(DRAW, 7, NOW)
    # SQLite has one process: what it does not know itself runs nowhere.
    assert await rows_looked_at(DRAW, clock) == (7 if db.engine_type == "postgres" else None)
    clock.instant += SILENT + timedelta(seconds=1)
    assert await rows_looked_at(DRAW, clock) is None


async def test_a_draw_that_runs_here_is_told_to_the_others_and_no_more_once_it_is_over(db: Engine) -> None:
    clock = FixedClock(NOW)
    async with running(DRAW, clock):
        looked_at(DRAW)(5)
        assert await rows_looked_at(DRAW, clock) == 5
        others = db.engine_type == "postgres"
        while others and await store_progress.progress(DRAW, NOW) is None:
            pass
        assert (await store_progress.progress(DRAW, NOW) is not None) == others
    assert await rows_looked_at(DRAW, clock) is None
    assert await store_progress.progress(DRAW, NOW) is None
