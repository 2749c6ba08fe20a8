"""An authority with registers and an approved task, and the persons of a ceremony."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from inspection.authority.tables import Authority
from inspection.draw.ceremony import Ceremony
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.lot import entropy
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.kernel.command import Actor, Command, Role
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.tables import InspectionItem
from inspection.registry.objects.tables import InspectionObject
from tests.inspection.publicity.world import RULES, insert
from tests.support.kept import keeps

DICE = b"27182818284590452353"
NONCE = b"n" * 16


@dataclass
class Office:
    """What there is, and commands of each person; `objects` and `inspectors` are in the order of codes and numbers."""

    cmd: Command
    authority: UUID
    item: UUID
    task: UUID
    objects: list[UUID]
    inspectors: list[UUID]
    minutes: int = 0

    def by(self, name: str, role: Role = Role.PLANNER) -> Command:
        """A command of this person, a minute after the last one."""
        self.minutes += 1
        now = self.cmd.now + timedelta(minutes=self.minutes)
        return replace(self.cmd, actor=Actor(name, name, role), authority=self.authority, now=now)

    @property
    def operator(self) -> Command:
        return self.by("经办人")

    @property
    def approver(self) -> Command:
        return self.by("分管负责人", Role.APPROVER)

    @property
    def supervisor(self) -> Command:
        return self.by("监察员", Role.SUPERVISOR)


def supervision(value: bytes = b"s" * 32, hash_alg: str = "sha256") -> Contributor:
    """The supervisor as a contributor that has committed to `value`."""
    named = Contributor(ContributionKind.SUPV, "监察室")
    told = entropy.commitment(hash_named(hash_alg), named.label, value, NONCE)
    return replace(named, commitment=told.hex())


WITNESSED = Contributor(ContributionKind.DICE, "现场掷骰", None, ("公证员", "企业代表"))


@keeps
async def open_office(
    cmd: Command,
    *,
    objects: int = 60,
    inspectors: int = 8,
    team_size: int = 2,
    ratio: tuple[int, int] = (1, 10),
    code: str = "sw",
    checklist: str | None = None,
) -> Office:
    """Objects with grades A to D, every tenth cancelled; the last inspector's certificate ends before the window."""
    authority = await insert(Authority, code=code, name="某市商务局", short_name="商务局", rule_set=RULES)
    item = await insert(
        InspectionItem,
        authority=authority,
        code="CY-01",
        name="对成品油零售经营企业的行政检查",
        object_kinds="[]",
        methods='["on_site"]',
        qualification="商务执法",
        item_class="general",
        checklist_code=checklist,
    )
    things = [await _object(authority, i) for i in range(objects)]
    people = [await _inspector(authority, i, code, last=i == inspectors - 1) for i in range(inspectors)]
    plan = await insert(
        AnnualPlan, authority=authority, year=2026, version=1, state="drafted", name="2026年度抽查工作计划"
    )
    task = await insert(
        Task,
        authority=authority,
        plan_line=await insert(PlanLine, plan=plan, item=item),
        item=item,
        number="商务抽查〔2026〕1号",
        kind="random",
        draw_mode="untargeted",
        match_kind="automatic",
        match_mode="scattered",
        filter='{"areas":[],"kinds":[],"scales":[]}',
        ratio_num=ratio[0],
        ratio_den=ratio[1],
        team_size=team_size,
        state="approved",
        rule_set=RULES,
        starts_on=cmd.now.date(),
        ends_on=cmd.now.date() + timedelta(days=60),
    )
    return Office(cmd, authority, item, task, things, people)


async def _object(authority: UUID, number: int) -> UUID:
    return await insert(
        InspectionObject,
        authority=authority,
        code=f"91371000{number:010d}",
        code_kind="uscc",
        name=f"第{number}加油站",
        kind="enterprise",
        credit_grade="ABCD"[number % 4],
        status="cancelled" if number % 10 == 9 else "active",
    )


async def _inspector(authority: UUID, number: int, code: str, *, last: bool) -> UUID:
    person = await insert(
        Inspector,
        authority=authority,
        staff_no=f"{number:03d}",
        name=f"检查员{number}",
        qualifications='["商务执法"]',
        active=True,
    )
    until = "2026-03-10" if last else "2028-12-31"
    await insert(
        Certificate,
        inspector=person,
        issuer=f"{code}司法局",
        number=f"ZF{number:06d}",
        valid_from=_day("2025-01-01"),
        valid_until=_day(until),
    )
    return person


def _day(text: str) -> date:

    return date.fromisoformat(text)


async def frozen(office: Office, **terms: object) -> Ceremony:
    """Planned with dice before witnesses and a supervisor's value, then frozen."""
    contributors = terms.pop("contributors", (WITNESSED, supervision()))
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=contributors, **terms)
    return await freeze(office.approver, draw_id=planned.draw)


async def seeded(office: Office, **terms: object) -> Ceremony:
    """All contributions are in."""
    draw = (await frozen(office, **terms)).draw
    await contribute(office.supervisor, draw_id=draw, name="监察室", value=b"s" * 32, nonce=NONCE)
    await contribute(office.operator, draw_id=draw, name=WITNESSED.name, value=DICE)
    return await contribute(office.supervisor, draw_id=draw, name=WITNESSED.name, value=DICE)


async def drawn(office: Office, **terms: object) -> Ceremony:
    draw = (await seeded(office, **terms)).draw
    return await execute(office.operator, draw_id=draw)


async def sealed(office: Office, **terms: object) -> Ceremony:
    """The whole ceremony."""
    draw = (await drawn(office, **terms)).draw
    await match(office.operator, draw_id=draw)
    return await seal(office.approver, draw_id=draw)
