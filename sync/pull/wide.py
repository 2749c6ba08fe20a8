"""Changes that reach very many feeds: told by a queued job, visit by visit in chunks, each in a transaction of its own.

Harmless to repeat: a feed has one row a topic, which moves once more.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from inspection.registry.find import object_ids
from inspection.visits.listing import visits_at, visits_of_inspector
from sync.pull import feeds

CHUNK: Final = 50
"""Visits of one transaction: a tablet that pulls or pushes meanwhile waits for one chunk at most."""
ON_CARDS: Final = frozenset({"code", "kind", "name", "address", "representative", "contact", "phone"})
"""What a card says of its object (`inspection.visits.card`)."""


async def _tell_of_inspector(job: Job) -> None:
    """An inspector has another device, whose key stands on the cards of his visits; or another certificate."""
    await _tell(await _visits_of([str(job.payload["inspector"])]), job.claimed_at)


async def _tell_of_people(job: Job) -> None:
    """A register of inspectors was imported: name, unit or certificates of some are others now."""
    await _tell(await _visits_of(_texts(job.payload["changed"])), job.claimed_at)


async def _tell_of_objects(job: Job) -> None:
    """A register of objects was imported: what cards say of some is not so any more."""
    changed = job.payload["changed"]
    if job.authority is None or not isinstance(changed, Mapping):
        return
    codes = [code for code, fields in changed.items() if ON_CARDS & set(_texts(fields))]
    if codes:
        objects = await object_ids(job.authority, codes)
        await _tell(await visits_at(objects.values()), job.claimed_at)


async def _visits_of(people: Iterable[str]) -> set[UUID]:
    return {visit for person in people for visit in await visits_of_inspector(UUID(person))}


async def _tell(visits: Collection[UUID], at: datetime) -> None:
    # `at` is when the work is done, not when it was asked for: what is told later tells a later time, also where the
    # work had waited in a backup (docs/decisions/0032).
    told = sorted(await feeds.standing_anywhere(visits))
    for start in range(0, len(told), CHUNK):
        await in_unit(_tell_chunk, told[start : start + CHUNK], at)


async def _tell_chunk(visits: Sequence[UUID], at: datetime) -> None:
    await feeds.tell_cards(visits, at)


async def _nothing_more(cmd: Command, job: Job, told: None) -> None:
    """Every chunk was committed when it was told."""


def _texts(value: JSON) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Iterable) else []


def _told_by(prepare: Callable[[Job], Awaitable[None]]) -> TwoStep:
    return TwoStep(prepare, _nothing_more)


JOBS: Final[Mapping[str, TwoStep]] = {
    "sync.tell_cards": _told_by(_tell_of_inspector),
    "sync.tell_people": _told_by(_tell_of_people),
    "sync.tell_objects": _told_by(_tell_of_objects),
}
"""The handlers, by the names of their jobs."""
