"""Give the inspectors of a visit what they show at its door."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.credential_keys import LIFETIME, credential_keys
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.registry import find as registry
from inspection.registry.inspectors.facts import CertificateFacts, covering
from inspection.visits.card import visit_card
from inspection.visits.credentials import store
from inspection.visits.credentials.claims import Claims, code_mark, signed
from mobile_contract.visit_card import TeamMemberCard, VisitCard

SERIES = "credential"


@dataclass(frozen=True, slots=True)
class Given:
    """A credential: whose, its text, what it says; with the certificate behind it and the photo (SHA-256, hex)."""

    inspector: UUID
    text: str
    claims: Claims
    certificate: CertificateFacts | None
    photo: str | None


async def give_credentials(
    cmd: Command, *, visit_id: UUID, inspectors: Collection[UUID], keys: ServerKeys, code: str
) -> tuple[Given, ...]:
    """Credentials of those of `inspectors` who are in the team of the visit, good for at most 72 hours from now.

    Giving them again gives the same place in the status list and a later end. `code`: of the visit's door, by which
    the party compares the credential with its notice.

    Raises:
        NotFound, Refused, Conflict: as `visit_card`: nobody gets one for a visit that is still secret.
    """
    card = await visit_card(visit_id)
    team = {member.inspector: member for member in card.team if member.inspector in inspectors}
    numbers = await in_unit(_numbered, cmd, visit_id, sorted(team))
    photos, held = await registry.photos(team), await registry.certificates(team)
    own, mark = credential_keys(keys, cmd.now), code_mark(code, visit_id)
    found = []
    for inspector, member in team.items():
        claims = _claims(cmd, card, member, numbers[inspector], mark)
        shown = _certificate(card, held.get(inspector, ()))
        found.append(Given(inspector, signed(claims, own), claims, shown, photos.get(inspector)))
    return tuple(found)


async def photo_of(visit_id: UUID, inspector: UUID) -> str | None:
    """SHA-256 (hex) of the photo of somebody who goes to this visit; None of anybody else, or without a photo.

    Raises:
        NotFound, Refused, Conflict: as `visit_card`.
    """
    team = {member.inspector for member in (await visit_card(visit_id)).team}
    return (await registry.photos([inspector])).get(inspector) if inspector in team else None


async def _numbered(cmd: Command, visit: UUID, inspectors: Collection[UUID]) -> Mapping[UUID, int]:
    known = await store.numbers(visit, inspectors)
    fresh = [inspector for inspector in inspectors if inspector not in known]
    if not fresh:
        return known
    first = await authorities.next_number(SERIES, len(fresh))
    rows = [(cmd.new_id(), inspector, first + place) for place, inspector in enumerate(fresh)]
    # Two tablets that ask at once: one of them was first, and its numbers count.
    new = await store.add(visit, rows, cmd.now)
    if new:
        told: list[JSON] = [{"inspector": str(who), "number": number} for _, who, number in rows if who in new]
        await append(cmd.event(EventKind.CREDENTIAL_GIVEN, f"visit:{visit}", given=told))
    return await store.numbers(visit, inspectors)


async def slot_with_photo(number: int) -> int | None:
    """The place in the team of whoever has the credential of this number; None if there is no photo of them."""
    for row in await store.given(number=number):
        slots = {member.inspector: member.slot for member in (await visit_card(row.visit)).team}
        if row.inspector in slots and await registry.photos([row.inspector]):
            return slots[row.inspector]
    return None


def _certificate(card: VisitCard, held: Sequence[CertificateFacts]) -> CertificateFacts | None:
    """What he shows: the one for the days of the visit, else the latest, with what became of it."""
    fitting = covering(held, card.window.opens, card.window.closes)
    return fitting or max(held, key=lambda one: (one.valid_until, one.issuer, one.number), default=None)


def _claims(cmd: Command, card: VisitCard, member: TeamMemberCard, number: int, code: str) -> Claims:
    shown = member.certificate
    return Claims(
        visit=card.id,
        number=number,
        name=member.name,
        unit=member.unit or "",
        certificate=" ".join(part for part in (shown.issuer, shown.number) if part) if shown is not None else "",
        authority=card.authority,
        task=card.tasks[0].title,
        object_name=card.object.name,
        object_code=card.object.code or "",
        opens=card.window.opens,
        closes=card.window.closes,
        code=code,
        issued=cmd.now,
        expires=cmd.now + LIFETIME,
    )
