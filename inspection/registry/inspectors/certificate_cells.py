"""The certificates of one row, side by side: number, issuer, days, scope, status of each. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from inspection.kernel.canonical import JSON
from inspection.registry.inspectors.columns import TITLES
from inspection.registry.inspectors.facts import UNKNOWN_START
from inspection.registry.inspectors.terms import CERTIFICATE_WORDS, CertificateStatus
from inspection.registry.intake.cells import RowReader, read_day
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark

# No numbering rule is public: length 4–32, letters, digits, hyphens, perhaps a Chinese prefix.
NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff（）()〔〕\[\]\-]{4,32}")
_SPAN = re.compile(r"(.+?)\s*(?:至|到|~|～|—+|–)\s*(.+)")
_DASHED = re.compile(r"([\d./年月日]{6,12})\s*-\s*([\d./年月日]{2,12})")
_GROUPS = ("", "_2")


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """An enforcement certificate (执法证), unique by issuer and number; valid on both its days and between them.

    Where the file says nothing of its scope, areas or status, they are None and stay as they are.
    """

    issuer: str
    number: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None
    status: CertificateStatus | None = None
    status_since: date | None = None
    status_reason: str | None = None

    @property
    def identity(self) -> tuple[str, str]:
        return self.issuer, self.number

    def as_json(self) -> dict[str, JSON]:
        """All facts as JSON values."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


def read_certificates(
    reader: RowReader, columns: ColumnMap, cells: Sequence[str], warnings: list[Remark]
) -> tuple[CertificateDraft, ...]:
    """The row's certificates in the order of their columns; notes reasons and warnings."""
    return tuple(_each(reader, columns, cells, warnings))


def _each(
    reader: RowReader, columns: ColumnMap, cells: Sequence[str], warnings: list[Remark]
) -> Iterator[CertificateDraft]:
    seen: set[tuple[str, str]] = set()
    for group in _GROUPS:
        told = {name for name in columns.places if columns.value(cells, name)}
        found = _one(reader, group, told, warnings)
        if found is not None and found.identity not in seen:
            seen.add(found.identity)
            yield found


def _one(reader: RowReader, group: str, told: set[str], warnings: list[Remark]) -> CertificateDraft | None:
    number = reader.text(f"number{group}", 60, one_line=True)
    issuer = reader.text(f"issuer{group}", 200, one_line=True)
    first, last = _days(reader, group)
    status = _status(reader, group)
    since, reason = reader.day(f"status_since{group}"), reader.optional(f"status_reason{group}", 500)
    scope, areas = reader.list_of(f"scope{group}", 1000), reader.list_of(f"scope_area{group}", 500)
    if not number:
        if issuer or first or last:
            reader.reasons.append(remark(Reason.VALUE_MISSING, column=_title(reader, f"number{group}")))
        return None
    if not NUMBER.fullmatch(number):
        reader.reasons.append(remark(Reason.CERTIFICATE_SHAPE, value=number))
        return None
    if not issuer and (issuer := _issuer_of(reader.title(f"number{group}"))):
        warnings.append(remark(Oddity.ISSUER_FROM_HEADER, value=number, issuer=issuer))
    if not issuer or last is None:
        if not reader.reasons:
            reader.reasons.append(remark(Reason.CERTIFICATE_INCOMPLETE, value=number))
        return None
    if first is None:
        first = UNKNOWN_START
        warnings.append(remark(Oddity.START_UNKNOWN, value=number))
    if last < first:
        reader.reasons.append(remark(Reason.DATES_REVERSED, first=first.isoformat(), last=last.isoformat()))
        return None
    return CertificateDraft(
        issuer,
        number,
        first,
        last,
        scope if f"scope{group}" in told else None,
        areas if f"scope_area{group}" in told else None,
        status,
        since,
        reason,
    )


def _days(reader: RowReader, group: str) -> tuple[date | None, date | None]:
    """First and last day; a cell of validity may hold both: 2021-01-01至2025-12-31."""
    first, field = reader.day(f"valid_from{group}"), f"valid_until{group}"
    value = reader.text(field, 80)
    if not value:
        return first, None
    both = _SPAN.fullmatch(value) or _DASHED.fullmatch(value)
    if both is None or read_day(value) is not None:
        last = read_day(value)
    else:
        begins, last = read_day(both[1]), read_day(both[2])
        last = last if begins is not None else None
        first = first or begins
    if last is None:
        reader.reasons.append(remark(Reason.DATE_SHAPE, column=_title(reader, field), value=value))
    return first, last


def _status(reader: RowReader, group: str) -> CertificateStatus | None:
    field = f"status{group}"
    word = reader.text(field, 60).casefold()
    if not word:
        return None
    for known, status in CERTIFICATE_WORDS.items():
        if known in word:
            return CertificateStatus(status)
    reader.reasons.append(remark(Reason.CERTIFICATE_STATUS, column=_title(reader, field), value=word))
    return None


def _issuer_of(header: str) -> str:
    """Who issued the certificates of a column that has no issuers beside it: 省政府执法证编号 → 省政府."""
    before, mark, _ = header.partition("执法证")
    return before.strip() if mark and before.strip() != "行政" else ""


def _title(reader: RowReader, field: str) -> str:
    title = reader.title(field)
    return TITLES[field] if title == field else title
