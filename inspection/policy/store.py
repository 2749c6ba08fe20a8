"""All queries of the rule-sets that work was done under."""

from dataclasses import asdict, dataclass
from datetime import datetime

from inspection.kernel.sql import bulk_insert
from inspection.policy.tables import RuleSetKept


@dataclass(frozen=True, slots=True)
class KeptRow:
    """`body`: canonical JSON; `digest`: SHA-256 (hex) of its bytes."""

    name: str
    digest: str
    body: str
    first_used_at: datetime


async def keep(row: KeptRow) -> bool:
    """Keep a rule-set unless one of its name is kept; whether it is new. Inside a unit of work."""
    return await bulk_insert(RuleSetKept, [asdict(row)], on_conflict="nothing") == 1


async def kept(name: str) -> KeptRow | None:
    row = await RuleSetKept.select().where(RuleSetKept.name == name).first()
    return KeptRow(**row) if row else None


async def all_kept() -> list[KeptRow]:
    """Every one, by name."""
    return [KeptRow(**row) for row in await RuleSetKept.select().order_by(RuleSetKept.name)]
