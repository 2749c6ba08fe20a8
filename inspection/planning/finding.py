"""What a rule finds wrong with a plan or a task: a closed list, put into words by the room's catalogue. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
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
    RATIO_MISSING = "planning.ratio_missing"
    RATIO_ZERO = "planning.ratio_zero"
    RATIO_TOO_LOW = "planning.ratio_too_low"
    RATIO_ABOVE_ONE = "planning.ratio_above_one"
    RATIO_ABOVE_CAP = "planning.ratio_above_cap"
    RATIO_CAP_MISSING = "planning.ratio_cap_missing"
    RATIO_LOWERED = "planning.ratio_lowered"
    FREQUENCY_MISSING = "planning.frequency_missing"
    FREQUENCY_TOO_LOW = "planning.frequency_too_low"
    FREQUENCY_TOO_HIGH = "planning.frequency_too_high"
    FREQUENCY_LOWERED = "planning.frequency_lowered"
    GRADE_UNKNOWN = "planning.grade_unknown"
    GRADE_TWICE = "planning.grade_twice"
    GRADE_RATIO_OUTSIDE = "planning.grade_ratio_outside"
    GRADE_FREQUENCY_OUTSIDE = "planning.grade_frequency_outside"
    QUANTITY_DIFFERS = "planning.quantity_differs"
    QUANTITY_ABOVE_BASE = "planning.quantity_above_base"
    LINE_LEAD_MISSING = "planning.line_lead_missing"
    LINE_PARTICIPANT_MISSING = "planning.line_participant_missing"
    LINE_NOT_JOINT = "planning.line_not_joint"
    PARTY_TWICE = "planning.party_twice"
    PARTY_UNKNOWN = "planning.party_unknown"
    JOINT_NOT_ALLOWED = "planning.joint_not_allowed"
    DEPLOYED_ABOVE = "planning.deployed_above"
    LEFT_TO_ABOVE = "planning.left_to_above"
    VISITS_OVER_CAP = "planning.visits_over_cap"
    ITEM_OVER_CAP = "planning.item_over_cap"
    ITEM_CHANGED = "planning.item_changed"
    ITEM_WITHDRAWN = "planning.item_withdrawn"
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
    PROCEDURE_MISSING = "planning.procedure_missing"
    MATCH_MODE_NOT_ALLOWED = "planning.match_mode_not_allowed"
    NEEDS_NOT_ALLOWED = "planning.needs_not_allowed"
    CONDITION_VALUE_UNKNOWN = "planning.condition_value_unknown"
    PARTIES_NOT_ALLOWED = "planning.parties_not_allowed"
    LEAD_MISSING = "planning.lead_missing"
    PARTICIPANTS_MISSING = "planning.participants_missing"
    ITEM_NOT_JOINT = "planning.item_not_joint"
    KIND_NOT_ALLOWED = "planning.kind_not_allowed"
    REASON_MISSING = "planning.reason_missing"
    BASIS_MISSING = "planning.basis_missing"
    SOURCE_MISSING = "planning.source_missing"
    OBJECTS_MISSING = "planning.objects_missing"
    OBJECT_TWICE = "planning.object_twice"
    OBJECT_NOT_IN_DIRECTORY = "planning.object_not_in_directory"
    OBJECT_GONE = "planning.object_gone"
    INSPECTOR_TWICE = "planning.inspector_twice"
    INSPECTOR_BARRED = "planning.inspector_barred"
    WINDOW_PAST = "planning.window_past"
    APPROVED_BEFORE_ONLY = "planning.approved_before_only"
    APPROVE_BY_MISSING = "planning.approve_by_missing"
    NEED_UNMET = "planning.need_unmet"
    CAP_REACHED = "planning.cap_reached"
    MATERIALS_TOO_MUCH = "planning.materials_too_much"


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
        Invalid: with all findings as the fact `findings` and their sentences as `reasons`, by language.
    """
    found = list(findings)
    if found:
        raise Invalid(
            code,
            key,
            findings=[one.as_json() for one in found],
            reasons={lang: " ".join(one.text(lang) for one in found) for lang in LANGUAGES},
        )
