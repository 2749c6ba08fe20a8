"""Rows of an object register (检查对象名录) as drafts: what each says, or why it cannot be taken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from inspection.kernel.canonical import digest_of
from inspection.registry.intake.cells import RowReader
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


@dataclass(frozen=True, slots=True)
class ObjectDraft:
    """What a register says of one object."""

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
    warnings: tuple[str, ...] = field(default=())
    owner: str | None = None
    risk: RiskLevel | None = None
    complaints: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return ObjectDraft, tuple(getattr(self, name) for name in ObjectDraft.__slots__)

    def digest(self) -> str:
        """SHA-256 (hex) of all facts; equal digests mean nothing changed."""
        # Not dataclasses.asdict: it copies deeply, and this runs for every row of every import.
        facts = {name: getattr(self, name) for name in _FIRST}
        # Facts that came later count only where they are stated: what was imported before them keeps its digest.
        if self.owner is not None or self.risk is not None or self.complaints is not None:
            facts |= {name: value for name in _LATER if (value := getattr(self, name)) is not None}
        if len(self.flags) > 1:  # a single one stands in `exemption`
            facts["flags"] = self.flags
        return digest_of(facts)


_LATER = ("owner", "risk", "complaints")
_FIRST = tuple(name for name in ObjectDraft.__slots__ if name not in {*_LATER, "flags"})


def read_object(columns: ColumnMap, row: RawRow, exemptions: Mapping[str, str]) -> Good[ObjectDraft] | Rejected:
    """One row of an object register.

    `exemptions` maps the codes and Chinese words of the rule-set's grounds of exemption to their codes.
    """
    reader = RowReader(columns, row.cells)
    name = reader.text("name", 300, required=True, one_line=True)
    reading = _code(reader, columns, row.cells)
    warnings: list[Remark] = [reading.warning] if isinstance(reading, CodeReading) and reading.warning else []
    kind = _kind(reader.text("kind", 80), name, reading, warnings)
    grade = _grade(reader.text("grade", 40), warnings)
    status = _status(reader.text("status", 60), warnings)
    flags = _flags(reader.list_of("flags", 200), exemptions, warnings)
    owner = _owner(reader, kind)
    risk = _risk(reader.text("risk", 40), warnings)
    complaints = reader.number("complaints", MOST_COMPLAINTS)
    facts = {fieldname: reader.optional(fieldname, limit) for fieldname, limit in _LIMITS}
    trades = reader.list_of("trades", 500)
    synthetic = reader.text("synthetic", 10).casefold() in _YES
    if kind in _WITHOUT_CODE and isinstance(reading, CodeReading) and reading.kind is not CodeKind.TYPED:
        reader.reasons.append(remark(Reason.CODE_NOT_TYPED, value=reading.code))
    if reader.reasons or isinstance(reading, Remark):
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    draft = ObjectDraft(
        reading.code,
        reading.kind,
        name,
        kind,
        trades=trades,
        credit_grade=grade,
        status=status,
        exemption=flags[0] if flags else None,
        synthetic=synthetic,
        warnings=tuple(w.key.value for w in warnings),
        owner=owner,
        risk=risk,
        complaints=complaints,
        flags=flags,
        **facts,
    )
    return Good(row.number, row.cells, draft, draft.digest(), tuple(warnings))


_LIMITS = (
    ("scale", 40),
    ("registrar", 200),
    ("office", 200),
    ("area", 200),
    ("address", 500),
    ("representative", 120),
    ("contact", 120),
    ("phone", 60),
)
MOST_COMPLAINTS = 1_000_000
_YES = frozenset({"是", "yes", "true", "1"})
_WITHOUT_CODE = frozenset({ObjectKind.PRODUCT, ObjectKind.PROJECT, ObjectKind.CONDUCT})


def _code(reader: RowReader, columns: ColumnMap, cells: Sequence[str]) -> CodeReading | Remark:
    raw = columns.value(cells, "code")
    reading = read_code(reader.text("code", 80, one_line=True)) if raw else remark(Reason.CODE_MISSING)
    if isinstance(reading, Remark) and not any(r.key is Reason.CONTROL_CHARACTER for r in reader.reasons):
        reader.reasons.append(reading)
    return reading


def _kind(word: str, name: str, reading: CodeReading | Remark, warnings: list[Remark]) -> ObjectKind:
    if word:
        lowered = word.casefold()
        if lowered in _KIND_CODES:
            return ObjectKind(lowered)
        for known in _KIND_WORDS:
            if known in word:
                return _KINDS[known]
        warnings.append(remark(Oddity.KIND_UNKNOWN, value=word))
        return ObjectKind.OTHER
    return _kind_by_code(reading) or (ObjectKind.COOPERATIVE if name.endswith("合作社") else ObjectKind.ENTERPRISE)


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


def _grade(word: str, warnings: list[Remark]) -> str | None:
    if not word:
        return None
    letter = word.strip().upper().removesuffix("级").removesuffix("类").strip()
    if letter in GRADES:
        return letter
    plain = word.removeprefix("信用风险").removeprefix("风险").removesuffix("风险")
    if plain in _GRADE_WORDS:
        return _GRADE_WORDS[plain]
    warnings.append(remark(Oddity.GRADE_UNKNOWN, value=word))
    return None


def _status(word: str, warnings: list[Remark]) -> ObjectStatus:
    if not word:
        return ObjectStatus.ACTIVE
    lowered = word.casefold()
    # 吊销，未注销 is 吊销: the first word found in the text decides.
    found = sorted((lowered.index(known), known) for known in _STATUSES if known in lowered)
    if found:
        return _STATUSES[found[0][1]]
    warnings.append(remark(Oddity.STATUS_UNKNOWN, value=word))
    return ObjectStatus.ACTIVE


def _risk(word: str, warnings: list[Remark]) -> RiskLevel | None:
    if not word:
        return None
    level = _RISKS.get(word.casefold().removesuffix("级").removesuffix("风险").strip())
    if level is None:
        warnings.append(remark(Oddity.RISK_UNKNOWN, value=word))
    return level


def _flags(words: Sequence[str], exemptions: Mapping[str, str], warnings: list[Remark]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for word in words:
        if word in exemptions:
            found[exemptions[word]] = None
        else:
            warnings.append(remark(Oddity.EXEMPTION_UNKNOWN, value=word))
    return tuple(sorted(found))


def _owner(reader: RowReader, kind: ObjectKind) -> str | None:
    raw = reader.text("owner", 80, one_line=True)
    if not raw:
        return None
    reading = read_code(raw)
    if isinstance(reading, Remark):
        reader.reasons.append(reading)
        return None
    if kind not in _WITHOUT_CODE:
        reader.reasons.append(remark(Reason.OWNER_MISPLACED, column=reader.title("owner"), value=reading.code))
    elif reading.kind is CodeKind.TYPED:
        reader.reasons.append(remark(Reason.OWNER_NO_ENTITY, column=reader.title("owner"), value=reading.code))
    return reading.code
