"""Authority is an annotation (I24): whoever comes and goes, what was recorded stays, and only what counts changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.registry.inspectors.tables import Certificate
from inspection.visits import store
from inspection.visits.changes import store as store_changes
from inspection.visits.entries import store as store_entries
from inspection.visits.entries.admit import readmit_waiting
from inspection.visits.entries.late import late_entries
from inspection.visits.links.link import link_visits
from inspection.visits.listing import recused_from, team_of, visible_to
from inspection.visits.reading import fold_visit, known_visit, read_record
from inspection.visits.record import ItemClass, fold, state_digest
from inspection.visits.rows import Member, VisitRow
from inspection.visits.states import VisitState
from inspection.visits.team import RECUSAL, Team, team_from
from mobile_contract.push import Reason, Verdict
from tests.inspection.visits.scene_links import pair
from tests.inspection.visits.world import START, World

RIGHTS = ("reassign", "recuse", "return", "revoke", "lapse", "cancel", "resume")


@dataclass
class Life:
    """What happens to the rights of the second inspector of a visit."""

    world: World
    visit: UUID
    revoked: bool = False

    async def happen(self, what: str) -> None:
        person, now = self.world.people[1], self.world.now
        match what:
            case "reassign":
                await store_changes.leave(self.visit, person, now, "work-conflict")
            case "recuse":
                await store_changes.leave(self.visit, person, now, RECUSAL)
            case "return":
                await store_changes.join(self.visit, self.world.cmd().new_id(), (person, 2, "lot"), now)
            case "revoke":
                self.revoked = not self.revoked
            case "lapse":
                days = Certificate.valid_until, date(2026, 3, 1) if now.second % 2 else date(2027, 12, 31)
                await Certificate.update({days[0]: days[1]}).where(Certificate.inspector == person)
            case "cancel":
                await store.change_visit(self.visit, state=VisitState.CANCELLED.value)
            case "resume":
                await store.change_visit(self.visit, state=VisitState.IN_PROGRESS.value)


@given(story=st.lists(st.sampled_from(RIGHTS), max_size=8))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_i24_toggling_assignments_and_revocations_never_changes_what_is_in_the_store(
    world: World, story: list[str]
) -> None:
    # Every example in the same house: what the last one left is settled, and the certificate valid again.
    await Certificate.update({Certificate.valid_until: date(2027, 12, 31)}, force=True)
    for row in await store.visits(world.authority):
        await store.change_visit(row.id, state=VisitState.APPROVED.value)
    visit = await world.open_visit()
    life, tablet = Life(world, visit), world.tablet(1, visit, device=visit)
    sent: dict[str, bytes] = {}
    for what in (*story, "return"):
        entry = tablet.answer("f1", "yes")
        (told,) = await world.push(entry, revoked=life.revoked)
        assert told.verdict in {Verdict.ACCEPTED, Verdict.FLAGGED}
        sent[entry.text_hash] = entry.p
        await life.happen(what)
        stored = await store_entries.entries(visit)
        assert {one.hash: one.header for one in stored} == sent
        assert set((await read_record(visit)).entries) == set(sent)
    # What is told of who goes there depends on how it stands in the end alone, not on the way to it.
    folded = await fold_visit(await known_visit(visit))
    assert state_digest(fold(visit, folded.entries, folded.authority, folded.setting.scheme)) == folded.digest
    assert not {one.why for one in folded.record.flags} & {"stale-assignment", "recused", "not-in-team"}


async def test_a_recusal_that_comes_after_the_entries_flows_into_the_record_and_out_of_it_again(world: World) -> None:
    visit = await world.open_visit()
    life, tablet = Life(world, visit), world.tablet(1, visit)
    (told,) = await world.push(tablet.answer("f1", "yes"))
    assert told.verdict is Verdict.ACCEPTED
    for what, cls, why in (
        ("recuse", ItemClass.UNANSWERED, "recused"),
        ("return", ItemClass.SINGLE, None),
        ("reassign", ItemClass.UNANSWERED, "stale-assignment"),
    ):
        await life.happen(what)
        folded = await fold_visit(await known_visit(visit))
        assert folded.record.items[0].cls is cls
        shown = [(reason.word, one.counts) for one in await late_entries(folded) for reason in one.reasons]
        assert shown == ([(why, False)] if why else [])


async def test_entries_of_a_cancelled_visit_are_kept_and_count_only_when_admitted(world: World) -> None:
    visit = await world.open_visit()
    tablet, leader = world.tablet(1, visit), world.tablet(0, visit)
    for person in world.people[:2]:
        await store_changes.leave(visit, person, world.now, "object-replaced")
    await store.change_visit(visit, state=VisitState.CANCELLED.value)
    late = tablet.answer("f1", "yes")
    (told,) = await world.push(late)
    assert (told.verdict, told.reasons) == (Verdict.FLAGGED, ("cancelled-task",))
    assert (await known_visit(visit)).executed_at is None
    assert (await read_record(visit)).items[0].cls is ItemClass.UNANSWERED
    await world.push(leader.decide("admit", late))
    assert (await read_record(visit)).items[0].cls is ItemClass.SINGLE


async def test_entries_of_a_task_that_the_visit_no_longer_serves_are_kept_and_not_counted(world: World) -> None:
    made = await world.draw()
    visit = await world.open_visit(objects=(1,))
    tablet = world.tablet(0, visit)
    gone, mine = tablet.answer("f1", "yes", tasks=[str(made.task)]), tablet.answer("f2", "yes", tasks=[])
    told = await world.push(gone, mine)
    assert [one.reasons for one in told] == [("cancelled-task",), ()]
    record = await read_record(visit)
    assert [item.cls for item in record.items if item.code == "f1"] == [ItemClass.UNANSWERED]
    assert (gone.text_hash, "cancelled-task") in {(one.hash, one.why) for one in record.flags}


async def test_without_a_valid_certificate_on_the_day_of_receipt_an_entry_waits_for_a_leader(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(1, visit)
    await Certificate.update({Certificate.valid_until: date(2026, 3, 2)}).where(
        Certificate.inspector == world.people[1]
    )
    (on_its_last_day,) = await world.push(tablet.answer("f1", "yes"))
    assert on_its_last_day.reasons == ()
    world.now = datetime(2026, 3, 2, 16, tzinfo=START.tzinfo)  # midnight in Beijing
    (a_day_later, proven) = (
        await world.push(tablet.answer("f2", "yes")),
        await world.push(tablet.answer("f3", "yes"), not_after=world.now - timedelta(hours=1)),
    )
    assert [one.reasons for one in (*a_day_later, *proven)] == [("certificate-expired",), ()]
    assert (await read_record(visit)).items[1].cls is ItemClass.UNANSWERED
    leader = world.tablet(0, visit, device=visit)
    await world.push(leader.decide("admit", tablet.entries[1]))
    assert (await read_record(visit)).items[1].statements[0].reasons == ()


async def test_entries_that_waited_are_judged_by_when_they_came(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    ahead = tablet.answer("f1", "yes", wall=tablet.wall + 3_600_000)
    with monkeypatch.context() as unknown:
        unknown.setattr(store, "lock_visit", _nobody_knows)
        (held,) = await world.push(ahead)
    assert held.vseq is None
    await Certificate.update({Certificate.valid_until: date(2026, 3, 9)}).where(
        Certificate.inspector == world.people[0]
    )
    world.now += timedelta(days=30)
    assert await readmit_waiting(world.cmd()) == 1
    place = (await store_entries.places([ahead.text_hash]))[ahead.text_hash]
    assert (place.verdict, place.reasons) == (Verdict.FLAGGED, (Reason.CLOCK_SUSPECT,))


async def _nobody_knows(_visit: UUID) -> None:
    return None


async def test_what_does_not_count_moves_no_visit_until_a_leader_admits_it(world: World) -> None:
    visit = await world.open_visit()
    stolen, leader = world.tablet(1, visit), world.tablet(0, visit)
    entry = stolen.answer("f1", "yes")
    await world.push(entry, revoked=True)
    found = await known_visit(visit)
    assert (found.state, found.executed_at) == (VisitState.OPEN, None)
    await world.push(leader.decide("admit", entry))
    found = await known_visit(visit)
    assert (found.state, found.executed_at) == (VisitState.IN_PROGRESS, world.now)


async def test_somebody_recused_from_a_visit_is_recused_from_all_that_are_one_with_it(world: World) -> None:
    two = await pair(world)
    await store_changes.join(two.second, world.cmd().new_id(), (world.people[1], 3, "lot"), world.now)
    await store_changes.leave(two.first, world.people[1], world.now, RECUSAL)
    await link_visits(world.head, two.first, two.second, "link")
    assert world.people[1] in await recused_from(two.second)
    assert world.people[1] not in await team_of(two.second)
    assert await visible_to([world.people[1]], two.visits) == frozenset()
    assert await visible_to([world.people[2]], two.visits) == set(two.visits)
    (told,) = await world.push(world.tablet(1, two.second, device=two.first).answer("f1", "yes"))
    assert Reason.RECUSED in told.reasons


people = st.integers(1, 5).map(lambda number: UUID(int=number))
memberships = st.lists(
    st.tuples(st.integers(0, 2), people, st.sampled_from([None, RECUSAL, "work-conflict", "swap"])), max_size=10
)


def teams(told: list[tuple[int, UUID, str | None]], order: Callable[[int], int] = abs) -> Team:
    """The team of three visits, the third cancelled."""
    visits = [visit_row(number) for number in sorted(range(3), key=order)]
    members: dict[UUID, list[Member]] = {}
    for number, person, left in told:
        member = Member(person, len(members), "lot", START, START if left else None, left)
        members.setdefault(UUID(int=number + 10), []).append(member)
    return team_from(visits, members)


def visit_row(number: int) -> VisitRow:
    state = VisitState.CANCELLED if number == 2 else VisitState.OPEN
    day = START.date()
    some = UUID(int=1)
    return VisitRow(
        UUID(int=number + 10), some, some, state, 2026, day, day, None, "r", START, None, None, None, None, None
    )


@given(told=memberships)
def test_everybody_either_goes_or_has_left_with_one_word_and_a_recusal_outweighs_everything(
    told: list[tuple[int, UUID, str | None]],
) -> None:
    team = teams(told)
    going, former = {member.inspector for member in team.going}, team.former
    assert going.isdisjoint(former)
    assert going | set(former) == {person for _, person, _ in told}
    assert {person for person, word in former.items() if word is Reason.RECUSED} == {
        person for _, person, left in told if left == RECUSAL
    }
    assert len(going) == len(team.going)
    assert set(former.values()) <= {Reason.RECUSED, Reason.STALE_ASSIGNMENT, Reason.CANCELLED_TASK}


@pytest.mark.parametrize("order", [abs, lambda number: -number])
@given(told=memberships)
def test_who_goes_and_who_was_recused_does_not_depend_on_the_order_of_the_visits(
    order: Callable[[int], int], told: list[tuple[int, UUID, str | None]]
) -> None:
    one, other = teams(told), teams(told, order)
    assert {member.inspector for member in one.going} == {member.inspector for member in other.going}
    assert (one.recused, set(one.former)) == (other.recused, set(other.former))
