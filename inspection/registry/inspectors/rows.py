"""Rows of an inspector register (执法检查人员名录) as drafts. Pure; what several rows say of one person is put together
by `people`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from inspection.kernel.canonical import digest_of
from inspection.policy.terms import StaffCategory
from inspection.registry.inspectors.certificate_cells import CertificateDraft, read_certificates
from inspection.registry.inspectors.terms import (
    RELATION_WORDS,
    ROLE_WORDS,
    STANDING_WORDS,
    InspectorRole,
    RelationKind,
)
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.codes import read_code

T = TypeVar("T")

MOST_OBJECTS = 1000  # a person inspects fewer in any period


@dataclass(frozen=True, slots=True)
class RelationDraft:
    """An object that the person must not inspect, by its code."""

    object_code: str
    kind: RelationKind


@dataclass(frozen=True, slots=True)
class InspectorDraft:
    """What one row says of one person: six fields (安岳 一(四)), certificates, and what the draw asks for.

    `told`: the columns that the file has; what it does not have stays as the register holds it. `given_no` is empty
    where the file numbers nobody. A category, standing or readiness to lead that is not said is None.
    """

    given_no: str
    name: str
    position: str | None
    unit: str
    category: StaffCategory | None
    role: InspectorRole
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    post_class: str | None
    background: str | None
    maximum_load: int | None
    leader_capable: bool | None
    active: bool | None
    relations: tuple[RelationDraft, ...]
    certificates: tuple[CertificateDraft, ...]
    told: frozenset[str]

    @property
    def key(self) -> str:
        """Tells rows apart: one person may have several, each with other certificates."""
        who = self.given_no or f"{self.name}（{self.unit}）"
        return " ".join([who, *(f"{one.issuer} {one.number}" for one in self.certificates)])

    def digest(self) -> str:
        """SHA-256 (hex) of all facts, the certificates included."""
        facts = asdict(self) | {"told": sorted(self.told)}
        facts["certificates"] = [one.as_json() for one in self.certificates]
        return digest_of(facts)


_NO = frozenset({"否", "no", "false", "0", "无"})
_YES = frozenset({"是", "yes", "true", "1"})
_CATEGORIES: Mapping[str, StaffCategory] = {
    "公务员": StaffCategory.CIVIL_SERVANT,
    StaffCategory.CIVIL_SERVANT.value: StaffCategory.CIVIL_SERVANT,
    "执法资格": StaffCategory.QUALIFIED,
    StaffCategory.QUALIFIED.value: StaffCategory.QUALIFIED,
    "日常监管": StaffCategory.DAILY_SUPERVISION,
    StaffCategory.DAILY_SUPERVISION.value: StaffCategory.DAILY_SUPERVISION,
}


def read_inspector(columns: ColumnMap, row: RawRow) -> Good[InspectorDraft] | Rejected:
    """One row of an inspector register.

    A certificate number without issuer or last day is a reason, and so is anything in a column of days, numbers or
    standing that cannot be read as such. Words of a category that nobody knows are a warning.
    """
    reader = RowReader(columns, row.cells)
    warnings: list[Remark] = []
    certificates = read_certificates(reader, columns, row.cells, warnings)
    expertise, category_word = reader.list_of("specialty", 500), reader.text("category", 80)
    role, more = _role(reader, category_word, certified=bool(certificates))
    draft = InspectorDraft(
        given_no=reader.text("staff_no", 60, one_line=True),
        name=reader.text("name", 120, required=True, one_line=True),
        position=reader.optional("post", 120),
        unit=reader.text("unit", 200, required=True, one_line=True),
        category=_category(category_word, role, warnings),
        role=role,
        qualifications=reader.list_of("qualification", 500),
        expertise=tuple(sorted({*expertise, *more})),
        area=reader.optional("area", 200),
        post_class=reader.optional("post_class", 120),
        background=reader.optional("background", 200),
        maximum_load=reader.number("maximum_load", MOST_OBJECTS),
        leader_capable=_leader(reader.text("leader_capable", 10)),
        active=_standing(reader.text("person_status", 80), warnings),
        relations=_relations(reader),
        certificates=certificates,
        told=frozenset(columns.places),
    )
    if reader.reasons:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    if not certificates and draft.role is InspectorRole.INSPECTOR:
        warnings.append(remark(Oddity.NO_CERTIFICATE, name=draft.name))
    return Good(row.number, row.cells, draft, draft.digest(), tuple(warnings))


def meant(word: str, words: Mapping[str, T]) -> T | None:
    """The first known word that occurs in a cell says what is meant; None when none does."""
    folded = word.casefold()
    return next((value for known, value in words.items() if known in folded), None)


def _role(reader: RowReader, category: str, *, certified: bool) -> tuple[InspectorRole, tuple[str, ...]]:
    """An expert or assistant by the words of the row, and words of expertise that stood in the expert's column.

    Who holds a certificate stays an inspector, however expert: the real template's 是否专家 marks officers, too.
    """
    word = reader.text("role", 200)
    told = meant(category, ROLE_WORDS) or meant(word, ROLE_WORDS)
    filled = bool(word) and word.casefold() not in _NO
    more = (word,) if filled and told is None and word.casefold() not in _YES | set(InspectorRole) else ()
    expert_column = "专家" in reader.title("role") or reader.title("role").casefold() == InspectorRole.EXPERT
    if certified or word.casefold() == InspectorRole.INSPECTOR:
        return InspectorRole.INSPECTOR, more
    if told is not None:
        return InspectorRole(told), more
    return (InspectorRole.EXPERT if filled and expert_column else InspectorRole.INSPECTOR), more


def _category(word: str, role: InspectorRole, warnings: list[Remark]) -> StaffCategory | None:
    found = meant(word, _CATEGORIES)
    if word and found is None and role is InspectorRole.INSPECTOR:
        warnings.append(remark(Oddity.CATEGORY_UNKNOWN, value=word))
    return found


def _leader(word: str) -> bool | None:
    return word.casefold() not in _NO if word else None


def _standing(word: str, warnings: list[Remark]) -> bool | None:
    if not word:
        return None
    found = meant(word, STANDING_WORDS)
    if found is None:
        warnings.append(remark(Oddity.STANDING_UNKNOWN, value=word))
    return found


def _relations(reader: RowReader) -> tuple[RelationDraft, ...]:
    """Codes, each with the kind in brackets where it is told: `9137…（亲属）`. A code that cannot be read is a reason:
    a recusal that names nobody would be none.
    """
    found: dict[str, RelationDraft] = {}
    for part in reader.list_of("relations", 2000):
        told, _, word = part.replace("（", "(").partition("(")
        code = read_code(told)
        if isinstance(code, Remark):
            reader.reasons.append(code)
            continue
        kind = RelationKind(meant(word, RELATION_WORDS) or RelationKind.OTHER_INTEREST)
        found.setdefault(code.code, RelationDraft(code.code, kind))
    return tuple(found.values())
