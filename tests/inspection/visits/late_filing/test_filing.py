"""A visit that nobody assigned, on both engines: due with its first entries, filed afterwards, counted from then on."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders.note import remind_all
from inspection.oversight.reminders.store import open_reminders
from inspection.planning.end_task import cancel_task
from inspection.planning.find import task
from inspection.planning.review_task import review_task
from inspection.planning.task_states import TaskState
from inspection.policy.terms import TaskKind
from inspection.registry.objects.tables import InspectionObject
from inspection.visits import store
from inspection.visits.card import visit_card
from inspection.visits.entries import store as store_entries
from inspection.visits.late_filing import store as late
from inspection.visits.late_filing.dismiss import dismiss_filing
from inspection.visits.late_filing.file import file_late
from inspection.visits.late_filing.listing import FilingState, filings_due, late_filings
from inspection.visits.late_filing.remind import reminded_of
from inspection.visits.late_filing.rows import FilingRow
from inspection.visits.opening.assign_outside import DESIGNATED, assign_outside
from inspection.visits.opening.preset_outside import revise_outside_task
from inspection.visits.reading import known_visit, read_record
from inspection.visits.states import VisitState
from mobile_contract.problems import ProblemCode
from tests.inspection.visits.late_filing.world import AD_HOC, Office, build_office
from tests.inspection.visits.tablet import Tablet

TODAY = date(2026, 3, 2)
NOBODY = uuid5(UUID(int=0), "nobody")


@pytest.fixture
async def office(db: Engine) -> Office:
    return await build_office()


async def kinds(stream: str) -> list[EventKind]:
    return [line.kind for line in await read(stream)]


# It becomes known.


async def test_the_first_entries_of_an_unknown_visit_make_it_due_in_three_working_days(office: Office) -> None:
    written = await office.went()
    (row,) = await late.filings(office.world.authority, ended=False, limit=10)
    assert (row.visit, row.begun_on, row.due_on) == (AD_HOC, TODAY, date(2026, 3, 5))
    assert not row.due_provisional
    assert await office.note() is None, "noted once"
    (shown,) = await late_filings(office.world.authority, TODAY)
    assert (shown.state, shown.late, shown.days, shown.entries) == (FilingState.OPEN, False, 3, len(written))
    assert shown.inspectors == tuple(sorted(office.world.people[:2]))
    assert (shown.objects, shown.reasons) == ((office.world.shops[0],), ("群众报警，现场冒烟",))
    assert await kinds(f"visit:{AD_HOC}") == [EventKind.ENTRIES_KEPT, EventKind.LATE_FILING_DUE]
    assert (await read(f"visit:{AD_HOC}"))[-1].authority == office.world.authority


async def test_the_journal_names_neither_object_nor_people(office: Office) -> None:
    await office.went()
    line = (await read(f"visit:{AD_HOC}"))[-1]
    secrets = [str(office.world.shops[0]), *(str(person) for person in office.world.people)]
    assert not any(secret in line.text.decode() for secret in secrets)


async def test_nothing_is_due_of_a_visit_that_is_known_or_that_nobody_here_wrote_of(office: Office) -> None:
    known = await office.world.visited(0, TODAY, "sealed")
    assert await office.note(known) is None
    assert await office.note(NOBODY) is None
    stranger = Tablet(NOBODY, visit=AD_HOC)
    await office.push(stranger.write("note.add", {"text": "?"}, ck=None))
    assert await office.note() is None


async def test_a_visit_of_last_week_is_due_from_its_own_day(office: Office) -> None:
    tablet = office.tablet(0)
    tablet.wall -= 4 * 24 * 3600 * 1000
    await office.push(office.open(tablet))
    row = await office.note()
    assert row is not None
    assert (row.begun_on, row.due_on) == (date(2026, 2, 26), date(2026, 3, 2))


# It is filed.


async def test_an_emergency_is_filed_at_once_under_the_tablets_id_and_what_waited_counts(office: Office) -> None:
    written = await office.went()
    known_at = (await late.filings(office.world.authority, ended=False, limit=1))[0].known_at
    filed = await office.file()
    assert (filed.visit, filed.opened, filed.late) == (AD_HOC, True, False)
    row = await known_visit(AD_HOC)
    assert (row.object, row.state) == (office.world.shops[0], VisitState.IN_PROGRESS)
    assert (row.starts_on, row.ends_on, row.executed_at) == (TODAY, TODAY, known_at)
    team = await store.members(AD_HOC)
    assert [(one.inspector, one.how) for one in team] == [
        (person, DESIGNATED) for person in sorted(office.world.people[:2])
    ]
    stored = await store_entries.entries(AD_HOC)
    assert {one.hash for one in stored} == {one.text_hash for one in written}
    assert {one.reasons for one in stored} == {()}, "in the team, certified, and no clock is suspect"
    assert [note.text for note in (await read_record(AD_HOC)).notes] == ["到达，见烟"] * 2
    assert (await task(filed.tasks[0])).state is TaskState.ASSIGNED
    (shown,) = await late_filings(office.world.authority, TODAY, ended=True)
    assert (shown.state, shown.tasks, shown.entries) == (FilingState.FILED, filed.tasks, 0)
    assert await filings_due(office.world.authority, TODAY) == []
    assert (await visit_card(AD_HOC)).object.name == "第0商店"


async def test_every_step_stands_in_the_journal(office: Office) -> None:
    await office.went()
    filed = await office.file()
    assert await kinds(f"visit:{AD_HOC}") == [
        EventKind.ENTRIES_KEPT,
        EventKind.LATE_FILING_DUE,
        EventKind.LATE_FILING_DONE,
        EventKind.VISIT_ASSEMBLED,
        EventKind.VISIT_UNSEALED,
        EventKind.ENTRIES_READMITTED,
    ]
    assert (await kinds(f"task:{filed.tasks[0]}"))[:2] == [EventKind.TASK_PRESET, EventKind.TASK_ASSIGNED]
    assert (await verify(f"visit:{AD_HOC}")).ok


async def test_what_comes_afterwards_is_numbered_like_any_entry(office: Office) -> None:
    await office.went()
    await office.file()
    tablet = office.tablets[0]
    (told,) = await office.push(tablet.write("note.add", {"text": "补充"}, ck=None))
    assert (told.vseq, told.reasons) == (5, ())


async def test_a_clue_waits_for_its_approval_by_another_person(office: Office) -> None:
    await office.went()
    filed = await office.file(kind=TaskKind.CLUE, approve_by=None)
    assert not filed.opened
    (made,) = filed.tasks
    assert await store.visit(AD_HOC) is None
    (shown,) = await late_filings(office.world.authority, TODAY, ended=True)
    assert (shown.state, shown.entries) == (FilingState.APPROVAL, 4)
    with pytest.raises(Conflict):
        await assign_outside(office.world.head, task_id=made)
    with pytest.raises(Refused):
        await review_task(office.world.head, made, approve=True)
    await review_task(office.world.cmd(Role.APPROVER), made, approve=True)
    done = await assign_outside(office.world.head, task_id=made)
    assert done.created == (AD_HOC,)
    assert len(await store_entries.entries(AD_HOC)) == 4


async def test_a_returned_filing_is_mended_though_its_day_is_past(office: Office) -> None:
    await office.went()
    (made,) = (await office.file(kind=TaskKind.CLUE, approve_by=None)).tasks
    await review_task(office.world.cmd(Role.APPROVER), made, approve=False, remarks="方案太简单")
    office.world.now += timedelta(days=3)
    days = {"starts_on": TODAY, "ends_on": TODAY}
    mended = await revise_outside_task(office.world.head, made, scheme="逐项核查。", name="核查", **days)
    assert mended.state is TaskState.PRESET


async def test_what_was_given_up_before_there_was_a_visit_is_filed_anew(office: Office) -> None:
    await office.went()
    (made,) = (await office.file(kind=TaskKind.CLUE, approve_by=None)).tasks
    await cancel_task(office.world.cmd(Role.APPROVER), made, reason="应按突发事件办理")
    filed = await office.file()
    assert filed.opened
    assert filed.tasks != (made,)


async def test_several_items_are_several_tasks_of_one_visit(office: Office) -> None:
    both = {InspectionObject.trades: '["外商投资","成品油零售"]'}
    await InspectionObject.update(both).where(InspectionObject.id == office.world.shops[0])
    await office.went()
    filed = await office.file(items=("SW01", "SW02", "SW01"))
    assert len(filed.tasks) == 2
    assert {one.task for one in await store.served_tasks([AD_HOC])} == set(filed.tasks)
    assert len(await store.members(AD_HOC)) == 2
    assert EventKind.VISIT_MERGED in await kinds(f"visit:{AD_HOC}")


async def test_a_late_filing_is_taken_and_marked(office: Office) -> None:
    await office.went()
    office.world.now += timedelta(days=7)
    (due,) = await filings_due(office.world.authority, date(2026, 3, 9))
    assert (due.late, due.days) == (True, -4)
    filed = await office.file()
    assert filed.late
    done = [line for line in await read(f"visit:{AD_HOC}") if line.kind is EventKind.LATE_FILING_DONE]
    assert done[0].payload["late"] is True
    (shown,) = await late_filings(office.world.authority, date(2026, 4, 1), ended=True)
    assert shown.late


async def test_a_second_inspector_without_a_tablet_is_named_by_the_office(office: Office) -> None:
    await office.went(people=(1,))
    await office.file(inspectors=tuple(office.world.people[:2]))
    assert len(await store.members(AD_HOC)) == 2


async def test_other_visits_of_that_day_are_offered_and_secret_ones_are_not(office: Office) -> None:
    beside = await office.world.visited(0, TODAY, "open")
    await office.world.visited(0, TODAY, "sealed")
    await office.world.visited(0, date(2026, 3, 3), "open")
    await office.world.visited(1, TODAY, "open")
    await office.went()
    (shown,) = await late_filings(office.world.authority, TODAY)
    assert shown.beside == (beside,)
    filed = await office.file()
    assert filed.beside == (beside,)
    assert (await known_visit(AD_HOC)).linked_to is None, "linking is a leader's decision"


# It is refused, and what then.


async def refused(office: Office, **changes: object) -> Conflict | Invalid | NotFound:
    """Why; nothing of it is left."""
    with pytest.raises((Conflict, Invalid, NotFound)) as error:
        await office.file(**changes)
    assert await store.visit(AD_HOC) is None
    assert await late.tasks_of([AD_HOC]) == {}
    return error.value


async def test_an_unknown_object_and_people_of_another_authority_are_refused(office: Office) -> None:
    await office.went()
    assert (await refused(office, object=NOBODY)).code is ProblemCode.CONFLICT, "the entries name another"
    stranger = (*office.world.people[:2], NOBODY)
    assert (await refused(office, inspectors=stranger)).code is ProblemCode.INSPECTOR_UNKNOWN


async def test_an_object_that_nobody_knows_is_refused(office: Office) -> None:
    tablets = [office.tablet(0), office.tablet(1)]
    await office.push(*(office.open(one, NOBODY) for one in tablets))
    await office.note()
    assert (await refused(office, object=NOBODY)).code is ProblemCode.OBJECT_UNKNOWN
    assert (await office.file()).opened, "what tablets name and no register knows contradicts nothing"


async def test_entries_that_name_another_object_contradict_until_their_tablet_corrects_them(office: Office) -> None:
    await office.went(people=(0,))
    other = office.tablet(1)
    await office.push(office.open(other, office.world.shops[1]))
    error = await refused(office)
    assert (error.message_key, error.facts["objects"]) == ("visits.filing_object_differs", "P:SHOP-1")
    await office.push(office.open(other))
    assert (await office.file()).opened


async def test_who_wrote_entries_was_there(office: Office) -> None:
    await office.went()
    error = await refused(office, inspectors=(office.world.people[0], office.world.people[3]))
    assert (error.message_key, error.facts["names"]) == ("visits.filing_author_missing", "检查员1")


async def test_a_stolen_tablet_makes_nobody_a_member(office: Office) -> None:
    await office.went()
    await office.push(office.tablet(3).write("note.add", {"text": "?"}, ck=None), revoked=True)
    await office.file()
    assert len(await store.members(AD_HOC)) == 2


async def test_one_inspector_alone_is_not_enough_and_the_way_out_is_told(office: Office) -> None:
    await office.went(people=(0,))
    error = await refused(office)
    assert (error.message_key, error.facts) == ("visits.filing_team_short", {"size": 1, "least": 2})


async def test_nobody_without_a_certificate_was_an_inspector_there(office: Office) -> None:
    await office.went(people=(0, 2))
    error = await refused(office)
    assert error.code is ProblemCode.TASK_RULE_BROKEN
    assert "检查员2" in str(error.facts["reasons"])


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2025, 3, 2)])
async def test_the_day_of_a_visit_lies_neither_ahead_nor_long_before(office: Office, day: date) -> None:
    await office.went()
    assert (await refused(office, visited_on=day)).message_key == "visits.filing_day"


async def test_a_kind_that_the_rule_set_does_not_know_and_an_emergency_without_a_day_are_refused(
    office: Office,
) -> None:
    await office.went()
    assert (await refused(office, approve_by=None)).code is ProblemCode.TASK_RULE_BROKEN
    assert (await refused(office, items=("NO-SUCH",))).code is ProblemCode.ITEM_UNKNOWN


async def test_it_is_filed_once(office: Office) -> None:
    await office.went()
    await office.file()
    with pytest.raises(Conflict) as again:
        await office.file()
    assert again.value.message_key == "visits.filed_already"
    with pytest.raises(Conflict):
        await dismiss_filing(office.world.head, visit_id=AD_HOC, reason="误开")


async def test_to_another_authority_there_is_nothing_to_be_filed(office: Office) -> None:
    await office.went()
    head = office.world.head
    object.__setattr__(head, "authority", NOBODY)
    with pytest.raises(NotFound):
        await file_late(head, office.filing(), visit_id=AD_HOC)
    with pytest.raises(NotFound):
        await dismiss_filing(head, visit_id=AD_HOC, reason="误开")
    assert await late_filings(NOBODY, TODAY) == []


async def test_what_was_opened_by_mistake_is_dismissed_with_a_reason_and_its_entries_stay(office: Office) -> None:
    written = await office.went()
    with pytest.raises(Invalid):
        await dismiss_filing(office.world.head, visit_id=AD_HOC, reason=" ")
    await dismiss_filing(office.world.head, visit_id=AD_HOC, reason="培训时误开")
    assert await filings_due(office.world.authority, TODAY) == []
    (shown,) = await late_filings(office.world.authority, date(2026, 4, 1), ended=True)
    assert (shown.state, shown.reason, shown.late, shown.entries) == (
        FilingState.DISMISSED,
        "培训时误开",
        False,
        len(written),
    )
    with pytest.raises(Conflict):
        await dismiss_filing(office.world.head, visit_id=AD_HOC, reason="再注一次")
    assert (await office.file()).opened, "a dismissal by mistake is no dead end"


# The section is reminded.


async def test_the_section_is_reminded_by_stages_until_it_is_filed(office: Office) -> None:
    """Due on Thursday 5 March: on Tuesday within two working days, on the day, and when it is over, each once."""
    await office.went()
    for days in range(9):
        office.world.now = datetime(2026, 3, 2, 2, tzinfo=UTC) + timedelta(days=days)
        for _ in range(2):
            await remind_all(office.system())
    reminders = [line for line in await read(f"visit:{AD_HOC}") if line.kind is EventKind.LATE_FILING_REMINDED]
    told = [(local_day(line.at).day, line.payload["late"]) for line in reminders]
    assert told == [(2, False), (3, False), (5, False), (6, True)]
    await office.file()
    office.world.now += timedelta(days=1)
    await remind_all(office.system())
    assert not await reminded_of(office.system(), AD_HOC, date(2026, 3, 5))
    assert [one for one in await open_reminders(office.world.authority) if one.matter is Matter.FILING] == []


async def test_no_section_is_reminded_on_a_holiday(office: Office) -> None:
    days = {"begun_on": date(2026, 9, 25), "due_on": date(2026, 9, 30), "due_provisional": False}
    async with unit_of_work():
        await late.add_filing(FilingRow(AD_HOC, office.world.authority, known_at=office.world.now, **days))
    office.world.now = datetime(2026, 10, 1, 2, tzinfo=UTC)
    assert await remind_all(office.system()) == 0
    office.world.now = datetime(2026, 10, 8, 2, tzinfo=UTC)
    await remind_all(office.system())
    lines = [line for line in await read(f"visit:{AD_HOC}") if line.kind is EventKind.LATE_FILING_REMINDED]
    assert [line.payload["late"] for line in lines] == [True]
