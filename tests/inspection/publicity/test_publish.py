"""From an approved record to the public page: approval, clock, release, correction; on both engines."""

import base64
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from inspection.authority.store import next_number
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read, verify
from inspection.publicity import store, store_documents
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct import correct_publication
from inspection.publicity.due_list import due_list
from inspection.publicity.open_publications import open_publications, start_clocks
from inspection.publicity.publish import publish_due
from inspection.publicity.published import published, published_page
from inspection.publicity.release import Ground, Hindrance, Standing
from inspection.publicity.settled import settled
from inspection.publicity.withhold import lift_withholding, withhold
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import World, build_world

LAST = date(2026, 3, 30)  # 20 working days after 2 March 2026
IN_TIME = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


@pytest.fixture
def approver(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.APPROVER, "分管负责人")


@pytest.fixture
def publisher(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.PLANNER, "经办人", now=IN_TIME)


async def kinds(visit: UUID) -> list[EventKind]:
    return [entry.kind for entry in await read(f"visit:{visit}")]


async def only(visit: UUID) -> store.WaitingRow:
    (row,) = await store.waiting(visit=visit)
    return row


async def test_a_result_is_published_once_the_task_is_complete_and_a_second_person_agreed(
    world: World, approver: Command, publisher: Command
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    report = await publish_due(publisher, through=LAST)
    (done,) = report.published
    assert (done.number, done.late) == ("sw-2026-000001", False)
    result = await published("sw-2026-000001")
    assert sha256_hex(result.document) == result.digest == done.digest
    assert result.said["uniscId"] == visit.object_code
    assert result.said["drawId"] == str(world.draw)
    assert result.said["details"][0]["raninsCheckResCode"] == "no_problem"
    assert await kinds(visit.id) == [
        EventKind.PUBLICATION_OPENED,
        EventKind.PUBLICATION_CLOCK_STARTED,
        EventKind.PUBLICATION_APPROVED,
        EventKind.PUBLICATION_PUBLISHED,
    ]
    assert (await verify(f"visit:{visit.id}")).ok


async def test_publishing_again_changes_nothing(world: World, approver: Command, publisher: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await publish_due(publisher, through=LAST)
    before, lines = await published("sw-2026-000001"), await kinds(visit.id)
    again = await publish_due(publisher, through=LAST)
    assert (again.published, again.kept_in) == ((), ())
    assert await published("sw-2026-000001") == before
    assert await kinds(visit.id) == lines


async def test_who_approved_the_record_cannot_approve_its_publication(world: World, make_cmd: MakeCommand) -> None:
    visit = await world.add_visit(approved_by="approver:同一人")
    with pytest.raises(Refused) as refused:
        await approve_publication(make_cmd(Role.APPROVER, "同一人"), visit_id=visit.id, secrecy_reviewed=True)
    assert refused.value.code == "same-person"
    assert await store.waiting(visit=visit.id) == []


async def test_a_record_that_is_not_approved_has_nothing_to_publish(world: World, approver: Command) -> None:
    visit = await world.add_visit(approved_by=None)
    with pytest.raises(Conflict) as refused:
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    assert refused.value.code == "publication-not-ready"
    assert await open_publications(approver, visit_id=visit.id) == 0


async def test_a_visit_of_another_authority_does_not_exist(world: World, make_cmd: MakeCommand) -> None:
    visit = await world.add_visit()
    stranger = make_cmd(Role.APPROVER, "外人", authority=UUID(int=7))
    with pytest.raises(NotFound):
        await approve_publication(stranger, visit_id=visit.id, secrecy_reviewed=True)


async def test_approving_twice_writes_one_line(world: World, approver: Command) -> None:
    visit = await world.add_visit()
    assert len(await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)) == 1
    assert await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True) == ()
    assert (await kinds(visit.id)).count(EventKind.PUBLICATION_APPROVED) == 1


async def test_nothing_goes_out_before_the_start_event(world: World, approver: Command, publisher: Command) -> None:
    visit = await world.add_visit()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    assert (await publish_due(publisher, through=date(2099, 1, 1))).published == ()
    assert (await only(visit.id)).due_on is None
    await world.complete_task()
    assert len((await publish_due(publisher, through=LAST)).published) == 1


async def test_a_result_due_later_than_asked_stays_in(world: World, approver: Command, publisher: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    report = await publish_due(publisher, through=date(2026, 3, 29))
    assert (report.published, report.kept_in) == ((), ())
    assert (await only(visit.id)).due_on == LAST


async def test_without_approval_a_due_result_stays_in_and_says_why(world: World, publisher: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(publisher, visit_id=visit.id)
    report = await publish_due(publisher, through=LAST)
    assert [kept.why for kept in report.kept_in] == [(Hindrance.NOT_APPROVED,)]


async def test_a_late_result_goes_out_and_is_marked_late(
    world: World, approver: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    # 31 March, one o'clock in the morning in Beijing, is still 30 March in UTC.
    late = make_cmd(Role.PLANNER, now=datetime(2026, 3, 30, 17, 0, tzinfo=UTC))
    (done,) = (await publish_due(late, through=date(2026, 3, 31))).published
    assert done.late
    assert (await published(done.number)).late


async def test_a_withheld_result_stays_in_until_the_decision_is_lifted(
    world: World, approver: Command, publisher: Command
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(approver, visit_id=visit.id)
    row = await only(visit.id)
    await withhold(approver, publication_id=row.id, reason="涉及商业秘密", ground=Ground.TRADE_SECRET)
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    assert (await only(visit.id)).standing is Standing.WITHHELD
    report = await publish_due(publisher, through=LAST)
    assert [kept.why for kept in report.kept_in] == [(Hindrance.WITHHELD,)]
    assert await lift_withholding(approver, publication_id=row.id, reason="已去除商业秘密") is Standing.APPROVED
    assert len((await publish_due(publisher, through=LAST)).published) == 1


async def test_a_deferred_result_goes_out_on_its_day(world: World, approver: Command, publisher: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    row = await only(visit.id)
    await withhold(approver, publication_id=row.id, reason="暂缓", ground=Ground.OTHER_LAW, until=date(2026, 3, 31))
    assert [kept.why for kept in (await publish_due(publisher, through=LAST)).kept_in] == [(Hindrance.DEFERRED,)]
    tomorrow = Command(publisher.actor, datetime(2026, 3, 31, 1, tzinfo=UTC), publisher.entropy)
    (done,) = (await publish_due(tomorrow, through=LAST)).published
    assert done.late


async def test_a_decision_to_withhold_needs_a_reason_and_stands_once(world: World, approver: Command) -> None:
    visit = await world.add_visit()
    await open_publications(approver, visit_id=visit.id)
    row = await only(visit.id)
    with pytest.raises(Invalid):
        await withhold(approver, publication_id=row.id, reason="  ", ground=Ground.PRIVACY)
    with pytest.raises(Conflict):
        await lift_withholding(approver, publication_id=row.id, reason="没有决定")
    await withhold(approver, publication_id=row.id, reason="个人隐私", ground=Ground.PRIVACY)
    with pytest.raises(Conflict):
        await withhold(approver, publication_id=row.id, reason="再来一次", ground=Ground.PRIVACY)
    with pytest.raises(NotFound):
        await withhold(approver, publication_id=UUID(int=1), reason="没有", ground=Ground.PRIVACY)


async def test_what_is_out_cannot_be_withheld_any_more(world: World, approver: Command, publisher: Command) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    (done,) = (await publish_due(publisher, through=LAST)).published
    with pytest.raises(Conflict) as refused:
        await withhold(approver, publication_id=done.publication, reason="太迟", ground=Ground.PRIVACY)
    assert refused.value.facts["number"] == done.number


async def test_numbers_are_dense_in_each_authority_and_year(
    world: World, cmd: Command, approver: Command, publisher: Command
) -> None:
    other = await build_world(cmd, "wl")
    for place in (world, other, world):
        visit = await place.add_visit()
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await world.complete_task()
    await other.complete_task()
    report = await publish_due(publisher, through=LAST)
    assert sorted(done.number for done in report.published) == ["sw-2026-000001", "sw-2026-000002", "wl-2026-000001"]
    next_year = Command(publisher.actor, datetime(2027, 1, 5, tzinfo=UTC), publisher.entropy)
    visit = await world.add_visit()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    (done,) = (await publish_due(next_year, through=date(2027, 1, 5))).published
    assert done.number == "sw-2027-000001"


async def test_an_authority_publishes_its_own_results_only(
    world: World, cmd: Command, approver: Command, make_cmd: MakeCommand
) -> None:
    other = await build_world(cmd, "wl")
    for place in (world, other):
        visit = await place.add_visit()
        await place.complete_task()
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    own = make_cmd(Role.PLANNER, now=IN_TIME, authority=other.authority)
    (done,) = (await publish_due(own, through=LAST)).published
    assert done.number.startswith("wl-")


async def test_a_result_that_cannot_be_printed_does_not_keep_its_neighbours_in(
    world: World, approver: Command, publisher: Command
) -> None:
    broken = await world.add_visit(object_name=" ")
    sound = await world.add_visit()
    await world.complete_task()
    for visit in (broken, sound):
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    report = await publish_due(publisher, through=LAST)
    assert [done.visit for done in report.published] == [sound.id]
    assert [(kept.visit, kept.why) for kept in report.kept_in] == [(broken.id, (Hindrance.FACTS_INCOMPLETE,))]
    # The number that the broken one had taken was given back.
    assert await _next(world) == 2


async def _next(world: World) -> int:
    from inspection.kernel.unit_of_work import unit_of_work

    async with unit_of_work():
        return await next_number(f"{world.authority}:publication:2026")


async def test_a_provisional_due_day_is_set_anew_when_the_calendar_is_known(
    world: World, approver: Command, cmd: Command
) -> None:
    visit = await world.add_visit()
    await world.complete_task(datetime(2027, 12, 20, tzinfo=UTC))
    await open_publications(approver, visit_id=visit.id)
    first = await only(visit.id)
    assert first.provisional
    from inspection.kernel.calendar import store as calendar_store
    from inspection.kernel.unit_of_work import unit_of_work

    async with unit_of_work():
        for year in (2027, 2028):
            closed = {date(2027, 12, 27): (False, "假日")} if year == 2027 else {}
            await calendar_store.replace_year(year, closed, "通知", cmd.now)
    assert await start_clocks(cmd) == 1
    second = await only(visit.id)
    assert (second.provisional, second.due_on) == (False, date(2028, 1, 18))
    assert first.due_on == date(2028, 1, 17)
    assert await start_clocks(cmd) == 0


async def test_a_correction_is_a_further_version_and_the_old_bytes_stay(
    world: World, approver: Command, publisher: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit(codes='["rectified"]')
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    (done,) = (await publish_due(publisher, through=LAST)).published
    old = await published(done.number)
    with pytest.raises(Conflict):
        await correct_publication(approver, publication_id=done.publication, reason="没有新的结果")
    await world.add_outcome(visit.id, '["no_problem"]', replaces=visit.outcome, by="leader:复核人")
    with pytest.raises(Refused):
        await correct_publication(make_cmd(Role.LEADER, "复核人"), publication_id=done.publication, reason="复核更正")
    corrected = await correct_publication(approver, publication_id=done.publication, reason="复核更正")
    assert (corrected.number, corrected.version, corrected.replaces) == (done.number, 2, old.digest)
    new = await published(done.number)
    assert new.corrected
    assert new.said["replaces"] == old.digest
    assert new.result_codes == ("no_problem",)
    versions = await store_documents.documents(publication=done.publication)
    assert [row.version for row in versions] == [1, 2]
    assert versions[0].document == old.document
    assert (await kinds(visit.id))[-1] is EventKind.PUBLICATION_CORRECTED


async def test_the_database_refuses_to_change_published_bytes(
    world: World, approver: Command, publisher: Command
) -> None:
    from inspection.publicity.tables import PublishedDocument

    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await publish_due(publisher, through=LAST)
    with pytest.raises(Exception, match="append-only"):
        await PublishedDocument.update(document="{}").where(PublishedDocument.version == 1)
    with pytest.raises(Exception, match="append-only"):
        await PublishedDocument.delete().where(PublishedDocument.version == 1)


async def test_overseers_see_what_is_overdue_first_and_why_it_waits(
    world: World, cmd: Command, approver: Command
) -> None:
    other = await build_world(cmd, "wl")
    waiting = await other.add_visit()
    late = await world.add_visit()
    await world.complete_task()
    for visit in (waiting, late):
        await open_publications(approver, visit_id=visit.id)
    first, second = await due_list(authority=None, on=date(2026, 4, 1))
    assert (first.visit, first.overdue, first.days_left) == (late.id, True, -2)
    assert first.why == (Hindrance.NOT_APPROVED,)
    assert (second.visit, second.due_on, second.overdue) == (waiting.id, None, False)
    assert Hindrance.CLOCK_NOT_STARTED in second.why
    assert [item.visit for item in await due_list(authority=other.authority, on=LAST)] == [waiting.id]


async def test_a_visit_is_settled_when_each_result_is_out_or_kept_back_for_good(
    world: World, approver: Command, publisher: Command
) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    assert await settled(visit.id) is None
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    assert await settled(visit.id) is None
    row = await only(visit.id)
    await withhold(approver, publication_id=row.id, reason="暂缓", ground=Ground.PRIVACY, until=date(2026, 4, 1))
    assert await settled(visit.id) is None
    await lift_withholding(approver, publication_id=row.id, reason="可以公开")
    await publish_due(publisher, through=LAST)
    end = await settled(visit.id)
    assert end is not None
    assert [document.number for document in end.documents] == ["sw-2026-000001"]


async def test_search_finds_names_and_codes_and_takes_wild_cards_as_letters(
    world: World, approver: Command, publisher: Command
) -> None:
    names = {"海天 ABC 加油站": "91371000MA3C0000A1", "100%纯净水": "91371000MA3C0000B2", "一_二": "91371000MA3C0000C3"}
    for name, code in names.items():
        visit = await world.add_visit(object_name=name, object_code=code)
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await world.complete_task()
    await publish_due(publisher, through=LAST)

    async def found(query: str) -> list[str]:
        return [result.said["entName"] for result in (await published_page(query=query)).results]

    assert await found("abc") == ["海天 ABC 加油站"]
    assert await found("ma3c0000b2") == ["100%纯净水"]
    assert await found("%") == ["100%纯净水"]
    assert await found("_") == ["一_二"]
    assert await found("不存在") == []
    assert await found("\x00") == await found("")
    assert len(await found("\ud800")) == 3
    with pytest.raises(Invalid):
        await published_page(query="长" * 101)


async def test_paging_by_place_shows_every_result_once(world: World, approver: Command, publisher: Command) -> None:
    for _ in range(7):
        visit = await world.add_visit()
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await world.complete_task()
    await publish_due(publisher, through=LAST)
    seen: list[str] = []
    after: str | None = None
    for _ in range(4):
        page = await published_page(after=after, limit=2)
        seen += [result.number for result in page.results]
        after = page.after
    assert after is None
    assert sorted(seen) == [f"sw-2026-{n:06d}" for n in range(1, 8)]
    for place in (
        "!",
        "bm8",
        "MjAyNi0wMy0zMFQwODowMDowMC8x",
        "MjAyNi0wMy0zMC8wMTljOGQxMS0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDE",
    ):
        with pytest.raises(Invalid):
            await published_page(after=place)


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
async def test_a_place_at_the_end_of_time_is_no_place(world: World, instant: str) -> None:
    place = base64.urlsafe_b64encode(f"{instant}/{UUID(int=1)}".encode()).rstrip(b"=").decode()
    with pytest.raises(Invalid):
        await published_page(after=place)


@pytest.mark.parametrize("number", ["", "nothing", "sw-2026-000001", "../x", "x" * 100, "sw\x00", "％"])
async def test_what_is_not_out_is_not_found_whatever_it_is_called(world: World, approver: Command, number: str) -> None:
    visit = await world.add_visit()
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    with pytest.raises(NotFound) as refused:
        await published(number)
    assert refused.value.facts == {}
