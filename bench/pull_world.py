"""Visits and large checklists for `bench.pull`."""

from datetime import UTC, date, datetime
from uuid import UUID

from bench.push_batches import Asked, Tablet
from inspection.registry.items.tables import Checklist
from inspection.visits.tables import TeamMember, Visit, VisitTask
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist as WireChecklist
from mobile_contract.checklist import ChecklistItem, Text
from tests.inspection.publicity.world import insert

POINTS, LISTS = 150, 5


async def more_visits(tablet: Tablet, count: int) -> list[UUID]:
    """As many open visits of the tablet's inspector, each answered with one of five large checklists."""
    first = await Visit.select().where(Visit.id == tablet.visits[0]).first()
    served = await VisitTask.select().where(VisitTask.visit == tablet.visits[0]).first()
    if first is None or served is None:
        raise RuntimeError("the tablet has no visit")
    lists = list(await checklists(first["authority"]))
    made: list[UUID] = []
    for number in range(count):
        same = ("authority", "object", "year", "leader", "rule_set")
        days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
        now = datetime(2026, 3, 1, tzinfo=UTC)
        visit = await insert(
            Visit, **{name: first[name] for name in same}, **days, state="open", created_at=now, unsealed_at=now
        )
        await insert(VisitTask, visit=visit, task=served["task"], item=served["item"], checklist=lists[number % LISTS])
        await insert(TeamMember, visit=visit, inspector=tablet.inspector, how="lot")
        made.append(visit)
    return made


async def checklists(authority: UUID, count: int = LISTS) -> dict[UUID, Asked]:
    """So many large checklists of an authority, and how entries answer them."""
    return dict([await _checklist(authority, number) for number in range(count)])


async def _checklist(authority: UUID, number: int) -> tuple[UUID, Asked]:
    text = "检查疏散通道、安全出口是否畅通，应急照明和疏散指示标志是否完好有效。"
    items = tuple(
        ChecklistItem(code=f"p{place}", text=Text(zh=f"{place}．{text}", en="As it is")) for place in range(POINTS)
    )
    made = WireChecklist(code=f"large-{number}", version=1, title=Text(zh="检查要点", en="Points"), items=items)
    body, digest = canonical_bytes(made).decode(), made.digest()
    row = await insert(Checklist, authority=authority, code=made.code, version=1, digest=digest, body=body)
    return row, Asked((made.code, made.version, digest), tuple(item.code for item in items))
