"""重大执法决定法制审核: which results wait for the legal office, whose word counts, and what it covers."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.clocks import Matter, running_clocks
from inspection.oversight.review_queue import Asked, cursor_from, review_queue
from inspection.planning.plan_rules import PlanState
from inspection.planning.tables import AnnualPlan, Task
from inspection.policy.model import RuleSet
from inspection.policy.terms import ReferralKind
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct_outcome import OutcomeCorrected, correct_outcome
from inspection.publicity.due_list import DueItem, due_list
from inspection.publicity.objections.case import case_of
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel
from inspection.publicity.objections.take import take_objection
from inspection.publicity.open_publications import open_publications
from inspection.publicity.publish import publish_due
from inspection.publicity.release import Hindrance
from inspection.visits.reading import known_visit
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.legal import (
    LegalStanding,
    ask_legal_review,
    because_of,
    legal_reviews_of,
    review_due,
    review_legally,
    seen_of,
)
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.review.steps import Step
from inspection.visits.review.store_legal import LegalReviewRow
from inspection.visits.review.tables import LegalDue, LegalReview
from inspection.visits.rows import OutcomeRow
from inspection.visits.tables import Outcome, Visit
from tests.inspection.visits.publishing import APPROVER, YEAR_END
from tests.inspection.visits.queue import all_here, queue
from tests.inspection.visits.world import START, World
from tests.support.rulesets import ALL_RULE_SETS, five

ASKING = "xinglongtai-market.2019"
SERIOUS = (OutcomeCode.REFUSED_SERIOUSLY,)
OFFICER = UUID(int=0x1E6A1)
TODAY = date(2026, 3, 2)
ONE = UUID(int=1)
PLAIN = OutcomeRow(ONE, ONE, ONE, ONE, (), "[]", (), None, "0" * 64, TODAY, START, "leader", None)


async def formed(world: World, codes: tuple[OutcomeCode, ...] = SERIOUS, rules: str = ASKING, **how: Any) -> OutcomeRow:
    """A visit under these rules with one result, decided by its leader; its publication is open and its clock runs."""
    visit = await world.open_visit()
    await world.attested(visit)
    await Visit.update({Visit.rule_set: rules}).where(Visit.id == visit)
    task = [one.task for one in world.draws.values()][-1]
    await Task.update({Task.rule_set: rules}).where(Task.id == task)
    choice = Choice(task, codes, "拒不开门", **how)
    leader = world.cmd(Role.LEADER, world.people[0])
    (outcome,) = (await approve_visit(leader, visit_id=visit, seen=await world.seen(visit), choices=[choice])).outcomes
    await seed_calendar(world.cmd())
    await open_publications(world.cmd(), visit_id=visit)
    return outcome


def legal(world: World, who: UUID = OFFICER) -> Command:
    return world.cmd(Role.LEGAL, who)


async def say(world: World, outcome: OutcomeRow, *, agreed: bool = True, **more: Any) -> LegalReviewRow:
    told: dict[str, Any] = {"seen": seen_of(outcome), "reasons": "事实清楚，程序合法", **more}
    by = told.pop("by", None) or legal(world)
    return await review_legally(by, outcome_id=outcome.id, agreed=agreed, **told)


async def let_out(world: World, visit: UUID) -> tuple[Any, Any]:
    await approve_publication(world.cmd(Role.APPROVER, APPROVER), visit_id=visit, secrecy_reviewed=True)
    report = await publish_due(world.cmd(), through=YEAR_END)
    return report.published, [one.why for one in report.kept_in]


async def corrected(world: World, outcome: OutcomeRow, by: Command, **how: Any) -> OutcomeCorrected:
    told = {"codes": (OutcomeCode.UNREACHABLE,), "reason": "登记住所无人", **how}
    choice = Choice(told.pop("task", outcome.task), **{name: told[name] for name in ("codes", "reason")})
    return await correct_outcome(by, outcome_id=outcome.id, seen=told.get("seen", seen_of(outcome)), choice=choice)


async def step_of(world: World, visit: UUID) -> Step | None:
    page = await review_queue(world.authority, Asked(), all_here, TODAY)
    return next((line.step for line in page.lines if line.visit == visit), None)


async def test_a_result_of_weight_stays_in_until_the_legal_office_agreed_to_it(world: World) -> None:
    outcome = await formed(world)
    (case,) = await legal_reviews_of(outcome.visit)
    assert (case.standing, case.because) == (LegalStanding.WAITING, ("outcome:refused_seriously",))
    assert await step_of(world, outcome.visit) is Step.LEGAL_REVIEW
    assert await let_out(world, outcome.visit) == ((), [(Hindrance.LEGAL_REVIEW,)])
    (due,) = await due_list(authority=world.authority, on=TODAY)
    assert isinstance(due, DueItem)
    assert due.why == (Hindrance.LEGAL_REVIEW,)
    await AnnualPlan.update(state=PlanState.FILED.value, approved_at=world.now, force=True)
    clocks = (await running_clocks(world.authority, TODAY)).clocks
    (clock,) = [one for one in clocks if one.matter is Matter.PUBLICATION]
    assert (clock.to_do, clock.whose) == ("legal_review", Role.LEGAL)
    row = await say(world, outcome)
    assert (row.agreed, row.by, row.seen) == (True, str(OFFICER), case.seen)
    assert await step_of(world, outcome.visit) is Step.PUBLICATION
    published, kept = await let_out(world, outcome.visit)
    assert (len(published), kept) == (1, [])
    kinds = [line.kind for line in await read(f"visit:{outcome.visit}")]
    assert kinds.index(EventKind.LEGAL_REVIEW_ASKED) < kinds.index(EventKind.LEGAL_REVIEWED)
    assert kinds.index(EventKind.LEGAL_REVIEWED) < kinds.index(EventKind.PUBLICATION_PUBLISHED)


async def test_what_the_office_objects_to_is_corrected_and_the_new_result_is_reviewed_anew(world: World) -> None:
    outcome = await formed(world)
    leader = world.cmd(Role.LEADER, world.people[0])
    with pytest.raises(Conflict) as early:
        await corrected(world, outcome, leader)
    assert early.value.message_key == "visits.not_objected"
    await say(world, outcome, agreed=False, reasons="情节是否严重，证据不足")
    assert await step_of(world, outcome.visit) is Step.OUTCOME
    assert await let_out(world, outcome.visit) == ((), [(Hindrance.LEGAL_OBJECTION,)])
    with pytest.raises(Refused):
        await corrected(world, outcome, world.cmd(Role.LEADER, world.people[1]))
    with pytest.raises(Conflict):
        await corrected(world, outcome, leader, task=UUID(int=5))
    with pytest.raises(StaleScreen):
        await corrected(world, outcome, leader, seen="0" * 64)
    made = await corrected(world, outcome, leader, codes=SERIOUS, reason="补充证据：两次拒绝，均有录像")
    for agreed in (True, False):
        with pytest.raises(StaleScreen) as stale:
            await say(world, outcome, agreed=agreed)
        assert (stale.value.facts["now"], stale.value.facts["outcome"]) == (made.seen, str(made.outcome))
    before, after = await legal_reviews_of(outcome.visit)
    assert (before.standing, after.standing) == (LegalStanding.REPLACED, LegalStanding.WAITING)
    assert await let_out(world, outcome.visit) == ((), [(Hindrance.LEGAL_REVIEW,)])
    await say(world, after.outcome)
    published, _ = await let_out(world, outcome.visit)
    assert len(published) == 1


async def test_a_corrected_result_without_weight_needs_no_further_word_but_its_approval_anew(world: World) -> None:
    outcome = await formed(world)
    await say(world, outcome, agreed=False, reasons="不构成拒绝检查")
    await let_out(world, outcome.visit)
    await corrected(world, outcome, world.cmd(Role.LEADER, world.people[0]))
    report = await publish_due(world.cmd(), through=YEAR_END)
    assert [one.why for one in report.kept_in] == [(Hindrance.NOT_APPROVED,)]
    published, _ = await let_out(world, outcome.visit)
    assert len(published) == 1
    with pytest.raises((Conflict, StaleScreen)):
        await corrected(world, outcome, world.cmd(Role.LEADER, world.people[0]))


@pytest.mark.parametrize("rules", [one.name for one in five() if not one.legal_review.outcomes])
async def test_under_rules_that_are_silent_no_result_waits_for_the_legal_office(world: World, rules: str) -> None:
    outcome = await formed(world, rules=rules)
    assert await legal_reviews_of(outcome.visit) == ()
    with pytest.raises(Conflict) as refused:
        await say(world, outcome)
    assert refused.value.message_key == "visits.legal_not_asked"


async def test_whoever_inspected_or_approved_it_is_not_the_legal_offices_voice(world: World) -> None:
    outcome = await formed(world)
    for who, role, key in (
        (world.people[0], Role.LEGAL, "visits.legal_had_a_part"),
        (world.people[1], Role.LEGAL, "visits.legal_had_a_part"),
        (OFFICER, Role.APPROVER, "visits.legal_only"),
        (OFFICER, Role.SECTION_HEAD, "visits.legal_only"),
        (world.people[0], Role.LEADER, "visits.legal_only"),
    ):
        with pytest.raises(Refused) as refused:
            await say(world, outcome, by=world.cmd(role, who))
        assert refused.value.message_key == key
    namesake = legal(world)
    with pytest.raises(Refused):
        await say(world, outcome, by=replace(namesake, actor=replace(namesake.actor, name="检查员1")))
    assert await LegalReview.count() == 0


async def test_sending_it_twice_answers_the_same_and_another_word_after_the_agreement_is_refused(world: World) -> None:
    outcome = await formed(world)
    told = await asyncio.gather(*(say(world, outcome) for _ in range(3)))
    assert len({one.id for one in told}) == 1
    assert await say(world, outcome) == told[0]
    assert await LegalReview.count() == 1
    assert len([line for line in await read(f"visit:{outcome.visit}") if line.kind is EventKind.LEGAL_REVIEWED]) == 1
    for other in ({"agreed": False}, {"reasons": "另有意见"}, {"by": legal(world, UUID(int=0x1E6A2))}):
        with pytest.raises(Conflict) as refused:
            await say(world, outcome, **other)
        assert refused.value.message_key == "visits.legal_done"


async def test_an_objection_may_be_taken_back_by_agreeing_after_all(world: World) -> None:
    outcome = await formed(world)
    first = await say(world, outcome, agreed=False, reasons="证据不足")
    assert await say(world, outcome, agreed=False, reasons="证据不足") == first
    await say(world, outcome, reasons="已核对录像")
    (case,) = await legal_reviews_of(outcome.visit)
    assert (case.standing, [one.agreed for one in case.reviews]) == (LegalStanding.AGREED, [False, True])


async def test_who_gave_the_offices_word_does_not_review_an_objection_to_that_result(world: World) -> None:
    outcome = await formed(world)
    await say(world, outcome)
    ((out,), _) = await let_out(world, outcome.visit)
    row = await receive_objection(
        world.cmd(Role.LEGAL, UUID(int=0x1E6A2)),
        visit_id=outcome.visit,
        publication_id=out.publication,
        form="f1",
        channel=Channel.COUNTER,
        grounds="当日在店",
        name="李某",
        contact="138",
    )
    seen = (await case_of(row)).seen
    with pytest.raises(Refused) as refused:
        await take_objection(legal(world), objection_id=row.id, seen=seen)
    assert refused.value.message_key == "publicity.had_a_part_legal"
    taken = await take_objection(legal(world, UUID(int=0x1E6A3)), objection_id=row.id, seen=seen)
    assert taken.reviewer == str(UUID(int=0x1E6A3))


async def test_one_queue_holds_records_results_with_the_office_and_results_to_publish_each_once(world: World) -> None:
    outcome = await formed(world)
    settled = await world.open_visit(objects=(1,))
    await world.attested(settled)
    await approve_visit(world.head, visit_id=settled, seen=await world.seen(settled))
    await open_publications(world.cmd(), visit_id=settled)
    waiting = await world.open_visit(objects=(2,))
    await world.attested(waiting)
    found: list[tuple[UUID, Step]] = []
    after = None
    while True:
        page = await queue(world, limit=1, after=after)
        found += [(line.visit, line.step) for line in page.lines]
        if page.next is None:
            break
        after = cursor_from(page.next)
    assert found == [
        (outcome.visit, Step.LEGAL_REVIEW),
        (settled, Step.PUBLICATION),
        (waiting, Step.REVIEW),
    ]
    assert [one.visits for one in page.totals] == [1, 1, 1]


async def test_what_cannot_be_a_review_is_refused(world: World) -> None:
    outcome = await formed(world)
    wrong: list[tuple[dict[str, Any], type[DomainError]]] = [
        ({"reasons": "  "}, Invalid),
        ({"reasons": "长" * 4001}, Invalid),
        ({"seen": "0" * 64}, StaleScreen),
        ({"by": replace(legal(world), authority=UUID(int=9))}, NotFound),
    ]
    for how, kind in wrong:
        with pytest.raises(kind):
            await say(world, outcome, **how)
    with pytest.raises(NotFound):
        await say(world, replace(outcome, id=UUID(int=3)))


async def test_a_referral_asks_for_the_review_once(world: World) -> None:
    outcome = await formed(world, (OutcomeCode.PROBLEM_PENDING,), follow_up=(FollowUp.DAILY_SUPERVISION,))
    assert await legal_reviews_of(outcome.visit) == ()
    visit = await known_visit(outcome.visit)
    async with unit_of_work():
        assert not await ask_legal_review(world.cmd(), visit=visit, outcome=outcome, referral=ReferralKind.OTHER_AGENCY)
    for _ in range(2):
        async with unit_of_work():
            assert await ask_legal_review(world.cmd(), visit=visit, outcome=outcome, referral=ReferralKind.JUDICIAL)
    (case,) = await legal_reviews_of(outcome.visit)
    assert case.because == ("referral:judicial",)
    assert await let_out(world, outcome.visit) == ((), [(Hindrance.LEGAL_REVIEW,)])


async def test_the_words_of_the_legal_office_cannot_be_changed_afterwards(world: World) -> None:
    outcome = await formed(world)
    await say(world, outcome)
    for change in (
        LegalReview.update({LegalReview.agreed: False}).where(LegalReview.outcome == outcome.id),
        LegalReview.delete().where(LegalReview.outcome == outcome.id),
        LegalDue.delete().where(LegalDue.outcome == outcome.id),
    ):
        with pytest.raises(Exception, match="append-only"):
            await change
    assert await Outcome.count() == 1


@given(
    st.sampled_from(ALL_RULE_SETS),
    st.lists(st.sampled_from([code.value for code in OutcomeCode]), unique=True),
    st.lists(st.sampled_from([step.value for step in FollowUp]), unique=True),
)
def test_a_result_needs_a_review_exactly_for_what_the_rules_name(
    rules: RuleSet, codes: list[str], steps: list[str]
) -> None:
    named = set(rules.legal_review.outcomes) & set(codes) or set(rules.legal_review.follow_ups) & set(steps)
    assert bool(because_of(codes, steps, rules)) is bool(named)
    row = replace(PLAIN, codes=tuple(codes), follow_up=tuple(steps))
    assert review_due(row, rules) is bool(named)
    assert seen_of(row) != seen_of(replace(row, codes=(*codes, "further")))
    assert seen_of(row) != seen_of(replace(row, rectify_by=date(2026, 4, 1)))
