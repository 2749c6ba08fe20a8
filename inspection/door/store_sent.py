"""Queries of what came through doors. Rows leave as frozen values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.door.tables import Rating, Rectification, RectificationFile, Remark, WaitingRemark
from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, insert_new, one_of
from inspection.publicity.objections.rows import HandedIn

_RECTIFICATION: Final = ("id", "visit", "form", "note", "late", "at")


@dataclass(frozen=True, slots=True)
class RectificationRow:
    """What a party handed in to show that something was put right. `form`: what is kept of its form's name."""

    id: UUID
    visit: UUID
    form: str
    note: str
    late: bool
    at: datetime
    files: tuple[HandedIn, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A visit's rating: `marks` as canonical JSON."""

    visit: UUID
    marks: str
    rated_on: date


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """An anonymous remark. `month`: YYYY-MM."""

    id: UUID
    authority: UUID
    month: str
    text: str


# -- what was put right --------------------------------------------------------------------------------------------


async def add_rectification(row: RectificationRow, file_ids: Sequence[UUID]) -> None:
    """Insert it with its files, an id for each of them."""
    await bulk_insert(Rectification, [{name: getattr(row, name) for name in _RECTIFICATION}])
    files = [
        {"id": key, "rectification": row.id, "digest": one.digest, "name": one.name}
        for key, one in zip(file_ids, row.files, strict=True)
    ]
    if files:
        await bulk_insert(RectificationFile, files)


async def rectifications(visits: Collection[UUID]) -> list[RectificationRow]:
    """All that was handed in for these visits, the oldest first."""
    if not visits:
        return []
    named = ", ".join(_RECTIFICATION)
    rows = await ask(
        f"SELECT {named} FROM rectification WHERE {{}} ORDER BY at, id", one_of("visit", [str(one) for one in visits])
    )
    files = await _files([plain_uuid(row["id"]) for row in rows])
    return [_rectification(row, tuple(files.get(plain_uuid(row["id"]), ()))) for row in rows]


async def rectification_of_form(visit: UUID, form: str) -> RectificationRow | None:
    """What came in with this form of this visit."""
    return next((row for row in await rectifications([visit]) if row.form == form), None)


async def files_of(visit: UUID) -> list[HandedIn]:
    """All files that came through the door of a visit, those of its objections included."""
    rows = await ask(
        "SELECT file.digest, file.name FROM rectification_file file JOIN rectification said "
        "ON said.id = file.rectification WHERE said.visit = {} UNION ALL "
        "SELECT file.digest, file.name FROM objection_file file JOIN objection said "
        "ON said.id = file.objection WHERE said.visit = {}",
        visit,
        visit,
    )
    return [HandedIn(row["digest"], row["name"]) for row in rows]


async def _files(handed_in: Collection[UUID]) -> dict[UUID, list[HandedIn]]:
    if not handed_in:
        return {}
    found: dict[UUID, list[HandedIn]] = {}
    rows = await ask(
        "SELECT rectification, digest, name FROM rectification_file WHERE {} ORDER BY id",
        one_of("rectification", [str(one) for one in handed_in]),
    )
    for row in rows:
        found.setdefault(plain_uuid(row["rectification"]), []).append(HandedIn(row["digest"], row["name"]))
    return found


def _rectification(row: dict[str, Any], files: tuple[HandedIn, ...]) -> RectificationRow:
    return RectificationRow(
        id=plain_uuid(row["id"]),
        visit=plain_uuid(row["visit"]),
        form=row["form"],
        note=row["note"],
        late=bool(row["late"]),
        at=row["at"],
        files=files,
    )


# -- ratings -------------------------------------------------------------------------------------------------------


async def add_rating(row: RatingRow) -> bool:
    """False when the visit was rated already."""
    values = {"visit": row.visit, "marks": row.marks, "rated_on": row.rated_on}
    return bool(await insert_new(Rating, [values], "visit"))


async def rating(visit: UUID) -> RatingRow | None:
    rows = await ask("SELECT visit, marks, rated_on FROM rating WHERE visit = {}", visit)
    return _rating(rows[0]) if rows else None


async def ratings(authority: UUID, first: date, last: date) -> list[RatingRow]:
    """The ratings that visits of an authority got from `first` to `last`."""
    rows = await ask(
        # CROSS JOIN: SQLite begins with the days, not with all visits of an authority.
        "SELECT rated.visit, rated.marks, rated.rated_on FROM rating rated CROSS JOIN visit "
        "WHERE visit.id = rated.visit AND visit.authority = {} "
        "AND rated.rated_on >= {} AND rated.rated_on <= {} ORDER BY rated.visit",
        authority,
        first,
        last,
    )
    return [_rating(row) for row in rows]


def _rating(row: dict[str, Any]) -> RatingRow:
    return RatingRow(plain_uuid(row["visit"]), row["marks"], row["rated_on"])


# -- remarks -------------------------------------------------------------------------------------------------------


async def add_waiting(row: RemarkRow) -> None:
    """Let a remark wait; the same one twice waits, or is told, once."""
    told = await ask("SELECT 1 AS found FROM remark WHERE id = {}", row.id)
    if not told:
        await bulk_insert(WaitingRemark, [_values(row)], on_conflict="nothing")


async def waiting_remarks() -> list[RemarkRow]:
    """All remarks that wait, by id: in no order of time."""
    rows = await ask("SELECT id, authority, month, text FROM remark_waiting ORDER BY id")
    return [_remark(row) for row in rows]


async def tell(rows: Collection[RemarkRow]) -> int:
    """Take these out of those that wait and write them down together, by id; how many there were."""
    ordered = sorted(rows, key=lambda row: row.id)
    gone = (
        await WaitingRemark.delete()
        .where(WaitingRemark.id.is_in([row.id for row in ordered]))
        .returning(WaitingRemark.id)
    )
    ids = {plain_uuid(row["id"]) for row in gone}
    await bulk_insert(Remark, [_values(row) for row in ordered if row.id in ids])
    return len(ids)


async def remarks(authority: UUID, after: UUID | None, limit: int) -> list[RemarkRow]:
    """A page of what was told of an authority, by id, those behind `after`."""
    rows = await ask(
        "SELECT id, authority, month, text FROM remark WHERE authority = {} AND id > {} ORDER BY id LIMIT {}",
        authority,
        after or UUID(int=0),
        limit,
    )
    return [_remark(row) for row in rows]


def _values(row: RemarkRow) -> dict[str, Any]:
    return {"id": row.id, "authority": row.authority, "month": row.month, "text": row.text}


def _remark(row: dict[str, Any]) -> RemarkRow:
    return RemarkRow(plain_uuid(row["id"]), plain_uuid(row["authority"]), row["month"], row["text"])
