"""A task with many unsealed visits, each at another enterprise, for `bench.papers`, `bench.door`, `bench.tablet` and
the tests of the inspector's app.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from inspection.authority.found import open_account
from inspection.authority.tables import Authority
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.tables import InspectionItem
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import TeamMember, Visit, VisitTask
from mobile_contract.checklist import Checklist
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.tablet import FIRE
from tests.inspection.visits.world import insert_checklist

CLERK, TASK = "bench-head", "示市监抽查〔2026〕1号"


@dataclass(frozen=True, slots=True)
class DrawnTask:
    """The task's number, its visits, and the two inspectors who go to all of them, the leader first."""

    number: str
    visits: tuple[UUID, ...]
    team: tuple[UUID, ...]


def command() -> Command:
    """Of nobody in particular, now."""
    return Command(SYSTEM, SystemClock().now(), SystemEntropy())


async def drawn_task(count: int, checklist: Checklist = FIRE) -> DrawnTask:
    """`count` visits that are open today, and a section head's account `CLERK`. Call with a database."""
    async with unit_of_work():
        authority = await insert(
            Authority, code="bench", name="示例区市场监督管理局", short_name="示市监", rule_set=RULES
        )
        task = await _task(authority, checklist)
        team = [await _inspector(authority, number) for number in (1, 2)]
        visits = [await _visit(authority, task, team, number) for number in range(count)]
        await open_account(
            command(),
            authority=authority,
            unit=None,
            username=CLERK,
            name="某科长",
            role=Role.SECTION_HEAD,
            password="a long enough password",  # noqa: S106  of a database that is thrown away
        )
    return DrawnTask(TASK, tuple(visits), tuple(team))


async def _task(authority: UUID, checklist: Checklist) -> dict[str, UUID]:
    """Task, item and checklist, as a visit's row names them."""
    item = await insert(
        InspectionItem,
        authority=authority,
        code="A08-01",
        name="登记事项检查",
        content="营业执照规范使用情况",
        checklist_code=checklist.code,
        methods='["on_site","written"]',
        object_kinds="[]",
        item_class="general",
    )
    plan = await insert(AnnualPlan, authority=authority, year=2026, version=1, state="drafted")
    words = {"kind": "random", "draw_mode": "untargeted", "match_kind": "automatic", "match_mode": "scattered"}
    task = await insert(
        Task,
        authority=authority,
        plan_line=await insert(PlanLine, plan=plan, item=item),
        item=item,
        number=TASK,
        name="2026年第一季度不定向抽查",
        filter='{"areas":[],"kinds":[],"scales":[]}',
        state="drawn",
        rule_set=RULES,
        **words,
    )
    return {"task": task, "item": item, "checklist": await insert_checklist(authority, checklist)}


async def _inspector(authority: UUID, number: int) -> UUID:
    lists = {"qualifications": "[]", "expertise": "[]", "relations": "[]"}
    person = await insert(
        Inspector,
        authority=authority,
        staff_no=f"bench{number}",
        name=f"检查员{number}",
        category="civil_servant",
        active=True,
        **lists,
    )
    days = {"valid_from": date(2020, 1, 1), "valid_until": date(2099, 12, 31)}
    shown = {"issuer": "示例省司法厅", "number": f"11000000{number:03}"}
    await insert(Certificate, inspector=person, scope="[]", **shown, **days)
    return person


async def _visit(authority: UUID, task: dict[str, UUID], team: list[UUID], number: int) -> UUID:
    """An open visit at an enterprise of its own."""
    now = command().now
    thing = await insert(
        InspectionObject,
        authority=authority,
        code=f"bench-{number}",
        code_kind="uscc",
        name=f"示例区和顺百货有限责任公司第{number}分店",
        kind="enterprise",
        status="active",
        trades="[]",
        warnings="[]",
        address=f"示例区人民路 {number} 号",
        contact="李某",
        phone="010-00000001",
    )
    visit = await insert(
        Visit,
        authority=authority,
        object=thing,
        state="open",
        year=now.year,
        starts_on=local_day(now),
        ends_on=local_day(now) + timedelta(days=60),
        leader=team[0],
        rule_set=RULES,
        created_at=now,
        unsealed_at=now,
    )
    await insert(VisitTask, visit=visit, **task)
    for slot, inspector in enumerate(team, 1):
        await insert(TeamMember, visit=visit, inspector=inspector, how="lot", slot=slot)
    return visit
