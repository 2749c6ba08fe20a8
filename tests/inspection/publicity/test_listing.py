"""The office's list of publications: by shelf, a page at a time; another authority's are not there."""

from datetime import date

import pytest

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid, NotFound
from inspection.publicity.listing import Shelf, known_publication, listed_publications
from inspection.publicity.open_publications import open_publications
from inspection.publicity.release import Ground
from inspection.publicity.withhold import withhold
from inspection.visits.review.approve import approve_visit
from tests.inspection.visits.publishing import APPROVER, publish
from tests.inspection.visits.world import World, build_world

DAY = date(2026, 3, 5)


async def shelf(world: World, wanted: Shelf) -> list[str]:
    """Ids on all pages of a shelf, one a page."""
    found, after = [], None
    while True:
        page = await listed_publications(world.authority, wanted, DAY, after=after, limit=1)
        found += [str(one.publication) for one in page.due] + [str(one.id) for one in page.out]
        after = page.after
        if after is None:
            return found


async def test_each_stands_on_its_shelf(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await build_world(monkeypatch)
    for place in (0, 1):
        visit = await world.open_visit(objects=(place,))
        await world.attested(visit)
        await publish(world, visit)
    waiting = await world.open_visit(objects=(2,))
    await world.attested(waiting)
    cmd, seen = world.cmd(Role.LEADER, world.people[0]), await world.seen(waiting)
    await approve_visit(cmd, visit_id=waiting, seen=seen)
    await seed_calendar(world.cmd())
    await open_publications(world.cmd(), visit_id=waiting)
    (one,) = await shelf(world, Shelf.WAITING)
    out = await shelf(world, Shelf.PUBLISHED)
    assert (len(out), await shelf(world, Shelf.WITHHELD), await shelf(world, Shelf.WITHDRAWN)) == (2, [], [])
    (item,) = (await listed_publications(world.authority, Shelf.WAITING, DAY)).due
    await withhold(
        world.cmd(Role.APPROVER, APPROVER),
        publication_id=item.publication,
        reason="保密",
        ground=Ground.STATE_SECRET,
        until=None,
    )
    assert (await shelf(world, Shelf.WAITING), await shelf(world, Shelf.WITHHELD)) == ([], [one])
    assert (await known_publication(item.publication, authority=world.authority)).visit == waiting
    with pytest.raises(NotFound):
        await known_publication(item.publication, authority=waiting)


async def test_a_place_that_nobody_gave_out_is_refused(db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await build_world(monkeypatch)
    with pytest.raises(Invalid):
        await listed_publications(world.authority, Shelf.WAITING, DAY, after="nowhere")
