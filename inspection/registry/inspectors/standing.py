"""The register looked at as a whole: which items have too few inspectors, whose certificates run out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.registry.inspectors.dispatch import DispatchRule, Hindrance, dispatchable, hindrances, need_of
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole
from inspection.registry.items.facts import ItemFacts

WARN_DAYS = (30, 60, 90)
"""A certificate's end is announced in these steps: the nearest one that it lies within."""


@dataclass(frozen=True, slots=True)
class ItemCover:
    """How many inspectors could be sent for an item; `short` when they are fewer than a team."""

    item: UUID
    code: str
    name: str
    qualification: str | None
    wanted: int
    inspectors: tuple[UUID, ...]

    @property
    def short(self) -> bool:
        return len(self.inspectors) < self.wanted


@dataclass(frozen=True, slots=True)
class EndingCertificate:
    """A certificate in use that ends soon, or has ended. `days` to its last day; negative when it is past.

    `renewed`: the person holds another one that lasts longer.
    """

    inspector: UUID
    staff_no: str
    name: str
    unit: str | None
    certificate: CertificateFacts
    days: int
    step: int
    renewed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on the days of a window: may be sent, or every reason against it."""

    person: InspectorFacts
    hindrances: tuple[Hindrance, ...]


def standing_of(
    people: Iterable[InspectorFacts], window: tuple[date, date], rule: DispatchRule
) -> tuple[Standing, ...]:
    """Everybody of the register with what speaks against sending them on these days."""
    return tuple(Standing(person, hindrances(person, window, rule=rule)) for person in people)


def item_cover(
    items: Iterable[ItemFacts],
    people: Sequence[InspectorFacts],
    window: tuple[date, date],
    rule: DispatchRule,
    team: int,
) -> tuple[ItemCover, ...]:
    """Of every item, who could be sent (泉州 二(二)2: every item has matching inspectors; 威海 第十条: labels)."""
    covers = []
    for item in items:
        need = need_of(item)
        fit = tuple(person.id for person in people if dispatchable(person, window, need, rule))
        covers.append(ItemCover(item.id, item.code, item.name, item.qualification, team, fit))
    return tuple(covers)


def ending_certificates(people: Iterable[InspectorFacts], on: date, within: int = 90) -> tuple[EndingCertificate, ...]:
    """Certificates of active inspectors that end at most `within` days after `on`, the most urgent first.

    Of ended ones only those that no later one follows: nobody needs to hear of a renewed certificate's predecessor.
    """
    found = [
        _ending(person, held, on)
        for person in people
        if person.active and person.role is InspectorRole.INSPECTOR
        for held in person.certificates
        if held.status is not CertificateStatus.REVOKED and (held.valid_until - on).days <= within
    ]
    due = [one for one in found if one.days >= 0 or not one.renewed]
    return tuple(sorted(due, key=lambda one: (one.days, one.staff_no, one.certificate.number)))


def without_certificate(people: Iterable[InspectorFacts], on: date) -> tuple[InspectorFacts, ...]:
    """Active inspectors who hold no certificate that is valid on the day."""
    return tuple(
        person
        for person in people
        if person.active and person.role is InspectorRole.INSPECTOR and person.certificate_for(on, on) is None
    )


def _ending(person: InspectorFacts, held: CertificateFacts, on: date) -> EndingCertificate:
    days = (held.valid_until - on).days
    step = next((step for step in WARN_DAYS if days <= step), days)
    renewed = any(
        other.valid_until > held.valid_until and other.status is CertificateStatus.VALID
        for other in person.certificates
    )
    return EndingCertificate(person.id, person.staff_no, person.name, person.unit, held, days, step, renewed)
