"""Queries of inspectors and their certificates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import digest_of
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, bulk_update, one_of
from inspection.registry.inspectors import store_changes, store_presence
from inspection.registry.inspectors.entry import Entry, Held, entry_json
from inspection.registry.inspectors.facts import AbsenceFacts, Carried, CertificateFacts, InspectorFacts, RelationFacts
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole, RelationKind, RelationSource
from inspection.registry.objects.store import read_texts, texts

BATCH = 500  # values of one IN (…): SQLite takes 32,766 parameters a statement


async def inspectors_of(authority: UUID) -> list[InspectorFacts]:
    """Everybody in an authority's register in the order of their staff numbers."""
    rows = (
        await Inspector.select(*Inspector.all_columns(), Inspector.unit.name.as_alias("unit_name"))
        .where(Inspector.authority == authority)
        .order_by(Inspector.staff_no)
    )
    return await _whole(rows)


async def inspectors(ids: Collection[UUID]) -> dict[UUID, InspectorFacts]:
    """By id, those that exist."""
    if not ids:
        return {}
    rows = await Inspector.select(*Inspector.all_columns(), Inspector.unit.name.as_alias("unit_name")).where(
        Inspector.id.is_in(list(set(ids)))
    )
    return {person.id: person for person in await _whole(rows)}


async def named(ids: Collection[UUID]) -> dict[UUID, tuple[str, str | None]]:
    """By id, name and unit of those that exist."""
    rows = await ask(
        "SELECT person.id, person.name, unit.name AS unit "
        "FROM (SELECT id, name, unit FROM inspector WHERE {}) AS person LEFT JOIN unit ON unit.id = person.unit",
        one_of("id", [str(one) for one in ids]),
    )
    return {plain_uuid(row["id"]): (row["name"], row["unit"]) for row in rows}


async def carried(ids: Collection[UUID]) -> dict[UUID, Carried]:
    """By id, those that exist, as they show themselves at a door."""
    rows = await ask(
        "SELECT person.id AS person, person.name, person.photo, unit.name AS unit, certificate.* "
        "FROM (SELECT id, name, unit, photo FROM inspector WHERE {}) AS person "
        "LEFT JOIN unit ON unit.id = person.unit LEFT JOIN certificate ON certificate.inspector = person.id "
        "ORDER BY certificate.issuer, certificate.number",
        one_of("id", [str(one) for one in ids]),
    )
    held: dict[UUID, list[CertificateFacts]] = defaultdict(list)
    for row in rows:
        if row["id"] is not None:
            held[plain_uuid(row["person"])].append(_certificate(row))
    told = {plain_uuid(row["person"]): row for row in rows}
    return {one: Carried(row["name"], row["unit"], row["photo"], tuple(held.get(one, ()))) for one, row in told.items()}


async def inspector_numbered(authority: UUID, staff_no: str) -> InspectorFacts | None:
    """One person by staff number."""
    row = await Inspector.select(Inspector.id).where(Inspector.authority == authority, Inspector.staff_no == staff_no)
    return next(iter((await inspectors([row[0]["id"]])).values())) if row else None


async def certificate(certificate_id: UUID) -> tuple[UUID, CertificateFacts] | None:
    """One certificate and whose it is."""
    row = await Certificate.select().where(Certificate.id == certificate_id).first()
    return (row["inspector"], _certificate(row)) if row else None


async def holders(authority: UUID, numbers: Collection[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """By issuer and number, who of this authority's register holds or held these certificates."""
    wanted, found = sorted({number for _, number in numbers}), {}
    for start in range(0, len(wanted), BATCH):
        rows = await Certificate.select(Certificate.inspector, Certificate.issuer, Certificate.number).where(
            Certificate.authority == authority, Certificate.number.is_in(wanted[start : start + BATCH])
        )
        found.update({(row["issuer"], row["number"]): row["inspector"] for row in rows})
    return {one: found[one] for one in numbers if one in found}


async def put_entries(
    authority: UUID, added: Mapping[UUID, tuple[Entry, UUID]], changed: Mapping[UUID, tuple[Entry, UUID]], at: datetime
) -> None:
    """Enter new people and bring others up to date; each with its unit."""
    await bulk_insert(
        Inspector,
        [
            {"id": person, "authority": authority, "relations": "[]", **_columns(entry, unit, at)}
            for person, (entry, unit) in added.items()
        ],
    )
    await bulk_update(
        Inspector, [{"id": person, **_columns(entry, unit, at)} for person, (entry, unit) in changed.items()]
    )


async def adjust(inspector: UUID, *, active: bool, maximum_load: int | None, reason: str | None) -> None:
    facts = {"active": active, "maximum_load": maximum_load, "standing_reason": reason}
    await Inspector.update(facts).where(Inspector.id == inspector)  # type: ignore[arg-type]


async def set_photo(inspector: UUID, photo: str | None) -> None:
    await Inspector.update({Inspector.photo: photo}).where(Inspector.id == inspector)


async def photos(people: Collection[UUID]) -> dict[UUID, str]:
    """By person, the digest (SHA-256, hex) of the photo; who has none is left out."""
    rows = await ask(
        "SELECT id, photo FROM inspector WHERE photo IS NOT NULL AND {}", one_of("id", [str(one) for one in people])
    )
    return {plain_uuid(row["id"]): row["photo"] for row in rows}


async def forget_undated_relations(people: Collection[UUID]) -> None:
    """Codes that an earlier version kept without days; they have become rows with days."""
    await bulk_update(Inspector, [{"id": person, "relations": "[]"} for person in people])


async def put_certificates(
    authority: UUID, fresh: Mapping[UUID, tuple[UUID, Held]], changed: Sequence[tuple[UUID, Held]]
) -> None:
    """Enter certificates (`fresh`: by their new id, with the holder) and bring others up to date."""
    await bulk_insert(
        Certificate,
        [
            {"id": one, "authority": authority, "inspector": person, **_named(held), **_held(held)}
            for one, (person, held) in fresh.items()
        ],
    )
    await bulk_update(Certificate, [{"id": one, **_held(held)} for one, held in changed])


async def set_certificate_status(
    certificate_id: UUID, status: CertificateStatus, since: date | None, reason: str | None
) -> None:
    facts = {"status": status.value, "status_since": since, "status_reason": reason}
    await Certificate.update(facts).where(Certificate.id == certificate_id)  # type: ignore[arg-type]


def _columns(entry: Entry, unit: UUID, at: datetime) -> dict[str, Any]:
    told = entry_json(entry)
    return {
        **told,
        "unit": unit,
        "qualifications": texts(entry.qualifications),
        "expertise": texts(entry.expertise),
        "digest": digest_of(told),
        "imported_at": at,
    }


def _named(held: Held) -> dict[str, Any]:
    return {"issuer": held.issuer, "number": held.number}


def _held(held: Held) -> dict[str, Any]:
    return {
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "scope": texts(held.scope),
        "areas": texts(held.areas),
        "status": held.status.value,
        "status_since": held.status_since,
        "status_reason": held.status_reason,
    }


async def certificates(people: Collection[UUID]) -> dict[UUID, tuple[CertificateFacts, ...]]:
    """By holder, their enforcement certificates by issuer and number; who has none is left out."""
    wanted, held = sorted(people), defaultdict[UUID, list[CertificateFacts]](list)
    for start in range(0, len(wanted), BATCH):
        some = one_of("inspector", list(map(str, wanted[start : start + BATCH])))
        found = await ask("SELECT * FROM certificate WHERE {} ORDER BY issuer, number", some)
        for row in found:
            held[row["inspector"]].append(_certificate(row))
    return {person: tuple(facts) for person, facts in held.items()}


async def _whole(rows: Sequence[Mapping[str, Any]]) -> list[InspectorFacts]:
    ids = [row["id"] for row in rows]
    held = await certificates(ids)
    away = await store_presence.absences(ids)
    ties = await store_presence.relations(ids)
    unreviewed = await store_changes.unreviewed(ids)
    return [
        _inspector(
            row, held.get(row["id"], ()), away.get(row["id"], ()), ties.get(row["id"], ()), row["id"] in unreviewed
        )
        for row in rows
    ]


def _certificate(row: Mapping[str, Any]) -> CertificateFacts:
    return CertificateFacts(
        row["id"],
        row["issuer"],
        row["number"],
        row["valid_from"],
        row["valid_until"],
        # Without a status the row is an earlier version's, which kept the holder's qualifications as the scope.
        read_texts(row["scope"]) if row["status"] else (),
        read_texts(row["areas"] or "[]"),
        CertificateStatus(row["status"] or CertificateStatus.VALID),
        row["status_since"],
        row["status_reason"],
    )


def _inspector(
    row: Mapping[str, Any],
    certificates: tuple[CertificateFacts, ...],
    absences: tuple[AbsenceFacts, ...],
    relations: tuple[RelationFacts, ...],
    unreviewed: bool,
) -> InspectorFacts:
    undated = tuple(
        RelationFacts(
            None,
            row["id"],
            code,
            RelationKind.OTHER_INTEREST,
            RelationSource.REGISTER,
            since=None,
            until=None,
            note=None,
        )
        for code in read_texts(row["relations"])
    )
    return InspectorFacts(
        id=row["id"],
        authority=row["authority"],
        staff_no=row["staff_no"],
        name=row["name"],
        position=row["position"],
        unit_id=row["unit"],
        unit=row["unit_name"],
        category=row["category"],
        role=InspectorRole(row["role"] or InspectorRole.INSPECTOR),
        qualifications=read_texts(row["qualifications"]),
        expertise=read_texts(row["expertise"]),
        area=row["area"],
        post_class=row["post_class"],
        background=row["background"],
        maximum_load=row["maximum_load"],
        leader_capable=bool(row["leader_capable"]),
        active=bool(row["active"]),
        standing_reason=row["standing_reason"],
        certificates=certificates,
        absences=absences,
        relations=(*undated, *relations),
        unreviewed=unreviewed,
        photo=row["photo"],
    )
