"""What an import has to say about a row: a closed list of reasons, put into words by the room's catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text


class Reason(StrEnum):
    """Why a row was rejected. The value is the key of its text."""

    CODE_MISSING = "registry.code_missing"
    CODE_SHAPE = "registry.code_shape"
    CODE_ROUNDED = "registry.code_rounded"
    CODE_NOT_TYPED = "registry.code_not_typed"
    VALUE_MISSING = "registry.value_missing"
    VALUE_TOO_LONG = "registry.value_too_long"
    CONTROL_CHARACTER = "registry.control_character"
    DATE_SHAPE = "registry.date_shape"
    DATES_REVERSED = "registry.dates_reversed"
    CERTIFICATE_INCOMPLETE = "registry.certificate_incomplete"
    CERTIFICATE_TAKEN = "registry.certificate_taken"
    CERTIFICATE_SHAPE = "registry.certificate_shape"
    CERTIFICATE_STATUS = "registry.certificate_status"
    PERSON_DIFFERS = "registry.person_differs"
    PERSON_AMBIGUOUS = "registry.person_ambiguous"
    CATEGORY_REFUSED = "registry.category_refused"
    ASSISTANTS_REFUSED = "registry.assistants_refused"
    NOT_CERTIFIED = "registry.not_certified"
    CHECKLIST_UNKNOWN = "registry.checklist_unknown"
    DUPLICATE = "registry.duplicate"
    TOO_MANY_CELLS = "registry.too_many_cells"
    ROW_TOO_LONG = "registry.row_too_long"
    QUOTE_UNBALANCED = "registry.quote_unbalanced"
    NUMBER_SHAPE = "registry.number_shape"
    OWNER_MISPLACED = "registry.owner_misplaced"
    OWNER_NO_ENTITY = "registry.owner_no_entity"
    OBJECT_NOT_REGISTERED = "registry.object_not_registered"
    REGISTER_MISSING = "registry.register_missing"
    MARK_UNKNOWN = "registry.mark_unknown"
    DAY_AHEAD = "registry.day_ahead"
    LIFTED_EARLIER = "registry.lifted_earlier"
    MARK_DIFFERS = "registry.mark_differs"
    NAME_NOT_ONE_OBJECT = "registry.name_not_one_object"
    PLAN_DAYS_REVERSED = "registry.plan_days_reversed"
    PLAN_DAYS_DIFFER = "registry.plan_days_differ"


class Oddity(StrEnum):
    """What is odd about a row that went in all the same."""

    CODE_CHECK_DIGIT = "registry.code_check_digit"
    KIND_UNKNOWN = "registry.kind_unknown"
    GRADE_UNKNOWN = "registry.grade_unknown"
    EXEMPTION_UNKNOWN = "registry.exemption_unknown"
    STATUS_UNKNOWN = "registry.status_unknown"
    FIELD_EMPTY = "registry.field_empty"
    LEVEL_TAKEN = "registry.level_taken"
    CLASS_UNREAD = "registry.class_unread"
    METHOD_UNREAD = "registry.method_unread"
    RATIO_UNREAD = "registry.ratio_unread"
    FREQUENCY_UNREAD = "registry.frequency_unread"
    NO_CERTIFICATE = "registry.no_certificate"
    CATEGORY_UNKNOWN = "registry.category_unknown"
    STANDING_UNKNOWN = "registry.standing_unknown"
    MATCHED_BY_NAME = "registry.matched_by_name"
    ROWS_JOINED = "registry.rows_joined"
    ROWS_DIFFER = "registry.rows_differ"
    START_UNKNOWN = "registry.start_unknown"
    ISSUER_FROM_HEADER = "registry.issuer_from_header"
    RISK_UNKNOWN = "registry.risk_unknown"
    KIND_FOREIGN = "registry.kind_foreign"
    LABEL_MISSING = "registry.label_missing"


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason or warning with its facts (the column, the value, the row it collides with)."""

    key: Reason | Oddity
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[Any, ...]:
        return _remark, (self.key, dict(self.facts))

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(self.key.value, lang, **self.facts)

    def as_json(self) -> dict[str, JSON]:
        return {"key": self.key.value, "facts": dict(self.facts)}


def _remark(key: Reason | Oddity, facts: Mapping[str, JSON]) -> Remark:
    return Remark(key, MappingProxyType(dict(facts)))


def remark(key: Reason | Oddity, **facts: JSON) -> Remark:
    """A remark with its facts."""
    return Remark(key, MappingProxyType(facts))


def read_remark(stored: Mapping[str, Any]) -> Remark:
    """The remark that `as_json` wrote."""
    key: Reason | Oddity = Reason(stored["key"]) if stored["key"] in set(Reason) else Oddity(stored["key"])
    return remark(key, **stored["facts"])
