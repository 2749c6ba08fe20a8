"""What publicity does when a room below has moved on."""

from datetime import UTC, datetime
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.work.store import Job
from inspection.publicity import store
from inspection.publicity.jobs import count_again, open_for_visit
from tests.inspection.publicity.world import build_world

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def job(name: str, stream: str, authority: UUID | None) -> Job:
    return Job(UUID(int=1), name, stream, stream, 1, authority, {}, 1, NOW)


async def test_an_approved_visit_gets_its_publication_and_a_completed_task_starts_its_clock(
    db: Engine, cmd: Command
) -> None:
    world = await build_world(cmd)
    visit = await world.add_visit()
    opened = job("publicity.open", f"visit:{visit.id}", world.authority)
    for _ in range(2):
        await open_for_visit(cmd, opened)
    (waiting,) = await store.waiting(visit=visit.id)
    assert waiting.due_on is None
    await world.complete_task()
    await count_again(cmd, job("publicity.count", f"task:{world.task}", world.authority))
    (counted,) = await store.waiting(visit=visit.id)
    assert counted.due_on is not None
