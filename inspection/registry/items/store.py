"""Queries of the item list and of checklists."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Where

from inspection.kernel.ask import ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.policy.terms import ItemClass, Method
from inspection.registry.items.draft import ItemDraft
from inspection.registry.items.facts import ChecklistFacts, ItemFacts
from inspection.registry.items.frequencies import FrequencyBound, frequency_bound_of, read_frequency_bound
from inspection.registry.items.ratios import RatioBound, ratio_bound_of, read_ratio_bound
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.store import read_texts, texts
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist as WireChecklist
from mobile_contract.envelope import ChecklistRef


async def item_versions(authority: UUID) -> dict[str, tuple[ItemFacts, str]]:
    """By code, the newest version of every item and its digest."""
    rows = (
        await InspectionItem.select()
        .where(InspectionItem.authority == authority)
        .order_by(InspectionItem.code)
        .order_by(InspectionItem.version)
    )
    return {row["code"]: (item_of(row), row["digest"]) for row in rows}


async def versions(authority: UUID, code: str | None = None) -> list[ItemFacts]:
    """Every version of every item, or of one, by code and version."""
    chosen = InspectionItem.authority == authority
    return await _versions(chosen if code is None else And(chosen, InspectionItem.code == code))


async def published_versions(authority: UUID) -> list[ItemFacts]:
    """Every version of every item that was ever published, by code and version."""
    return await _versions(And(InspectionItem.authority == authority, InspectionItem.published_at.is_not_null()))


async def _versions(chosen: Where | And) -> list[ItemFacts]:
    rows = await InspectionItem.select().where(chosen).order_by(InspectionItem.code).order_by(InspectionItem.version)
    return [item_of(row) for row in rows]


async def published_items(authority: UUID) -> list[ItemFacts]:
    """Of every item the newest published version, by code; without those that were withdrawn."""
    sql = "SELECT * FROM inspection_item WHERE authority = {} AND published_at IS NOT NULL ORDER BY code, version"
    newest = {row["code"]: row for row in await ask(sql, authority)}
    return [item_of(row) for row in newest.values() if row["withdrawn_on"] is None]


async def items(ids: Collection[UUID]) -> dict[UUID, ItemFacts]:
    """By id, those that exist, whatever their version."""
    if not ids:
        return {}
    rows = await ask("SELECT * FROM inspection_item WHERE {}", one_of("id", sorted({str(one) for one in ids})))
    return {plain_uuid(row["id"]): item_of(row) for row in rows}


async def add_items(authority: UUID, drafts: Mapping[UUID, tuple[ItemDraft, str, int]], at: datetime, by: str) -> None:
    """Insert new versions: id → draft, digest, version. They are not published yet."""
    await bulk_insert(
        InspectionItem,
        [
            {
                "id": item_id,
                "authority": authority,
                **_columns(draft, digest, version),
                "imported_at": at,
                "imported_by": by,
            }
            for item_id, (draft, digest, version) in drafts.items()
        ],
    )


def _columns(draft: ItemDraft, digest: str, version: int) -> dict[str, Any]:
    return {
        "code": draft.code,
        "name": draft.name,
        "basis": draft.basis,
        "subject": draft.subject,
        "object_kinds": texts(draft.object_kinds),
        "object_text": draft.object_text,
        "content": draft.content,
        "methods": texts([method.value for method in draft.methods]),
        "method_text": draft.method_text,
        "ratio_text": draft.ratio_text,
        "ratio_num": draft.ratio.numerator if draft.ratio else None,
        "ratio_den": draft.ratio.denominator if draft.ratio else None,
        "frequency_text": draft.frequency_text,
        "frequency_per_year": draft.frequency,
        "item_class": draft.item_class.value,
        "qualification": draft.qualification,
        "channel": draft.channel,
        "joint_eligible": draft.joint_eligible,
        "checklist_code": draft.checklist_code,
        "class_text": draft.class_text,
        "bounds": _bounds_text(draft.ratio_bound, draft.frequency_bound),
        "lead_department": draft.lead_department,
        "departments": texts(draft.departments),
        "note": draft.note,
        "version": version,
        "digest": digest,
    }


async def mark_published(ids: Collection[UUID], at: datetime, by: str, effective_from: date) -> None:
    """Enter the publication of versions that have none."""
    facts: dict[Any, Any] = {
        InspectionItem.published_at: at,
        InspectionItem.published_by: by,
        InspectionItem.effective_from: effective_from,
    }
    chosen = And(InspectionItem.id.is_in(list(ids)), InspectionItem.published_at.is_null())
    await InspectionItem.update(facts).where(chosen)


async def mark_withdrawn(item_id: UUID, on: date, at: datetime, by: str, reason: str) -> None:
    """Enter the withdrawal of a published version."""
    facts: dict[Any, Any] = {
        InspectionItem.withdrawn_on: on,
        InspectionItem.withdrawn_at: at,
        InspectionItem.withdrawn_by: by,
        InspectionItem.withdrawn_reason: reason,
    }
    await InspectionItem.update(facts).where(InspectionItem.id == item_id)


async def checklist_codes(authority: UUID) -> frozenset[str]:
    """The codes of all checklists of an authority."""
    rows = await Checklist.select(Checklist.code).where(Checklist.authority == authority).distinct()
    return frozenset(row["code"] for row in rows)


async def checklist_digest(authority: UUID, code: str, version: int) -> str | None:
    """The digest of a released version."""
    row = (
        await Checklist.select(Checklist.digest)
        .where(Checklist.authority == authority, Checklist.code == code, Checklist.version == version)
        .first()
    )
    return str(row["digest"]) if row else None


async def add_checklist(checklist_id: UUID, authority: UUID, checklist: WireChecklist, at: datetime) -> None:
    await bulk_insert(
        Checklist,
        [
            {
                "id": checklist_id,
                "authority": authority,
                "code": checklist.code,
                "version": checklist.version,
                "digest": checklist.digest(),
                "body": canonical_bytes(checklist).decode(),
                "published_at": at,
            }
        ],
    )


async def newest_checklist(authority: UUID, code: str) -> ChecklistFacts | None:
    """The highest released version of a code."""
    row = (
        await Checklist.select()
        .where(Checklist.authority == authority, Checklist.code == code)
        .order_by(Checklist.version, ascending=False)
        .first()
    )
    return _checklist(row) if row else None


async def checklists(ids: Collection[UUID]) -> dict[UUID, ChecklistFacts]:
    """By id, those that exist."""
    if not ids:
        return {}
    rows = await ask("SELECT * FROM checklist WHERE {}", one_of("id", sorted(map(str, set(ids)))))
    return {row["id"]: _checklist(row) for row in rows}


async def checklist_refs(ids: Collection[UUID]) -> dict[UUID, ChecklistRef]:
    """By id, what names them; their bodies are not read."""
    if not ids:
        return {}
    rows = await ask(
        "SELECT id, code, version, digest FROM checklist WHERE {}", one_of("id", [str(one) for one in ids])
    )
    return {plain_uuid(row["id"]): (row["code"], int(row["version"]), row["digest"]) for row in rows}


async def released_checklists(authority: UUID) -> list[ChecklistFacts]:
    """Every released version, by code and version."""
    rows = (
        await Checklist.select()
        .where(Checklist.authority == authority)
        .order_by(Checklist.code)
        .order_by(Checklist.version)
    )
    return [_checklist(row) for row in rows]


async def checklist_version(authority: UUID, code: str, version: int) -> ChecklistFacts | None:
    """One released version."""
    row = (
        await Checklist.select()
        .where(Checklist.authority == authority, Checklist.code == code, Checklist.version == version)
        .first()
    )
    return _checklist(row) if row else None


def _checklist(row: Mapping[str, Any]) -> ChecklistFacts:
    return ChecklistFacts(
        row["id"], row["code"], row["version"], row["digest"], _body(row["body"]), row["published_at"]
    )


@lru_cache(maxsize=256)
def _body(stored: str) -> WireChecklist:
    """A released version never changes, and every record that is folded asks for its own: the same text, read once."""
    return WireChecklist.model_validate_json(stored)


def item_of(row: Mapping[str, Any]) -> ItemFacts:
    """A row as the version it is."""
    ratio, frequency = _bounds(row["bounds"], row["ratio_text"], row["frequency_text"])
    return ItemFacts(
        id=row["id"],
        authority=row["authority"],
        code=row["code"],
        version=row["version"],
        name=row["name"],
        basis=row["basis"],
        subject=row["subject"],
        object_kinds=read_texts(row["object_kinds"]),
        object_text=row["object_text"],
        content=row["content"],
        methods=tuple(Method(method) for method in read_texts(row["methods"])),
        method_text=row["method_text"],
        ratio_text=row["ratio_text"],
        ratio=Fraction(row["ratio_num"], row["ratio_den"]) if row["ratio_den"] else None,
        frequency_text=row["frequency_text"],
        frequency=row["frequency_per_year"],
        item_class=ItemClass(row["item_class"]),
        qualification=row["qualification"],
        channel=row["channel"],
        joint_eligible=bool(row["joint_eligible"]),
        checklist_code=row["checklist_code"],
        published_at=row["published_at"],
        class_text=row["class_text"],
        ratio_bound=ratio,
        frequency_bound=frequency,
        lead_department=row["lead_department"],
        departments=read_texts(row["departments"] or "[]"),
        note=row["note"],
        imported_at=row["imported_at"],
        imported_by=row["imported_by"],
        published_by=row["published_by"],
        effective_from=row["effective_from"] or (local_day(row["published_at"]) if row["published_at"] else None),
        withdrawn_on=row["withdrawn_on"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=row["withdrawn_by"],
        withdrawn_reason=row["withdrawn_reason"],
    )


def _bounds_text(ratio: RatioBound, frequency: FrequencyBound) -> str:
    return canonical_json({"ratio": ratio.as_json(), "frequency": frequency.as_json()}).decode()


@lru_cache(maxsize=4096)
def _bounds(bounds: str | None, ratio_text: str, frequency_text: str) -> tuple[RatioBound, FrequencyBound]:
    """As stored; a version older than bounds is read anew from its texts. Every list asks for those of all its items:
    the same texts, read once.
    """
    if bounds is None:
        return read_ratio_bound(ratio_text), read_frequency_bound(frequency_text)
    stored = json.loads(bounds)
    return ratio_bound_of(stored["ratio"]), frequency_bound_of(stored["frequency"])
