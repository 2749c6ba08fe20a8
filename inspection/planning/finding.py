"""What a rule finds wrong with a plan or a task: a closed list, put into words by the room's catalogue. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode


class Fault(StrEnum):
    """The value is the key of its text."""

    LIST_EMPTY = "planning.list_empty"
    ITEM_NOT_COVERED = "planning.item_not_covered"
    ITEM_NOT_PUBLISHED = "planning.item_not_published"
    ITEM_TWICE = "planning.item_twice"
    FIELD_EMPTY = "planning.field_empty"
    METHOD_NOT_ALLOWED = "planning.method_not_allowed"
    RATIO_TOO_LOW = "planning.ratio_too_low"
    RATIO_ABOVE_ONE = "planning.ratio_above_one"
    FREQUENCY_TOO_LOW = "planning.frequency_too_low"
    WINDOW_REVERSED = "planning.window_reversed"
    WINDOW_OUTSIDE_YEAR = "planning.window_outside_year"
    WINDOW_OUTSIDE_PLAN = "planning.window_outside_plan"
    SCHEME_MISSING = "planning.scheme_missing"
    TEAM_TOO_SMALL = "planning.team_too_small"
    DRAW_MODE_NOT_ALLOWED = "planning.draw_mode_not_allowed"
    MATCH_KIND_NOT_ALLOWED = "planning.match_kind_not_allowed"
    CONDITION_MISSING = "planning.condition_missing"
    CONDITION_NOT_ALLOWED = "planning.condition_not_allowed"
    DIMENSION_UNKNOWN = "planning.dimension_unknown"
    CHECKLIST_MISSING = "planning.checklist_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault with its facts; `article` is where the rule-set says so."""

    fault: Fault
    article: str
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(self.fault.value, lang, article=self.article, **self.facts)

    def as_json(self) -> dict[str, JSON]:
        return {"fault": self.fault.value, "article": self.article, "facts": dict(self.facts)}


def finding(fault: Fault, article: str, **facts: JSON) -> Finding:
    """A finding with its facts."""
    return Finding(fault, article, MappingProxyType(facts))


def refuse(code: ProblemCode, key: str, findings: Iterable[Finding]) -> None:
    """Do nothing without findings.

    Raises:
        Invalid: with all findings as the fact `findings` and their sentences, in both languages, as `reasons`.
    """
    found = list(findings)
    if found:
        raise Invalid(
            code,
            key,
            findings=[one.as_json() for one in found],
            reasons=" ".join(f"{one.text('zh_CN')} {one.text('en')}" for one in found),
        )
