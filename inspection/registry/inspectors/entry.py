"""A person's entry before and after: what a file leaves as it is, what the rule-set demands, what has changed. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.policy.model import RuleSet
from inspection.policy.terms import InspectorField, StaffCategory
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.columns import COLUMN_OF, title_of
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.rows import InspectorDraft
from inspection.registry.inspectors.terms import CertificateStatus, ChangeKind, InspectorRole
from inspection.registry.intake.remarks import Reason, Remark, remark

_ASKED = {
    InspectorField.POSITION: "position",
    InspectorField.QUALIFICATION: "qualifications",
    InspectorField.EXPERTISE: "expertise",
}
ENTITLING = frozenset({"category", "role", "qualifications", "active"})
"""Fields that decide who may be sent: a change of one is reviewed before it counts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register holds of one person, but for certificates, absences and interests."""

    staff_no: str
    name: str
    position: str | None
    unit: str
    category: str
    role: InspectorRole
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    post_class: str | None
    background: str | None
    maximum_load: int | None
    leader_capable: bool
    active: bool
    standing_reason: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate as it stands in the register. `id` is None for one that is new."""

    id: UUID | None
    issuer: str
    number: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...]
    areas: tuple[str, ...]
    status: CertificateStatus
    status_since: date | None
    status_reason: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of one person's entry, for the log. `entitles`: it may make the person fit to be sent."""

    kind: ChangeKind
    facts: dict[str, JSON]
    entitles: bool


def entry_of(person: InspectorFacts) -> Entry:
    """The entry as it is."""
    told = {field.name: getattr(person, field.name) for field in fields(Entry)}
    return Entry(**told | {"unit": person.unit or ""})


def entry_after(draft: InspectorDraft, old: InspectorFacts | None, staff_no: str, rules: RuleSet) -> Entry:
    """The entry as a file says it should be; columns that the file has not leave what there is."""
    allowed = rules.registers.categories
    certified = bool(draft.certificates or (old and old.certificates))
    uncertified = StaffCategory.DAILY_SUPERVISION if StaffCategory.DAILY_SUPERVISION in allowed else allowed[-1]
    entry = Entry(
        staff_no=staff_no,
        name=draft.name,
        position=draft.position,
        unit=draft.unit,
        category=draft.category or (StaffCategory.QUALIFIED if certified else uncertified),
        role=draft.role,
        qualifications=draft.qualifications,
        expertise=draft.expertise,
        area=draft.area,
        post_class=draft.post_class,
        background=draft.background,
        maximum_load=draft.maximum_load,
        leader_capable=draft.leader_capable is not False,
        active=draft.active is not False,
        standing_reason=None,
    )
    return entry if old is None else replace(entry, **_kept(draft, old))


def _kept(draft: InspectorDraft, old: InspectorFacts) -> dict[str, Any]:
    """What a file does not say of a person who is there: columns it has not, and cells that may stay empty."""
    kept: dict[str, Any] = {"standing_reason": old.standing_reason}
    names = ("position", "qualifications", "expertise", "area", "post_class", "background", "maximum_load")
    kept |= {name: getattr(old, name) for name in names if COLUMN_OF.get(name, name) not in draft.told}
    for name in ("leader_capable", "active", "category"):
        if getattr(draft, name) is None:
            kept[name] = getattr(old, name)
    if not draft.told & {"category", "role"}:
        kept["role"] = old.role
    return kept


def certificate_after(draft: CertificateDraft, old: CertificateFacts | None) -> Held:
    """The certificate as a file says it should be."""
    status = draft.status or (old.status if old else CertificateStatus.VALID)
    since, reason = draft.status_since, draft.status_reason
    if draft.status in (None, old.status if old else None) and old is not None:
        since, reason = since or old.status_since, reason or old.status_reason
    if status is CertificateStatus.VALID:
        since, reason = None, None
    return Held(
        old.id if old else None,
        draft.issuer,
        draft.number,
        draft.valid_from,
        draft.valid_until,
        draft.scope if draft.scope is not None else (old.scope if old else ()),
        draft.areas if draft.areas is not None else (old.areas if old else ()),
        status,
        since,
        reason,
    )


def refusals(entry: Entry, held: Sequence[Held | CertificateFacts], rules: RuleSet, today: date) -> tuple[Remark, ...]:
    """Why the rule-set does not let the person stand in the register like this.

    The fields it asks for (安岳 一(四)), staff categories (兴隆台 二(四)), certified people only (金凤 第三条), experts
    only where they may assist.
    """
    registers = rules.registers
    if entry.role is not InspectorRole.INSPECTOR:
        return () if registers.experts_assist else (remark(Reason.ASSISTANTS_REFUSED, name=entry.name),)
    asked = registers.inspector_fields
    missing = [name for field, name in _ASKED.items() if field in asked and not getattr(entry, name)]
    if InspectorField.CERTIFICATE in asked and not held:
        missing.append("number")
    found = [remark(Reason.VALUE_MISSING, column=title_of(name)) for name in missing]
    if entry.category not in registers.categories:
        found.append(remark(Reason.CATEGORY_REFUSED, name=entry.name))
    if registers.certified_only and not any(_valid(one, today) for one in held):
        found.append(remark(Reason.NOT_CERTIFIED, name=entry.name, day=today.isoformat()))
    return tuple(found)


def _valid(held: Held | CertificateFacts, on: date) -> bool:
    stopped = held.status is not CertificateStatus.VALID and (held.status_since is None or held.status_since <= on)
    return held.valid_from <= on <= held.valid_until and not stopped


def entry_changes(before: Entry, after: Entry) -> list[Changed]:
    """The fields in which two entries of one person differ: field → [before, after]."""
    differing: dict[str, JSON] = {
        field.name: [_plain(getattr(before, field.name)), _plain(getattr(after, field.name))]
        for field in fields(Entry)
        if getattr(before, field.name) != getattr(after, field.name)
    }
    return [Changed(ChangeKind.CHANGED, differing, bool(ENTITLING & differing.keys()))] if differing else []


def certificate_changes(before: CertificateFacts | None, after: Held) -> list[Changed]:
    """A certificate that is new, or the fields in which it differs. Restrictions count at once; the rest entitles."""
    name: dict[str, JSON] = {"issuer": after.issuer, "number": after.number}
    if before is None:
        return [Changed(ChangeKind.CERTIFICATE_ENTERED, name, entitles=True)]
    differing: dict[str, JSON] = {
        field.name: [_plain(getattr(before, field.name)), _plain(getattr(after, field.name))]
        for field in fields(Held)
        if field.name != "id" and getattr(before, field.name) != getattr(after, field.name)
    }
    if not differing:
        return []
    stopped = after.status is not CertificateStatus.VALID
    return [Changed(ChangeKind.CERTIFICATE_CHANGED, name | differing, entitles=not stopped)]


def entry_json(entry: Entry) -> dict[str, JSON]:
    """The entry as JSON values."""
    return {name: _plain(value) for name, value in asdict(entry).items()}


def _plain(value: object) -> JSON:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [str(part) for part in value]
    return str(value)
