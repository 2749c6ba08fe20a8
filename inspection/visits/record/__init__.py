"""The record of a visit: a pure fold of its signed entries (sync.md §2.11)."""

from inspection.visits.record.fold import BREAKS_THE_FOLD, fold
from inspection.visits.record.form import record_json, state_digest
from inspection.visits.record.intake import held_because
from inspection.visits.record.model import FOLD_VERSION, ItemClass, ItemRecord, RecordStatus, VisitRecord
from inspection.visits.record.scheme import Scheme, scheme_of
from inspection.visits.record.standing import Authority, ReturnedField, Stretch

__all__ = [
    "BREAKS_THE_FOLD",
    "FOLD_VERSION",
    "Authority",
    "ItemClass",
    "ItemRecord",
    "RecordStatus",
    "ReturnedField",
    "Scheme",
    "Stretch",
    "VisitRecord",
    "fold",
    "held_because",
    "record_json",
    "scheme_of",
    "state_digest",
]
