"""One authority, two tasks with their sealed draws, a few objects and inspectors: enough rows for visits to begin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from inspection.authority.tables import Authority
from inspection.draw.ceremony import SealedMatch
from inspection.draw.tables import Draw, DrawCell, DrawTicket
from inspection.draw.terms import Terms, terms_text
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.entries.admit import Admission, VerifiedEntry, admit_entries
from inspection.visits.opening import assemble
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import fold_visit, known_visit
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist as WireChecklist
from mobile_contract.envelope import ParsedEntry
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.tablet import FIRE, PRICE, Tablet

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CARRIER = UUID(int=0xCA)
SPRING = (date(2026, 3, 1), date(2026, 3, 31))
SUMMER = (date(2026, 6, 1), date(2026, 6, 30))


@dataclass
class DrawnTask:
    """A task with its sealed draw; `matches` is what the draw hands over."""

    task: UUID
    draw: UUID
    checklist: UUID
    matches: list[SealedMatch]


@dataclass
class World:
    """What there is. `people` are inspectors: the first two make the team of every draw unless told otherwise."""

    authority: UUID
    plan: UUID
    people: list[UUID]
    objects: list[UUID]
    entropy: SeededEntropy
    draws: dict[UUID, DrawnTask] = field(default_factory=dict)
    now: datetime = START

    def cmd(self, role: Role = Role.PLANNER, actor: UUID | str | None = None) -> Command:
        """A command of this moment; every call is a second later."""
        self.now += timedelta(seconds=1)
        return Command(Actor(str(actor or f"{role}:1"), "某人", role), self.now, self.entropy, self.authority)

    @property
    def head(self) -> Command:
        return self.cmd(Role.SECTION_HEAD)

    async def draw(
        self,
        checklist: WireChecklist = FIRE,
        objects: Sequence[int] = (0,),
        team: Sequence[int] = (0, 1),
        window: tuple[date, date] = SPRING,
        *,
        released: bool = True,
    ) -> DrawnTask:
        """Another task of an item of its own, drawn and sealed."""
        number = len(self.draws) + 1
        item = await insert(
            InspectionItem,
            authority=self.authority,
            code=f"I{number}",
            name=f"第{number}项检查",
            checklist_code=checklist.code if released else "unwritten",
            methods="[]",
            object_kinds="[]",
            item_class="general",
        )
        held = await insert_checklist(self.authority, checklist)
        line = await insert(PlanLine, plan=self.plan, item=item)
        task = await insert(
            Task,
            authority=self.authority,
            plan_line=line,
            item=item,
            number=f"T{number}",
            name=f"第{number}号任务",
            kind="random",
            draw_mode="untargeted",
            match_kind="automatic",
            match_mode="scattered",
            filter='{"areas":[],"kinds":[],"scales":[]}',
            state="drawn",
            starts_on=window[0],
            ends_on=window[1],
            rule_set=RULES,
        )
        draw = await insert(
            Draw,
            authority=self.authority,
            task=task,
            attempt=1,
            state="sealed",
            level="L1",
            hash_alg="sha256",
            terms=terms_text(Terms()),
        )
        await insert(DrawCell, draw=draw, number=1, task=0, stratum=0, weight=1, size=1000)
        matches = []
        for rank, place in enumerate(objects, start=1):
            ticket = await insert(DrawTicket, draw=draw, object=self.objects[place], cell=1, rank=rank, status="drawn")
            members = tuple((self.people[who], slot, "lot") for slot, who in enumerate(team, start=1))
            matches.append(SealedMatch(ticket, self.objects[place], members))
        made = DrawnTask(task, draw, held, matches)
        self.draws[draw] = made
        return made

    async def open_visit(self, **draw: Any) -> UUID:
        """A visit of a draw of its own, led by the first of its team, unsealed."""
        made = await self.draw(**draw)
        (visit,) = (await assemble_visits(self.cmd(), draw_id=made.draw)).created
        await name_leader(self.head, visit_id=visit, inspector_id=made.matches[0].team[0][0])
        await unseal_visit(self.head, visit_id=visit)
        return visit

    def tablet(self, who: int, visit: UUID, **more: Any) -> Tablet:
        """The tablet of one of the people, at work on the visit. Its clock is right."""
        return Tablet(self.people[who], visit=visit, wall=int(self.now.timestamp() * 1000), **more)

    async def push(self, *entries: ParsedEntry, revoked: bool = False, **device: Any) -> list[Admission]:
        """Admit entries as their own devices' bytes."""
        verified = [
            VerifiedEntry(one, one.header.dev, frozenset({one.header.ins}), revoked)._replace(**device)
            for one in entries
        ]
        return await admit_entries(self.cmd(Role.DEVICE), verified, CARRIER)

    async def attested(self, visit: UUID, value: str = "yes") -> tuple[Tablet, Tablet]:
        """Both inspectors answer everything, the object signs, both submit; all of it is admitted."""
        a, b = self.tablet(0, visit), self.tablet(1, visit)
        for one in (a, b):
            for code in ("f1", "f2"):
                one.answer(code, value)
        a.answer("f3", "not_applicable")
        a.sign(*a.entries)
        a.submit()
        b.submit()
        await self.push(*a.entries, *b.entries)
        return a, b

    async def seen(self, visit: UUID) -> str:
        """The digest a reviewer's screen shows now."""
        return (await fold_visit(await known_visit(visit))).digest


async def insert_checklist(authority: UUID, checklist: WireChecklist) -> UUID:
    """The released checklist; one row however often it is asked for."""
    known = await Checklist.select(Checklist.id).where(
        Checklist.authority == authority, Checklist.code == checklist.code, Checklist.version == checklist.version
    )
    if known:
        found = known[0]["id"]
        assert isinstance(found, UUID)
        return found
    return await insert(
        Checklist,
        authority=authority,
        code=checklist.code,
        version=checklist.version,
        digest=checklist.digest(),
        body=canonical_bytes(checklist).decode(),
    )


async def build_world(monkeypatch: pytest.MonkeyPatch, code: str = "visits") -> World:
    authority = await insert(Authority, code=code, name="某市商务局", rule_set=RULES)
    plan = await insert(AnnualPlan, authority=authority, year=2026, version=1, state="drafted")
    people = []
    for number in range(4):
        person = await insert(
            Inspector,
            authority=authority,
            staff_no=f"{code}{number}",
            name=f"检查员{number}",
            qualifications="[]",
            expertise="[]",
            relations="[]",
            category="civil_servant",
            active=True,
        )
        await insert(
            Certificate,
            inspector=person,
            issuer=f"{code}司法局",
            number=f"ZF-{number}",
            valid_from=date(2025, 1, 1),
            valid_until=date(2027, 12, 31),
            scope="[]",
        )
        people.append(person)
    objects = [
        await insert(
            InspectionObject,
            authority=authority,
            code=f"{code}-{number}",
            code_kind="uscc",
            name=f"第{number}商店",
            kind="enterprise",
            status="active",
            trades="[]",
            warnings="[]",
            address="某路1号",
            contact="李某",
            phone="1380000",
        )
        for number in range(4)
    ]
    world = World(authority, plan, people, objects, SeededEntropy(code))

    async def sealed_matches(draw_id: UUID) -> list[SealedMatch]:
        return world.draws[draw_id].matches

    async def nobody_over_cap(*_: object) -> dict[UUID, str]:
        return {}

    # The draw has its own tests; here it is only the list of matches that it hands over. It has no frame to look into.
    monkeypatch.setattr(assemble, "sealed_matches", sealed_matches)
    monkeypatch.setattr(assemble, "over_cap", nobody_over_cap)
    return world


__all__ = ["CARRIER", "FIRE", "PRICE", "SPRING", "START", "SUMMER", "World", "build_world"]
