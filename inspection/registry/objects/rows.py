"""Rows of an object register (检查对象名录) as drafts: what each says, or why it cannot be taken. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from inspection.kernel.canonical import sha256_hex
from inspection.registry.intake.cells import RowReader, listed, plain_cells
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.codes import CodeKind, CodeReading, read_code


class ObjectKind(StrEnum):
    """What an inspection object is."""

    ENTERPRISE = "enterprise"  # 企业
    INDIVIDUAL = "individual"  # 个体工商户
    COOPERATIVE = "cooperative"  # 农民专业合作社
    REPRESENTATIVE_OFFICE = "representative_office"  # 外国企业常驻代表机构
    INSTITUTION = "institution"  # 机关、事业单位、社会组织
    PRODUCT = "product"  # 产品
    PROJECT = "project"  # 项目
    CONDUCT = "conduct"  # 行为
    OTHER = "other"


class ObjectStatus(StrEnum):
    """Whether there is still anything to inspect."""

    ACTIVE = "active"  # 存续
    SUSPENDED = "suspended"  # 停业、歇业
    REVOKED = "revoked"  # 吊销
    CANCELLED = "cancelled"  # 注销
    MOVED = "moved"  # 迁出


class RiskLevel(StrEnum):
    """How great the risk is that the object's own business carries (风险等级), apart from its credit grade."""

    LOW = "low"  # 低
    MEDIUM = "medium"  # 中
    HIGH = "high"  # 高


GRADES = ("A", "B", "C", "D")

_KINDS: Mapping[str, ObjectKind] = {
    "企业": ObjectKind.ENTERPRISE,
    "公司": ObjectKind.ENTERPRISE,
    "个体": ObjectKind.INDIVIDUAL,
    "合作社": ObjectKind.COOPERATIVE,
    "代表机构": ObjectKind.REPRESENTATIVE_OFFICE,
    "代表处": ObjectKind.REPRESENTATIVE_OFFICE,
    "事业单位": ObjectKind.INSTITUTION,
    "机关": ObjectKind.INSTITUTION,
    "社会组织": ObjectKind.INSTITUTION,
    "社会团体": ObjectKind.INSTITUTION,
    "民办非": ObjectKind.INSTITUTION,
    "产品": ObjectKind.PRODUCT,
    "项目": ObjectKind.PROJECT,
    "行为": ObjectKind.CONDUCT,
    "其他": ObjectKind.OTHER,
}
# The narrow words first: an "外国企业常驻代表机构" is no 企业 here.
_KIND_WORDS = sorted(_KINDS, key=lambda word: (word in {"企业", "公司", "其他"}, -len(word)))

_KIND_CODES = frozenset(ObjectKind)

_STATUSES: Mapping[str, ObjectStatus] = {
    **dict.fromkeys(("存续", "在业", "在营", "开业", "正常", "active"), ObjectStatus.ACTIVE),
    **dict.fromkeys(("停业", "歇业", "清算", "suspended"), ObjectStatus.SUSPENDED),
    **dict.fromkeys(("吊销", "撤销", "revoked"), ObjectStatus.REVOKED),
    **dict.fromkeys(("注销", "cancelled"), ObjectStatus.CANCELLED),
    **dict.fromkeys(("迁出", "moved"), ObjectStatus.MOVED),
}
_RISKS: Mapping[str, RiskLevel] = {
    **dict.fromkeys(("低", "较低", "一般", "low"), RiskLevel.LOW),
    **dict.fromkeys(("中", "中等", "medium"), RiskLevel.MEDIUM),
    **dict.fromkeys(("高", "较高", "high"), RiskLevel.HIGH),
}
# How an export writes them; `read_object` understands each.
KIND_TITLES: Mapping[ObjectKind, str] = {
    ObjectKind.ENTERPRISE: "企业",
    ObjectKind.INDIVIDUAL: "个体工商户",
    ObjectKind.COOPERATIVE: "农民专业合作社",
    ObjectKind.REPRESENTATIVE_OFFICE: "外国企业常驻代表机构",
    ObjectKind.INSTITUTION: "机关、事业单位、社会组织",
    ObjectKind.PRODUCT: "产品",
    ObjectKind.PROJECT: "项目",
    ObjectKind.CONDUCT: "行为",
    ObjectKind.OTHER: "其他",
}
STATUS_TITLES: Mapping[ObjectStatus, str] = {
    ObjectStatus.ACTIVE: "存续",
    ObjectStatus.SUSPENDED: "停业",
    ObjectStatus.REVOKED: "吊销",
    ObjectStatus.CANCELLED: "注销",
    ObjectStatus.MOVED: "迁出",
}
RISK_TITLES: Mapping[RiskLevel, str] = {RiskLevel.LOW: "低", RiskLevel.MEDIUM: "中", RiskLevel.HIGH: "高"}
_GRADE_WORDS: Mapping[str, str] = {"低": "A", "一般": "B", "中": "B", "较高": "C", "中高": "C", "高": "D"}


class ObjectDraft(NamedTuple):
    """What a register says of one object."""

    # A named tuple, not a dataclass: a million of them are made, sent from one process to another and made again.
    code: str
    code_kind: CodeKind
    name: str
    kind: ObjectKind
    trades: tuple[str, ...] = ()
    scale: str | None = None
    registrar: str | None = None
    office: str | None = None
    area: str | None = None
    address: str | None = None
    representative: str | None = None
    contact: str | None = None
    phone: str | None = None
    credit_grade: str | None = None
    status: ObjectStatus = ObjectStatus.ACTIVE
    exemption: str | None = None
    synthetic: bool = False
    warnings: tuple[str, ...] = ()
    owner: str | None = None
    risk: RiskLevel | None = None
    complaints: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.code

    def digest(self) -> str:
        """SHA-256 (hex) of all facts; equal digests mean nothing changed. Only ever compared with its own kind: after
        this spelling changes, every object looks changed once, and is then found to be the same.
        """
        # Joined by signs that no cleaned cell can hold. What is not stated at the end adds nothing: a fact that comes
        # later leaves the digests of what does not state it.
        facts = _FACT.join(
            (
                *self[:4],
                _PART.join(self.trades),
                *[value or "" for value in self[5:16]],
                "1" if self.synthetic else "",
                _PART.join(self.warnings),
                self.owner or "",
                self.risk or "",
                "" if self.complaints is None else str(self.complaints),
                _PART.join(self.flags),
            )
        )
        return sha256_hex(facts.rstrip(_FACT).encode())


_FACT, _PART = "\x1f", "\x1e"


def read_object(columns: ColumnMap, row: RawRow, exemptions: Mapping[str, str]) -> Good[ObjectDraft] | Rejected:
    """One row of an object register.

    `exemptions` maps the codes and Chinese words of the rule-set's grounds of exemption to their codes.
    """
    cells = columns.picked(row.cells, _FIELDS)
    if cells[0] and plain_cells(cells, _MOST):  # most rows: there is nothing to clean
        reading = read_code(cells[1])
        reasons = [reading] if isinstance(reading, Remark) else []
        return _read(columns, row, cells, reading, reasons, exemptions)
    reader = RowReader(columns, row.cells)
    name = reader.text("name", _MOST[0], required=True, one_line=True)
    code = reader.text("code", _MOST[1], one_line=True)
    reading = read_code(code)
    if isinstance(reading, Remark) and not any(one.key is Reason.CONTROL_CHARACTER for one in reader.reasons):
        reader.reasons.append(reading)
    others = [reader.text(field, most, one_line=field == "owner") for field, most in _TEXTS[2:]]
    return _read(columns, row, (name, code, *others), reading, reader.reasons, exemptions)


MOST_COMPLAINTS = 1_000_000
_TEXTS = (
    ("name", 300),
    ("code", 80),
    ("kind", 80),
    ("grade", 40),
    ("status", 60),
    ("flags", 200),
    ("owner", 80),
    ("risk", 40),
    ("complaints", 40),
    ("scale", 40),
    ("registrar", 200),
    ("office", 200),
    ("area", 200),
    ("address", 500),
    ("representative", 120),
    ("contact", 120),
    ("phone", 60),
    ("trades", 500),
    ("synthetic", 10),
)
_FIELDS = tuple(name for name, _ in _TEXTS)
_MOST = tuple(most for _, most in _TEXTS)
_YES = frozenset({"是", "yes", "true", "1"})
_WITHOUT_CODE = frozenset({ObjectKind.PRODUCT, ObjectKind.PROJECT, ObjectKind.CONDUCT})


def _read(
    columns: ColumnMap,
    row: RawRow,
    cells: tuple[str, ...],
    reading: CodeReading | Remark,
    reasons: list[Remark],
    exemptions: Mapping[str, str],
) -> Good[ObjectDraft] | Rejected:
    """The row from its cleaned cells, in the order of `_TEXTS`."""
    name, _, kind_word, grade_word, status_word, flag_words, owner_text, risk_word, complaints_text = cells[:9]
    warnings = [reading.warning] if isinstance(reading, CodeReading) and reading.warning else []
    kind = _kind(kind_word, name, reading, warnings)
    grade = _told(_grade(grade_word), grade_word, Oddity.GRADE_UNKNOWN, warnings)
    status = _told(_status(status_word), status_word, Oddity.STATUS_UNKNOWN, warnings) or ObjectStatus.ACTIVE
    flags = _flags(_listed(flag_words), exemptions, warnings) if flag_words else ()
    owner = _owner(columns, owner_text, kind, reasons) if owner_text else None
    risk = _told(_risk(risk_word), risk_word, Oddity.RISK_UNKNOWN, warnings)
    complaints = _complaints(columns, row, reasons) if complaints_text else None
    if kind in _WITHOUT_CODE and isinstance(reading, CodeReading) and reading.kind is not CodeKind.TYPED:
        reasons.append(remark(Reason.CODE_NOT_TYPED, value=reading.code))
    if reasons or isinstance(reading, Remark):
        return Rejected(row.number, row.cells, tuple(reasons))
    scale, registrar, office, area, address, representative, contact, phone, trades, synthetic = cells[9:]
    draft = ObjectDraft(
        reading.code,
        reading.kind,
        name,
        kind,
        _listed(trades),
        scale or None,
        registrar or None,
        office or None,
        area or None,
        address or None,
        representative or None,
        contact or None,
        phone or None,
        grade,
        status,
        flags[0] if flags else None,
        synthetic.casefold() in _YES,
        tuple([warning.key.value for warning in warnings]) if warnings else (),
        owner,
        risk,
        complaints,
        flags,
    )
    return Good(row.number, row.cells, draft, draft.digest(), tuple(warnings))


T = TypeVar("T")


def _told(found: T | None, word: str, otherwise: Oddity, warnings: list[Remark]) -> T | None:
    """What a word means; a word that means nothing is told."""
    if found is None and word:
        warnings.append(remark(otherwise, value=word))
    return found


# Few words are in many rows: each is understood once.
_listed = lru_cache(maxsize=4096)(listed)


def _complaints(columns: ColumnMap, row: RawRow, reasons: list[Remark]) -> int | None:
    reader = RowReader(columns, row.cells)
    found = reader.number("complaints", MOST_COMPLAINTS)
    reasons += reader.reasons
    return found


def _kind(word: str, name: str, reading: CodeReading | Remark, warnings: list[Remark]) -> ObjectKind:
    if word:
        return _told(_kind_by_word(word), word, Oddity.KIND_UNKNOWN, warnings) or ObjectKind.OTHER
    return _kind_by_code(reading) or (ObjectKind.COOPERATIVE if name.endswith("合作社") else ObjectKind.ENTERPRISE)


@lru_cache(maxsize=4096)
def _kind_by_word(word: str) -> ObjectKind | None:
    lowered = word.casefold()
    if lowered in _KIND_CODES:
        return ObjectKind(lowered)
    return next((_KINDS[known] for known in _KIND_WORDS if known in word), None)


def _kind_by_code(reading: CodeReading | Remark) -> ObjectKind | None:
    """GB 32100: 91 enterprise, 92 individual, 93 cooperative; other registrars are public bodies and associations."""
    if isinstance(reading, Remark):
        return None
    if reading.kind is CodeKind.TYPED:
        return {"P": ObjectKind.PRODUCT, "J": ObjectKind.PROJECT, "C": ObjectKind.CONDUCT}[reading.code[0]]
    if reading.kind is not CodeKind.USCC:
        return None
    market = {"1": ObjectKind.ENTERPRISE, "2": ObjectKind.INDIVIDUAL, "3": ObjectKind.COOPERATIVE}
    if reading.code[0] == "9":
        return market.get(reading.code[1], ObjectKind.OTHER)
    return ObjectKind.INSTITUTION if reading.code[0] in "15" else None


@lru_cache(maxsize=4096)
def _grade(word: str) -> str | None:
    letter = word.strip().upper().removesuffix("级").removesuffix("类").strip()
    if letter in GRADES:
        return letter
    plain = word.removeprefix("信用风险").removeprefix("风险").removesuffix("风险")
    return _GRADE_WORDS.get(plain)


@lru_cache(maxsize=4096)
def _status(word: str) -> ObjectStatus | None:
    lowered = word.casefold()
    # 吊销，未注销 is 吊销: the first word found in the text decides.
    found = sorted((lowered.index(known), known) for known in _STATUSES if known in lowered)
    return _STATUSES[found[0][1]] if found else None


@lru_cache(maxsize=4096)
def _risk(word: str) -> RiskLevel | None:
    return _RISKS.get(word.casefold().removesuffix("级").removesuffix("风险").strip())


def _flags(words: Sequence[str], exemptions: Mapping[str, str], warnings: list[Remark]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for word in words:
        if word in exemptions:
            found[exemptions[word]] = None
        else:
            warnings.append(remark(Oddity.EXEMPTION_UNKNOWN, value=word))
    return tuple(sorted(found))


def _owner(columns: ColumnMap, text: str, kind: ObjectKind, reasons: list[Remark]) -> str | None:
    reading = read_code(text)
    if isinstance(reading, Remark):
        reasons.append(reading)
        return None
    if kind not in _WITHOUT_CODE:
        reasons.append(remark(Reason.OWNER_MISPLACED, column=columns.title("owner"), value=reading.code))
    elif reading.kind is CodeKind.TYPED:
        reasons.append(remark(Reason.OWNER_NO_ENTITY, column=columns.title("owner"), value=reading.code))
    return reading.code
