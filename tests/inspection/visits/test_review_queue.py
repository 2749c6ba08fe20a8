"""The review queue: one next step each, whose turn it is, in pages that fold no more than they show."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Actor, Role
from inspection.kernel.errors import Invalid
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.review_queue import Source, cursor_from, cursor_of
from inspection.visits.record.model import Noted
from inspection.visits.review.approve import approve_visit
from inspection.visits.review.queue import corrections_due
from inspection.visits.review.send_back import return_visit
from inspection.visits.review.steps import Step, doubtful_of
from inspection.visits.review.store_queue import Waiting, records
from inspection.visits.tables import Entry, Visit
from tests.inspection.visits.queue import nothing_here, only, queue
from tests.inspection.visits.world import World
from tests.support.statements import statements

TODAY = date(2026, 3, 2)
PHOTO = "ab" * 32
WORDS = ("not-in-team", "device-revoked", "admitted", "excluded", "id-reuse")


async def test_a_record_waits_for_the_second_inspector_then_for_its_leader(world: World) -> None:
    visit = await world.open_visit()
    assert (await queue(world)).lines == ()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    await world.push(a.answer("f1", "yes"))
    assert (await queue(world)).lines == ()
    await world.push(a.answer("f2", "yes"), a.submit())
    line = await only(world)
    assert (line.visit, line.step, line.silent) == (visit, Step.SECOND_INSPECTOR, (world.people[1],))
    assert (line.turn.role, line.turn.person, line.turn_name) == (Role.INSPECTOR, world.people[1], "检查员1")
    await world.push(b.answer("f2", "yes"), b.submit(a))
    assert (await only(world)).step is Step.INCOMPLETE
    await world.push(a.sign_all(b), a.submit(b), b.submit(a))
    line = await only(world)
    assert (line.step, line.turn.role, line.turn.person) == (Step.REVIEW, Role.LEADER, world.people[0])
    assert (line.seen, line.object_name) == (await world.seen(visit), "第0商店")


async def test_a_conflict_comes_before_everything_and_doubt_before_the_rest(world: World) -> None:
    visit = await world.open_visit()
    _, b = await world.attested(visit)
    assert (await only(world)).step is Step.REVIEW
    await world.push(world.tablet(1, visit, device=UUID(int=0xDEAD)).write("note.add", {"text": "x"}), revoked=True)
    line = await only(world)
    assert (line.step, line.doubtful, line.turn.role) == (Step.FLAGGED, 1, Role.LEADER)
    await world.push(b.answer("f3", "no"), b.submit())
    line = await only(world)
    assert (line.step, line.conflicts, line.doubtful) == (Step.CONFLICT, 1, 1)


async def test_doubtful_entries_of_a_visit_that_nobody_has_submitted_wait_for_its_leader_too(world: World) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    stolen = a.answer("f1", "yes")
    await world.push(stolen, revoked=True)
    line = await only(world)
    assert (line.step, line.doubtful) == (Step.FLAGGED, 1)
    leader = world.tablet(0, visit, device=UUID(int=0xBEEF))
    await world.push(leader.decide("exclude", stolen))
    assert (await queue(world)).lines == ()


async def test_missing_media_and_gaps_are_told_before_the_review(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    for one in (a, b):
        one.answer("f1", "yes")
        one.answer("f2", "yes")
    a.answer("f3", "not_applicable")
    a.photo(PHOTO)
    a.sign(*a.entries)
    a.submit()
    b.submit()
    await world.push(*a.entries, *b.entries)
    line = await only(world, media=nothing_here)
    assert (line.step, line.missing_media) == (Step.MEDIA, 1)
    assert (await only(world)).step is Step.REVIEW
    b.write("note.add", {"text": "未到"})
    await world.push(b.submit(a))
    line = await only(world, media=nothing_here)
    assert (line.step, line.gaps) == (Step.GAP, 1)


async def test_what_was_sent_back_waits_with_its_day_until_somebody_submits_it_anew(world: World) -> None:
    visit = await world.open_visit()
    a, _ = await world.attested(visit)
    day = TODAY + timedelta(days=3)
    row = await return_visit(world.head, visit_id=visit, seen=await world.seen(visit), remarks="补照片", correct_by=day)
    line = await only(world)
    assert (line.step, line.turn.role, line.since) == (Step.RETURNED, Role.INSPECTOR, row.at)
    assert (line.correct_by, line.late) == (day, False)
    assert (await only(world, on=day + timedelta(days=1))).late
    (due,) = await corrections_due(world.authority)
    assert (due.visit, due.correct_by, due.object_name) == (visit, day, "第0商店")
    await world.push(a.write("note.add", {"text": "已补"}))
    assert (await only(world)).step is Step.RETURNED
    await world.push(a.submit())
    line = await only(world)
    assert (line.step, line.correct_by, line.since > row.at) == (Step.REVIEW, None, True)
    assert await corrections_due(world.authority) == []


async def test_the_day_of_a_correction_reaches_the_tablet_and_cannot_be_over(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    seen = await world.seen(visit)
    with pytest.raises(Invalid) as refused:
        await return_visit(world.head, visit_id=visit, seen=seen, remarks="补", correct_by=TODAY - timedelta(days=1))
    assert (refused.value.message_key, refused.value.facts["today"]) == ("visits.correct_by_past", TODAY.isoformat())
    await return_visit(world.head, visit_id=visit, seen=seen, remarks="补照片", correct_by=TODAY)
    remarks = (await Visit.select(Visit.remarks).where(Visit.id == visit))[0]["remarks"]
    assert remarks.startswith("补照片")
    assert TODAY.isoformat() in remarks


async def test_mine_is_what_the_caller_can_do_now(world: World) -> None:
    led, other = await world.open_visit(), await world.open_visit(objects=(1,), team=(2, 3))
    for visit, (one, two) in ((led, (0, 1)), (other, (2, 3))):
        a, b = world.tablet(one, visit, device=UUID(int=visit.int + 1)), world.tablet(two, visit)
        for tablet in (a, b):
            tablet.answer("f1", "yes")
            tablet.answer("f2", "yes")
        a.sign(*a.entries)
        a.submit()
        b.submit()
        await world.push(*a.entries, *b.entries)
    mine = {
        who: [line.visit for line in (await queue(world, mine=Actor(str(world.people[who]), "某", Role.LEADER))).lines]
        for who in (0, 2)
    }
    assert mine == {0: [led], 2: [other]}
    legal = Actor("legal:1", "法制", Role.LEGAL)
    assert (await queue(world, mine=legal)).lines == ()


@pytest.mark.parametrize("step", list(Step))
async def test_a_step_is_asked_for_alone(world: World, step: Step) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    found = [line.visit for line in (await queue(world, step=step)).lines]
    assert found == ([visit] if step is Step.REVIEW else [])


async def further(world: World, visit: UUID, count: int, *, after: int = 0) -> list[UUID]:
    """Further visits in the table, three of them each second: rows as a busy office has them. To the fold, whose bytes
    name the first one, nothing is stated at them.
    """
    (row,) = await Visit.select().where(Visit.id == visit)
    (entry,) = await Entry.select().where(Entry.visit == visit)
    ids = world.cmd().new_ids(count)
    async with unit_of_work():
        await bulk_insert(Visit, [{**row, "id": one} for one in ids])
        rows = [
            {
                "hash": f"{one.int:043d}"[-43:],
                "id": one,
                "visit": one,
                "device": one,
                "received_at": entry["received_at"],
            }
            for one in ids
        ]
        for number, one in enumerate(rows, start=after):
            one["received_at"] += timedelta(seconds=number // 3)
        await bulk_insert(Entry, [{**entry, **one} for one in rows])
    return ids


async def submitted(world: World) -> UUID:
    visit = await world.open_visit()
    await world.push(world.tablet(0, visit).submit())
    return visit


async def test_pages_follow_one_another_without_a_hole(world: World) -> None:
    visit = await submitted(world)
    visits = [visit, *await further(world, visit, 9)]
    found: list[Waiting] = []
    while page := await records(world.authority, after=found[-1] if found else None, limit=4):
        found += page
    assert [one.visit for one in sorted(found)] == [one.visit for one in found]
    assert sorted(one.visit for one in found) == sorted(visits)
    assert len({one.since for one in found}) < len(found)


async def test_a_page_costs_what_it_shows_however_many_wait(world: World) -> None:
    visit = await submitted(world)
    await further(world, visit, 9)
    cost, folded = [], []
    for all_of_them in (10, 1_000):
        with statements() as sent:
            page = await queue(world, limit=4)
        assert ([line.visit for line in page.lines], page.next is not None) == ([visit], True)
        assert [one.visits for one in page.totals if one.source is Source.RECORD] == [all_of_them]
        cost.append(len(sent))
        folded.append(sum("FROM visit_task" in sql for sql in sent))
        if all_of_them == 10:
            await further(world, visit, 990, after=10)
    assert cost[0] == cost[1]
    assert folded == [4, 4]


@given(st.integers(0, 2**50), st.uuids())
def test_a_mark_of_a_page_comes_back_as_it_was(micros: int, visit: UUID) -> None:
    one = cursor_from(f"{micros}-{visit.hex}")
    assert cursor_from(cursor_of(one)) == one == Waiting(one.since, visit)


@pytest.mark.parametrize("text", ["", "x", "1-x", "-", f"{10**30}-{UUID(int=1).hex}", "1_-"])
def test_a_mark_that_nobody_gave_out_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cursor_from(text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["not-in-team", "device-revoked", "admitted", "excluded", "id-reuse"]),
        )
    )
)
def test_an_entry_is_doubtful_until_it_is_admitted_or_excluded(told: list[tuple[str, str]]) -> None:
    found = doubtful_of([Noted(hash_, why) for hash_, why in told])
    words = {hash_: {why for of, why in told if of == hash_} for hash_ in "abc"}
    for hash_, why in words.items():
        doubtful = bool(why & {"not-in-team", "device-revoked"}) and not why & {"admitted", "excluded"}
        assert (hash_ in found) is doubtful


async def test_an_approved_visit_leaves_the_queue_of_records(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    await approve_visit(world.head, visit_id=visit, seen=await world.seen(visit))
    assert [line for line in (await queue(world)).lines if line.visit == visit] == []
