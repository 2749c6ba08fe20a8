"""Changes that reach very many feeds: told by a queued job, visit by visit in chunks, each in a transaction of its own.

Harmless to repeat: a feed has one row a topic, which moves once more.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from inspection.visits.listing import visits_of_inspector
from sync.pull import feeds

JOB: Final = "sync.tell_cards"
CHUNK: Final = 50
"""Visits of one transaction: a tablet that pulls or pushes meanwhile waits for one chunk at most."""


async def _tell(job: Job) -> None:
    """An inspector has another device: its key stands on the cards of his visits."""
    visits = sorted(await visits_of_inspector(UUID(str(job.payload["inspector"]))))
    for start in range(0, len(visits), CHUNK):
        await in_unit(_tell_chunk, visits[start : start + CHUNK], _asked_at(job))


async def _tell_chunk(visits: Sequence[UUID], at: datetime) -> None:
    await feeds.tell_cards(visits, at)


async def _nothing_more(cmd: Command, job: Job, told: None) -> None:
    """Every chunk was committed when it was told."""


def _asked_at(job: Job) -> datetime:
    return datetime.fromtimestamp((job.id.int >> 80) / 1000, UTC)


TELL_CARDS: Final = TwoStep(_tell, _nothing_more)
"""The handler of `sync.tell_cards`."""
