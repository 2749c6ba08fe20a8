"""People of the tests: files of them, and entries as the register tells them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.facts import AbsenceFacts, CertificateFacts, InspectorFacts
from inspection.registry.inspectors.rows import InspectorDraft, read_inspector
from inspection.registry.inspectors.terms import AbsenceKind, CertificateStatus, InspectorRole
from inspection.registry.intake.rows import Good, Rejected, body_of
from inspection.registry.intake.sheet import take
from tests.inspection.registry.files import csv_of

SIX = "姓名,职务,工作单位,执法证号,执法资质,业务专长,发证机关,有效期起,有效期止"
WANG = ("王一", "科员", "商贸科", "鲁K0001", "商务执法", "成品油", "某省司法厅", "2025-01-01", "2027-12-31")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ME = UUID(int=1)


def file_of(header: str, *rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return csv_of(rows, header.split(","), encoding)


def read_all(data: bytes) -> list[Good[InspectorDraft] | Rejected]:
    return list(body_of(take(data).rows(), INSPECTOR_COLUMNS).results(read_inspector))


def read_one(header: str, *cells: str) -> Good[InspectorDraft] | Rejected:
    return read_all(file_of(header, cells))[0]


def draft_of(header: str, *cells: str) -> InspectorDraft:
    found = read_one(header, *cells)
    assert isinstance(found, Good), found
    return found.draft


def keys(found: Good[InspectorDraft] | Rejected) -> list[str]:
    return [one.key.name for one in (found.reasons if isinstance(found, Rejected) else found.warnings)]


def certificate(first: date = date(2025, 1, 1), last: date = date(2027, 12, 31), **more: Any) -> CertificateFacts:
    plain = CertificateFacts(UUID(int=9), "某厅", "A-0001", first, last, (), (), CertificateStatus.VALID, None, None)
    return replace(plain, **more)


def person(*certificates: CertificateFacts, **more: Any) -> InspectorFacts:
    """An inspector against whom nothing speaks but, perhaps, the certificates."""
    plain = InspectorFacts(
        id=ME,
        authority=UUID(int=2),
        staff_no="S1",
        name="王一",
        position="科员",
        unit_id=UUID(int=3),
        unit="商贸科",
        category="qualified",
        role=InspectorRole.INSPECTOR,
        qualifications=("商务执法",),
        expertise=(),
        area=None,
        post_class=None,
        background=None,
        maximum_load=None,
        leader_capable=True,
        active=True,
        standing_reason=None,
        certificates=certificates,
        absences=(),
        relations=(),
        unreviewed=False,
    )
    return replace(plain, **more)


def away(first: date, last: date) -> AbsenceFacts:
    return AbsenceFacts(UUID(int=8), ME, AbsenceKind.TRAINING, None, first, last, "office", AT, None, None)
