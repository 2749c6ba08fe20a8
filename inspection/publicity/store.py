"""All queries of publicity. Rows leave as frozen values."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.sql import bulk_insert, contains, for_update, insert_new
from inspection.publicity.clock import Due, Milestones
from inspection.publicity.release import Ground, Readiness, Standing, Withholding
from inspection.publicity.tables import Publication, PublishedDocument
from inspection.visits.tables import Outcome, Visit, VisitTask


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An item's first outcome that has no publication yet, with the object it is about."""

    outcome: UUID
    visit: UUID
    authority: UUID
    rule_set: str
    object_name: str
    object_code: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A publication that is not out, with what its release is judged by."""

    id: UUID
    authority: UUID
    visit: UUID
    outcome: UUID
    standing: Standing
    rule_set: str
    object_name: str
    item_name: str
    milestones: Milestones
    started_on: date | None
    due_on: date | None
    provisional: bool
    visit_approved_by: str | None
    approved_by: str | None
    withholding: Withholding | None

    @property
    def readiness(self) -> Readiness:
        return Readiness(
            clock_started=self.started_on is not None,
            visit_approved_by=self.visit_approved_by or "",
            approved_by=self.approved_by,
            withholding=self.withholding,
        )


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One version of the public bytes, with its publication."""

    id: UUID
    publication: UUID
    authority: UUID
    visit: UUID
    outcome: UUID
    number: str
    version: int
    document: bytes
    digest: str
    late: bool
    at: datetime
    published_at: datetime


async def results_to_open(visit: UUID) -> list[ResultRow]:
    """First outcomes of an approved visit that have no publication yet; those of a visit not approved are none."""
    opened = Publication.select(Publication.outcome).where(Publication.visit == visit).output(as_list=True)
    rows = (
        await Outcome.select(
            "id", "visit.id", "visit.authority", "visit.rule_set", "visit.object.name", "visit.object.code"
        )
        .where(Outcome.visit == visit, Outcome.replaces.is_null(), Outcome.visit.approved_at.is_not_null())
        .order_by(Outcome.id)
    )
    known = set(await opened)
    return [
        ResultRow(
            outcome=row["id"],
            visit=row["visit.id"],
            authority=row["visit.authority"],
            rule_set=row["visit.rule_set"],
            object_name=row["visit.object.name"],
            object_code=row["visit.object.code"],
        )
        for row in rows
        if row["id"] not in known
    ]


async def visit_approver(visit: UUID) -> tuple[UUID, str | None] | None:
    """(authority, account that approved the visit's record), or None for an unknown visit."""
    row = await Visit.select(Visit.authority, Visit.approved_by).where(Visit.id == visit).first()
    return (row["authority"], row["approved_by"]) if row else None


async def add_publications(rows: Sequence[tuple[UUID, ResultRow, str, str]], at: datetime) -> set[UUID]:
    """Insert (id, result, start event of the clock, search text) as open; returns the outcomes that were new."""
    fresh = await insert_new(
        Publication,
        [
            {
                "id": publication,
                "authority": result.authority,
                "visit": result.visit,
                "outcome": result.outcome,
                "state": Standing.OPEN.value,
                "clock": clock,
                "due_provisional": False,
                "late": False,
                "object_name": result.object_name,
                "object_search": search,
                "object_code": result.object_code,
                "created_at": at,
            }
            for publication, result, clock, search in rows
        ],
        "outcome",
    )
    return {UUID(str(outcome)) for outcome in fresh}


async def waiting(
    *, authority: UUID | None = None, visit: UUID | None = None, publication: UUID | None = None
) -> list[WaitingRow]:
    """Publications that are not out, the earliest due first, those without a due day last."""
    query = _waiting_rows().where(Publication.state != Standing.PUBLISHED.value)
    if authority is not None:
        query = query.where(Publication.authority == authority)
    if visit is not None:
        query = query.where(Publication.visit == visit)
    if publication is not None:
        query = query.where(Publication.id == publication)
    rows = [_waiting(row) for row in await query]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.id))


async def lock(publication: UUID) -> None:
    """Keep the row from others until commit."""
    await Publication.raw(f"SELECT id FROM publication WHERE id = {{}}{for_update()}", publication)


async def set_clock(publication: UUID, due: Due) -> None:
    await _set(
        publication,
        clock=due.start.value,
        started_on=due.started,
        due_on=due.day,
        due_provisional=due.provisional,
    )


async def approve(publication: UUID, standing: Standing, by: str, at: datetime) -> None:
    await _set(publication, state=standing.value, approved_by=by, approved_at=at)


async def keep_back(publication: UUID, held: Withholding) -> None:
    await _set(
        publication,
        state=Standing.WITHHELD.value,
        withheld_reason=held.reason,
        withheld_ground=held.ground.value,
        withheld_until=held.until,
        withheld_by=held.by,
    )


async def let_go(publication: UUID, standing: Standing) -> None:
    await _set(
        publication,
        state=standing.value,
        withheld_reason=None,
        withheld_ground=None,
        withheld_until=None,
        withheld_by=None,
    )


async def mark_published(publication: UUID, number: str, at: datetime, *, late: bool) -> None:
    await _set(publication, state=Standing.PUBLISHED.value, number=number, published_at=at, late=late)


async def add_document(
    document_id: UUID,
    publication: UUID,
    outcome: UUID,
    version: int,
    document: bytes,
    digest: str,
    at: datetime,
    *,
    replaces: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Insert one version of the public bytes; it can never be changed."""
    await bulk_insert(
        PublishedDocument,
        [
            {
                "id": document_id,
                "publication": publication,
                "outcome": outcome,
                "version": version,
                "document": document.decode(),
                "digest": digest,
                "replaces": replaces,
                "reason": reason,
                "at": at,
            }
        ],
    )


_FACTS = (
    *("codes", "inspected_on", "formed_by", "item.code", "item.name", "visit.id"),
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

    `codes` is the list of result codes, `draw_mode` the task's, `formed_by` the account that decided it.
    """
    row = await Outcome.select(*_FACTS).where(Outcome.id == outcome).first()
    if row is None:
        raise LookupError(outcome)
    drawn = VisitTask.visit == row["visit.id"], VisitTask.task == row["task.id"]
    draw = await VisitTask.select(VisitTask.draw).where(*drawn).first()
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
        "formed_by": row["formed_by"],
    }


async def documents(
    *, visit: UUID | None = None, publication: UUID | None = None, number: str | None = None
) -> list[DocumentRow]:
    """All versions of what is out of a visit, of one publication or under one number; by number and version."""
    query = _document_rows()
    if visit is not None:
        query = query.where(PublishedDocument.publication.visit == visit)
    if publication is not None:
        query = query.where(PublishedDocument.publication == publication)
    if number is not None:
        query = query.where(PublishedDocument.publication.number == number)
    return sorted((_document(row) for row in await query), key=lambda row: (row.number, row.version))


async def newest_documents(publications: Sequence[UUID]) -> dict[UUID, DocumentRow]:
    """The version in force of each of these publications."""
    if not publications:
        return {}
    query = _document_rows().where(PublishedDocument.publication.is_in(list(publications)))
    return {row["publication"]: _document(row) for row in await query.order_by(PublishedDocument.version)}


async def published_before(at: datetime | None, before: UUID | None, fragment: str, limit: int) -> list[UUID]:
    """Publications that are out, newest first, behind the place (`at`, `before`); of objects that match `fragment`."""
    query = Publication.select(Publication.id).where(Publication.state == Standing.PUBLISHED.value)
    if at is not None and before is not None:
        query = query.where(
            (Publication.published_at < at) | ((Publication.published_at == at) & (Publication.id < before))
        )
    if fragment:
        query = query.where(contains(Publication.object_search, fragment))
    rows = await query.order_by(Publication.published_at, Publication.id, ascending=False).limit(limit)
    return [row["id"] for row in rows]


async def count_published() -> int:
    """How many results are out."""
    return int(await Publication.count().where(Publication.state == Standing.PUBLISHED.value))


async def _set(publication: UUID, **values: Any) -> None:
    await Publication.update(**values).where(Publication.id == publication)


def _document_rows() -> Any:
    columns = "authority", "visit", "number", "late", "published_at"
    return PublishedDocument.select(
        "id", "publication", "outcome", "version", "document", "digest", "at", *(f"publication.{c}" for c in columns)
    )


def _waiting_rows() -> Any:
    return Publication.select(
        *Publication.all_columns(),
        "visit.rule_set",
        "visit.approved_by",
        "outcome.formed_at",
        "outcome.task.completed_at",
        "outcome.item.name",
    )


def _waiting(row: dict[str, Any]) -> WaitingRow:
    formed, completed = row["outcome.formed_at"], row["outcome.task.completed_at"]
    return WaitingRow(
        id=row["id"],
        authority=row["authority"],
        visit=row["visit"],
        outcome=row["outcome"],
        standing=Standing(row["state"]),
        rule_set=row["visit.rule_set"],
        object_name=row["object_name"],
        item_name=row["outcome.item.name"],
        milestones=Milestones(
            result_formed=local_day(formed),
            task_completed=local_day(completed) if completed else None,
        ),
        started_on=row["started_on"],
        due_on=row["due_on"],
        provisional=row["due_provisional"],
        visit_approved_by=row["visit.approved_by"],
        approved_by=row["approved_by"],
        withholding=_withholding(row),
    )


def _withholding(row: dict[str, Any]) -> Withholding | None:
    if row["withheld_ground"] is None:
        return None
    return Withholding(
        reason=row["withheld_reason"],
        ground=Ground(row["withheld_ground"]),
        by=row["withheld_by"],
        until=row["withheld_until"],
    )


def _document(row: dict[str, Any]) -> DocumentRow:
    return DocumentRow(
        id=row["id"],
        publication=row["publication"],
        authority=row["publication.authority"],
        visit=row["publication.visit"],
        outcome=row["outcome"],
        number=row["publication.number"],
        version=row["version"],
        document=row["document"].encode(),
        digest=row["digest"],
        late=row["publication.late"],
        at=row["at"],
        published_at=row["publication.published_at"],
    )
