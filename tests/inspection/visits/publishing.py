"""The way of an approved visit of the visits' own world into public."""

from datetime import date
from uuid import UUID

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Role
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.open_publications import open_publications
from inspection.publicity.publish import Published, publish_due
from inspection.visits.review.approve import approve_visit
from tests.inspection.visits.world import World

YEAR_END = date(2026, 12, 31)
APPROVER = UUID(int=0xA9)


async def publish(world: World, visit: UUID) -> Published:
    """Approve the record as its leader and let the result out; answers what went out."""
    seen = await world.seen(visit)
    await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=seen)
    await seed_calendar(world.cmd())
    await open_publications(world.cmd(), visit_id=visit)
    await approve_publication(world.cmd(Role.APPROVER, APPROVER), visit_id=visit, secrecy_reviewed=True)
    (out,) = (await publish_due(world.cmd(), through=YEAR_END)).published
    return out
