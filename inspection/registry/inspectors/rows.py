"""Rows of an inspector register (执法检查人员名录) as drafts. Pure."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from inspection.kernel.canonical import digest_of
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected


class StaffCategory(StrEnum):
    """Who may stand in the register (兴隆台 二(四), 威海 第十条)."""

    CIVIL_SERVANT = "civil_servant"  # 公务员
    QUALIFIED = "qualified"  # 具有行政执法资格的工作人员
    DAILY_SUPERVISION = "daily_supervision"  # 从事日常监管工作的人员


@dataclass(frozen=True, slots=True)
class CertificateDraft:
    """An enforcement certificate (执法证), unique by issuer and number; valid on both its days and between them."""

    issuer: str
    number: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InspectorDraft:
    """What the register says of one inspector: six fields (安岳 1.4b), certificate and what the draw asks for.

    `staff_no` is the person's own number, or the certificate's where the register has none: then a renewed certificate
    under another number is another person to us.
    """

    staff_no: str
    name: str
    position: str | None
    unit: str
    category: StaffCategory
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    relations: tuple[str, ...]
    leader_capable: bool
    certificate: CertificateDraft | None

    @property
    def key(self) -> str:
        return self.staff_no

    def digest(self) -> str:
        """SHA-256 (hex) of all facts, the certificate included."""
        facts = asdict(self)
        if self.certificate is not None:
            facts["certificate"]["valid_from"] = self.certificate.valid_from.isoformat()
            facts["certificate"]["valid_until"] = self.certificate.valid_until.isoformat()
        return digest_of(facts)


# No numbering rule is public: length 4–32, letters, digits, hyphens, perhaps a Chinese prefix.
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff（）()〔〕\[\]\-]{4,32}")
_NO = frozenset({"否", "no", "false", "0"})
_CATEGORIES = (
    ("公务员", StaffCategory.CIVIL_SERVANT),
    ("执法资格", StaffCategory.QUALIFIED),
    ("日常监管", StaffCategory.DAILY_SUPERVISION),
)


def read_inspector(columns: ColumnMap, row: RawRow) -> Good[InspectorDraft] | Rejected:
    """One row of an inspector register.

    Without a certificate the person stands in the register, but is never sent out: a warning says so. A certificate
    number without issuer or validity is a reason.
    """
    reader = RowReader(columns, row.cells)
    qualifications = reader.list_of("qualification", 500)
    certificate = _certificate(reader, qualifications)
    staff_no = reader.text("staff_no", 60, one_line=True) or (certificate.number if certificate else "")
    category = reader.text("category", 80)
    draft = InspectorDraft(
        staff_no=staff_no,
        name=reader.text("name", 120, required=True, one_line=True),
        position=reader.optional("post", 120),
        unit=reader.text("unit", 200, required=True, one_line=True),
        category=_category(category, certified=certificate is not None),
        qualifications=qualifications,
        expertise=reader.list_of("specialty", 500),
        area=reader.optional("area", 200),
        relations=reader.list_of("relations", 2000),
        leader_capable=reader.text("leader_capable", 10).casefold() not in _NO,
        certificate=certificate,
    )
    if not staff_no and not reader.reasons:
        reader.reasons.append(remark(Reason.VALUE_MISSING, column=reader.title("number")))
    if reader.reasons:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    warnings: tuple[Remark, ...] = ()
    if certificate is None:
        warnings = (remark(Oddity.NO_CERTIFICATE, name=draft.name),)
    return Good(row.number, row.cells, draft, draft.digest(), warnings)


def _category(word: str, *, certified: bool) -> StaffCategory:
    for known, category in _CATEGORIES:
        if known in word or word.casefold() == category:
            return category
    return StaffCategory.QUALIFIED if certified else StaffCategory.DAILY_SUPERVISION


def _certificate(reader: RowReader, scope: tuple[str, ...]) -> CertificateDraft | None:
    number, issuer = reader.text("number", 60, one_line=True), reader.text("issuer", 200)
    valid_from, valid_until = reader.day("valid_from"), reader.day("valid_until")
    if not number:
        return None
    if not _NUMBER.fullmatch(number):
        reader.reasons.append(remark(Reason.CERTIFICATE_SHAPE, value=number))
        return None
    if not issuer or valid_from is None or valid_until is None:
        if not reader.reasons:
            reader.reasons.append(remark(Reason.CERTIFICATE_INCOMPLETE, value=number))
        return None
    if valid_until < valid_from:
        reader.reasons.append(remark(Reason.DATES_REVERSED, first=valid_from.isoformat(), last=valid_until.isoformat()))
        return None
    return CertificateDraft(issuer, number, valid_from, valid_until, scope)
