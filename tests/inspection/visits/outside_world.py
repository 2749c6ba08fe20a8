"""An authority with a published list, shops and inspectors, for tasks that are made outside the draw."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from inspection.authority.found import found_authority
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.planning.outside_rules import OutsideDraft
from inspection.policy.terms import TaskKind
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import Visit
from tests.conftest import NOW
from tests.inspection.publicity.world import insert

ITEM = "SW01"
TRADE = '["外商投资"]'


@dataclass
class OutsideWorld:
    """What there is; every command is a second later."""

    authority: UUID
    rule_set: str
    shops: list[UUID]
    people: list[UUID]
    entropy: SeededEntropy
    now: datetime = NOW

    def cmd(self, role: Role = Role.PLANNER) -> Command:
        self.now += timedelta(seconds=1)
        return Command(Actor(f"{role}:1", "某人", role), self.now, self.entropy, self.authority)

    @property
    def planner(self) -> Command:
        return self.cmd()

    @property
    def head(self) -> Command:
        return self.cmd(Role.SECTION_HEAD)

    def draft(self, **changes: Any) -> OutsideDraft:
        facts: dict[str, Any] = {
            "name": "",
            "kind": TaskKind.CLUE,
            "reason": "群众投诉举报",
            "basis": "《投诉举报处理办法》第三条",
            "source": "12345-2026-0302",
            "objects": (self.shops[0],),
            "team_size": 0,
            "scheme": "现场核查，按要点表逐项检查。",
            "starts_on": date(2026, 3, 2),
            "ends_on": date(2026, 3, 6),
            "inspectors": tuple(self.people[:2]),
        }
        return OutsideDraft(**{**facts, **changes})

    async def visited(self, shop: int, day: date, state: str = "approved") -> UUID:
        """A visit that this shop had, or has before it, under a random task."""
        done = (
            {"executed_at": datetime(day.year, day.month, day.day, 4, tzinfo=NOW.tzinfo)} if state != "sealed" else {}
        )
        return await insert(
            Visit,
            authority=self.authority,
            object=self.shops[shop],
            state=state,
            year=day.year,
            starts_on=day,
            ends_on=day,
            rule_set=self.rule_set,
            **done,
        )


async def build(rule_set: str = "weihai-jingkai-commerce") -> OutsideWorld:
    entropy = SeededEntropy(rule_set)
    admin = Command(Actor("admin:1", "管理员", Role.ADMIN), NOW, entropy)
    row = await found_authority(admin, code="au", name="某局", short_name="某", rule_set=rule_set)
    # Key items: where a general one needs an upper bound of its ratio, the seed's could not be published.
    items = seed_items().decode().replace("一般检查事项", "重点检查事项").encode()
    await import_items(admin, items, authority=row.id, checklists=seed_checklists())
    await publish_items(admin, authority=row.id)
    shops = [await _shop(row.id, n) for n in range(3)]
    people = [await _person(row.id, n) for n in range(4)]
    return OutsideWorld(row.id, f"{rule_set}.x", shops, people, entropy)


async def _shop(authority: UUID, number: int) -> UUID:
    return await insert(
        InspectionObject,
        authority=authority,
        code=f"P:SHOP-{number}",
        code_kind="typed",
        name=f"第{number}商店",
        kind="enterprise",
        status="active",
        trades=TRADE if number < 2 else '["餐饮"]',
        warnings="[]",
    )


async def _person(authority: UUID, number: int) -> UUID:
    """Four inspectors: the third has no certificate, the fourth none of the qualifications."""
    person = await insert(
        Inspector,
        authority=authority,
        staff_no=f"S{number}",
        name=f"检查员{number}",
        qualifications='["商务执法"]' if number < 3 else "[]",
        expertise='["成品油"]' if number == 1 else "[]",
        relations="[]",
        category="civil_servant",
        active=True,
    )
    if number != 2:
        days = {"valid_from": date(2025, 1, 1), "valid_until": date(2027, 12, 31)}
        await insert(Certificate, inspector=person, issuer="某司法局", number=f"ZF-{number}", scope="[]", **days)
    return person
