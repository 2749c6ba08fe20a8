"""Which visits wait for their publication, the longest waiting first: each once, since its first result waits."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.publicity.store_queue import how_many_to_publish, to_publish
from inspection.publicity.tables import Publication
from inspection.visits.review.store_queue import Waiting
from inspection.visits.review.tables import LegalDue, LegalReview
from tests.inspection.publicity.world import FORMED, World, build_world, insert

PUBLIC = {"clock": "result_formed", "due_provisional": False, "late": False, "object_search": "", "object_name": "店"}
FOR_GOOD = {"state": "withheld", "withheld_ground": "privacy"}
A_WHILE = FOR_GOOD | {"withheld_until": date(2027, 1, 1)}
RESULTS: tuple[tuple[tuple[int, dict[str, Any]], ...], ...] = (
    ((5, {}), (5, {"state": "approved"})),  # opened at one moment
    ((9, {}), (2, {"state": "published"})),
    ((1, FOR_GOOD), (4, {})),
    ((1, FOR_GOOD),),
    ((3, A_WHILE), (7, {})),
    ((5, {}),),
    ((6, {"state": "withdrawn"}),),
    ((0, {}), (8, {})),
)
"""By visit, its results: minutes since the first was opened, and how each stands."""


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


async def add_results(world: World) -> list[tuple[UUID, UUID]]:
    """(visit, its last outcome), in the order of `RESULTS`."""
    made = []
    for results in RESULTS:
        visit = await world.add_visit()
        outcome = visit.outcome
        for place, (minutes, told) in enumerate(results):
            outcome = await world.add_outcome(visit.id, "[]", replaces=outcome) if place else outcome
            of = {"authority": world.authority, "visit": visit.id, "outcome": outcome, "task": world.task}
            at = FORMED + timedelta(minutes=minutes)
            await insert(Publication, created_at=at, **of, **PUBLIC, **{"state": "open"} | told)
        made.append((visit.id, outcome))
    return made


def waits(told: dict[str, Any]) -> bool:
    return told.get("state", "open") in {"open", "approved"} or "withheld_until" in told


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_pages_hold_each_visit_once_since_its_first_result_waits(world: World, limit: int) -> None:
    made = await add_results(world)
    since = [[minutes for minutes, told in results if waits(told)] for results in RESULTS]
    wanted = sorted(
        Waiting(FORMED + timedelta(minutes=min(minutes)), visit)
        for (visit, _), minutes in zip(made, since, strict=True)
        if minutes
    )
    found: list[Waiting] = []
    while page := await to_publish(world.authority, after=found[-1] if found else None, limit=limit):
        found += page
    assert found == wanted
    assert await how_many_to_publish(world.authority) == len(wanted)


async def test_what_the_legal_office_has_not_agreed_to_waits_for_it_first(world: World) -> None:
    made = await add_results(world)
    visit, other = made[0], made[5]
    for (one, outcome), agreed in ((visit, False), (other, True)):
        await insert(LegalDue, outcome=outcome, visit=one, authority=world.authority, because="[]", asked_at=FORMED)
        await insert(LegalReview, outcome=outcome, agreed=agreed)
    found = {one.visit for one in await to_publish(world.authority, limit=50)}
    assert visit[0] not in found
    assert other[0] in found
    assert await how_many_to_publish(world.authority) == len(found)
