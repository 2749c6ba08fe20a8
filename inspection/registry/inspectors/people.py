"""What the rows of a file say of one person, put together. Pure.

Rows of one person bear one staff number; rows without a number belong to the person of the same name in the same unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.columns import title_of
from inspection.registry.inspectors.rows import InspectorDraft
from inspection.registry.inspectors.terms import InspectorRole
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected

_LISTS = ("qualifications", "expertise", "relations")
_JOINED = frozenset({"certificates", "told", "role", *_LISTS})


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """One person as all rows say; `warnings` by row number."""

    draft: InspectorDraft
    rows: tuple[Good[InspectorDraft], ...]
    warnings: tuple[tuple[int, Remark], ...] = ()

    def rejected(self, *reasons: Remark) -> tuple[Rejected, ...]:
        """All rows of the person, rejected: nothing of a person goes in by half."""
        return tuple(Rejected(row.number, row.cells, reasons) for row in self.rows)


def people_of(rows: Sequence[Good[InspectorDraft]]) -> tuple[list[PersonDraft], list[Rejected]]:
    """The persons in the order of their first rows, and rows that contradict the first one of their person."""
    by_name: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.draft.given_no:
            by_name.setdefault((row.draft.name, row.draft.unit), set()).add(row.draft.given_no)
    groups: dict[tuple[str, ...], list[Good[InspectorDraft]]] = {}
    refused: list[Rejected] = []
    for row in rows:
        first = groups.setdefault(_whose(row.draft, by_name), [])
        if first and first[0].draft.name != row.draft.name:
            told = remark(Reason.PERSON_DIFFERS, value=row.draft.given_no, first=first[0].number)
            refused.append(Rejected(row.number, row.cells, (told,)))
            continue
        first.append(row)
    return [_together(group) for group in groups.values()], refused


def _whose(draft: InspectorDraft, by_name: dict[tuple[str, str], set[str]]) -> tuple[str, ...]:
    if draft.given_no:
        return (draft.given_no,)
    numbers = by_name.get((draft.name, draft.unit), set())
    return (next(iter(numbers)),) if len(numbers) == 1 else (draft.name, draft.unit)


def _together(rows: Sequence[Good[InspectorDraft]]) -> PersonDraft:
    """One draft: of every plain field the first that is filled, of lists all, certificates each once (the last row of
    one certificate stands).
    """
    whole = rows[0].draft
    warnings: list[tuple[int, Remark]] = []
    for row in rows[1:]:
        if not whole.given_no:
            joined = remark(Oddity.ROWS_JOINED, name=whole.name, first=rows[0].number)
            warnings.append((row.number, joined))
        differing = _differing(whole, row.draft)
        if differing:
            told = remark(Oddity.ROWS_DIFFER, first=rows[0].number, columns=differing)
            warnings.append((row.number, told))
        whole = _joined(whole, row.draft)
    return PersonDraft(whole, tuple(rows), tuple(warnings))


def _differing(one: InspectorDraft, other: InspectorDraft) -> list[str]:
    names = (field.name for field in fields(InspectorDraft) if field.name not in _JOINED)
    return [title_of(name) for name in names if (a := getattr(one, name)) and (b := getattr(other, name)) and a != b]


def _first(one: object, other: object) -> object:
    return one if one not in (None, "") else other


def _joined(one: InspectorDraft, other: InspectorDraft) -> InspectorDraft:
    plain: dict[str, Any] = {
        field.name: _first(getattr(one, field.name), getattr(other, field.name))
        for field in fields(InspectorDraft)
        if field.name not in _JOINED
    }
    held: dict[tuple[str, str], CertificateDraft] = {}
    for certificate in (*one.certificates, *other.certificates):
        held[certificate.identity] = certificate
    ties = {tie.object_code: tie for tie in (*other.relations, *one.relations)}
    official = bool(held) or InspectorRole.INSPECTOR in (one.role, other.role)
    return replace(
        one,
        **plain,
        role=InspectorRole.INSPECTOR if official else one.role,
        qualifications=tuple(sorted({*one.qualifications, *other.qualifications})),
        expertise=tuple(sorted({*one.expertise, *other.expertise})),
        relations=tuple(ties[code] for code in sorted(ties)),
        certificates=tuple(held.values()),
        told=one.told | other.told,
    )
