"""The register looked at as a whole: which items have too few inspectors, whose certificates run out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.policy.model import RuleSet
from inspection.registry.inspectors.dispatch import DispatchRule, Hindrance, dispatchable, hindrances, need_of
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.labels import missing_labels
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole
from inspection.registry.intake.remarks import Remark
from inspection.registry.items.facts import ItemFacts
from inspection.registry.judgements import Judgement, Matter, judged

WARN_DAYS = (30, 60, 90)
"""A certificate's end is announced in these steps: the nearest one that it lies within."""


@dataclass(frozen=True, slots=True)
class ItemCover:
    """How many inspectors could be sent for an item; `short` when they are fewer than a team.

    `article`: where the rule-set demands inspectors for every item; None where it does not.
    """

    item: UUID
    code: str
    name: str
    qualification: str | None
    wanted: int
    inspectors: tuple[UUID, ...]
    article: str | None = None

    @property
    def short(self) -> bool:
        return len(self.inspectors) < self.wanted

    @property
    def judgement(self) -> Judgement | None:
        """A breach where the rule-set demands inspectors for every item (泉州 二(二)2), elsewhere a note."""
        if not self.short:
            return None
        facts: dict[str, JSON] = {"item": self.name, "fit": len(self.inspectors), "wanted": self.wanted}
        return judged(Matter.INSPECTORS_SHORT, self.article, **facts)


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
    """One person on the days of a window: may be sent, or every reason against it; and the labels that are missing."""

    person: InspectorFacts
    hindrances: tuple[Hindrance, ...]
    unlabelled: tuple[Remark, ...] = ()


def standing_of(
    people: Iterable[InspectorFacts], window: tuple[date, date], rule: DispatchRule, rules: RuleSet | None = None
) -> tuple[Standing, ...]:
    """Everybody of the register with what speaks against sending them on these days, and the labels they lack."""
    return tuple(
        Standing(person, hindrances(person, window, rule=rule), missing_labels(person, rules) if rules else ())
        for person in people
    )


def item_cover(
    items: Iterable[ItemFacts],
    people: Sequence[InspectorFacts],
    window: tuple[date, date],
    rule: DispatchRule,
    team: int,
    article: str | None = None,
) -> tuple[ItemCover, ...]:
    """Of every item, who could be sent (泉州 二(二)2: every item has matching inspectors; 威海 第十条: labels).

    `article`: where the rule-set makes it a duty.
    """
    covers = []
    for item in items:
        need = need_of(item)
        fit = tuple(person.id for person in people if dispatchable(person, window, need, rule))
        covers.append(ItemCover(item.id, item.code, item.name, item.qualification, team, fit, article))
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
