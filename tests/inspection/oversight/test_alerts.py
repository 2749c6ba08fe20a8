"""The watch raises what there is to look at, each once; it is opened, and settled by somebody it is not about."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from inspection.authority.tables import Authority
from inspection.draw.tables import Draw
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.tables import WorkItem
from inspection.kernel.work.worker import Worker
from inspection.oversight.alerts import watch
from inspection.oversight.alerts.read import list_alerts, open_alert
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.settle import settle_alert
from inspection.oversight.alerts.store import AlertRow
from inspection.oversight.alerts.tables import Alert
from inspection.policy.model import RuleSet
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel
from inspection.publicity.open_publications import open_publications, start_clocks
from inspection.visits.review.approve import approve_visit
from inspection.visits.tables import Entry, Visit
from mobile_contract.problems import ProblemCode
from tests.conftest import MakeCommand
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import World, build_world, insert
from tests.inspection.visits.repeats.test_runs import approved, recorded
from tests.inspection.visits.world import World as Visits
from tests.inspection.visits.world import build_world as build_visits

LATE = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)  # the results of the world are due on 30 March 2026


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    world = await settled_world(cmd)
    await Authority.update({Authority.rule_set: "weihai-jingkai-commerce"}, force=True)
    return world


def act(world: World, role: Role, who: str = "", now: datetime = LATE) -> Command:
    return Command(Actor(who or f"{role}:1", "某人", role), now, SeededEntropy(f"{role}{who}{now}"), world.authority)


async def raised(world: World, role: Role = Role.SUPERVISOR) -> dict[AlertKind, list[AlertRow]]:
    found: dict[AlertKind, list[AlertRow]] = {}
    for one in await list_alerts(act(world, role), world.authority):
        found.setdefault(one.kind, []).append(one)
    return found


async def due(world: World, cmd: Command) -> UUID:
    """A visit whose result is due on 30 March and waits for its approval."""
    visit = await world.add_visit()
    await world.complete_task()
    await open_publications(cmd, visit_id=visit.id)
    await start_clocks(cmd, authority=world.authority)
    return visit.id


async def test_an_authority_whose_look_fails_keeps_no_other_from_its_alerts(
    world: World, cmd: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(world, cmd)
    broken = await insert(Authority, code="0", rule_set="weihai-jingkai-commerce")
    real = watch.watch

    async def looking(cmd: Command, authority: UUID, rules: RuleSet) -> int:
        if authority == broken:
            raise LookupError
        return await real(cmd, authority, rules)

    monkeypatch.setattr(watch, "watch", looking)
    assert await watch.watch_all(act(world, Role.SYSTEM)) == 1


async def test_a_result_over_its_day_is_raised_once_however_often_one_looks(world: World, cmd: Command) -> None:
    await due(world, cmd)
    assert await watch.watch_all(act(world, Role.SYSTEM, now=datetime(2026, 3, 30, 1, tzinfo=UTC))) == 0
    assert await watch.watch_all(act(world, Role.SYSTEM)) == 1
    assert await watch.watch_all(act(world, Role.SYSTEM, now=LATE + timedelta(days=1))) == 0
    (alert,) = (await raised(world))[AlertKind.PUBLICATION_LATE]
    assert (alert.about_on, alert.subjects) == (date(2026, 3, 30), ("leader",))
    (line,) = await read(f"alert:{alert.id}")
    assert (line.kind, line.payload["kind"]) == (EventKind.ALERT_RAISED, "publication_late")


async def test_an_objection_over_its_day_is_raised(world: World, cmd: Command, make_cmd: MakeCommand) -> None:
    visit = await due(world, cmd)
    party = make_cmd(Role.PUBLIC, "public", now=datetime(2026, 3, 10, 1, 0, tzinfo=UTC))
    await receive_objection(
        party, visit_id=visit, form="f", channel=Channel.DOOR, grounds="有异议", name="李店主", contact="010"
    )
    await watch.watch_all(act(world, Role.SYSTEM, now=datetime(2026, 4, 3, 1, tzinfo=UTC)))
    assert AlertKind.OBJECTION_LATE not in await raised(world)
    await watch.watch_all(act(world, Role.SYSTEM, now=LATE + timedelta(days=14)))
    assert len((await raised(world))[AlertKind.OBJECTION_LATE]) == 1


async def test_two_voided_draws_of_a_task_are_raised_for_those_who_watch(world: World) -> None:
    told = {"voided_at": LATE, "void_asked_by": "planner", "voided_by": "approver"}
    (draw,) = await Draw.select()
    for attempt in (2, 3):
        given = {**draw, "id": UUID(int=attempt), "attempt": attempt, "state": "voided", **told}
        await insert(Draw, **given)
    await watch.watch_all(act(world, Role.SYSTEM))
    (alert,) = (await raised(world))[AlertKind.DRAW_VOIDED]
    assert (alert.facts["count"], set(alert.subjects)) == (2, {"planner", "approver"})
    assert AlertKind.DRAW_VOIDED not in await raised(world, Role.SECTION_HEAD)


async def test_the_same_two_people_approving_everything_are_raised(world: World, make_cmd: MakeCommand) -> None:
    approver = make_cmd(Role.APPROVER, "分管负责人", id="approver", authority=world.authority)
    for _ in range(10):
        visit = await world.add_visit()
        await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    await watch.watch_all(act(world, Role.SYSTEM))
    (alert,) = (await raised(world))[AlertKind.SAME_PAIR]
    assert (alert.subjects, alert.facts["count"]) == (("leader", "approver"), 10)


async def test_conflicts_that_one_person_always_decides_for_the_same_inspector_are_raised(world: World) -> None:
    visit, (won, lost) = (await world.add_visit()).id, world.inspectors
    heads: list[str] = []
    for number in range(3):
        heads = [await statement(visit, who, f"{number}{place}") for place, who in enumerate((won, lost))]
        await decided(world, visit, "head", heads, chosen=heads[0], number=number)
    await decided(world, visit, "fair", heads, chosen=heads[1], number=8)
    await decided(world, visit, "both", heads, chosen=None, number=9)
    await watch.watch_all(act(world, Role.SYSTEM))
    (alert,) = (await raised(world))[AlertKind.SAME_SIDE]
    assert (alert.subjects, alert.facts["count"]) == (("head", str(won)), 3)
    assert AlertKind.SAME_SIDE not in await raised(world, Role.SECTION_HEAD)


async def statement(visit: UUID, who: UUID, name: str) -> str:
    """An answer of an inspector among the entries of a visit; its hash."""
    hash_ = f"statement-{name}".ljust(43, "A")
    await insert(Entry, hash=hash_, visit=visit, inspector=who, type="answer", body=b"{}", verdict="accepted")
    return hash_


async def decided(world: World, visit: UUID, by: str, heads: list[str], *, chosen: str | None, number: int) -> None:
    """A decision of a conflict between these statements, as the office writes it."""
    body = {"item": "f1", "how": "choose", "choose": chosen} if chosen else {"item": "f1", "how": "both-stand"}
    hash_ = f"decision-{by}-{number}".ljust(43, "A")
    text = json.dumps(body).encode()
    await insert(Entry, hash=hash_, visit=visit, type="resolve", body=text, verdict="accepted")
    cmd = act(world, Role.SECTION_HEAD, by, LATE - timedelta(days=1))
    async with unit_of_work():
        told = cmd.event(EventKind.VISIT_DECIDED, f"visit:{visit}", entry=hash_, type="resolve", seen="", over=heads)
        await append(told)


async def test_two_visits_at_one_door_on_one_day_are_raised_unless_they_are_sealed(world: World) -> None:
    first = await world.add_visit()
    again = await world.add_visit(object_code="other", approved_by=None)
    await Visit.update(object=first.object, state="sealed", unsealed_at=None).where(Visit.id == again.id)
    day = act(world, Role.SYSTEM, now=datetime(2026, 3, 3, 1, tzinfo=UTC))
    await watch.watch_all(day)
    assert AlertKind.CROWDED_DOOR not in await raised(world)
    await Visit.update(state="open").where(Visit.id == again.id)
    await watch.watch_all(replace(day, now=day.now + timedelta(hours=1)))
    found = (await raised(world))[AlertKind.CROWDED_DOOR]
    assert {one.facts["period"] for one in found} == {"day"}


async def test_opening_is_noted_once_a_person_and_nobody_settles_what_is_about_himself(
    world: World, cmd: Command
) -> None:
    await due(world, cmd)
    await watch.watch_all(act(world, Role.SYSTEM))
    (alert,) = (await raised(world))[AlertKind.PUBLICATION_LATE]
    opened = [await open_alert(act(world, Role.SUPERVISOR), alert.id) for _ in range(2)][-1]
    await open_alert(act(world, Role.LEGAL), alert.id)
    assert len((await open_alert(act(world, Role.SUPERVISOR), alert.id)).seen) == 2
    assert len(opened.seen) == 1
    with pytest.raises(Refused) as own:
        await settle_alert(act(world, Role.SECTION_HEAD, "leader"), alert.id, reason="忙")
    assert own.value.code is ProblemCode.SAME_PERSON
    with pytest.raises(Invalid):
        await settle_alert(act(world, Role.SECTION_HEAD), alert.id, reason="  ")
    done = await settle_alert(act(world, Role.SECTION_HEAD), alert.id, reason="系统停机，已补公示")
    assert (done.reason, done.settled_by) == ("系统停机，已补公示", "section_head:1")
    with pytest.raises(Conflict):
        await settle_alert(act(world, Role.SECTION_HEAD), alert.id, reason="再来一次")
    kinds = [line.kind for line in await read(f"alert:{alert.id}")]
    assert kinds == [EventKind.ALERT_RAISED, EventKind.ALERT_SEEN, EventKind.ALERT_SEEN, EventKind.ALERT_SETTLED]
    assert await list_alerts(act(world, Role.LEGAL), world.authority, settled=False) == []
    with pytest.raises(Exception, match="append-only"):
        await Alert.update({Alert.facts: "{}"}).where(Alert.id == alert.id)


async def test_an_alert_of_another_authority_or_kind_does_not_exist(world: World, cmd: Command) -> None:
    await due(world, cmd)
    await watch.watch_all(act(world, Role.SYSTEM))
    (alert,) = (await raised(world))[AlertKind.PUBLICATION_LATE]
    other = await build_world(cmd, "other")
    for stranger in (act(other, Role.SUPERVISOR), act(world, Role.LEADER), act(world, Role.PLANNER)):
        with pytest.raises(NotFound):
            await open_alert(stranger, alert.id)
        with pytest.raises(NotFound):
            await settle_alert(stranger, alert.id, reason="无")


async def test_a_third_visit_without_a_finding_raises_an_alert_and_settling_it_lets_the_next_be_approved(
    db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits: Visits = await build_visits(monkeypatch)
    for _ in range(3):
        await approved(visits)
    await work(visits)
    supervisor = visits.cmd(Role.SUPERVISOR)
    found = await list_alerts(supervisor, visits.authority)
    assert {one.facts["inspector"] for one in found} == {str(one) for one in visits.people[:2]}
    assert {one.kind for one in found} == {AlertKind.CLEAN_RUN}
    visit = await visits.open_visit()
    await recorded(visits, visit, (0, 1))
    seen = await visits.seen(visit)
    with pytest.raises(Conflict):
        await approve_visit(visits.head, visit_id=visit, seen=seen)
    for one in found:
        with pytest.raises(Refused):
            await settle_alert(visits.cmd(Role.SECTION_HEAD, one.subjects[0]), one.id, reason="自己说明")
        await settle_alert(visits.head, one.id, reason="设备新、管理好，抽看记录属实")
    await approve_visit(visits.head, visit_id=visit, seen=seen)
    await work(visits)
    assert len(await list_alerts(supervisor, visits.authority)) == 4


async def work(visits: Visits) -> None:
    """Do the background work of the watch, and only that."""
    await WorkItem.delete().where(WorkItem.name != watch.JOB)
    worker = Worker({watch.JOB: watch.watch_visit}, FixedClock(visits.cmd().now), SeededEntropy("work"))
    await worker.drain()
