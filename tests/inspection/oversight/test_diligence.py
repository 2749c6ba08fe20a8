"""What was required of a person and what was done, with its proof; nothing of a sealed visit; read by who may."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from inspection.authority.found import open_account, open_unit
from inspection.authority.tables import Authority
from inspection.documents.press import typeset
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, read, verify
from inspection.oversight.alerts import watch
from inspection.oversight.alerts.read import list_alerts
from inspection.oversight.alerts.settle import settle_alert
from inspection.oversight.diligence.facts import Diligence, DutyKind
from inspection.oversight.diligence.gather import diligence
from inspection.oversight.diligence.paper import diligence_paper
from inspection.oversight.statistics.spans import Span
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.open_publications import open_publications, start_clocks
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.review.approve import approve_visit
from inspection.visits.tables import Visit
from tests.conftest import MakeCommand
from tests.inspection.oversight.test_clocks import settled_world
from tests.inspection.publicity.world import World, build_world
from tests.inspection.visits.repeats.test_runs import recorded
from tests.inspection.visits.world import World as Visits
from tests.inspection.visits.world import build_world as build_visits

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


def watcher(authority: UUID, role: Role = Role.SUPERVISOR, who: str = "watcher") -> Command:
    at = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
    return Command(Actor(who, "监督", role), at, SeededEntropy(f"{role}{who}"), authority)


@pytest.fixture
async def visits(db: Engine, monkeypatch: pytest.MonkeyPatch) -> Visits:
    return await build_visits(monkeypatch)


async def of(visits: Visits, who: int) -> Diligence:
    return await diligence(watcher(visits.authority), visits.people[who], YEAR, unit=None)


async def test_an_inspector_is_shown_each_visit_with_what_was_written_and_a_leader_the_approval(visits: Visits) -> None:
    visit = await visits.open_visit()
    await recorded(visits, visit, (0, 1))
    leader = visits.cmd(Role.LEADER, visits.people[0])
    await approve_visit(leader, visit_id=visit, seen=await visits.seen(visit))
    told = await of(visits, 0)
    lead, record = told.duties
    assert (lead.kind, record.kind) == (DutyKind.LEAD, DutyKind.RECORD)
    assert (lead.items, lead.due_on, lead.days_late) == ((("I1", "第1项检查"),), date(2026, 3, 31), 0)
    assert lead.written is not None
    assert lead.written.submitted_at is not None
    assert lead.written.entries == 5
    proof = next(one for one in record.proofs if one.kind == EventKind.VISIT_APPROVED)
    (line,) = [one for one in await read(f"visit:{visit}") if one.seq == proof.seq]
    assert (line.hash.hex(), line.actor_id) == (proof.hash, str(visits.people[0]))
    assert (await verify(proof.stream)).ok
    (second,) = (await of(visits, 1)).duties
    assert second.kind is DutyKind.VISIT
    assert second.written is not None
    assert second.written.digest != lead.written.digest


async def test_a_sealed_visit_is_no_duty_and_no_act_of_anybody(visits: Visits) -> None:
    before = await of(visits, 0)
    made = await visits.draw()
    (visit,) = (await assemble_visits(visits.cmd(Role.LEADER, visits.people[0]), draw_id=made.draw)).created
    assert str(visit) not in str(await of(visits, 0))
    assert (await of(visits, 0)).duties == before.duties == ()
    assert dict((await of(visits, 0)).other_acts).keys() <= {
        EventKind.VISITS_ASSEMBLED.value,
        EventKind.RULE_SET_KEPT.value,
    }
    await Visit.update(unsealed_at=visits.now, state="open").where(Visit.id == visit)
    assert [one.subject for one in (await of(visits, 0)).duties] == [visit]


async def test_a_visit_after_its_window_is_late_and_one_that_is_waiting_is_not_done(visits: Visits) -> None:
    visit = await visits.open_visit()
    (open_,) = (await of(visits, 0)).duties
    assert (open_.done_at, open_.days_late) == (None, 10)  # its window ended on 31 March, it is 10 April
    await Visit.update(executed_at=datetime(2026, 4, 3, 1, tzinfo=UTC)).where(Visit.id == visit)
    (late,) = (await of(visits, 0)).duties
    assert late.days_late == 3
    assert (await of(visits, 0)).late == 1
    may = Span(date(2026, 5, 1), date(2026, 6, 1))
    assert (await diligence(watcher(visits.authority), visits.people[0], may, unit=None)).duties == ()


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    world = await settled_world(cmd)
    await Authority.update({Authority.rule_set: "weihai-jingkai-commerce"}, force=True)
    return world


async def people(world: World, make_cmd: MakeCommand) -> dict[str, UUID]:
    """Accounts of two units: an approver and a head in the first, a head in the second."""
    cmd = make_cmd(authority=world.authority)
    first = (await open_unit(cmd, authority=world.authority, name="一科")).id
    second = (await open_unit(cmd, authority=world.authority, name="二科")).id
    found = {"first": first, "second": second}
    for name, role, unit in (("分管", Role.APPROVER, first), ("科长", Role.SECTION_HEAD, first)):
        account = await open_account(
            cmd,
            authority=world.authority,
            unit=unit,
            username=name,
            name=name,
            role=role,
            password="a long enough password",
        )
        found[name] = account.id
    return found


async def test_an_approver_is_shown_what_was_approved_late_and_why(world: World, make_cmd: MakeCommand) -> None:
    known = await people(world, make_cmd)
    visit = await world.add_visit()
    await world.complete_task()
    approver = make_cmd(Role.APPROVER, "分管", id=str(known["分管"]), authority=world.authority)
    late = replace(approver, now=datetime(2026, 4, 8, 1, tzinfo=UTC))
    system = make_cmd(Role.SYSTEM, "system", authority=world.authority)
    await open_publications(system, visit_id=visit.id)
    await start_clocks(system, authority=world.authority)
    await approve_publication(late, visit_id=visit.id, secrecy_reviewed=True)
    await watch.watch_all(watcher(world.authority, Role.SYSTEM))
    (alert,) = await list_alerts(watcher(world.authority), world.authority)
    await settle_alert(watcher(world.authority, Role.LEGAL, "legal"), alert.id, reason="停电三日")
    told = await diligence(watcher(world.authority), known["分管"], YEAR, unit=None)
    (duty,) = told.duties
    assert (duty.kind, duty.days_late, duty.reason) == (DutyKind.PUBLICATION, 9, "停电三日")
    assert [one.kind for one in duty.proofs] == ["publication.approved"]
    for lang in LANGUAGES:
        lines = "\n".join(diligence_paper(told, lang).lines())
        assert "{" not in lines
        for word in ("分管", "停电三日", duty.proofs[0].hash[:16], f"visit:{visit.id}"):
            assert word in lines
    paper = diligence_paper(told, "zh_CN")
    assert typeset(paper) == typeset(paper)


async def test_oneself_the_head_of_the_unit_and_supervision_read_it_and_nobody_else(
    world: World, make_cmd: MakeCommand, cmd: Command
) -> None:
    known = await people(world, make_cmd)
    person, other = known["分管"], await build_world(cmd, "other")

    async def reads(role: Role, who: str, unit: UUID | None, authority: UUID = world.authority) -> bool:
        try:
            await diligence(watcher(authority, role, who), person, YEAR, unit=unit)
        except NotFound:
            return False
        return True

    assert await reads(Role.APPROVER, str(person), None)
    assert await reads(Role.SECTION_HEAD, "head", known["first"])
    assert await reads(Role.SUPERVISOR, "watcher", None)
    assert not await reads(Role.SECTION_HEAD, "head", known["second"])
    assert not await reads(Role.SECTION_HEAD, "head", None)
    assert not await reads(Role.APPROVER, "another", known["first"])
    assert not await reads(Role.PLANNER, "clerk", known["first"])
    assert not await reads(Role.SUPERVISOR, "watcher", None, other.authority)
    # What others read of a person is noted; what one reads of oneself is nobody's business.
    lines = await read(f"diligence:{person}")
    assert [(one.kind, one.actor_id) for one in lines] == [
        (EventKind.DILIGENCE_READ, "head"),
        (EventKind.DILIGENCE_READ, "watcher"),
    ]


async def test_an_inspector_without_an_account_is_known_by_the_register(world: World) -> None:
    await world.add_visit()
    told = await diligence(watcher(world.authority), world.inspectors[0], YEAR, unit=None)
    assert (told.name, told.role, len(told.duties)) == ("检查员1", Role.INSPECTOR, 1)
    assert told.certificates == ("sw司法局 ZF-1",)
    with pytest.raises(NotFound):
        await diligence(watcher(world.authority), UUID(int=5), YEAR, unit=None)
