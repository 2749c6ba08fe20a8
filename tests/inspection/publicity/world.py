"""A small world of rows for what comes after the visit: one authority, one draw, visits with results.

Only what a test is about is given; every other column gets a value of its type, so that a further column in another
room's table is no business of these tests.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from piccolo import columns
from piccolo.columns import Column
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.draw.tables import Draw, DrawCell, DrawTicket
from inspection.draw.terms import Terms, terms_text
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Command
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import Outcome, TeamMember, Visit, VisitTask
from tests.support.kept import keeps

FORMED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RULES = "weihai-jingkai-commerce.2019"

_TYPED: tuple[tuple[type[Column], Any], ...] = (
    (columns.Boolean, False),
    (columns.BigInt, 1),
    (columns.Integer, 1),
    (columns.Bytea, b"\x00" * 32),
    (columns.Date, date(2026, 3, 2)),
    (columns.Timestamptz, FORMED),
    (columns.Text, "[]"),
)


@dataclass
class World:
    """What there is. `visit` of `add_visit` comes with one result each."""

    authority: UUID
    item: UUID
    checklist: UUID
    task: UUID
    draw: UUID
    inspectors: tuple[UUID, UUID]
    made: int = 0

    async def add_visit(
        self,
        *,
        object_name: str = "某某石油有限公司第一加油站",
        object_code: str | None = None,
        codes: str = '["no_problem"]',
        approved_by: str | None = "leader",
        object_facts: dict[str, Any] | None = None,
    ) -> "VisitMade":
        """A visit of a fresh object, approved by `approved_by`, with its result formed on 2 March 2026."""
        self.made += 1
        code = object_code or f"9137100000000{self.made:05d}"
        thing = await insert(
            InspectionObject,
            authority=self.authority,
            code=code,
            name=object_name,
            name_search=object_name.lower()[:300],
            **{"code_kind": "uscc", "kind": "enterprise", "status": "active"} | (object_facts or {}),
        )
        place = {"cell": 1, "rank": self.made, "ticket": self.made.to_bytes(32, "big")}
        ticket = await insert(DrawTicket, draw=self.draw, object=thing, status="drawn", **place)
        visit = await insert(
            Visit,
            authority=self.authority,
            object=thing,
            state="approved" if approved_by else "open",
            year=2026,
            rule_set=RULES,
            leader=self.inspectors[0],
            unsealed_at=FORMED,
            approved_at=FORMED if approved_by else None,
            approved_by=approved_by,
        )
        await insert(
            VisitTask,
            visit=visit,
            task=self.task,
            item=self.item,
            checklist=self.checklist,
            draw=self.draw,
            ticket=ticket,
        )
        for inspector in self.inspectors:
            await insert(TeamMember, visit=visit, inspector=inspector, how="lot")
        outcome = await self.add_outcome(visit, codes) if approved_by else UUID(int=0)
        return VisitMade(visit, thing, outcome, ticket, code)

    async def add_outcome(self, visit: UUID, codes: str, *, replaces: UUID | None = None, by: str = "leader") -> UUID:
        """A result; with `replaces` a corrected one."""
        return await insert(
            Outcome,
            visit=visit,
            task=self.task,
            item=self.item,
            codes=codes,
            findings="[]",
            state_digest="ab" * 32,
            formed_at=FORMED,
            formed_by=by,
            inspected_on=date(2026, 3, 2),
            replaces=replaces,
        )

    async def complete_task(self, at: datetime = FORMED) -> None:
        """The event that starts the clock of this rule-set."""
        await Task.update(completed_at=at).where(Task.id == self.task)


@dataclass(frozen=True)
class VisitMade:
    id: UUID
    object: UUID
    outcome: UUID
    ticket: UUID
    object_code: str


@keeps
async def build_world(cmd: Command, code: str = "sw") -> World:
    """An authority with a calendar, an item, a plan, a task, a draw and two inspectors."""
    await seed_calendar(cmd)
    authority = await insert(Authority, code=code, name="某市商务局", short_name="商务局", rule_set=RULES)
    item = await insert(InspectionItem, authority=authority, code="CY-01", name="对成品油零售经营企业的行政检查")
    checklist = await insert(
        Checklist, authority=authority, code=f"{code}-ck", version=1, digest="c" * 43, body='{"items":[]}'
    )
    plan = await insert(
        AnnualPlan, authority=authority, year=2026, version=1, state="drafted", name="2026年度抽查工作计划"
    )
    line = await insert(PlanLine, plan=plan, item=item)
    task = await insert(
        Task,
        authority=authority,
        plan_line=line,
        item=item,
        number="商抽查〔2026〕1号",
        name="成品油零售经营企业抽查",
        draw_mode="untargeted",
        rule_set=RULES,
    )
    terms = terms_text(Terms())
    draw = await insert(
        Draw, authority=authority, task=task, attempt=1, state="sealed", level="L1", hash_alg="sha256", terms=terms
    )
    await insert(DrawCell, draw=draw, number=1, task=0, stratum=0, weight=1, size=1000)
    people = [await insert(Inspector, authority=authority, staff_no=f"{n}", name=f"检查员{n}") for n in (1, 2)]
    for number, person in enumerate(people, start=1):
        await insert(Certificate, inspector=person, issuer=f"{code}司法局", number=f"ZF-{number}")
    return World(authority, item, checklist, task, draw, (people[0], people[1]))


_serial = 0


async def insert(table: type[Table], **given: Any) -> UUID:
    """A row with the given values and something plausible in every other column that must have one."""
    global _serial  # noqa: PLW0603  ids need only differ
    _serial += 1
    row = {column._meta.name: given.pop(column._meta.name, _plausible(column)) for column in table._meta.columns}
    assert not given, f"{table.__name__} has no {sorted(given)}"
    async with unit_of_work():
        await bulk_insert(table, [row])
    key = row["id"]
    assert isinstance(key, UUID)
    return key


def _plausible(column: Column) -> Any:
    if column._meta.primary_key:
        return UUID(int=(0x019C8D11_0000_7000_8000 << 48) + _serial)
    if column._meta.null:
        return None
    if isinstance(column, columns.ForeignKey | columns.UUID):
        return UUID(int=_serial)
    return next(
        (value for kind, value in _TYPED if isinstance(column, kind)), f"{_serial:06d}"[-getattr(column, "length", 6) :]
    )
