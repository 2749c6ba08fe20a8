"""Where the days of the clocks come from: the clause and the article of the rule-set in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.oversight.clocks import Matter
from inspection.policy.model import RuleSet
from inspection.registry.rules_in_force import rules_on

CLAUSES: Final[Mapping[Matter, str]] = MappingProxyType(
    {
        Matter.PLAN: "plan",
        Matter.APPROVAL: "outside_draw",
        Matter.JOINT_START: "task",
        Matter.LIST_FILING: "task",
        Matter.COMPLETION: "task",
        Matter.WINDOW: "task",
        Matter.FILING: "notice",
        Matter.PUBLICATION: "publication",
        Matter.WITHDRAWAL: "publication",
        Matter.OBJECTION: "objection",
        Matter.REFERRAL: "referral",
        Matter.REPORT: "reports",
    }
)
"""The part of a rule-set that sets the day of a matter; of the others a person sets it."""
_UNSTATED: Final = "—"


@dataclass(frozen=True, slots=True)
class LimitSource:
    """`clause`: the part of the rule-set; `article`: of the document, None where it sets none."""

    clause: str
    article: str | None


async def limit_sources(authority: UUID, today: date) -> Mapping[Matter, LimitSource]:
    """By matter, what sets its day today; nothing while no rule-set is in force."""
    try:
        rules = await rules_on(authority, today)
    except NotFound:
        return {}
    return sources_in(rules)


def sources_in(rules: RuleSet) -> dict[Matter, LimitSource]:
    """By matter, what sets its day in a rule-set. Pure."""
    return {matter: LimitSource(clause, _article(rules, matter, clause)) for matter, clause in CLAUSES.items()}


def _article(rules: RuleSet, matter: Matter, clause: str) -> str | None:
    # The day of a late filing stands in an article of its own.
    told: str = rules.notice.filing_article if matter is Matter.FILING else getattr(rules, clause).article
    return None if told == _UNSTATED else told
