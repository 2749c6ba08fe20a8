"""Two visits of one object are joined and taken apart again: what is read, decided and seen together."""

import pytest

from inspection.archive import store as archive
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, read_kind
from inspection.policy.load import rule_set_named
from inspection.publicity.open_publications import open_publications
from inspection.publicity.store_documents import outcome_facts
from inspection.visits import store
from inspection.visits.entries import store as store_entries
from inspection.visits.ledger import store as store_ledger
from inspection.visits.links.link import link_visits, unlink_visits
from inspection.visits.listing import team_of, visits_of_inspector
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.reading import approved_record, fold_visit, joined_visits, known_visit, read_record
from inspection.visits.record import ItemClass
from inspection.visits.review import store as store_reviews
from inspection.visits.review.approve import approve_visit
from inspection.visits.review.send_back import return_visit
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode
from mobile_contract.push import Verdict
from tests.inspection.visits.queue import to_review
from tests.inspection.visits.scene_links import pair
from tests.inspection.visits.tablet import PRICE, ref
from tests.inspection.visits.world import World


async def test_case_57_two_visits_of_one_object_become_one_and_are_what_they_were_when_unlinked(world: World) -> None:
    """Object drawn by two tasks while offline, two visits opened → link; one canonical id; unlink restores; signed
    bytes unchanged.
    """
    two = await pair(world)
    before = {visit: await read_record(visit) for visit in two.visits}
    kept = {visit: await store_entries.entries(visit) for visit in two.visits}
    joined = await link_visits(world.head, two.second, two.first, "link")
    assert (joined.a, joined.b) == (two.canonical, two.canonical)
    one, other = [await read_record(visit) for visit in two.visits]
    assert one == other
    assert one.visit == str(two.canonical)
    assert set(one.entries) == {hash_ for record in before.values() for hash_ in record.entries}
    assert {(item.code, item.checklists) for item in one.items} == {
        ("f1", ("fire", "price")),
        ("f2", ("fire",)),
        ("f3", ("fire",)),
        ("p1", ("price",)),
    }
    # Word for word the same in both checklists: what either team states counts for both tasks.
    shared = next(item for item in one.items if item.code == "f1")
    assert (shared.cls, {said.inspector for said in shared.statements}) == (
        ItemClass.CORROBORATED,
        {str(world.people[0]), str(world.people[2])},
    )
    assert {visit: await store_entries.entries(visit) for visit in two.visits} == kept
    apart = await unlink_visits(world.head, two.first, two.second, "unlink")
    assert (apart.a, apart.b) == two.visits
    assert {visit: await read_record(visit) for visit in two.visits} == before
    assert {visit: await store_entries.entries(visit) for visit in two.visits} == kept
    assert {(await known_visit(visit)).linked_to for visit in two.visits} == {None}


async def test_an_entry_signed_for_one_of_them_counts_for_tasks_of_the_other(world: World) -> None:
    two = await pair(world)
    stranger = world.tablet(2, two.first, device=two.first)
    outside = stranger.answer("p1", "no", ck=ref(PRICE))
    (before,) = await world.push(outside)
    assert (before.verdict, before.reasons) == (Verdict.FLAGGED, ("not-in-team", "unknown-item"))
    await link_visits(world.head, two.first, two.second, "link")
    (after,) = await world.push(stranger.answer("p1", "no", ck=ref(PRICE)))
    assert (after.verdict, after.visit) == (Verdict.ACCEPTED, two.first)
    item = next(item for item in (await read_record(two.first)).items if item.code == "p1")
    assert {one.hash for one in item.statements if not one.reasons} == {outside.text_hash, after.hash}


async def test_an_attestation_made_before_the_link_still_holds(world: World) -> None:
    two = await pair(world)
    tablet = world.tablet(0, two.first, device=world.people[3])
    answer = tablet.answer("f2", "yes")
    tablet.visit = two.second
    foreign = tablet.answer("p1", "yes", ck=ref(PRICE))
    tablet.visit = two.first
    await world.push(answer, foreign, tablet.attest())
    await link_visits(world.head, two.first, two.second, "link")
    states = {one.inspector: one.state.value for one in (await read_record(two.first)).attestations}
    assert states[str(world.people[0])] == "verified"


async def test_teams_see_all_that_is_one_but_nobody_who_was_recused_from_a_part(world: World) -> None:
    two = await pair(world)
    await link_visits(world.head, two.first, two.second, "link")
    for visit in two.visits:
        assert set(await team_of(visit)) == set(world.people)
    for person in world.people:
        assert set(await visits_of_inspector(person)) == set(two.visits)
    await unlink_visits(world.head, two.first, two.second, "unlink")
    assert set(await team_of(two.second)) == set(world.people[2:])


async def test_one_approval_settles_all_tasks_and_later_entries_change_nothing(world: World) -> None:
    two = await pair(world, complete=True)
    await link_visits(world.head, two.first, two.second, "link")
    (waiting,) = await to_review(world)
    assert waiting.visit == two.canonical
    other = max(two.visits)
    with pytest.raises(Conflict) as refused:
        await approve_visit(world.head, visit_id=other, seen=str(waiting.seen))
    assert refused.value.message_key == "visits.read_elsewhere"
    assert refused.value.facts["canonical"] == str(two.canonical)
    approved = await approve_visit(world.head, visit_id=two.canonical, seen=str(waiting.seen))
    assert len({row.task for row in approved.outcomes}) == len(approved.outcomes) == 2
    assert {row.visit for row in approved.outcomes} == {two.canonical}
    assert set(approved.completed) == {row.task for row in approved.outcomes}
    settled = await approved_record(two.canonical)
    assert settled is not None
    for visit in two.visits:
        assert (await known_visit(visit)).state is VisitState.APPROVED
        assert (await store_reviews.approval(visit)) is not None
        who = 0 if visit == two.first else 2
        (late,) = await world.push(world.tablet(who, visit, device=visit).write("note.add", {"text": "迟到"}))
        assert (late.verdict, late.reasons) == (Verdict.FLAGGED, ("after-approval",))
    assert await approved_record(two.canonical) == settled
    with pytest.raises(Conflict) as ended:
        await unlink_visits(world.head, two.first, two.second, "unlink")
    assert ended.value.code is ProblemCode.VISITS_NOT_LINKABLE


async def test_results_are_published_and_filed_from_the_canonical_visit_for_all_tasks(world: World) -> None:
    two = await pair(world, complete=True)
    await link_visits(world.head, two.first, two.second, "link")
    seen = (await fold_visit(await known_visit(two.canonical))).digest
    approved = await approve_visit(world.head, visit_id=two.canonical, seen=seen)
    assert await open_publications(world.cmd(), visit_id=two.canonical) == 2
    assert await open_publications(world.cmd(), visit_id=max(two.visits)) == 0
    tickets = {match.ticket_id for made in world.draws.values() for match in made.matches}
    assert {(await outcome_facts(row.id))["ticket"] for row in approved.outcomes} == tickets
    visits = await joined_visits(max(two.visits))
    assert set(visits) == set(two.visits)
    filed = await archive.entries(visits)
    assert len(filed) == sum([len(await store_entries.entries(visit)) for visit in two.visits])
    assert {task.task_id for task in await archive.task_facts(visits)} == {row.task for row in approved.outcomes}
    assert {member.inspector for member in await archive.team(visits)} == set(world.people)


async def test_what_is_sent_back_is_sent_back_as_one(world: World) -> None:
    two = await pair(world, complete=True)
    await link_visits(world.head, two.first, two.second, "link")
    seen = (await fold_visit(await known_visit(two.canonical))).digest
    await return_visit(world.head, visit_id=two.canonical, seen=seen, remarks="重拍")
    assert {(await known_visit(visit)).state for visit in two.visits} == {VisitState.RETURNED}


async def test_three_are_one_through_the_middle_and_only_direct_links_are_undone(world: World) -> None:
    two = await pair(world)
    third = await world.open_visit(checklist=PRICE, team=(1, 2))
    await link_visits(world.head, two.first, two.second, "l1")
    joined = await link_visits(world.head, two.second, third, "l2")
    everything = {two.first, two.second, third}
    assert joined.a == min(everything)
    assert {(await known_visit(visit)).linked_to for visit in everything} == {min(everything)}
    with pytest.raises(Conflict) as refused:
        await unlink_visits(world.head, two.first, third, "u1")
    assert refused.value.message_key == "visits.link_none"
    apart = await unlink_visits(world.head, two.first, two.second, "u2")
    assert (apart.a, apart.b) == (two.first, min(two.second, third))
    assert (await known_visit(two.first)).linked_to is None
    told = await read_kind(f"visit:{two.second}", EventKind.VISITS_UNLINKED)
    assert [line.payload["entry"] for line in told] == ["u2"]


async def test_only_open_visits_of_one_object_and_rule_set_can_be_joined(world: World) -> None:
    two = await pair(world)
    elsewhere = await world.open_visit(objects=(1,))
    ended = await world.open_visit(checklist=PRICE, team=(0, 1))
    await store.change_visit(ended, state=VisitState.APPROVED.value)
    gone = await world.open_visit(checklist=PRICE, team=(0, 1))
    await store.change_visit(gone, state=VisitState.CANCELLED.value)
    ruled = await world.open_visit(checklist=PRICE, team=(0, 1))
    await store.change_visit(ruled, rule_set="other-rules")
    made = await world.draw(objects=(0,))
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    hindered = {
        two.first: "visits.link_same",
        elsewhere: "visits.link_other_object",
        sealed: "visits.link_sealed",
        ended: "visits.link_ended",
        gone: "visits.link_ended",
        ruled: "visits.link_other_rules",
    }
    for visit, why in hindered.items():
        with pytest.raises(Conflict) as refused:
            await link_visits(world.head, two.first, visit, "link")
        assert (refused.value.code, refused.value.message_key) == (ProblemCode.VISITS_NOT_LINKABLE, why)
    with pytest.raises(NotFound):
        await link_visits(world.head, two.first, world.plan, "link")
    await link_visits(world.head, two.first, two.second, "link")
    with pytest.raises(Conflict) as again:
        await link_visits(world.head, two.second, two.first, "again")
    assert again.value.message_key == "visits.link_stands"
    assert await store_entries.entries(elsewhere) == []


async def test_visits_that_are_one_burden_their_object_once(world: World) -> None:
    two = await pair(world)
    thing = (await known_visit(two.first)).object
    rules = rule_set_named((await known_visit(two.first)).rule_set)
    assert rules.visit_cap.counts is not None
    assert len(await store_ledger.burdens_of([thing])) == 2
    await link_visits(world.head, two.first, two.second, "link")
    (burden,) = await store_ledger.burdens_of([thing])
    assert burden.visit == two.canonical
    assert burden.executed_on is not None
