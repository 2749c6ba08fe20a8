"""How the team of a visit is shown: to its tablets, on its papers, at the door. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from inspection.registry.inspectors.facts import CertificateFacts, covering
from inspection.visits.rows import Member, VisitRow
from inspection.visits.team import Team
from mobile_contract.visit_card import CertificateCard, TeamMemberCard


def team_cards(
    visit: VisitRow,
    team: Team,
    people: Mapping[UUID, tuple[str, str | None]],
    certificates: Mapping[UUID, Iterable[CertificateFacts]],
) -> tuple[TeamMemberCard, ...]:
    """Who goes. Slots are those of the visit itself; who comes with another one stands behind them.

    `people`: name and unit; both by inspector.
    """
    slots: list[int] = []
    for member in team.going:
        slots.append(member.slot if member.slot not in slots else max(slots) + 1)
    pairs = zip(slots, team.going, strict=True)
    return tuple(
        _card(visit, slot, member, people[member.inspector], certificates.get(member.inspector, ()))
        for slot, member in pairs
    )


def _card(
    visit: VisitRow,
    slot: int,
    member: Member,
    called: tuple[str, str | None],
    certificates: Iterable[CertificateFacts],
) -> TeamMemberCard:
    name, unit = called
    return TeamMemberCard(
        inspector=member.inspector,
        name=name,
        unit=unit,
        slot=slot,
        leader=member.inspector == visit.leader,
        certificate=_certificate(visit, certificates),
    )


def _certificate(visit: VisitRow, certificates: Iterable[CertificateFacts]) -> CertificateCard | None:
    """The certificate that is valid on all days of the window, which is what may be shown at the door."""
    held = covering(certificates, visit.starts_on, visit.ends_on)
    return CertificateCard(number=held.number, issuer=held.issuer, valid_until=held.valid_until) if held else None
