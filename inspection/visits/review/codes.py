"""What our outcome codes are called elsewhere, and how they lie under one another. Pure.

The list is that of the provincial platforms (field facts §c2): letters and numbers of their own, a child ticked under
its parent. The national publicity system knows eight values; the official numbers of its data standard are not public,
so a mapping here and never a number in the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from inspection.policy.clauses.visiting import ResultClass, ResultRule
from inspection.visits.review.outcomes import OutcomeCode


class CodeClass(StrEnum):
    """What a code says of the visit, whatever the rule-set calls its own classes."""

    NO_PROBLEM = "no_problem"
    PROBLEM = "problem"
    NOT_COOPERATING = "not_cooperating"
    NOT_INSPECTABLE = "not_inspectable"
    """Closed, cancelled, revoked, rescinded or moved away: no result of an inspection, and in no document's class."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list. `platform`: its letter or number on the platforms; `national`: which of the eight it is
    published as, None for an administrative one; `parent`: what it says more exactly.
    """

    code: OutcomeCode
    platform: str
    cls: CodeClass
    national: OutcomeCode | None
    parent: OutcomeCode | None = None


_C = OutcomeCode
_PENDING: Final = OutcomeCode.PROBLEM_PENDING
_NONE, _FOUND, _GONE = CodeClass.NO_PROBLEM, CodeClass.PROBLEM, CodeClass.NOT_INSPECTABLE
LIST: Final = (
    Listed(_C.NO_PROBLEM, "1", _NONE, _C.NO_PROBLEM),
    Listed(_C.PROBLEM_PENDING, "A", _FOUND, _PENDING),
    Listed(_C.BREACH_COMMERCE, "2", _FOUND, _PENDING, _PENDING),
    Listed(_C.NOT_DISCLOSED, "B", _FOUND, _C.NOT_DISCLOSED, _C.BREACH_COMMERCE),
    Listed(_C.FALSE_DISCLOSURE, "C", _FOUND, _C.FALSE_DISCLOSURE, _C.BREACH_COMMERCE),
    Listed(_C.UNREACHABLE, "6", _FOUND, _C.UNREACHABLE, _C.BREACH_COMMERCE),
    Listed(_C.BREACH_COMMERCE_OTHER, "D", _FOUND, _PENDING, _C.BREACH_COMMERCE),
    Listed(_C.BREACH_FOOD_DRUG, "3", _FOUND, _PENDING, _PENDING),
    Listed(_C.BREACH_QUALITY, "4", _FOUND, _PENDING, _PENDING),
    Listed(_C.BREACH_OTHER_DEPARTMENT, "5", _FOUND, _PENDING, _PENDING),
    Listed(_C.BREACH_POLICE, "G", _FOUND, _PENDING, _PENDING),
    Listed(_C.RECTIFIED, "E", _FOUND, _C.RECTIFIED),
    Listed(_C.NO_SUCH_ACTIVITY, "F", _NONE, _C.NO_SUCH_ACTIVITY),
    Listed(_C.CLOSED, "7", _GONE, None),
    Listed(_C.REFUSED_SERIOUSLY, "8", CodeClass.NOT_COOPERATING, _C.REFUSED_SERIOUSLY),
    Listed(_C.CANCELLED, "9", _GONE, None),
    Listed(_C.REVOKED, "10", _GONE, None),
    Listed(_C.RESCINDED, "11", _GONE, None),
    Listed(_C.MOVED, "12", _GONE, None),
)
"""In the order of the platforms' form, children behind their parents."""

BY_CODE: Final[Mapping[OutcomeCode, Listed]] = MappingProxyType({one.code: one for one in LIST})
NATIONAL: Final = tuple(dict.fromkeys(one.national for one in LIST if one.national is not None))
"""The national eight, in the order of the list."""


def of_class(*classes: CodeClass) -> frozenset[OutcomeCode]:
    """The codes of these classes."""
    return frozenset(one.code for one in LIST if one.cls in classes)


FAULTS: Final = of_class(CodeClass.PROBLEM) - {OutcomeCode.UNREACHABLE}
"""Results that a party can do something about."""


def ancestors(code: OutcomeCode) -> tuple[OutcomeCode, ...]:
    """What the code implies, its parent first."""
    parent = BY_CODE[code].parent
    return (parent, *ancestors(parent)) if parent is not None else ()


def implied(codes: Iterable[OutcomeCode]) -> tuple[OutcomeCode, ...]:
    """The codes with all that they imply, in the order of the list: what a platform's form has ticked."""
    held = {one for code in codes for one in (code, *ancestors(code))}
    return tuple(one.code for one in LIST if one.code in held)


def plain(codes: Iterable[OutcomeCode]) -> tuple[OutcomeCode, ...]:
    """The codes without those that another of them implies, in their own order: how they are kept and told.

    Nothing is lost: `implied` gives the parents back.
    """
    held = tuple(codes)
    beneath = {one for code in held for one in ancestors(code)}
    return tuple(code for code in held if code not in beneath)


def national(codes: Iterable[OutcomeCode]) -> tuple[OutcomeCode, ...]:
    """What is published of them: each of the eight once, an administrative code as itself."""
    return tuple(dict.fromkeys(BY_CODE[code].national or code for code in codes))


def class_of(code: OutcomeCode, rules: ResultRule) -> ResultClass | None:
    """The document's own class of a code, that of its nearest parent where the document names only that one.

    None where it has no classes, and for what is no result of an inspection.
    """
    return next((found for one in (code, *ancestors(code)) if (found := rules.of(one.value)) is not None), None)


def classes_of(codes: Iterable[OutcomeCode], rules: ResultRule) -> tuple[ResultClass, ...]:
    """The document's classes of several codes, each once, in the document's order."""
    held = {found.code for code in codes if (found := class_of(code, rules)) is not None}
    return tuple(one for one in rules.classes if one.code in held)
