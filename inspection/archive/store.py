"""All queries of the archive. Rows leave as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from piccolo.custom_types import Combinable

from inspection.registry.inspectors.tables import Certificate
from inspection.visits.tables import Entry, Review, TeamMember, Visit, VisitTask


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit as its dossier names it."""

    id: UUID
    authority: UUID
    authority_code: str
    authority_name: str
    rule_set: str
    rule_digest: str | None
    object_id: UUID
    object_name: str
    object_code: str
    starts_on: date
    ends_on: date
    leader: UUID | None
    unsealed_at: datetime | None
    approved_at: datetime | None
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task that the visit served, with its plan, its checklist and its draw."""

    task_id: UUID
    task_number: str
    task_name: str
    draw_mode: str
    item_code: str
    item_name: str
    plan_year: int | None
    plan_version: int | None
    plan_name: str | None
    checklist_code: str
    checklist_version: int
    checklist_digest: str
    checklist_body: str
    draw: UUID | None
    ticket: UUID | None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member of the team; `certificates` as issuer and number."""

    inspector: UUID
    name: str
    how: str
    joined_at: datetime
    left_at: datetime | None
    certificates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry with the exact bytes that were signed; `body` None after an erasure."""

    hash: str
    kid: str
    alg: str
    header: bytes
    body: bytes | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A leader's decision on the record."""

    decision: str
    seen: str
    remarks: str
    media_certified: bool
    by: str
    by_name: str
    at: datetime


async def visit_facts(visit: UUID) -> VisitFacts | None:
    """The visit, or None for an unknown one."""
    own = (
        *("id", "authority", "rule_set", "rule_digest", "starts_on", "ends_on", "leader"),
        *("unsealed_at", "approved_at", "approved_by"),
    )
    joined = ("authority.code", "authority.name", "object.id", "object.name", "object.code")
    row = await Visit.select(*own, *joined).where(Visit.id == visit).first()
    if row is None:
        return None
    renamed = {name.replace(".", "_"): row[name] for name in joined}
    return VisitFacts(**{name: row[name] for name in own}, **renamed)


async def task_facts(visits: Sequence[UUID]) -> list[TaskFacts]:
    """The tasks of visits that are one, by number."""
    rows = await VisitTask.select(
        *("draw", "ticket", "task.id", "task.number", "task.name", "task.draw_mode", "item.code", "item.name"),
        *("task.plan_line.plan.year", "task.plan_line.plan.version", "task.plan_line.plan.name"),
        *("checklist.code", "checklist.version", "checklist.digest", "checklist.body"),
    ).where(VisitTask.visit.is_in(list(visits)))
    return sorted((_task(row) for row in rows), key=lambda task: task.task_number)


async def team(visits: Sequence[UUID]) -> list[MemberFacts]:
    """Everybody who was ever on the team of visits that are one, by id."""
    rows = await TeamMember.select("inspector", "inspector.name", "how", "joined_at", "left_at").where(
        TeamMember.visit.is_in(list(visits))
    )
    cards = await Certificate.select("inspector", "issuer", "number").where(
        Certificate.inspector.is_in([row["inspector"] for row in rows] or list(visits))
    )
    return sorted(
        (
            MemberFacts(
                inspector=row["inspector"],
                name=row["inspector.name"],
                how=row["how"],
                joined_at=row["joined_at"],
                left_at=row["left_at"],
                certificates=tuple(
                    sorted((c["issuer"], c["number"]) for c in cards if c["inspector"] == row["inspector"])
                ),
            )
            for row in rows
        ),
        key=lambda member: member.inspector,
    )


async def entries(visits: Sequence[UUID]) -> list[EntryLine]:
    """The entries of visits that are one, visit by visit in the order of their arrival."""
    return await _entries(Entry.visit.is_in(list(visits)))


async def entries_numbered(visit: UUID, first: int, last: int) -> list[EntryLine]:
    """The entries of one visit whose numbers are `first` to `last`, in order."""
    return await _entries((Entry.visit == visit) & (Entry.vseq >= first) & (Entry.vseq <= last))


async def _entries(wanted: Combinable) -> list[EntryLine]:
    names = ("hash", "kid", "alg", "header", "body", "signature")
    rows = await Entry.select(*names).where(wanted).order_by(Entry.visit, Entry.vseq, Entry.hash)
    return [
        EntryLine(
            hash=row["hash"],
            kid=row["kid"],
            alg=row["alg"],
            header=bytes(row["header"]),
            body=None if row["body"] is None else bytes(row["body"]),
            signature=bytes(row["signature"]),
        )
        for row in rows
    ]


async def reviews(visit: UUID) -> list[ReviewFacts]:
    """The leader's decisions, the oldest first."""
    names = ("decision", "seen", "remarks", "media_certified", "by", "by_name", "at")
    rows = await Review.select(*names).where(Review.visit == visit).order_by(Review.at, Review.id)
    return [ReviewFacts(**row) for row in rows]


def _task(row: dict[str, Any]) -> TaskFacts:
    plan = "task.plan_line.plan"
    return TaskFacts(
        task_id=row["task.id"],
        task_number=row["task.number"],
        task_name=row["task.name"],
        draw_mode=row["task.draw_mode"],
        item_code=row["item.code"],
        item_name=row["item.name"],
        plan_year=row[f"{plan}.year"],
        plan_version=row[f"{plan}.version"],
        plan_name=row[f"{plan}.name"],
        checklist_code=row["checklist.code"],
        checklist_version=row["checklist.version"],
        checklist_digest=row["checklist.digest"],
        checklist_body=row["checklist.body"],
        draw=row["draw"],
        ticket=row["ticket"],
    )
