"""Queries of inspectors and their certificates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.sql import bulk_insert
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.rows import CertificateDraft, InspectorDraft
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.objects.store import read_texts, texts


@dataclass(frozen=True, slots=True)
class KnownInspector:
    """What an import must know of an inspector who is there already."""

    id: UUID
    digest: str


async def known_inspectors(authority: UUID, numbers: Sequence[str]) -> dict[str, KnownInspector]:
    """By staff number, those the register holds."""
    if not numbers:
        return {}
    rows = await Inspector.select(Inspector.id, Inspector.staff_no, Inspector.digest).where(
        Inspector.authority == authority, Inspector.staff_no.is_in(list(numbers))
    )
    return {row["staff_no"]: KnownInspector(row["id"], row["digest"]) for row in rows}


async def certificate_holder(issuer: str, number: str) -> UUID | None:
    """Whose certificate this is."""
    row = (
        await Certificate.select(Certificate.inspector)
        .where(Certificate.issuer == issuer, Certificate.number == number)
        .first()
    )
    return row["inspector"] if row else None


async def add_inspector(inspector_id: UUID, authority: UUID, unit: UUID, draft: InspectorDraft, at: datetime) -> None:
    await bulk_insert(
        Inspector,
        [{"id": inspector_id, "authority": authority, "active": True, **_columns(draft, unit, at)}],
    )


async def change_inspector(inspector_id: UUID, unit: UUID, draft: InspectorDraft, at: datetime) -> None:
    await Inspector.update(_columns(draft, unit, at)).where(Inspector.id == inspector_id)  # type: ignore[arg-type]


async def put_certificate(certificate_id: UUID, inspector: UUID, draft: CertificateDraft) -> None:
    """Enter the certificate, or bring the one with this issuer and number up to date. Other ones of the person stay."""
    facts: dict[str, Any] = {
        "inspector": inspector,
        "valid_from": draft.valid_from,
        "valid_until": draft.valid_until,
        "scope": texts(draft.scope),
    }
    held = (Certificate.issuer == draft.issuer) & (Certificate.number == draft.number)
    if await Certificate.exists().where(held):
        await Certificate.update(facts).where(held)  # type: ignore[arg-type]
        return
    await bulk_insert(Certificate, [{"id": certificate_id, "issuer": draft.issuer, "number": draft.number, **facts}])


def _columns(draft: InspectorDraft, unit: UUID, at: datetime) -> dict[str, Any]:
    return {
        "unit": unit,
        "staff_no": draft.staff_no,
        "name": draft.name,
        "position": draft.position,
        "category": draft.category.value,
        "qualifications": texts(draft.qualifications),
        "expertise": texts(draft.expertise),
        "area": draft.area,
        "relations": texts(draft.relations),
        "leader_capable": draft.leader_capable,
        "digest": draft.digest(),
        "imported_at": at,
    }


async def inspectors_of(authority: UUID) -> list[InspectorFacts]:
    """All inspectors of an authority in the order of their staff numbers."""
    rows = (
        await Inspector.select(*Inspector.all_columns(), Inspector.unit.name.as_alias("unit_name"))
        .where(Inspector.authority == authority)
        .order_by(Inspector.staff_no)
    )
    return await _with_certificates(rows)


async def inspectors(ids: Collection[UUID]) -> dict[UUID, InspectorFacts]:
    """By id, those that exist."""
    if not ids:
        return {}
    rows = await Inspector.select(*Inspector.all_columns(), Inspector.unit.name.as_alias("unit_name")).where(
        Inspector.id.is_in(list(set(ids)))
    )
    return {person.id: person for person in await _with_certificates(rows)}


async def _with_certificates(rows: Sequence[Mapping[str, Any]]) -> list[InspectorFacts]:
    held: dict[UUID, list[CertificateFacts]] = defaultdict(list)
    ids = [row["id"] for row in rows]
    if ids:
        found = (
            await Certificate.select()
            .where(Certificate.inspector.is_in(ids))
            .order_by(Certificate.issuer)
            .order_by(Certificate.number)
        )
        for row in found:
            held[row["inspector"]].append(
                CertificateFacts(
                    row["issuer"], row["number"], row["valid_from"], row["valid_until"], read_texts(row["scope"])
                )
            )
    return [_inspector(row, tuple(held[row["id"]])) for row in rows]


def _inspector(row: Mapping[str, Any], certificates: tuple[CertificateFacts, ...]) -> InspectorFacts:
    return InspectorFacts(
        id=row["id"],
        authority=row["authority"],
        staff_no=row["staff_no"],
        name=row["name"],
        position=row["position"],
        unit_id=row["unit"],
        unit=row["unit_name"],
        category=row["category"],
        qualifications=read_texts(row["qualifications"]),
        expertise=read_texts(row["expertise"]),
        area=row["area"],
        relations=read_texts(row["relations"]),
        leader_capable=bool(row["leader_capable"]),
        active=bool(row["active"]),
        certificates=certificates,
    )
