"""One object, one door: visits come out of sealed draws, stay secret, get a leader, are unsealed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.find import inspectors
from inspection.registry.inspectors.facts import AbsenceFacts
from inspection.registry.inspectors.store_presence import add_absence
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.inspectors.terms import AbsenceKind
from inspection.visits import store
from inspection.visits.card import visit_card
from inspection.visits.listing import list_visits, team_of, visits_of_inspector
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import known_visit, read_record
from inspection.visits.states import VisitState
from inspection.visits.tables import Visit
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import CardState
from tests.inspection.visits.world import FIRE, PRICE, SPRING, SUMMER, World


async def test_each_drawn_object_gets_one_visit_with_its_team_and_its_checklist(world: World) -> None:
    made = await world.draw(objects=(0, 1, 2))
    done = await assemble_visits(world.cmd(), draw_id=made.draw)
    assert (len(done.created), done.merged) == (3, ())
    rows = [await known_visit(visit) for visit in done.created]
    assert {row.object for row in rows} == set(world.objects[:3])
    assert {row.state for row in rows} == {VisitState.SEALED}
    assert await team_of(done.created[0]) == tuple(world.people[:2])
    tasks = await store.served_tasks(done.created)
    assert {(task.task, task.checklist) for task in tasks} == {(made.task, made.checklist)}


async def test_assembling_a_draw_twice_makes_no_second_visit(world: World) -> None:
    made = await world.draw(objects=(0, 1))
    await assemble_visits(world.cmd(), draw_id=made.draw)
    again = await assemble_visits(world.cmd(), draw_id=made.draw)
    assert (again.created, again.merged) == ((), ())
    assert len(await list_visits(world.authority)) == 2


async def test_tasks_that_hit_one_object_in_the_same_days_share_one_visit(world: World) -> None:
    first, second = await world.draw(FIRE, window=SPRING_WEEK), await world.draw(PRICE, team=(1, 2))
    (visit,) = (await assemble_visits(world.cmd(), draw_id=first.draw)).created
    joined = await assemble_visits(world.cmd(), draw_id=second.draw)
    assert (joined.created, joined.merged) == ((), (visit,))
    row = await known_visit(visit)
    assert (row.starts_on, row.ends_on) == SPRING_WEEK
    assert await team_of(visit) == tuple(world.people[:3])
    assert {task.task for task in await store.served_tasks([visit])} == {first.task, second.task}
    record = await read_record(visit)
    assert [(item.code, item.checklists) for item in record.items] == [
        ("f1", ("fire", "price")),
        ("f2", ("fire",)),
        ("f3", ("fire",)),
        ("p1", ("price",)),
    ]


SPRING_WEEK = (date(2026, 3, 9), date(2026, 3, 13))


async def test_tasks_of_other_days_do_not_share_a_visit(world: World) -> None:
    first, second = await world.draw(FIRE), await world.draw(PRICE, window=SUMMER)
    await assemble_visits(world.cmd(), draw_id=first.draw)
    assert len((await assemble_visits(world.cmd(), draw_id=second.draw)).created) == 1


async def test_a_visit_whose_common_days_are_over_takes_no_further_task(world: World) -> None:
    first, second = await world.draw(FIRE, window=SPRING_WEEK), await world.draw(PRICE)
    (visit,) = (await assemble_visits(world.cmd(), draw_id=first.draw)).created
    world.now = datetime(2026, 3, 13, 16, 0, tzinfo=UTC)  # the day after the week, in Beijing
    (other,) = (await assemble_visits(world.cmd(), draw_id=second.draw)).created
    assert [task.task for task in await store.served_tasks([visit])] == [first.task]
    row = await known_visit(other)
    assert (row.starts_on, row.ends_on) == SPRING


async def test_tasks_under_different_rule_sets_do_not_share_a_visit(world: World) -> None:
    first, second = await world.draw(FIRE), await world.draw(PRICE)
    (visit,) = (await assemble_visits(world.cmd(), draw_id=first.draw)).created
    await Visit.update({Visit.rule_set: "elsewhere.2020"}).where(Visit.id == visit)
    assert (await assemble_visits(world.cmd(), draw_id=second.draw)).merged == ()


async def test_a_visit_that_has_begun_takes_no_further_task(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    await world.push(tablet.answer("f1", "yes"))
    made = await world.draw(PRICE)
    assert len((await assemble_visits(world.cmd(), draw_id=made.draw)).created) == 1


async def test_an_object_that_a_draw_hands_over_twice_is_refused_whole(world: World) -> None:
    made = await world.draw(objects=(0, 0))
    with pytest.raises(Conflict) as refusal:
        await assemble_visits(world.cmd(), draw_id=made.draw)
    assert refusal.value.message_key == "visits.object_drawn_twice"
    assert await list_visits(world.authority) == []


async def test_an_item_without_a_released_checklist_cannot_be_inspected(world: World) -> None:
    made = await world.draw(released=False)
    with pytest.raises(NotFound) as refusal:
        await assemble_visits(world.cmd(), draw_id=made.draw)
    assert refusal.value.code is ProblemCode.CHECKLIST_UNKNOWN


async def test_a_draw_of_another_authority_is_unknown(world: World) -> None:
    made = await world.draw()
    stranger = replace(world.cmd(), authority=world.plan)
    with pytest.raises(NotFound):
        await assemble_visits(stranger, draw_id=made.draw)


async def test_nothing_tells_of_the_object_or_the_team_before_the_unsealing(world: World) -> None:
    made = await world.draw()
    done = await assemble_visits(world.cmd(), draw_id=made.draw)
    (visit,) = done.created
    lines = [*await read(f"visit:{visit}"), *await read(f"draw:{made.draw}")]
    secrets = {str(world.objects[0]), *(str(person) for person in world.people)}
    assert not any(secret in line.text.decode() for line in lines for secret in secrets)
    assert str(visit) not in repr(done)
    with pytest.raises(Refused) as refusal:
        await visit_card(visit)
    assert refusal.value.code is ProblemCode.VISIT_SEALED
    assert [line.object for line in await list_visits(world.authority)] == [None]
    assert await visits_of_inspector(world.people[0]) == []


async def test_the_section_head_names_the_leader_among_the_drawn_inspectors(world: World) -> None:
    made = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    with pytest.raises(Refused) as refusal:
        await name_leader(world.cmd(Role.PLANNER), visit_id=visit, inspector_id=world.people[0])
    assert refusal.value.code is ProblemCode.FORBIDDEN
    with pytest.raises(Refused) as refusal:
        await name_leader(world.head, visit_id=visit, inspector_id=world.people[3])
    assert refusal.value.code is ProblemCode.LEADER_NOT_IN_TEAM
    named = await name_leader(world.head, visit_id=visit, inspector_id=world.people[1])
    assert named.leader == world.people[1]
    assert [line.kind for line in await read(f"visit:{visit}")][-1] is EventKind.LEADER_NAMED


async def test_a_visit_is_unsealed_once_by_its_leader_or_the_section_head_and_not_without_a_leader(
    world: World,
) -> None:
    made = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    with pytest.raises(Conflict) as conflict:
        await unseal_visit(world.head, visit_id=visit)
    assert conflict.value.code is ProblemCode.LEADER_MISSING
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    with pytest.raises(Refused):
        await unseal_visit(world.cmd(Role.LEADER, world.people[1]), visit_id=visit)
    opened = await unseal_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit)
    assert (opened.state, opened.unsealed_at) == (VisitState.OPEN, world.now)
    assert await visits_of_inspector(world.people[1]) == [visit]
    with pytest.raises(Conflict) as conflict:
        await unseal_visit(world.head, visit_id=visit)
    assert conflict.value.code is ProblemCode.VISIT_WRONG_STEP


async def test_the_whole_team_is_asked_at_unsealing_and_each_reason_is_told_by_staff_number(world: World) -> None:
    made = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    people = await inspectors(world.people[:2])
    barred = people[world.people[1]]
    await Inspector.update({Inspector.active: False}).where(Inspector.id == barred.id)
    with pytest.raises(Refused) as refusal:
        await unseal_visit(world.head, visit_id=visit)
    assert refusal.value.code is ProblemCode.REFUSED
    assert refusal.value.facts["inspectors"] == [str(barred.id)]
    for lang in LANGUAGES:
        told = text(refusal.value.message_key, lang, **refusal.value.facts)
        assert barred.staff_no in told
        assert people[world.people[0]].staff_no not in told
        assert text("registry.bar_inactive", lang, reason="—") in told
    assert (await known_visit(visit)).state is VisitState.SEALED
    assert await visits_of_inspector(world.people[1]) == []
    await Inspector.update({Inspector.active: True}).where(Inspector.id == barred.id)
    assert (await unseal_visit(world.head, visit_id=visit)).state is VisitState.OPEN


async def test_an_absence_that_begins_after_the_draw_holds_the_visit_until_it_is_over(world: World) -> None:
    made = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    today = max(local_day(world.now), (await known_visit(visit)).starts_on)
    away = AbsenceFacts(
        UUID(int=7), world.people[1], AbsenceKind.LEAVE, None, today, today, "office", world.now, None, None
    )
    async with unit_of_work():
        await add_absence(away)
    with pytest.raises(Refused) as refusal:
        await unseal_visit(world.head, visit_id=visit)
    assert today.isoformat() in text(refusal.value.message_key, "zh_CN", **refusal.value.facts)
    later = replace(world.head, now=datetime.combine(today, time(4), UTC) + timedelta(days=1))
    assert (await unseal_visit(later, visit_id=visit)).state is VisitState.OPEN


async def test_nobody_without_a_valid_certificate_is_sent(world: World) -> None:
    made = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[0])
    held = Certificate.inspector == world.people[1]
    await Certificate.update({Certificate.valid_until: date(2026, 3, 30)}).where(held)
    with pytest.raises(Refused) as refusal:
        await unseal_visit(world.head, visit_id=visit)
    assert refusal.value.code is ProblemCode.CERTIFICATE_INVALID
    assert refusal.value.facts["inspectors"] == [str(world.people[1])]
    await Certificate.update({Certificate.valid_until: date(2026, 3, 31)}).where(held)
    await unseal_visit(world.head, visit_id=visit)


async def test_the_card_holds_all_that_a_tablet_needs_for_days(world: World) -> None:
    first = await world.draw(FIRE)
    second = await world.draw(PRICE)
    (visit,) = (await assemble_visits(world.cmd(), draw_id=first.draw)).created
    await assemble_visits(world.cmd(), draw_id=second.draw)
    await name_leader(world.head, visit_id=visit, inspector_id=world.people[1])
    await unseal_visit(world.head, visit_id=visit)
    card = await visit_card(visit)
    assert (card.id, card.state, card.object.name) == (visit, CardState.OPEN, "第0商店")
    assert [(member.inspector, member.leader) for member in card.team] == [
        (world.people[0], False),
        (world.people[1], True),
    ]
    assert all(member.certificate for member in card.team)
    assert {task.checklist for task in card.tasks} == {("fire", 7), ("price", 1)}
    assert {digest for _, _, digest in card.checklists} == {FIRE.digest(), PRICE.digest()}
    assert "检查" in card.notice


async def test_an_unknown_visit_is_not_found(world: World) -> None:
    for question in (visit_card, read_record):
        with pytest.raises(NotFound):
            await question(world.plan)
