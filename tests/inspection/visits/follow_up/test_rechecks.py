"""复查: ordered for what was to be put right, settled by the result of its visit, or on papers (泉州 二(四)1)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.planning.end_task import cancel_task
from inspection.planning.find import task as planned
from inspection.planning.review_task import review_task
from inspection.policy.terms import TaskKind
from inspection.visits.follow_up.order_recheck import Again
from inspection.visits.follow_up.read import follow_up_of, open_matters
from inspection.visits.follow_up.rows import MatterKind, RecheckResult, SettledBy
from inspection.visits.follow_up.settle_recheck import accept_papers
from inspection.visits.reading import known_visit
from inspection.visits.review.legal import seen_of
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from tests.inspection.visits.follow_up.world import PENALTY, PROBLEM, Follow

ORDERED = (FollowUp.ORDERED_TO_CORRECT,)


async def matters(outcome) -> list[MatterKind]:
    return [one.kind for one in await open_matters(outcome.visit)]


async def test_a_re_check_is_a_task_outside_the_draw_for_the_same_object_and_its_result_settles_it(follow: Follow):
    first = await follow.found(PROBLEM, follow_up=ORDERED, rectify_by=follow.day(7))
    assert await matters(first) == [MatterKind.PUT_RIGHT]
    row = await follow.recheck(first)
    made = await planned(row.task)
    assert (made.kind, made.objects, made.source) == (
        TaskKind.RECHECK,
        ((await known_visit(first.visit)).object,),
        f"{(await planned(first.task)).number} {first.id}",
    )
    assert "第二十七条" in made.basis
    assert await matters(first) == [MatterKind.RECHECK]
    found = await follow.looked_again(row, OutcomeCode.NO_PROBLEM, follow_up=(FollowUp.NONE,))
    file = await follow_up_of(first.visit)
    (settled,) = file.settled
    assert (settled.result, settled.way, settled.found) == (RecheckResult.VERIFIED, SettledBy.RECHECK, found.id)
    assert [(one.went, one.settled, one.running) for one in file.rechecks] == [(found.visit, settled, False)]
    assert await matters(first) == await matters(found) == []
    kinds = [line.kind for line in await read(f"visit:{first.visit}")]
    assert kinds[-2:] == [EventKind.RECHECK_ORDERED, EventKind.RECHECK_SETTLED]


async def test_a_failed_re_check_is_pending_again_on_its_own_result_until_somebody_takes_the_case(follow: Follow):
    first = await follow.found(PROBLEM, follow_up=ORDERED, rectify_by=follow.day(7))
    found = await follow.looked_again(await follow.recheck(first), PROBLEM)
    assert (await follow_up_of(first.visit)).settled[0].result is RecheckResult.FAILED
    assert await matters(first) == []
    assert await matters(found) == [MatterKind.PUT_RIGHT]
    again = await follow.recheck(found)
    third = await follow.looked_again(again, PROBLEM)
    assert (await matters(found), await matters(third)) == ([], [MatterKind.PUT_RIGHT])
    await follow.refer(third)
    assert sorted(await matters(third)) == [MatterKind.PUT_RIGHT, MatterKind.RECEIPT]


async def test_of_a_business_that_is_gone_nothing_is_left_to_put_right(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    await follow.looked_again(await follow.recheck(first), OutcomeCode.CANCELLED)
    assert (await follow_up_of(first.visit)).settled[0].result is RecheckResult.LAPSED
    assert await matters(first) == []


async def test_sent_twice_it_is_one_re_check_and_a_second_waits_for_the_first_to_end_or_be_given_up(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    row = await follow.recheck(first)
    assert await follow.recheck(first) == row
    with pytest.raises(Conflict) as running:
        await follow.recheck(first, "r2")
    assert (running.value.message_key, running.value.facts["task"]) == ("visits.recheck_running", row.task_number)
    await cancel_task(follow.world.cmd(Role.APPROVER), row.task, reason="当事人已歇业")
    assert await matters(first) == [MatterKind.PUT_RIGHT]
    assert (await follow.recheck(first, "r2")).id != row.id
    assert len((await follow_up_of(first.visit)).rechecks) == 2


async def test_a_form_that_comes_twice_at_the_same_moment_is_one_re_check(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    one, other = await asyncio.gather(follow.recheck(first), follow.recheck(first))
    assert one.id == other.id


async def test_a_stale_screen_a_good_result_and_days_that_are_over_are_refused(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    with pytest.raises(StaleScreen):
        await follow.recheck(first, seen="0" * 64)
    past = Again("复查", follow.day(-9), follow.day(-2), scheme="逐项复查。")
    with pytest.raises(Invalid) as over:
        await follow.recheck(first, again=past)
    assert over.value.message_key == "planning.task_rule_broken"
    with pytest.raises(Invalid):
        await follow.recheck(first, again=replace(past, reason=" \0"))
    good = await follow.found(OutcomeCode.NO_PROBLEM, shop=1, follow_up=(FollowUp.NONE,))
    with pytest.raises(Conflict) as nothing:
        await follow.recheck(good)
    assert nothing.value.message_key == "visits.nothing_to_recheck"
    with pytest.raises(NotFound):
        await follow.recheck(replace(first, id=good.visit))
    assert (await follow_up_of(first.visit)).rechecks == ()


async def test_who_ordered_it_neither_approves_nor_assigns_its_task(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    row = await follow.recheck(first)
    with pytest.raises(Refused):
        await review_task(follow.world.planner, row.task, approve=True)


async def test_papers_may_settle_it_once_and_only_what_is_open(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    facts = {"outcome_id": first.id, "seen": seen_of(first), "reason": "已提交整改照片和检测报告，书面复核通过"}
    with pytest.raises(Refused):
        await accept_papers(follow.world.cmd(Role.LEADER), **facts)
    with pytest.raises(StaleScreen):
        await accept_papers(follow.leader, **{**facts, "seen": "0" * 64})
    settled = await accept_papers(follow.leader, **facts)
    assert (settled.way, settled.result, settled.found) == (SettledBy.PAPERS, RecheckResult.VERIFIED, None)
    assert await accept_papers(follow.world.head, **facts) == settled
    assert await matters(first) == []
    with pytest.raises(Conflict) as done:
        good = await follow.found(OutcomeCode.RECTIFIED, shop=1)
        await accept_papers(follow.leader, outcome_id=good.id, seen=seen_of(good), reason="无")
    assert done.value.message_key == "visits.nothing_to_put_right"


async def test_papers_do_not_settle_what_somebody_is_looking_at(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    await follow.recheck(first)
    with pytest.raises(Conflict) as running:
        await accept_papers(follow.leader, outcome_id=first.id, seen=seen_of(first), reason="书面复核")
    assert running.value.message_key == "visits.recheck_running"


async def test_an_order_without_a_day_is_left_to_daily_supervision(follow: Follow):
    first = await follow.found(PROBLEM, follow_up=ORDERED)
    assert await matters(first) == []
    assert await follow.recheck(first)
    assert await matters(first) == [MatterKind.RECHECK]


async def test_a_referral_settles_no_order_that_has_a_day_of_its_own(follow: Follow):
    first = await follow.found(PROBLEM, rectify_by=follow.day(7))
    await follow.refer(first, wanted=PENALTY)
    follow.world.now += timedelta(days=1)
    assert MatterKind.PUT_RIGHT in await matters(first)
