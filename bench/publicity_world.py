"""Years of results of one authority, straight into the tables: the question is how they are read, not how they came.

Every visit, result, publication and document is there with everything that is asked of it; the numbers of a world are
those of its arguments, so that a small one can be counted by hand. Two results a visit on average; about one in seven
names a problem, as in published reports (field facts §c2).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from bench.publicity_rows import (
    DRAWS_A_YEAR,
    RULES,
    Drawn,
    cell_rows,
    draw_row,
    item_row,
    line_row,
    plan_row,
    task_row,
)
from inspection.authority.tables import Unit
from inspection.draw.tables import Draw, DrawCell, DrawTask
from inspection.kernel.ask import ask
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.sql import bulk_insert, insert_values, measure, settle
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.publicity.redaction import PublicFacts, document, search_text
from inspection.publicity.tables import INDEXES, Publication, PublishedDocument
from inspection.registry.items.store import add_checklist
from inspection.registry.items.tables import InspectionItem
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import Outcome, Visit, VisitTask
from mobile_contract.checklist import Checklist, ChecklistItem, Text

UNITS = ("登记注册科", "食品监管科", "特种设备科", "信用监管科", "商贸科", "质量科")
ITEMS = 24
TASKS_OF_VISITS = (1, 2, 3, 2)
"""How many tasks one visit after the other serves."""
RESULTS = (
    *(("no_problem", "none"),) * 84,
    *(("no_such_activity", "none"),) * 2,
    *(("rectified", "ordered_to_correct"),) * 5,
    *(("not_disclosed", "daily_supervision"),) * 4,
    *(("unreachable", "daily_supervision"),) * 3,
    *(("problem_pending", "case_referred"),) * 2,
)
POINTS = (ChecklistItem(code="p1", text=Text(zh="亮照经营")), ChecklistItem(code="p2", text=Text(zh="明码标价")))
CHECKLIST = Checklist(code="CK", version=1, title=Text(zh="合成检查表"), items=POINTS)
CORRECTED = 500
"""One in so many results was corrected after it went out."""
LATE = 40
WAITING = 100
"""Results that are not out yet, a year, and those are the last of it."""
CHUNK = 5_000
_TEXTS = {"no_problem": "未发现问题", "rectified": "发现问题已责令改正", "unreachable": "通过登记的住所无法联系"}


@dataclass(slots=True)
class Tables:
    """Rows of one chunk, by table, as tuples."""

    visits: list[tuple[Any, ...]] = field(default_factory=list)
    served: list[tuple[Any, ...]] = field(default_factory=list)
    outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    publications: list[tuple[Any, ...]] = field(default_factory=list)
    documents: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(slots=True)
class Filler:
    """Fills one authority. `objects`: (id, name, code) of its register."""

    authority: UUID
    code: str
    cmd: Command
    objects: Sequence[tuple[UUID, str, str]]
    items: list[tuple[UUID, str]] = field(default_factory=list)
    checklist: UUID = field(default_factory=lambda: UUID(int=0))
    units: list[UUID] = field(default_factory=list)
    made: int = 0
    draws: int = 0
    numbers: dict[int, int] = field(default_factory=dict)
    samples: dict[tuple[str, str], str] = field(default_factory=dict)

    async def base(self) -> None:
        """Units, items and a checklist."""
        self.units = [self.cmd.new_id() for _ in UNITS]
        self.items = [(self.cmd.new_id(), f"SC-{number + 1:02d}") for number in range(ITEMS)]
        at = datetime(2020, 1, 1, tzinfo=UTC)
        async with unit_of_work():
            await bulk_insert(
                Unit,
                [
                    {"id": unit, "authority": self.authority, "name": name}
                    for unit, name in zip(self.units, UNITS, strict=True)
                ],
            )
            await bulk_insert(InspectionItem, [item_row(self.authority, *item, at) for item in self.items])
            self.checklist = self.cmd.new_id()
            await add_checklist(self.checklist, self.authority, CHECKLIST, at)

    async def year(self, year: int, results: int, *, waiting: int = WAITING) -> None:
        """A year with so many published results and so many more that are not out."""
        drawn = await self._drawn(year)
        left, rest = results, waiting
        begin, serial = date(year, 1, 12), 0
        visits = max(1, (results + waiting) // 2)
        while left + rest > 0:
            rows = Tables()
            for _ in range(CHUNK):
                if left + rest <= 0:
                    break
                count = min(TASKS_OF_VISITS[serial % len(TASKS_OF_VISITS)], left or rest)
                day = begin + timedelta(days=serial * 330 // visits)
                half = drawn[: len(drawn) // 2] if day.month <= 6 else drawn[len(drawn) // 2 :]
                tasks = [half[(serial * 7 + step * 5) % len(half)] for step in range(count)]
                self._visit(rows, year, day, tasks, out=left > 0)
                left, rest = (left - count, rest) if left else (left, rest - count)
                serial += 1
            await _written(rows)

    def _visit(self, rows: Tables, year: int, day: date, tasks: Sequence[Drawn], *, out: bool) -> None:
        self.made += 1
        # A stride that is prime to most sizes of registers: neighbours in time are far apart in it.
        which, name, code = self.objects[self.made * 7919 % len(self.objects)]
        visit, at = self.cmd.new_id(), datetime(day.year, day.month, day.day, 2, self.made % 60, tzinfo=UTC)
        formed = at + timedelta(days=2)
        rows.visits.append(
            (visit, self.authority, which, "approved", year, day, day, RULES, at, at, at, formed, "leader", None)
        )
        for one in tasks:
            self._result(rows, visit, one, (name, code), at, formed, out=out)

    def _result(
        self,
        rows: Tables,
        visit: UUID,
        one: Drawn,
        named: tuple[str, str],
        at: datetime,
        formed: datetime,
        *,
        out: bool,
    ) -> None:
        number = len(rows.outcomes) + self.made
        codes, follow_up = RESULTS[number * 37 % len(RESULTS)]
        outcome, publication = self.cmd.new_id(), self.cmd.new_id()
        rows.served.append((self.cmd.new_id(), visit, one.task, one.item, self.checklist, one.draw))
        rows.outcomes.append(self._outcome(outcome, visit, one, codes, follow_up, at, formed, None))
        sent = formed + timedelta(days=20 + (12 if number % LATE == 0 else 0), minutes=number % 240)
        late, due = number % LATE == 0, (formed + timedelta(days=28)).date()
        public = self._number(sent.year) if out else None
        corrected = out and number % CORRECTED == 0
        now = "rectified" if corrected else codes
        rows.publications.append(
            (publication, self.authority, visit, outcome, "published" if out else "approved", "result_formed")
            + (formed.date(), due, False, "chief", formed, public, sent if out else None, late and out)
            + (named[0], search_text(*named), named[1], formed, one.task)
            + ((named[1], one.item_code, f",{now},") if out else (None, None, None))
        )
        if not out or public is None:
            return
        first = self.cmd.new_id()
        rows.documents.append(self._document(first, publication, outcome, one, named, codes, public, at, sent, 1, None))
        if corrected:
            again, day = self.cmd.new_id(), sent + timedelta(days=9)
            rows.outcomes.append(self._outcome(again, visit, one, now, "ordered_to_correct", at, day, outcome))
            rows.documents.append(
                self._document(self.cmd.new_id(), publication, again, one, named, now, public, at, day, 2, first)
            )

    def _outcome(
        self,
        outcome: UUID,
        visit: UUID,
        one: Drawn,
        codes: str,
        follow_up: str,
        at: datetime,
        formed: datetime,
        replaces: UUID | None,
    ) -> tuple[Any, ...]:
        told = f'["{codes}"]', "[]", f'["{follow_up}"]'
        return (outcome, visit, one.task, one.item, *told, "ab" * 32, at.date(), formed, "leader", replaces)

    def _document(  # noqa: PLR0917
        self,
        new_id: UUID,
        publication: UUID,
        outcome: UUID,
        one: Drawn,
        named: tuple[str, str],
        codes: str,
        number: str,
        at: datetime,
        sent: datetime,
        version: int,
        replaces: UUID | None,
    ) -> tuple[Any, ...]:
        text = self._sample(one, codes)
        for sign, value in (
            ("@name", named[0]),
            ("@code", named[1]),
            ("@number", number),
            ('"version":1', f'"version":{version}'),
            ("2001-01-01", sent.date().isoformat()),
            ("2002-02-02", at.date().isoformat()),
        ):
            text = text.replace(sign, value)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return new_id, publication, outcome, version, text, digest, replaces, "更正" if replaces else None, sent

    def _sample(self, one: Drawn, codes: str) -> str:
        key = (one.number, codes)
        if key not in self.samples:
            facts = PublicFacts(
                object_name="@name",
                object_code="@code",
                item_code=one.item_code,
                item_name=f"对{one.item_code}的行政检查",
                result_code=codes,
                result_text=_TEXTS.get(codes, "发现问题待后续处理"),
                result_detail=_TEXTS.get(codes, "发现问题待后续处理"),
                result_class="",
                inspecting_body="合成市市场监督管理局",
                completed_on=date(2002, 2, 2),
                plan_number=f"{self.code}-1",
                plan_name="年度抽查工作计划",
                task_number=one.number,
                task_name=f"{one.number}抽查",
                draw_type="不定向",
                draw_id=str(one.draw),
                rule_set=RULES,
                rule_set_digest="ab" * 32,
            )
            told = document(facts, number="@number", version=1, replaces=None, published_on=date(2001, 1, 1))
            self.samples[key] = told.decode()
        return self.samples[key]

    def _number(self, year: int) -> str:
        self.numbers[year] = self.numbers.get(year, 0) + 1
        return f"{self.code}-{year}-{self.numbers[year]:06d}"

    async def _drawn(self, year: int) -> list[Drawn]:
        """The plan of the year, and a draw for every item and half of the year."""
        plan, at, base = self.cmd.new_id(), datetime(year, 1, 4, tzinfo=UTC), len(self.objects)
        lines = {item: self.cmd.new_id() for item, _ in self.items}
        found: list[Drawn] = []
        tables: dict[Any, list[dict[str, Any]]] = {Task: [], Draw: [], DrawTask: [], DrawCell: []}
        for half in range(DRAWS_A_YEAR):
            frozen = datetime(year, 1 + 6 * half, 6, 3, tzinfo=UTC)
            for place, (item, code) in enumerate(self.items):
                one = Drawn(self.cmd.new_id(), self.cmd.new_id(), item, code, f"合成抽查〔{year}〕{len(found) + 1}号")
                found.append(one)
                tables[Task].append(
                    task_row(self.authority, one, lines[item], self.units[place % len(self.units)], place, frozen)
                )
                tables[Draw].append(draw_row(self.authority, one, self.draws + len(found), frozen, base))
                tables[DrawTask].append({"id": self.cmd.new_id(), "draw": one.draw, "position": 0, "task": one.task})
                tables[DrawCell] += cell_rows(self.cmd.new_id, one, len(found), base)
        async with unit_of_work():
            await bulk_insert(AnnualPlan, [plan_row(self.authority, plan, year, at)])
            await bulk_insert(PlanLine, [line_row(line, plan, item, year, base) for item, line in lines.items()])
            for table, rows in tables.items():
                await bulk_insert(table, rows)
        self.draws += len(found)
        return found


_VISIT = (
    *("id", "authority", "object", "state", "year", "starts_on", "ends_on", "rule_set", "created_at", "unsealed_at"),
    *("executed_at", "approved_at", "approved_by", "linked_to"),
)
_SERVED = ("id", "visit", "task", "item", "checklist", "draw")
_OUTCOME = (
    *("id", "visit", "task", "item", "codes", "findings", "follow_up", "state_digest", "inspected_on", "formed_at"),
    *("formed_by", "replaces"),
)
_PUBLICATION = (
    *("id", "authority", "visit", "outcome", "state", "clock", "started_on", "due_on", "due_provisional"),
    *("approved_by", "approved_at", "number", "published_at", "late", "object_name", "object_search", "object_code"),
    *("created_at", "task", "public_code", "item_code", "result_codes"),
)
_DOCUMENT = ("id", "publication", "outcome", "version", "document", "digest", "replaces", "reason", "at")


async def _written(rows: Tables) -> None:
    async with unit_of_work():
        await insert_values(Visit, _VISIT, rows.visits)
        await insert_values(VisitTask, _SERVED, rows.served)
        await insert_values(Outcome, _OUTCOME, rows.outcomes)
        await insert_values(Publication, _PUBLICATION, rows.publications)
        await insert_values(PublishedDocument, _DOCUMENT, rows.documents)


async def fill(authority: UUID, code: str, years: Sequence[int], results: int, *, waiting: int = WAITING) -> Filler:
    """`results` published results spread evenly over the years; the authority has its register already."""
    rows = await InspectionObject.select("id", "name", "code").where(InspectionObject.authority == authority)
    known = sorted(((row["id"], row["name"], row["code"]) for row in rows), key=lambda row: row[2])
    filler = Filler(authority, code, Command(SYSTEM, datetime(2026, 1, 1, tzinfo=UTC), SystemEntropy()), known)
    told = await ask("SELECT MAX(sequence) AS n FROM draw WHERE authority = {}", authority)
    filler.draws = int(told[0]["n"] or 0)
    await filler.base()
    each = results // len(years)
    for place, year in enumerate(years):
        more = results - each * len(years) if place == 0 else 0
        await filler.year(year, each + more, waiting=waiting)
    for table in (Visit, VisitTask, Outcome, Publication, PublishedDocument, Task, Draw, DrawCell):
        await measure(table)
    for index in INDEXES:
        if isinstance(index, SearchIndex):
            await settle(index)
    return filler
