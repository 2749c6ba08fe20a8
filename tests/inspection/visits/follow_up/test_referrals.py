"""移送: where the rule-set lets it go, once however often it is sent, with receipt and end (J-6, W-27, A-2.4c)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.policy.load import known, rule_set_named
from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up.acknowledge import acknowledge_referral, answer_referral
from inspection.visits.follow_up.due import NextStep, follow_ups_due
from inspection.visits.follow_up.read import follow_up_of, list_referrals, open_matters
from inspection.visits.follow_up.rows import HandedOver, MatterKind, ReferralResult, ReferralRow, ReferralState
from inspection.visits.follow_up.words import checked
from inspection.visits.reading import known_visit
from inspection.visits.review.legal import legal_reviews_of
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from tests.inspection.visits.follow_up.world import PENALTY, PROBLEM, Follow, build_follow

CASE = (FollowUp.CASE_REFERRED,)


async def taken(follow: Follow, row: ReferralRow, *, accepted: bool = True, form: str = "a1", **told) -> ReferralRow:
    came = follow.came(**told)
    return await acknowledge_referral(follow.world.head, referral_id=row.id, form=form, accepted=accepted, told=came)


async def told(follow: Follow, row: ReferralRow, result: ReferralResult, *, closes: bool, form: str, **more):
    came = follow.came(**more)
    return await answer_referral(
        follow.world.head, referral_id=row.id, form=form, result=result, told=came, closes=closes
    )


async def matters(outcome) -> list[MatterKind]:
    return [one.kind for one in await open_matters(outcome.visit)]


async def test_a_case_goes_out_is_taken_answered_and_ended_and_every_step_is_on_record(follow: Follow):
    outcome = await follow.found(PROBLEM, follow_up=CASE)
    assert await matters(outcome) == [MatterKind.TO_REFER]
    row = await follow.refer(outcome)
    assert (row.number, row.state, row.made_by) == ("au-YS-2026-1", ReferralState.SENT, "section_head:1")
    assert await matters(outcome) == [MatterKind.RECEIPT]
    row = await taken(follow, row, their_number="商执受〔2026〕7号")
    assert (row.state, row.receipt.their_number) == (ReferralState.ACCEPTED, "商执受〔2026〕7号")
    assert await matters(outcome) == []
    row = await told(follow, row, ReferralResult.CASE_OPENED, closes=False, form="a2", their_number="商执立〔2026〕3号")
    assert row.state is ReferralState.ACCEPTED
    row = await told(
        follow, row, ReferralResult.PENALTY_DECIDED, closes=True, form="a3", their_number="商执罚〔2026〕2号"
    )
    assert (row.state, row.closing.result) == (ReferralState.CLOSED, ReferralResult.PENALTY_DECIDED)
    assert (await follow_up_of(outcome.visit)).referrals == (row,)
    assert await list_referrals(follow.world.authority) == [row]
    assert [line.kind for line in await read(f"visit:{outcome.visit}")][-4:] == [
        EventKind.REFERRAL_MADE,
        EventKind.REFERRAL_RECEIVED,
        EventKind.REFERRAL_ANSWERED,
        EventKind.REFERRAL_CLOSED,
    ]


async def test_what_is_sent_back_waits_for_another_way_or_is_laid_down(follow: Follow):
    outcome = await follow.found(PROBLEM, follow_up=CASE)
    with pytest.raises(Invalid):
        await taken(follow, await follow.refer(outcome), accepted=False)
    (row,) = (await follow_up_of(outcome.visit)).referrals
    row = await taken(follow, row, accepted=False, said="不属于本机关管辖")
    assert (row.state, await matters(outcome)) == (ReferralState.REFUSED, [MatterKind.SENT_BACK])
    other = await follow.refer(
        outcome, "f2", replace(PENALTY, kind=ReferralKind.OTHER_AGENCY, addressee="某市应急管理局")
    )
    assert other.number == "au-YS-2026-2"
    assert await matters(outcome) == [MatterKind.RECEIPT]
    other = await taken(follow, other, accepted=False, said="证据不足")
    assert await matters(outcome) == [MatterKind.SENT_BACK]
    other = await told(follow, other, ReferralResult.LAID_DOWN, closes=True, form="a2", said="依法不再移送")
    assert (other.state, await matters(outcome)) == (ReferralState.CLOSED, [])


async def test_sent_twice_it_is_one_referral_one_receipt_and_one_end(follow: Follow):
    outcome = await follow.found()
    row = await follow.refer(outcome)
    assert await follow.refer(outcome) == row
    with pytest.raises(Conflict) as again:
        await follow.refer(outcome, "f2")
    assert (again.value.message_key, again.value.facts["number"]) == ("visits.referred_already", row.number)
    first = await taken(follow, row)
    assert await taken(follow, row) == first
    with pytest.raises(Conflict) as answered:
        await taken(follow, row, form="a9", accepted=False, said="退回")
    assert answered.value.message_key == "visits.referral_answered"
    ended = await told(follow, row, ReferralResult.NO_CASE, closes=True, form="a2")
    assert await told(follow, row, ReferralResult.NO_CASE, closes=True, form="a2") == ended
    with pytest.raises(Conflict) as closed:
        await told(follow, row, ReferralResult.CASE_OPENED, closes=False, form="a3")
    assert closed.value.message_key == "visits.referral_closed"


async def test_two_that_come_at_the_same_moment_are_one(follow: Follow):
    outcome = await follow.found()
    one, other = await asyncio.gather(follow.refer(outcome), follow.refer(outcome))
    assert one.id == other.id
    first, second = await asyncio.gather(taken(follow, one), taken(follow, one))
    assert first.receipt == second.receipt


async def test_a_receipt_is_neither_before_the_referral_nor_still_to_come(follow: Follow):
    row = await follow.refer(await follow.found())
    follow.world.now += timedelta(days=3)
    for day in (follow.day(-4), follow.day(1)):
        with pytest.raises(Invalid) as refused:
            await taken(follow, row, day=day)
        assert refused.value.message_key == "visits.referral_day"
        assert (refused.value.facts["first"], refused.value.facts["last"]) == ("2026-03-02", "2026-03-05")
    row = await taken(follow, row, day=follow.day(-1))
    with pytest.raises(Invalid) as backdated:
        await told(follow, row, ReferralResult.NO_CASE, closes=True, form="a2", day=follow.day(-2))
    assert backdated.value.message_key == "visits.referral_day"
    with pytest.raises(Invalid) as number:
        await told(follow, row, ReferralResult.PENALTY_DECIDED, closes=True, form="a2")
    assert number.value.message_key == "visits.referral_number"
    assert (await list_referrals(follow.world.authority))[0].closing is None


async def test_nobody_tells_of_a_case_that_was_not_taken(follow: Follow):
    row = await follow.refer(await follow.found())
    with pytest.raises(Conflict) as early:
        await told(follow, row, ReferralResult.CASE_OPENED, closes=True, form="a1")
    assert early.value.message_key == "visits.referral_not_taken"
    with pytest.raises(NotFound):
        await taken(follow, replace(row, id=row.visit))


async def test_only_where_the_rule_set_lets_it_only_a_problem_and_only_what_stands(follow: Follow):
    outcome = await follow.found()
    elsewhere = replace(PENALTY, kind=ReferralKind.OTHER_REGION, region="邻县", addressee="邻县商务局")
    with pytest.raises(Refused) as kind:
        await follow.refer(outcome, wanted=elsewhere)
    assert (kind.value.message_key, kind.value.facts["article"]) == ("visits.referral_kind", "第二十七条")
    with pytest.raises(StaleScreen):
        await follow.refer(outcome, seen="0" * 64)
    good = await follow.found(OutcomeCode.NO_PROBLEM, shop=1)
    with pytest.raises(Conflict) as nothing:
        await follow.refer(good)
    assert nothing.value.message_key == "visits.nothing_to_refer"
    for wrong in (
        replace(PENALTY, addressee=" "),
        replace(PENALTY, ground="\0"),
        replace(PENALTY, region="邻县"),
        replace(PENALTY, handed=(HandedOver("a" * 64, "别人的.pdf"),)),
    ):
        with pytest.raises(Invalid):
            await follow.refer(outcome, wanted=wrong)
    assert await list_referrals(follow.world.authority) == []


async def test_under_quanzhou_it_may_go_to_another_region_by_name(db):
    follow = await build_follow("quanzhou-economy")
    outcome = await follow.found()
    elsewhere = replace(PENALTY, kind=ReferralKind.OTHER_REGION, addressee="厦门市工业和信息化局")
    with pytest.raises(Invalid) as nowhere:
        await follow.refer(outcome, wanted=elsewhere)
    assert nowhere.value.message_key == "visits.referral_region"
    row = await follow.refer(outcome, wanted=replace(elsewhere, region="厦门市"))
    assert (row.kind, row.region) == (ReferralKind.OTHER_REGION, "厦门市")


async def test_under_jinfeng_a_referred_crime_waits_for_the_legal_office(db):
    follow = await build_follow("jinfeng-commerce")
    outcome = await follow.found()
    assert await legal_reviews_of(outcome.visit) == ()
    await follow.refer(outcome, wanted=replace(PENALTY, kind=ReferralKind.JUDICIAL, addressee="某市公安局"))
    assert [case.because for case in await legal_reviews_of(outcome.visit)] == [("referral:judicial",)]


async def test_what_has_not_been_acknowledged_stands_on_the_list_the_oldest_first(follow: Follow):
    first, second = await follow.found(), await follow.found(shop=1)
    one = await follow.refer(first)
    follow.world.now += timedelta(days=30)
    other = await follow.refer(second)
    due = await follow_ups_due(follow.world.authority, follow.today)
    assert [(line.subject, line.step, line.due_on, line.late) for line in due] == [
        (one.id, NextStep.CHASE, None, False),
        (other.id, NextStep.CHASE, None, False),
    ]
    assert due[0].name == "au-YS-2026-1 某市商务执法支队 第0商店"
    await taken(follow, one)
    steps = {line.subject: line.step for line in await follow_ups_due(follow.world.authority, follow.today)}
    assert steps == {one.id: NextStep.ASK_RESULT, other.id: NextStep.CHASE}


async def test_where_a_rule_set_sets_days_for_the_receipt_it_is_late_after_them(follow: Follow, monkeypatch):

    await seed_calendar(follow.world.cmd(Role.ADMIN))
    row = await follow.refer(await follow.found())
    rules = rule_set_named((await known_visit(row.visit)).rule_set)
    strict = rules.model_copy(
        update={"referral": rules.referral.model_copy(update={"acknowledge_within_working_days": 5})}
    )
    monkeypatch.setattr("inspection.visits.follow_up.read.rule_set_named", lambda _: strict)
    (matter,) = await open_matters(row.visit)
    assert matter.due_on.isoformat() == "2026-03-09"
    (line,) = await follow_ups_due(follow.world.authority, matter.due_on + timedelta(days=1))
    assert (line.late, line.days) == (True, -1)


def test_the_measures_say_what_is_to_be_referred():
    assert {one.code for line in known().values() for one in line if "other_region" in one.referral.kinds} == {
        *("xinglongtai-market", "quanzhou-economy")
    }


@given(st.text(max_size=40), st.integers(1, 30))
def test_words_are_kept_without_margins_or_refused(text: str, limit: int):
    try:
        kept = checked("x", text, limit)
    except Invalid:
        assert not text.strip() or len(text.strip()) > limit or "\0" in text
    else:
        assert kept == text.strip()
        assert 0 < len(kept) <= limit
