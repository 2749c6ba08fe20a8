"""The register of inspectors as a CSV file that an import takes back unchanged: a row for each certificate. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from inspection.policy.terms import StaffCategory
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.facts import UNKNOWN_START, CertificateFacts, InspectorFacts
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole, RelationKind
from inspection.registry.intake.cells import guarded
from inspection.registry.intake.rejects import BYTE_ORDER_MARK

_COLUMNS = tuple(column for column in INSPECTOR_COLUMNS if not column.field.endswith("_2"))
HEADER = tuple(column.synonyms[0] for column in _COLUMNS)
_BETWEEN = "、"
_YES, _NO = "是", "否"
_CATEGORIES: Mapping[str, str] = {
    StaffCategory.CIVIL_SERVANT: "公务员",
    StaffCategory.QUALIFIED: "具有行政执法资格的工作人员",
    StaffCategory.DAILY_SUPERVISION: "从事日常监管工作的人员",
}
_ROLES = {InspectorRole.INSPECTOR: "", InspectorRole.EXPERT: "专家", InspectorRole.ASSISTANT: "协助人员"}
_STATUS = {
    CertificateStatus.VALID: "有效",
    CertificateStatus.SUSPENDED: "暂扣",
    CertificateStatus.REVOKED: "注销",
}
_TIES = {
    RelationKind.KINSHIP: "（亲属）",
    RelationKind.FORMER_EMPLOYMENT: "（曾任职）",
    RelationKind.INVESTMENT: "（投资）",
    RelationKind.OTHER_INTEREST: "",
}


def csv_lines(people: Iterable[InspectorFacts], on: date) -> Iterator[str]:
    """The file, line by line; byte-order mark first, formulas guarded. `on`: the day whose interests are told."""
    yield BYTE_ORDER_MARK + _line(HEADER)
    for person in people:
        for certificate in person.certificates or (None,):
            cells = _person(person, on) | (_certificate(certificate) if certificate else {})
            yield _line(cells.get(column.field, "") for column in _COLUMNS)


def _person(person: InspectorFacts, on: date) -> dict[str, str]:
    ties = {tie.object_code: tie.kind for tie in person.relations if tie.stands(on, on)}
    return {
        "staff_no": person.staff_no,
        "name": person.name,
        "post": person.position or "",
        "unit": person.unit or "",
        "category": _CATEGORIES.get(person.category, ""),
        "role": _ROLES[person.role],
        "person_status": "在岗" if person.active else "离岗",
        "qualification": _BETWEEN.join(person.qualifications),
        "specialty": _BETWEEN.join(person.expertise),
        "area": person.area or "",
        "post_class": person.post_class or "",
        "background": person.background or "",
        "maximum_load": "" if person.maximum_load is None else str(person.maximum_load),
        "leader_capable": _YES if person.leader_capable else _NO,
        "relations": _BETWEEN.join(f"{code}{_TIES[ties[code]]}" for code in sorted(ties)),
    }


def _certificate(held: CertificateFacts) -> dict[str, str]:
    return {
        "number": held.number,
        "issuer": held.issuer,
        "valid_from": "" if held.valid_from == UNKNOWN_START else held.valid_from.isoformat(),
        "valid_until": held.valid_until.isoformat(),
        "scope": _BETWEEN.join(held.scope),
        "scope_area": _BETWEEN.join(held.areas),
        "status": _STATUS[held.status],
        "status_since": held.status_since.isoformat() if held.status_since else "",
        "status_reason": held.status_reason or "",
    }


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()
