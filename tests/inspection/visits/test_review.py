"""The leader's queue, the decision on exactly what was seen, the outcome of each item."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.planning.find import task as planned_task
from inspection.visits import store
from inspection.visits.card import visit_card
from inspection.visits.entries.admission import Verdict
from inspection.visits.opening import open_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import approved_record, known_visit, read_record
from inspection.visits.record import ItemClass, state_digest
from inspection.visits.review import approve as approving
from inspection.visits.review import store as store_reviews
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.review.send_back import return_visit
from inspection.visits.states import VisitState
from inspection.visits.tables import Outcome, Review
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import CardState
from tests.inspection.visits.queue import to_review
from tests.inspection.visits.tablet import Tablet, ref
from tests.inspection.visits.world import FIRE, PRICE, World
from tests.support.waiting import is_awaited


async def approve(world: World, visit: UUID, **how: Any) -> Any:
    how.setdefault("seen", await world.seen(visit))
    return await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, **how)


async def test_an_attested_record_waits_for_its_leader_and_is_approved_as_seen(world: World) -> None:
    visit = await world.open_visit()
    assert await to_review(world) == ()
    await world.attested(visit)
    (waiting,) = await to_review(world)
    assert (waiting.visit, waiting.seen, waiting.conflicts) == (visit, await world.seen(visit), 0)
    assert waiting.turn.person == world.people[0]
    done = await approve(world, visit, seen=waiting.seen)
    assert [(row.codes, row.follow_up, row.override_reason) for row in done.outcomes] == [
        (("no_problem",), ("none",), None)
    ]
    row = await known_visit(visit)
    assert (row.state, row.approved_by, row.approved_at) == (VisitState.APPROVED, str(world.people[0]), world.now)
    assert await to_review(world) == ()
    assert (await visit_card(visit)).state is CardState.APPROVED
    stored = await store_reviews.outcomes(visit)
    assert [(one.state_digest, one.formed_at) for one in stored] == [(waiting.seen, world.now)]
    assert [line.kind for line in await read(f"visit:{visit}")][-1] is EventKind.VISIT_APPROVED


async def test_the_section_head_may_review_and_nobody_else_but_the_leader(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    seen = await world.seen(visit)
    for stranger in (
        world.cmd(Role.LEADER, world.people[1]),
        world.cmd(Role.INSPECTOR, world.people[1]),
        world.cmd(Role.ADMIN),
        world.cmd(Role.APPROVER),
    ):
        with pytest.raises(Refused) as refusal:
            await approve_visit(stranger, visit_id=visit, seen=seen)
        assert refusal.value.code is ProblemCode.FORBIDDEN
        with pytest.raises(Refused):
            await return_visit(stranger, visit_id=visit, seen=seen, remarks="看看")
    await approve_visit(world.head, visit_id=visit, seen=seen)


async def test_a_decision_never_covers_something_unseen(world: World) -> None:
    visit = await world.open_visit()
    _a, b = await world.attested(visit)
    seen = await world.seen(visit)
    await world.push(b.answer("f3", "not_applicable"), b.submit())
    with pytest.raises(StaleScreen) as stale:
        await approve(world, visit, seen=seen)
    assert stale.value.facts["now"] == await world.seen(visit)
    with pytest.raises(StaleScreen):
        await return_visit(world.head, visit_id=visit, seen=seen, remarks="看看")
    assert await store_reviews.reviews(visit) == []
    await approve(world, visit)


async def test_a_record_is_approved_once(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    seen = await world.seen(visit)
    told = await asyncio.gather(*(approve(world, visit, seen=seen) for _ in range(3)), return_exceptions=True)
    refused = [one for one in told if isinstance(one, Conflict)]
    assert [one.code for one in refused] == [ProblemCode.VISIT_WRONG_STEP] * 2
    assert len(await store_reviews.outcomes(visit)) == 1
    assert len(await store_reviews.reviews(visit)) == 1


async def test_reviews_and_outcomes_cannot_be_changed_afterwards(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    await approve(world, visit)
    for change in (
        Outcome.update({Outcome.codes: "[]"}).where(Outcome.visit == visit),
        Outcome.delete().where(Outcome.visit == visit),
        Review.update({Review.seen: "x"}).where(Review.visit == visit),
    ):
        with pytest.raises(Exception, match="append-only"):
            await change


async def test_without_the_quorum_nothing_is_approved(world: World) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    a.answer("f1", "yes")
    a.submit()
    await world.push(*a.entries)
    with pytest.raises(Conflict) as conflict:
        await approve(world, visit)
    assert conflict.value.code is ProblemCode.RECORD_INCOMPLETE
    assert (conflict.value.facts["inspectors"], conflict.value.facts["signature_due"]) == (1, True)


async def test_an_open_conflict_hinders_the_approval_until_the_leader_resolves_it(world: World) -> None:
    visit = await world.open_visit()
    a, b = await world.attested(visit)
    signed, no = a.entries[2], b.answer("f3", "no")
    await world.push(no, b.submit(a))
    with pytest.raises(Conflict) as conflict:
        await approve(world, visit)
    assert (conflict.value.code, conflict.value.facts["topics"]) == (ProblemCode.RECORD_IN_CONFLICT, ["f3"])
    await world.push(a.resolve("f3", signed, no, value="no"))
    (outcome,) = (await approve(world, visit)).outcomes
    assert outcome.codes == ("problem_pending",)


async def test_who_has_no_tablet_vouches_on_a_colleagues_and_the_leader_admits_it(world: World) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    answers = [a.answer("f1", "yes"), a.answer("f3", "not_applicable")]
    a.answer("f2", "yes")
    a.sign(*answers)
    a.submit()
    await world.push(*a.entries)
    own = Tablet(world.people[1], device=a.device, ep=2, visit=visit, wall=a.wall)
    borrowed = [own.answer("f2", "yes"), own.submit(a)]
    told = await world.push(*borrowed, inspectors=frozenset({world.people[0]}))
    assert {one.reasons for one in told} == {("not-bound",)}
    with pytest.raises(Conflict) as alone:
        await approve(world, visit)
    assert alone.value.code is ProblemCode.RECORD_INCOMPLETE
    await world.push(a.decide("admit", *borrowed))
    (outcome,) = (await approve(world, visit)).outcomes
    assert outcome.codes == ("no_problem",)


async def test_missing_media_hinder_the_approval_until_they_come_or_are_certified_lost(world: World) -> None:
    visit, photo = await world.open_visit(), "a" * 64
    a, _b = await world.attested(visit)
    await world.push(a.photo(photo), a.submit())
    with pytest.raises(Conflict) as conflict:
        await approve(world, visit)
    assert (conflict.value.code, conflict.value.facts["digests"]) == (ProblemCode.MEDIA_MISSING, [photo])
    with pytest.raises(Invalid):
        await approve(world, visit, media_certified=True)
    await approve(world, visit, media_certified=True, remarks="平板电脑坠海")
    (review,) = await store_reviews.reviews(visit)
    assert (review.media_certified, review.remarks) == (True, "平板电脑坠海")


async def test_complete_media_need_no_certificate(world: World) -> None:
    visit, photo = await world.open_visit(), "a" * 64
    a, _ = await world.attested(visit)
    await world.push(a.photo(photo), a.submit())
    await approve(world, visit, complete=frozenset({photo}))
    assert [review.media_certified for review in await store_reviews.reviews(visit)] == [False]


async def test_a_finding_proposes_follow_up_and_a_leader_may_decide_otherwise_with_a_reason(world: World) -> None:
    first, second = await world.open_visit(objects=(0,)), await world.open_visit(objects=(1,))
    await world.attested(first, "no")
    await world.attested(second, "no")
    (proposed,) = (await approve(world, first)).outcomes
    assert (proposed.codes, proposed.follow_up) == (("problem_pending",), ("daily_supervision",))
    assert '"item":"f1"' in proposed.findings
    task = proposed.task
    (served,) = await world_tasks(second)
    last = local_day(world.now) + timedelta(days=30)
    choice = Choice(served, (OutcomeCode.RECTIFIED,), "当场改正并复核", (FollowUp.NONE,), last)
    for wrong in (
        Choice(task, choice.codes, choice.reason),
        Choice(served, choice.codes, "  "),
        Choice(served, (OutcomeCode.NO_PROBLEM, OutcomeCode.RECTIFIED), "两者"),
        Choice(served, (), "无"),
        replace(choice, rectify_by=local_day(world.now) - timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            await approve(world, second, choices=[wrong])
    (chosen,) = (await approve(world, second, choices=[choice])).outcomes
    assert (chosen.codes, chosen.override_reason) == (("rectified",), "当场改正并复核")
    assert [row.rectify_by for row in await store_reviews.outcomes(second)] == [last]
    assert [row.rectify_by for row in await store_reviews.outcomes(first)] == [None]


async def world_tasks(visit: UUID) -> list[UUID]:
    return [task.task for task in await store.served_tasks([visit])]


async def test_what_the_record_does_not_decide_a_person_must(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    a.refuse("access", witness={"name": "王某"})
    a.submit()
    b.stance("concur", a.entries[0])
    b.submit()
    await world.push(*a.entries, *b.entries)
    assert {item.cls for item in (await read_record(visit)).items} == {ItemClass.REFUSED}
    with pytest.raises(Conflict) as conflict:
        await approve(world, visit)
    assert conflict.value.message_key == "visits.outcome_due"
    (task,) = await world_tasks(visit)
    refused = Choice(task, (OutcomeCode.REFUSED_SERIOUSLY,), "拒不开门，两次劝说无效")
    (outcome,) = (await approve(world, visit, choices=[refused])).outcomes
    assert outcome.codes == ("refused_seriously",)


async def test_each_task_of_a_merged_visit_gets_its_own_outcome(world: World) -> None:
    first, second = await world.draw(FIRE), await world.draw(PRICE)
    (visit,) = (await assemble_visits(world.cmd(), draw_id=first.draw)).created
    await assemble_visits(world.cmd(), draw_id=second.draw)
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    await unseal_visit(world.head, visit_id=visit)
    a, b = await world.attested(visit)
    await world.push(a.answer("p1", "no", ck=ref(PRICE)), a.submit(), b.answer("p1", "no", ck=ref(PRICE)), b.submit())
    done = await approve(world, visit)
    assert {row.task: row.codes for row in done.outcomes} == {
        first.task: ("no_problem",),
        second.task: ("problem_pending",),
    }
    assert set(done.completed) == {first.task, second.task}


async def test_a_task_is_completed_with_the_approval_of_its_last_visit(world: World) -> None:
    made = await world.draw(objects=(0, 1))
    visits = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    for visit in visits:
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
        await unseal_visit(world.head, visit_id=visit)
        await world.attested(visit)
    assert (await approve(world, visits[0])).completed == ()
    assert (await planned_task(made.task)).completed_at is None
    assert (await approve(world, visits[1])).completed == (made.task,)
    assert (await planned_task(made.task)).completed_at == world.now
    assert EventKind.TASK_COMPLETED in {line.kind for line in await read(f"task:{made.task}")}


async def test_two_last_visits_approved_at_once_still_complete_the_task(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await world.draw(objects=(0, 1))
    visits = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    for visit in visits:
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
        await unseal_visit(world.head, visit_id=visit)
        await world.attested(visit)
    seen, keep, kept = {visit: await world.seen(visit) for visit in visits}, approving.keep_outcomes, []

    async def both(*what: Any) -> None:
        """Neither goes on before the other has formed his outcomes, too, or waits for him."""
        await keep(*what)
        kept.append(what)
        while len(kept) < len(visits) and not await is_awaited():
            pass

    monkeypatch.setattr(approving, "keep_outcomes", both)
    told = await asyncio.gather(*(approve(world, visit, seen=seen[visit]) for visit in visits))
    assert sorted(one.completed for one in told) == [(), (made.task,)]


async def test_a_visit_that_is_added_to_the_task_while_its_last_is_approved_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await world.draw(objects=(0, 1))
    held = made.matches.pop()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    await unseal_visit(world.head, visit_id=visit)
    await world.attested(visit)
    made.matches.append(held)
    seen, added, write = await world.seen(visit), asyncio.Event(), open_visits.write_plan

    async def written(*what: Any) -> None:
        await write(*what)
        added.set()
        while not approved.done() and not await is_awaited():
            pass

    async def last() -> Any:
        await added.wait()
        return await approve(world, visit, seen=seen)

    monkeypatch.setattr(open_visits, "write_plan", written)
    approved = asyncio.create_task(last())
    assert len((await assemble_visits(world.cmd(), draw_id=made.draw)).created) == 1
    assert (await approved).completed == ()


async def test_a_returned_visit_waits_again_only_when_it_has_changed(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    seen = await world.seen(visit)
    for empty in ("", "   "):
        with pytest.raises(Invalid):
            await return_visit(world.head, visit_id=visit, seen=seen, remarks=empty)
    with pytest.raises(Invalid):
        await return_visit(world.head, visit_id=visit, seen=seen, remarks="长" * 5000)
    await return_visit(world.head, visit_id=visit, seen=seen, remarks="请补照片")
    card = await visit_card(visit)
    assert (card.state, card.returned_because) == (CardState.RETURNED, "请补照片")
    assert await to_review(world) == ()
    await world.push(a.write("note.add", {"text": "已补"}), a.submit())
    assert [one.visit for one in await to_review(world)] == [visit]
    await approve(world, visit)


async def test_nothing_is_reviewed_before_anything_was_recorded(world: World) -> None:
    visit = await world.open_visit()
    with pytest.raises(Conflict) as conflict:
        await return_visit(world.head, visit_id=visit, seen=await world.seen(visit), remarks="看看")
    assert conflict.value.code is ProblemCode.VISIT_WRONG_STEP


async def test_what_arrives_after_the_approval_is_kept_flagged_and_changes_nothing_approved(world: World) -> None:
    visit = await world.open_visit()
    _a, b = await world.attested(visit)
    seen = await world.seen(visit)
    await approve(world, visit, seen=seen)
    (late,) = await world.push(b.answer("f3", "no"))
    assert (late.verdict, late.reasons) == (Verdict.FLAGGED, ("after-approval",))
    approved = await approved_record(visit)
    assert approved is not None
    assert state_digest(approved) == seen
    assert await world.seen(visit) != seen
    with pytest.raises(Conflict):
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[1])


async def test_before_the_approval_there_is_no_approved_record(world: World) -> None:
    assert await approved_record(await world.open_visit()) is None


async def test_an_approval_that_fails_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = await world.open_visit()
    await world.attested(visit)

    async def fails(*_: Any) -> None:
        raise RuntimeError("lost")

    with monkeypatch.context() as broken:
        broken.setattr(approving, "complete_task", fails)
        with pytest.raises(RuntimeError):
            await approve(world, visit)
    assert (await known_visit(visit)).state is VisitState.IN_PROGRESS
    assert await store_reviews.outcomes(visit) == []
    await approve(world, visit)
