"""Who may be sent (兴隆台 二(四), 金凤 第三条, 安岳 一(四), 国办发〔2024〕54号): every reason against it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.policy.model import RuleSet
from inspection.policy.terms import ChangeReview, StaffCategory
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.terms import EVERYTHING, CertificateStatus, InspectorRole
from inspection.registry.items.facts import ItemFacts


class Bar(StrEnum):
    """Why a person may not be sent. The value is the key of its text."""

    ASSISTS_ONLY = "registry.bar_assists_only"
    INACTIVE = "registry.bar_inactive"
    CATEGORY = "registry.bar_category"
    NOT_REVIEWED = "registry.bar_not_reviewed"
    NO_CERTIFICATE = "registry.bar_no_certificate"
    NOT_YET_VALID = "registry.bar_not_yet_valid"
    EXPIRED = "registry.bar_expired"
    SUSPENDED = "registry.bar_suspended"
    REVOKED = "registry.bar_revoked"
    SCOPE = "registry.bar_scope"
    AREA = "registry.bar_area"
    QUALIFICATION = "registry.bar_qualification"
    ABSENT = "registry.bar_absent"
    OVERLOADED = "registry.bar_overloaded"


OF_CERTIFICATES = frozenset(
    {Bar.NO_CERTIFICATE, Bar.NOT_YET_VALID, Bar.EXPIRED, Bar.SUSPENDED, Bar.REVOKED, Bar.SCOPE, Bar.AREA}
)
"""Reasons that another certificate would lift."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A reason with its facts (the certificate, the day, the qualification)."""

    key: Bar
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(self.key.value, lang, **self.facts)


@dataclass(frozen=True, slots=True)
class Need:
    """What an inspection asks of a person; what is None or empty asks nothing.

    `matters`: the words by which a certificate's scope may name it (the item's code, name, qualification).
    """

    matters: tuple[str, ...] = ()
    qualification: str | None = None
    area: str | None = None


ANYTHING = Need()


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """What the rule-set says of who may be sent. `barred`: staff categories that may not stand in the register."""

    barred: frozenset[str] = frozenset()
    reviewed: bool = False


ANY_RULE = DispatchRule()


def dispatch_rule(rules: RuleSet) -> DispatchRule:
    """The part of a rule-set that `hindrances` needs."""
    registers = rules.registers
    barred = frozenset(category.value for category in StaffCategory) - {one.value for one in registers.categories}
    return DispatchRule(barred, registers.review is ChangeReview.REVIEWED)


def need_of(item: ItemFacts) -> Need:
    """What inspecting for this item asks of a person."""
    matters = (item.code, item.name, *([item.qualification] if item.qualification else []))
    return Need(matters, item.qualification)


def hindrances(
    person: InspectorFacts,
    window: tuple[date, date],
    need: Need = ANYTHING,
    rule: DispatchRule = ANY_RULE,
    load: int = 0,
) -> tuple[Hindrance, ...]:
    """Every reason for which a person may not be sent on the days of `window` (both included); none: may be sent.

    `load`: how many objects the person has been given in the period already.
    """
    found: list[Hindrance] = []
    if person.role is not InspectorRole.INSPECTOR:
        return (_bar(Bar.ASSISTS_ONLY),)
    if not person.active:
        found.append(_bar(Bar.INACTIVE, reason=person.standing_reason or "—"))
    if person.category in rule.barred:
        found.append(_bar(Bar.CATEGORY, category=person.category))
    if rule.reviewed and person.unreviewed:
        found.append(_bar(Bar.NOT_REVIEWED))
    found += _certificates(person, window, need)
    if need.qualification and need.qualification not in person.qualifications:
        found.append(_bar(Bar.QUALIFICATION, qualification=need.qualification))
    found += [
        _bar(Bar.ABSENT, first=away.first_day.isoformat(), last=away.last_day.isoformat())
        for away in person.absences
        if away.overlaps(*window)
    ]
    if person.maximum_load is not None and load >= person.maximum_load:
        found.append(_bar(Bar.OVERLOADED, load=load, limit=person.maximum_load))
    return tuple(found)


def dispatchable(
    person: InspectorFacts,
    window: tuple[date, date],
    need: Need = ANYTHING,
    rule: DispatchRule = ANY_RULE,
    load: int = 0,
) -> bool:
    """Whether a person may be sent; see `hindrances`."""
    return not hindrances(person, window, need, rule, load)


def _certificates(person: InspectorFacts, window: tuple[date, date], need: Need) -> list[Hindrance]:
    """Nothing when one certificate serves on every day of the window; else what each one lacks."""
    if not person.certificates:
        return [_bar(Bar.NO_CERTIFICATE)]
    lacking: list[Hindrance] = []
    for certificate in person.certificates:
        lacks = _lacks(certificate, window, need)
        if not lacks:
            return []
        lacking += lacks
    return lacking


def _lacks(held: CertificateFacts, window: tuple[date, date], need: Need) -> list[Hindrance]:
    first, last = window
    lacks: list[Hindrance] = []
    if first < held.valid_from:
        lacks.append(_bar(Bar.NOT_YET_VALID, number=held.number, day=held.valid_from.isoformat()))
    if held.valid_until < last:
        lacks.append(_bar(Bar.EXPIRED, number=held.number, day=held.valid_until.isoformat()))
    if held.stopped(last):
        key = Bar.SUSPENDED if held.status is CertificateStatus.SUSPENDED else Bar.REVOKED
        since = held.status_since.isoformat() if held.status_since else "—"
        lacks.append(_bar(key, number=held.number, day=since))
    if need.matters and not _covered(held.scope, need.matters):
        lacks.append(_bar(Bar.SCOPE, number=held.number, scope=list(held.scope)))
    if need.area and held.areas and not any(one in need.area or need.area in one for one in held.areas):
        lacks.append(_bar(Bar.AREA, number=held.number, areas=list(held.areas)))
    return lacks


def _covered(scope: tuple[str, ...], matters: tuple[str, ...]) -> bool:
    """Whether a scope names one of the matters: whole, or as a part of its name; no scope leaves nothing out."""
    if not scope or any(word.casefold() in EVERYTHING for word in scope):
        return True
    return any(word.casefold() in matter.casefold() for word in scope for matter in matters)


def _bar(key: Bar, **facts: JSON) -> Hindrance:
    return Hindrance(key, MappingProxyType(facts))
