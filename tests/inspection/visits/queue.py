"""What waits, as the review queue tells it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from inspection.kernel.calendar.rules import local_day
from inspection.oversight.review_queue import Asked, QueuePage, review_queue
from inspection.visits.review.queue import QueueLine
from inspection.visits.review.steps import Step
from tests.inspection.visits.world import World


async def nothing_here(_: Collection[str]) -> frozenset[str]:
    return frozenset()


async def all_here(digests: Collection[str]) -> frozenset[str]:
    return frozenset(digests)


async def queue(world: World, *, media: Any = all_here, on: date | None = None, **asked: Any) -> QueuePage:
    return await review_queue(world.authority, Asked(**asked), media, on or local_day(world.now))


async def only(world: World, **asked: Any) -> QueueLine:
    (line,) = (await queue(world, **asked)).lines
    return line


async def to_review(world: World) -> tuple[QueueLine, ...]:
    """What is ready to be approved."""
    return (await queue(world, step=Step.REVIEW)).lines
