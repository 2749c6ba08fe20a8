"""Queries of reports."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_instant, ask
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from inspection.oversight.reports.rules import Made, ReportKind
from inspection.oversight.reports.tables import Report, ReportFiling


@dataclass(frozen=True, slots=True)
class Filing:
    """That one of the bodies (`body`: its code) was given the report. `reference`: by which letter."""

    body: str
    reference: str
    filed_by: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One version of a report; `value` is its frozen text, `digest` that text's SHA-256 (hex)."""

    id: UUID
    authority: UUID
    kind: ReportKind
    period: str
    version: int
    number: str
    first: date
    last: date
    due_on: date | None
    rule_set: str
    value: str = field(repr=False)
    digest: str
    drafted_by: str
    drafted_name: str
    drafted_at: datetime
    approved_by: str | None = None
    approved_name: str | None = None
    approved_at: datetime | None = None
    filings: tuple[Filing, ...] = ()


_COLUMNS = tuple(name for name in ReportRow.__dataclass_fields__ if name != "filings")
_HEADS = tuple(name for name in _COLUMNS if name != "value")


async def add(row: ReportRow) -> None:
    told = {name: value for name, value in asdict(row).items() if name in _COLUMNS}
    await bulk_insert(Report, [told | {"kind": row.kind.value}])


async def report(report_id: UUID, *, lock: bool = False) -> ReportRow | None:
    """One version with where it was filed; with `lock` kept from others until commit."""
    if lock:
        await Report.raw(f"SELECT id FROM report WHERE id = {{}}{for_update()}", report_id)
    row = await Report.select(*_COLUMNS).where(Report.id == report_id).first()
    return _row(row, await _filings([report_id])) if row else None


async def newest_version(authority: UUID, period: str) -> int:
    """The number of the newest version of a period, 0 without any."""
    rows = await Report.select(Report.version).where(Report.authority == authority, Report.period == period)
    return max((row["version"] for row in rows), default=0)


async def reports(authority: UUID, years: Collection[int] = ()) -> list[ReportRow]:
    """All versions without their texts, the newest first; of these years, or of all."""
    query = Report.select(*_HEADS).where(Report.authority == authority)
    if years:
        query = query.where(Report.first >= date(min(years), 1, 1), Report.last <= date(max(years), 12, 31))
    rows = await query.order_by(Report.drafted_at, ascending=False).order_by(Report.id, ascending=False)
    filings = await _filings([row["id"] for row in rows])
    return [_row({**row, "value": ""}, filings) for row in rows]


async def approve(report_id: UUID, by: str, name: str, at: datetime) -> None:
    values: dict[str, Any] = {"approved_by": by, "approved_name": name, "approved_at": at}
    await Report.update(**values).where(Report.id == report_id)


async def add_filing(row_id: UUID, report_id: UUID, filing: Filing) -> bool:
    """Keep that a body was given a report; False when it was before."""
    row = {"id": row_id, "report": report_id, **asdict(filing)}
    return bool(await bulk_insert(ReportFiling, [row], on_conflict="nothing"))


async def made(authority: UUID, years: Collection[int]) -> dict[str, Made]:
    """By period, how far its newest version is; an approved one stands until a newer one is approved."""
    found: dict[str, ReportRow] = {}
    for row in sorted(await reports(authority, years), key=lambda one: one.version):
        before = found.get(row.period)
        if before is None or before.approved_at is None or row.approved_at is not None:
            found[row.period] = row
    return {
        period: Made(
            local_day(row.approved_at) if row.approved_at else None,
            {one.body: local_day(one.filed_at) for one in row.filings},
        )
        for period, row in found.items()
    }


async def founded_on(authority: UUID) -> date:
    """The day since which the authority is here."""
    rows = await ask("SELECT founded_at FROM authority WHERE id = {}", authority)
    return local_day(as_instant(rows[0]["founded_at"])) if rows else date.max


async def _filings(reports_: Collection[UUID]) -> dict[UUID, list[Filing]]:
    found: dict[UUID, list[Filing]] = {}
    if not reports_:
        return found
    named = ("report", "body", "reference", "filed_by", "filed_at")
    rows = await ReportFiling.select(*named).where(ReportFiling.report.is_in(list(reports_)))
    for row in sorted(rows, key=lambda one: (one["filed_at"], one["body"])):
        told = Filing(row["body"], row["reference"], row["filed_by"], row["filed_at"])
        found.setdefault(plain_uuid(row["report"]), []).append(told)
    return found


def _row(row: Mapping[str, Any], filings: Mapping[UUID, list[Filing]]) -> ReportRow:
    key = plain_uuid(row["id"])
    told = {"id": key, "authority": plain_uuid(row["authority"]), "kind": ReportKind(row["kind"])}
    return ReportRow(**{**row, **told}, filings=tuple(filings.get(key, ())))
