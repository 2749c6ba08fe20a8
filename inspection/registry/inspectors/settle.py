"""What a file's people would change of the register: who is meant, what the rule-set says, what differs. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.policy.model import RuleSet
from inspection.registry.inspectors.columns import title_of
from inspection.registry.inspectors.entry import (
    Changed,
    Entry,
    Held,
    certificate_after,
    certificate_changes,
    entry_after,
    entry_changes,
    entry_json,
    entry_of,
    refusals,
)
from inspection.registry.inspectors.facts import InspectorFacts, RelationFacts
from inspection.registry.inspectors.identity import KnownPerson, Register
from inspection.registry.inspectors.labels import missing_labels
from inspection.registry.inspectors.people import PersonDraft, people_of
from inspection.registry.inspectors.rows import InspectorDraft, RelationDraft
from inspection.registry.inspectors.terms import ChangeKind, InspectorRole, RelationSource
from inspection.registry.intake.remarks import Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected


@dataclass(frozen=True, slots=True)
class Settled:
    """One person of a file and what becomes of the entry.

    `certificates`: those that the file names, as they should be; `ties`: interests to enter; `ended`: ids of those the
    file no longer names; `undated`: codes that an earlier version kept, to become rows (True: still named).
    """

    id: UUID
    person: PersonDraft
    old: InspectorFacts | None
    entry: Entry
    certificates: tuple[Held, ...]
    ties: tuple[RelationDraft, ...]
    ended: tuple[UUID, ...]
    undated: tuple[tuple[str, bool], ...]
    changes: tuple[Changed, ...]
    warnings: tuple[tuple[int, Remark], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everybody of a part of a file, and the rows that cannot go in."""

    people: tuple[Settled, ...]
    rejected: tuple[Rejected, ...]

    def rows(self, *, new: bool | None = None, changed: bool = False) -> int:
        """How many rows belong to new people, or to people whose entry changes, or stays."""
        meant = [one for one in self.people if (one.old is None) is bool(new) and (new or bool(one.changes) is changed)]
        return sum(len(one.person.rows) for one in meant)


@dataclass(frozen=True, slots=True)
class Books:
    """What settling needs. `people`: the whole register."""

    people: Sequence[InspectorFacts]
    rules: RuleSet
    today: date


def settle(rows: Sequence[Good[InspectorDraft]], books: Books, new_id: Callable[[], UUID]) -> Outcome:
    """Compare rows with the register, person by person, in the order of the file."""
    drafted, refused = people_of(rows)
    facts = {person.id: person for person in books.people}
    register = Register(known(person) for person in books.people)
    met: dict[UUID, int] = {}
    settled: list[Settled] = []
    for person in drafted:
        one = _one(person, register, facts, books, new_id)
        if isinstance(one, Remark):
            refused += person.rejected(one)
        elif isinstance(one, tuple):
            refused += person.rejected(*one)
        elif (first := met.setdefault(one.id, person.rows[0].number)) != person.rows[0].number:
            refused += person.rejected(remark(Reason.DUPLICATE, value=one.entry.staff_no, first=first))
        else:
            settled.append(one)
            register.put(_known_after(one))
    return Outcome(tuple(settled), tuple(sorted(refused, key=lambda row: row.number)))


def known(person: InspectorFacts) -> KnownPerson:
    """What tells this person from another."""
    held = frozenset((one.issuer, one.number) for one in person.certificates)
    return KnownPerson(person.id, person.staff_no, person.name, person.unit, held)


def _one(
    person: PersonDraft,
    register: Register,
    facts: Mapping[UUID, InspectorFacts],
    books: Books,
    new_id: Callable[[], UUID],
) -> Settled | Remark | tuple[Remark, ...]:
    draft = person.draft
    found = register.find(draft)
    if isinstance(found, Remark):
        return found
    old = facts.get(found.person.id) if found.person else None
    if found.person is not None and old is None:  # entered a few rows above
        return remark(Reason.DUPLICATE, value=found.person.staff_no, first=person.rows[0].number)
    if old is None and not (draft.given_no or draft.certificates) and draft.role is InspectorRole.INSPECTOR:
        return remark(Reason.VALUE_MISSING, column=title_of("number"))
    entry = entry_after(draft, old, register.number_for(draft, found.person), books.rules)
    before = {(one.issuer, one.number): one for one in old.certificates} if old else {}
    held = tuple(certificate_after(one, before.get(one.identity)) for one in draft.certificates)
    stay = [one for key, one in before.items() if key not in {draft.identity for draft in draft.certificates}]
    if reasons := refusals(entry, [*held, *stay], books.rules, books.today):
        return reasons
    ties, ended, undated = _ties(draft, old, books.today)
    changes = [change for one in held for change in certificate_changes(before.get((one.issuer, one.number)), one)]
    if old is None:
        told: dict[str, JSON] = {name: value for name, value in entry_json(entry).items() if value not in (None, [])}
        changes.insert(0, Changed(ChangeKind.ADDED, told, entitles=entry.role is InspectorRole.INSPECTOR))
    else:
        changes = entry_changes(entry_of(old), entry) + changes
    # Of interests the log says how many, never in whom: it is read by more people than they are.
    changes += [Changed(ChangeKind.RELATION_DECLARED, {"count": len(ties)}, entitles=False)] if ties else []
    gone = len(ended) + sum(not stays for _, stays in undated)
    changes += [Changed(ChangeKind.RELATION_ENDED, {"count": gone}, entitles=False)] if gone else []
    odd = ((found.warning,) if found.warning else ()) + missing_labels(entry, books.rules)
    warnings = person.warnings + tuple((person.rows[0].number, one) for one in odd)
    return Settled(
        old.id if old else new_id(), person, old, entry, held, ties, ended, undated, tuple(changes), warnings
    )


def _ties(
    draft: InspectorDraft, old: InspectorFacts | None, today: date
) -> tuple[tuple[RelationDraft, ...], tuple[UUID, ...], tuple[tuple[str, bool], ...]]:
    """Interests to enter, to end, and to carry over. A file without the column says nothing of them."""
    if "relations" not in draft.told:
        return (), (), ()
    named = {tie.object_code for tie in draft.relations}
    standing = [tie for tie in (old.relations if old else ()) if tie.stands(today, today)]
    open_codes = {tie.object_code for tie in standing}
    fresh = tuple(tie for tie in draft.relations if tie.object_code not in open_codes)
    ended = tuple(tie.id for tie in _register_said(standing) if tie.id and tie.object_code not in named)
    undated = tuple((tie.object_code, tie.object_code in named) for tie in standing if tie.id is None)
    return fresh, ended, undated


def _register_said(ties: Iterable[RelationFacts]) -> Iterable[RelationFacts]:
    """Those that came with a file: what the person or the office declared, no file ends."""
    return (tie for tie in ties if tie.source is RelationSource.REGISTER)


def _known_after(one: Settled) -> KnownPerson:
    before = {(held.issuer, held.number) for held in one.old.certificates} if one.old else set()
    held = frozenset(before | {(held.issuer, held.number) for held in one.certificates})
    return KnownPerson(one.id, one.entry.staff_no, one.entry.name, one.entry.unit, held)
