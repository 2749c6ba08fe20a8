"""Queries of publications that are not out yet. Rows leave as frozen values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, insert_new, one_of
from inspection.publicity.clock import Due, Milestones
from inspection.publicity.penalties import store as penalties
from inspection.publicity.penalties.store import PenaltyRow
from inspection.publicity.redaction import search_text
from inspection.publicity.release import WAITING, Ground, Readiness, Standing, Withholding
from inspection.publicity.tables import Publication
from inspection.visits.review import store_legal as legal
from inspection.visits.tables import Outcome, Visit


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An item's first outcome that has no publication yet, with the object it is about."""

    outcome: UUID
    visit: UUID
    task: UUID
    authority: UUID
    rule_set: str
    object_name: str
    object_code: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A publication that is not out, with what its release is judged by.

    Of an outcome or of a penalty, never of both; a penalty may have no visit. `item_name` of a penalty: the number of
    its decision; `decided_by`: who approved the record of the visit, or entered the penalty.
    """

    id: UUID
    authority: UUID
    visit: UUID | None
    outcome: UUID | None
    penalty: UUID | None
    standing: Standing
    rule_set: str
    object_name: str
    item_name: str
    milestones: Milestones
    started_on: date | None
    due_on: date | None
    provisional: bool
    decided_by: str | None
    approved_by: str | None
    withholding: Withholding | None
    legal_objected: bool | None = None

    @property
    def stream(self) -> str:
        """The journal stream that its story is told in."""
        return stream_of(self.visit, self.penalty)

    @property
    def readiness(self) -> Readiness:
        return Readiness(
            clock_started=self.started_on is not None,
            visit_approved_by=self.decided_by or "",
            approved_by=self.approved_by,
            withholding=self.withholding,
            legal_objected=self.legal_objected,
        )


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What the public register finds a publication by; `result_codes` between commas, at both ends too."""

    object_name: str
    search: str
    public_code: str | None
    item_code: str | None
    result_codes: str | None


def told_row(object_name: str, object_code: str, item_code: str, result_codes: Sequence[str]) -> ToldRow:
    """The same, of what a document says; what it leaves out is found by nothing."""
    codes = f",{','.join(result_codes)}," if result_codes else None
    return ToldRow(object_name, search_text(object_name, object_code), object_code or None, item_code or None, codes)


def stream_of(visit: UUID | None, penalty: UUID | None) -> str:
    """A penalty has a story of its own, also where a visit led to it; a result's belongs to its visit."""
    return f"penalty:{penalty}" if penalty is not None else f"visit:{visit}"


# As text: put together of Piccolo's objects it costs more than fifty of its rows.
_WAITING = (
    "SELECT p.id, p.authority, p.visit, p.outcome, p.penalty, p.state, p.object_name, p.started_on, p.due_on, "
    "p.due_provisional, p.approved_by, p.withheld_ground, p.withheld_reason, p.withheld_by, p.withheld_until, "
    "v.rule_set AS visit_rule_set, v.approved_by AS visit_approved_by, o.formed_at, t.completed_at, "
    "i.name AS item_name, n.number AS penalty_number, n.decided_on AS penalty_decided_on, "
    "n.rule_set AS penalty_rule_set, n.entered_by AS penalty_entered_by FROM publication p "
    "LEFT JOIN visit v ON v.id = p.visit LEFT JOIN outcome o ON o.id = p.outcome LEFT JOIN task t ON t.id = o.task "
    "LEFT JOIN inspection_item i ON i.id = o.item LEFT JOIN penalty n ON n.id = p.penalty WHERE "
)
_STILL_IN = f"p.state IN ({', '.join(sorted(repr(standing.value) for standing in WAITING))})"
_TO_OPEN = (
    Outcome.id,
    Outcome.task,
    Outcome.visit.id,
    Outcome.visit.authority,
    Outcome.visit.rule_set,
    Outcome.visit._.object._.name,
    Outcome.visit._.object._.code,
)
_IDS = ("id", "authority", "visit", "outcome", "penalty")


async def results_to_open(visit: UUID) -> list[ResultRow]:
    """First outcomes of an approved visit that have no publication yet; those of a visit not approved are none."""
    opened = Publication.select(Publication.outcome).where(Publication.visit == visit).output(as_list=True)
    rows = (
        await Outcome.select(*_TO_OPEN)
        .where(Outcome.visit == visit, Outcome.replaces.is_null(), Outcome.visit.approved_at.is_not_null())
        .order_by(Outcome.id)
    )
    known = set(await opened)
    return [
        ResultRow(
            outcome=row["id"],
            visit=row["visit.id"],
            task=row["task"],
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
                "task": result.task,
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
    return {plain_uuid(outcome) for outcome in fresh}


async def add_penalty_publication(
    publication: UUID, penalty: PenaltyRow, object_name: str, object_code: str, due: Due, at: datetime
) -> None:
    """Open the publication of a penalty; its clock runs from the decision. Of a penalty, so of no outcome."""
    row = {
        "id": publication,
        "authority": penalty.authority,
        "visit": penalty.visit,
        "penalty": penalty.id,
        "state": Standing.OPEN.value,
        "clock": due.start.value,
        "started_on": due.started,
        "due_on": due.day,
        "due_provisional": due.provisional,
        "late": False,
        "object_name": object_name,
        "object_search": search_text(object_name, object_code),
        "object_code": object_code,
        "created_at": at,
    }
    await bulk_insert(Publication, [row])


async def waiting(
    *,
    authority: UUID | None = None,
    visit: UUID | None = None,
    publication: UUID | None = None,
    penalty: UUID | None = None,
    among: Collection[UUID] | None = None,
) -> list[WaitingRow]:
    """Publications that are not out, the earliest due first, those without a due day last. `among`: of these ids."""
    sql, args = _WAITING + _STILL_IN, list[Any]()
    named = {"authority": authority, "visit": visit, "id": publication, "penalty": penalty}
    for column, value in named.items():
        if value is not None:
            sql, args = f"{sql} AND p.{column} = {{}}", [*args, value]
    if among is not None:
        of = "SELECT id FROM publication WHERE {}"
        sql, args = f"{sql} AND p.id IN ({of})", [*args, one_of("id", [str(one) for one in among])]
    found = await ask(sql, *args)
    penalised = await penalties.decided_days({row["visit"] for row in found if row["visit"] is not None})
    rows = [_waiting(row, penalised) for row in found]
    return sorted(await _with_legal(rows), key=lambda row: (row.due_on or date.max, row.id))


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
    """Approved, and looked at for secrets by the same person."""
    await _set(publication, state=standing.value, approved_by=by, approved_at=at, secrecy_reviewed=True)


async def approve_anew(publication: UUID) -> None:
    """The result changed before it was public: what was approved is not what goes out. What is withheld stays so."""
    rows = await Publication.select(Publication.state).where(Publication.id == publication)
    approved = rows[0]["state"] == Standing.APPROVED.value
    again = {"state": Standing.OPEN.value} if approved else {}
    await _set(publication, approved_by=None, approved_at=None, secrecy_reviewed=None, **again)


async def approvals(visit: UUID) -> list[tuple[str, datetime]]:
    """Who approved the publication of this visit's results, and when."""
    rows = await Publication.select(Publication.approved_by, Publication.approved_at).where(
        Publication.visit == visit, Publication.approved_by.is_not_null()
    )
    return [(row["approved_by"], row["approved_at"]) for row in rows]


async def published_at(visit: UUID) -> list[datetime]:
    """When results of this visit went out, corrections of them included."""
    rows = await ask(
        "SELECT document.at FROM published_document document JOIN publication ON publication.id = document.publication "
        "WHERE publication.visit = {}",
        visit,
    )
    return [row["at"] for row in rows]


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


async def name_object(publication: UUID, told: ToldRow) -> None:
    """The object as the document that goes out calls it: it may have been renamed since the publication was opened, or
    not be told.
    """
    await _set(
        publication,
        object_name=told.object_name,
        object_search=told.search,
        public_code=told.public_code,
        item_code=told.item_code,
        result_codes=told.result_codes,
    )


async def mark_withdrawn(publication: UUID) -> None:
    """Nothing of it is found any more, by whatever one looks for it."""
    nothing = {"object_search": "", "public_code": None, "item_code": None, "result_codes": None}
    await _set(publication, state=Standing.WITHDRAWN.value, **nothing)


async def mark_back(publication: UUID) -> None:
    """What was withdrawn is out again, corrected."""
    await _set(publication, state=Standing.PUBLISHED.value)


async def _set(publication: UUID, **values: Any) -> None:
    await Publication.update(**values).where(Publication.id == publication)


async def _with_legal(rows: Sequence[WaitingRow]) -> list[WaitingRow]:
    """The same with what the legal office has still to say of each."""
    standing = await legal.standing_of({row.visit for row in rows if row.visit is not None})
    return [replace(row, legal_objected=standing.get(row.outcome)) if row.outcome in standing else row for row in rows]


def _waiting(row: dict[str, Any], penalised: Mapping[UUID, date]) -> WaitingRow:
    of_penalty = row["penalty"] is not None
    of = "penalty" if of_penalty else "visit"
    ids: dict[str, Any] = {name: plain_uuid(row[name]) if row[name] else None for name in _IDS}
    return WaitingRow(
        **ids,
        standing=Standing(row["state"]),
        rule_set=row[f"{of}_rule_set"],
        object_name=row["object_name"],
        item_name=row["penalty_number"] if of_penalty else row["item_name"],
        milestones=Milestones(
            result_formed=_day(row["formed_at"]),
            task_completed=_day(row["completed_at"]),
            penalty_decided=row["penalty_decided_on"] if of_penalty else penalised.get(row["visit"]),
        ),
        started_on=row["started_on"],
        due_on=row["due_on"],
        provisional=bool(row["due_provisional"]),
        decided_by=row["penalty_entered_by"] if of_penalty else row["visit_approved_by"],
        approved_by=row["approved_by"],
        withholding=_withholding(row),
    )


def _day(instant: datetime | None) -> date | None:
    return local_day(instant) if instant is not None else None


def _withholding(row: dict[str, Any]) -> Withholding | None:
    if row["withheld_ground"] is None:
        return None
    return Withholding(
        reason=row["withheld_reason"],
        ground=Ground(row["withheld_ground"]),
        by=row["withheld_by"],
        until=row["withheld_until"],
    )
