"""What follows results on the page of clocks: whose it is, by when, and what is late."""

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Role
from inspection.oversight.clocks import Matter, RunningClock, running_clocks
from inspection.planning.review_task import review_task
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.review.outcomes import FollowUp
from tests.inspection.visits.follow_up.world import PROBLEM, Follow

FOLLOWING = {Matter.REFERRAL, Matter.RECTIFICATION, Matter.RECHECK}


async def page(follow: Follow, days: int = 0) -> dict[Matter, RunningClock]:
    """By matter, what follows results on the page of so many days later; one of each."""
    found = (await running_clocks(follow.world.authority, follow.day(days))).clocks
    following = [one for one in found if one.matter in FOLLOWING]
    assert len({one.matter for one in following}) == len(following)
    return {one.matter: one for one in following}


async def test_every_matter_stands_there_with_its_step_its_day_and_whose_it_is(follow: Follow):
    await seed_calendar(follow.world.cmd(Role.ADMIN))
    outcome = await follow.found(PROBLEM, follow_up=(FollowUp.CASE_REFERRED,), rectify_by=follow.day(7))
    told = await page(follow)
    assert (told[Matter.REFERRAL].to_do, told[Matter.REFERRAL].due_on) == ("refer", None)
    right = told[Matter.RECTIFICATION]
    assert (right.to_do, right.days, right.late, right.whose) == ("await", 7, False, Role.SECTION_HEAD)
    assert right.name == "第0商店"
    late = (await page(follow, 8))[Matter.RECTIFICATION]
    assert (late.to_do, late.days, late.late) == ("check", -1, True)
    referral = await follow.refer(outcome)
    chased = (await page(follow))[Matter.REFERRAL]
    assert (chased.subject, chased.to_do, chased.person) == (str(referral.id), "chase", "某人")
    row = await follow.recheck(outcome)
    steps = [await page(follow)]
    await review_task(follow.world.cmd(Role.APPROVER), row.task, approve=True)
    steps.append(await page(follow))
    await assign_outside(follow.world.head, task_id=row.task, inspectors=follow.world.people[:2])
    steps.append(await page(follow))
    assert Matter.RECTIFICATION not in steps[-1]
    assert [(one[Matter.RECHECK].to_do, one[Matter.RECHECK].whose) for one in steps] == [
        ("approve", Role.APPROVER),
        ("assign", Role.SECTION_HEAD),
        ("visit", Role.SECTION_HEAD),
    ]
    assert steps[-1][Matter.RECHECK].due_on == row.due_on


async def test_what_is_settled_stands_there_no_more(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    assert set(await page(follow)) == {Matter.RECTIFICATION}
    await follow.looked_again(await follow.recheck(first), PROBLEM)
    assert (await page(follow))[Matter.RECTIFICATION].to_do == "check", "pending again, without a day"
