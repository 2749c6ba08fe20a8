"""Whom a person of a file is in the register. Pure.

In this order: the staff number; else the issuer and number of any certificate that the person holds or held; else name
and unit, with a warning. So a renewed certificate never makes another person. Two people of one name in one unit need
staff numbers: otherwise the row is rejected, not guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.registry.inspectors.rows import InspectorDraft
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark

LONGEST_NUMBER = 60
OWN_MARK = "#"  # begins a number that we made


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What tells one person of the register from another. `certificates`: issuer and number, past ones too."""

    id: UUID
    staff_no: str
    name: str
    unit: str | None
    certificates: frozenset[tuple[str, str]]

    @property
    def numbered(self) -> bool:
        """Whether the staff number is the person's own: not a certificate's, not made by us."""
        borrowed = {number for _, number in self.certificates} | {_joined(*one) for one in self.certificates}
        return not self.staff_no.startswith(OWN_MARK) and self.staff_no not in borrowed


@dataclass(frozen=True, slots=True)
class Found:
    """The person of the register, or nobody; `warning` when only the name tells."""

    person: KnownPerson | None
    warning: Remark | None = None


class Register:
    """Who is there already, by number, certificate and name; grows as a file goes in."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        self._by_id: dict[UUID, KnownPerson] = {}
        self._by_number: dict[str, UUID] = {}
        self._by_certificate: dict[tuple[str, str], UUID] = {}
        for person in people:
            self.put(person)

    def put(self, person: KnownPerson) -> None:
        """Enter a person, or what is new of one."""
        before = self._by_id.get(person.id)
        if before is not None:
            self._by_number.pop(before.staff_no, None)
        self._by_id[person.id] = person
        self._by_number[person.staff_no] = person.id
        self._by_certificate |= dict.fromkeys(person.certificates, person.id)

    def find(self, draft: InspectorDraft) -> Found | Remark:
        """Whom the draft means, or why that cannot be said."""
        held = {one.identity: self._by_certificate.get(one.identity) for one in draft.certificates}
        holders = {holder for holder in held.values() if holder is not None}
        named = self._by_number.get(draft.given_no) if draft.given_no else None
        meant = named or (next(iter(holders)) if len(holders) == 1 else None)
        foreign = [number for (_, number), holder in held.items() if holder not in (None, meant)]
        if foreign:
            return remark(Reason.CERTIFICATE_TAKEN, value=foreign[0])
        if meant is None:
            return self._by_words(draft)
        person = self._by_id.get(meant)
        if person is None or (named is None and not self._same(person, draft)):
            return remark(Reason.CERTIFICATE_TAKEN, value=draft.certificates[0].number)
        return Found(person)

    def number_for(self, draft: InspectorDraft, person: KnownPerson | None) -> str:
        """The staff number under which the person stands: given, kept, a certificate's, or one of ours."""
        if draft.given_no or person is not None:
            return draft.given_no or (person.staff_no if person else "")
        borrowed = [number for one in draft.certificates for number in (one.number, _joined(*one.identity))]
        made = OWN_MARK + digest_of([draft.name, draft.unit])[:16]
        return next(number for number in (*borrowed, made) if number not in self._by_number)

    def _by_words(self, draft: InspectorDraft) -> Found | Remark:
        alike = [
            person
            for person in self._by_id.values()
            if (person.name, person.unit) == (draft.name, draft.unit) and not (draft.given_no and person.numbered)
        ]
        if len(alike) > 1:
            return remark(Reason.PERSON_AMBIGUOUS, name=draft.name, unit=draft.unit)
        if not alike:
            return Found(None)
        return Found(alike[0], remark(Oddity.MATCHED_BY_NAME, name=draft.name, number=alike[0].staff_no))

    def _same(self, person: KnownPerson, draft: InspectorDraft) -> bool:
        """Whether the holder of a certificate can be the person of the row: of that name, without another number."""
        return person.name == draft.name and not (draft.given_no and person.numbered)


def _joined(issuer: str, number: str) -> str:
    return f"{issuer}{number}"[-LONGEST_NUMBER:]
