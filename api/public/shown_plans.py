"""The published annual plans as pages and JSON show them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from api.language import Language
from inspection.authority.store import authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.planning.find import published_plan, published_plans
from inspection.planning.plan_rules import percent


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One published version."""

    id: UUID
    name: str
    year: int
    version: int
    reason: str | None
    published_on: date

    def told(self) -> dict[str, JSON]:
        """The version as JSON."""
        return {
            "id": str(self.id),
            "name": self.name,
            "year": self.year,
            "version": self.version,
            "reason": self.reason,
            "published_on": self.published_on.isoformat(),
            "document": f"/public/plans/{self.id}.json",
        }


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """The published plans of one authority, the newest year and version first."""

    code: str
    name: str
    versions: Sequence[ShownVersion]

    def told(self) -> JSON:
        """The group as JSON."""
        return {"authority": self.name, "code": self.code, "plans": [one.told() for one in self.versions]}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line: `rows` are (key of the text, value); empty ones are left out."""

    code: str
    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A published plan in words. `changes` are the codes that an adjustment added, removed or changed."""

    id: str
    authority: str
    name: str
    version: int
    rows: tuple[tuple[str, str], ...]
    lines: Sequence[ShownLine]


async def shown_plans() -> list[PlanGroup]:
    """The published plans of every authority that has any."""
    found: dict[UUID, list[ShownVersion]] = {}
    for one in await published_plans():
        if one.published_at is not None:
            day = local_day(one.published_at)
            version = ShownVersion(one.id, one.name, one.year, one.version, one.reason, day)
            found.setdefault(one.authority, []).append(version)
    return [PlanGroup(row.code, row.name, found[row.id]) for row in await authorities() if row.id in found]


async def shown_plan(plan_id: UUID, lang: Language) -> ShownPlan:
    """A published plan, out of the very text that was published."""
    return plan_told(json.loads((await published_plan(plan_id))[0]), lang)


def plan_told(document: Mapping[str, Any], lang: Language) -> ShownPlan:
    """What is published of a plan, in words."""
    changed = [*document["added"], *document["removed"], *document["changed"]]
    rows = (
        ("pages.plan_year", str(document["year"])),
        ("pages.plan_version", str(document["version"])),
        ("pages.plan_reason", document["reason"] or ""),
        ("pages.plan_changed", "、".join(changed)),
        ("pages.plan_approved_on", document["approved_on"] or ""),
        ("pages.plan_filed_with", document["filed_with"] or ""),
        ("pages.plan_rule_set", document["rule_set"]),
    )
    return ShownPlan(
        document["id"],
        document["authority"],
        document["name"],
        document["version"],
        _filled(rows),
        [_line(line, lang) for line in document["lines"]],
    )


def _line(line: Mapping[str, Any], lang: Language) -> ShownLine:
    first, last = line["window"]
    grades = [
        f"{grade}：{percent(Fraction(ratio))}×{times}" for grade, (ratio, times) in sorted(line["grades"].items())
    ]
    rows = (
        ("pages.plan_object", line["object"]),
        ("pages.plan_content", line["content"]),
        ("pages.plan_methods", "、".join(text(f"pages.method_{method}", lang) for method in line["methods"])),
        ("pages.plan_ratio", percent(Fraction(line["ratio"]))),
        ("pages.plan_quantity", "" if line["quantity"] is None else str(line["quantity"])),
        ("pages.plan_frequency", str(line["frequency"])),
        ("pages.plan_grades", "；".join(grades)),
        ("pages.plan_lead", line["lead"] or ""),
        ("pages.plan_participants", "、".join(line["participants"])),
        ("pages.plan_window", f"{first} – {last}"),
    )
    return ShownLine(line["code"], line["item"], _filled(rows))


def _filled(rows: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in rows if value)
