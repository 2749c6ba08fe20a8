"""Queries of outcomes as they are published, and of the published documents."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.sql import bulk_insert
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.penalties.tables import Penalty
from inspection.publicity.release import Standing
from inspection.publicity.tables import Publication, PublishedDocument
from inspection.visits.states import ReviewDecision
from inspection.visits.tables import Outcome, Review, VisitTask


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One version of the public bytes, with its publication: of an outcome or of a penalty, which may have no visit."""

    id: UUID
    publication: UUID
    authority: UUID
    visit: UUID | None
    penalty: UUID | None
    outcome: UUID | None
    kind: DocumentKind
    number: str
    version: int
    document: bytes
    digest: str
    late: bool
    at: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A version that goes out now. `digest`: SHA-256 (hex) of `document`; `replaces`: the version before it."""

    id: UUID
    publication: UUID
    outcome: UUID | None
    version: int
    document: bytes
    digest: str
    at: datetime
    kind: DocumentKind
    replaces: UUID | None = None
    reason: str | None = None


async def add_document(new: NewDocument) -> None:
    """Insert one version of the public bytes; it can never be changed."""
    row = {name: getattr(new, name) for name in NewDocument.__dataclass_fields__}
    await bulk_insert(PublishedDocument, [row | {"document": new.document.decode(), "kind": new.kind.value}])


_FACTS = (
    *("codes", "inspected_on", "formed_by", "override_reason", "item.code", "item.name", "visit.id"),
    *("visit.rule_set", "visit.rule_digest"),
    *("visit.authority.code", "visit.authority.name", "visit.object.name", "visit.object.code"),
    *("task.id", "task.number", "task.name", "task.draw_mode"),
    *("task.plan_line.plan.year", "task.plan_line.plan.version", "task.plan_line.plan.name"),
)


async def newest_outcome(first: UUID) -> UUID:
    """The outcome that stands now: `first`, or the last of the corrections that follow it."""
    newest = first
    while rows := await Outcome.select(Outcome.id).where(Outcome.replaces == newest).order_by(Outcome.id).limit(1):
        newest = rows[0]["id"]
    return newest


async def outcome_facts(outcome: UUID) -> dict[str, Any]:
    """What is known of an outcome, by the names that `redact` and the texts of the draw and result are found by.

    `codes` is the list of result codes, `draw_mode` the task's, `ticket` the id of the object's
    lot, `formed_by` the account that decided it.
    """
    row = await Outcome.select(*_FACTS).where(Outcome.id == outcome).first()
    if row is None:
        raise LookupError(outcome)
    # The task may have come with a visit that is one with the visit of the result.
    own = (VisitTask.visit == row["visit.id"]) | (VisitTask.visit.linked_to == row["visit.id"])
    draw = await VisitTask.select(VisitTask.draw, VisitTask.ticket).where(own, VisitTask.task == row["task.id"]).first()
    year, code = row["task.plan_line.plan.year"], row["visit.authority.code"]
    return {
        "object_name": row["visit.object.name"],
        "object_code": row["visit.object.code"],
        "item_code": row["item.code"],
        "item_name": row["item.name"],
        "codes": json.loads(row["codes"]),
        "inspecting_body": row["visit.authority.name"],
        "authority_code": code,
        "completed_on": row["inspected_on"],
        "plan_number": f"{code}-{year}-{row['task.plan_line.plan.version']}" if year else "",
        "plan_name": row["task.plan_line.plan.name"] or "",
        "task_number": row["task.number"],
        "task_name": row["task.name"],
        "draw_mode": row["task.draw_mode"],
        "draw_id": str(draw["draw"]) if draw and draw["draw"] else "",
        "ticket": draw["ticket"] if draw else None,
        "formed_by": row["formed_by"],
        "reason": row["override_reason"],
        "rule_set": row["visit.rule_set"],
        "rule_set_digest": row["visit.rule_digest"] or "",
    }


_PENALTY_FACTS = (
    *("number", "decided_on", "violation", "basis", "content", "amount_fen", "persons", "rule_set", "rule_digest"),
    *("entered_by", "authority.code", "authority.name", "object.name", "object.code"),
)


async def penalty_facts(penalty: UUID) -> dict[str, Any]:
    """What is known of a penalty, by the names that `redact_penalty` finds it by."""
    row = await Penalty.select(*_PENALTY_FACTS).where(Penalty.id == penalty).first()
    if row is None:
        raise LookupError(penalty)
    return {
        **{name: row[name] for name in ("decided_on", "violation", "basis", "content", "amount_fen", "entered_by")},
        "object_name": row["object.name"],
        "object_code": row["object.code"],
        "decision_number": row["number"],
        "deciding_body": row["authority.name"],
        "authority_code": row["authority.code"],
        "rule_set": row["rule_set"],
        "rule_set_digest": row["rule_digest"],
        "persons": tuple(json.loads(row["persons"])),
    }


async def publications_of_penalties(penalties: Sequence[UUID]) -> dict[UUID, tuple[UUID, Standing, str | None]]:
    """By penalty, the id of its publication, where it stands, and its public number."""
    if not penalties:
        return {}
    named = Publication.id, Publication.penalty, Publication.state, Publication.number
    rows = await Publication.select(*named).where(Publication.penalty.is_in(list(penalties)))
    return {row["penalty"]: (row["id"], Standing(row["state"]), row["number"]) for row in rows}


async def pins_of(outcome: UUID) -> dict[str, JSON]:
    """What a publication of this outcome rests on, for ever: the set of entries that the approval covered (`cut`), the
    version of the fold, the state digest that its decider saw, and the checklists by code, version and digest.
    """
    row = await Outcome.select(Outcome.visit, Outcome.task, Outcome.state_digest).where(Outcome.id == outcome).first()
    if row is None:
        raise LookupError(outcome)
    approved = await (
        Review.select(Review.cut, Review.fold)
        .where(Review.visit == row["visit"], Review.decision == ReviewDecision.APPROVED.value)
        .order_by(Review.at, ascending=False)
        .first()
    )
    lists = await VisitTask.select("checklist.code", "checklist.version", "checklist.digest").where(
        VisitTask.visit == row["visit"], VisitTask.task == row["task"]
    )
    return {
        "cut": approved["cut"] if approved else None,
        "fold": approved["fold"] if approved else None,
        "state": row["state_digest"],
        "checklists": [
            {"code": one["checklist.code"], "version": one["checklist.version"], "digest": one["checklist.digest"]}
            for one in sorted(lists, key=lambda one: str(one["checklist.code"]))
        ],
    }


async def documents(
    *,
    visit: UUID | None = None,
    publication: UUID | None = None,
    number: str | None = None,
    penalties: bool = False,
) -> list[DocumentRow]:
    """All versions of what is out: of the results of a visit, of one publication, or under one number; by number and
    version. A penalty that a visit led to is no result of it; with `penalties` it is told all the same.
    """
    query = _document_rows()
    if visit is not None:
        query = query.where(PublishedDocument.publication.visit == visit)
    if publication is not None:
        query = query.where(PublishedDocument.publication == publication)
    if number is not None:
        query = query.where(PublishedDocument.publication.number == number)
    found = [_document(row) for row in await query]
    # Not asked of the database: SQLite would look every result up in the unique index of penalties.
    told = [row for row in found if visit is None or penalties or row.penalty is None]
    return sorted(told, key=lambda row: (row.number, row.version))


async def newest_documents(publications: Sequence[UUID]) -> dict[UUID, DocumentRow]:
    """The version in force of each of these publications."""
    if not publications:
        return {}
    query = _document_rows().where(PublishedDocument.publication.is_in(list(publications)))
    return {row["publication"]: _document(row) for row in await query.order_by(PublishedDocument.version)}


async def withdrawn_before(at: datetime | None, before: UUID | None, limit: int) -> list[DocumentRow]:
    """What stands for publications that were taken back, the newest first, behind the place (`at`, `before`)."""
    query = _document_rows().where(
        PublishedDocument.kind == DocumentKind.WITHDRAWAL.value,
        PublishedDocument.publication.state == Standing.WITHDRAWN.value,
    )
    if at is not None and before is not None:
        behind = (PublishedDocument.at < at) | ((PublishedDocument.at == at) & (PublishedDocument.id < before))
        query = query.where(behind)
    rows = await query.order_by(PublishedDocument.at, PublishedDocument.id, ascending=False).limit(limit)
    return [_document(row) for row in rows]


async def newest_change() -> tuple[int, str]:
    """How many versions are out, and the instant of the newest: either moves with whatever is published."""
    rows = await PublishedDocument.raw("SELECT count(*) AS n, max(at) AS at FROM published_document")
    return int(rows[0]["n"]), str(rows[0]["at"])


def _document_rows() -> Any:
    columns = "authority", "visit", "penalty", "number", "late", "published_at"
    own = "id", "publication", "outcome", "kind", "version", "document", "digest", "at"
    return PublishedDocument.select(*own, *(f"publication.{column}" for column in columns))


def _document(row: dict[str, Any]) -> DocumentRow:
    return DocumentRow(
        id=row["id"],
        publication=row["publication"],
        authority=row["publication.authority"],
        visit=row["publication.visit"],
        outcome=row["outcome"],
        penalty=row["publication.penalty"],
        kind=DocumentKind(row["kind"] or DocumentKind.RESULT),
        number=row["publication.number"],
        version=row["version"],
        document=row["document"].encode(),
        digest=row["digest"],
        late=row["publication.late"],
        at=row["at"],
        published_at=row["publication.published_at"],
    )
