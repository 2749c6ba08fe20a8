"""Which column of a foreign file means what. Headers are found by their synonyms, in Chinese or English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

_NOISE = re.compile(r"[\s()\[\]{}<>《》【】“”\"'*:,.;、。_\-/\\|#]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A field and the headers it goes by, the surest first."""

    field: str
    synonyms: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the fields stand in one file. Several columns may carry one field (new code, old number)."""

    header: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]

    def value(self, cells: Sequence[str], field: str) -> str:
        """The first filled cell of the field; empty when the file has none."""
        for place in self.places.get(field, ()):
            if place < len(cells) and cells[place]:
                return cells[place]
        return ""

    def title(self, field: str) -> str:
        """The header as the file spells it, for messages."""
        places = self.places.get(field)
        return self.header[places[0]] if places else field


def plain(header: str) -> str:
    """A header without width, case, brackets and punctuation: "信用代码/注册号 *" → "信用代码注册号"."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).casefold())


def map_columns(header: Sequence[str], columns: Sequence[Column]) -> ColumnMap | None:
    """The map of a header row; None when a required column is absent."""
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        found.setdefault(plain(cell), []).append(index)
    places: dict[str, tuple[int, ...]] = {}
    for column in columns:
        spots = [spot for synonym in column.synonyms for spot in found.get(plain(synonym), ())]
        if spots:
            places[column.field] = tuple(dict.fromkeys(spots))
        elif column.required:
            return None
    return ColumnMap(tuple(header), places)


def missing_columns(header: Sequence[str], columns: Sequence[Column]) -> Invalid:
    """The error that names the columns a header lacks and every header they could bear."""
    have = {plain(cell) for cell in header}
    lacking = [c for c in columns if c.required and not have & {plain(s) for s in c.synonyms}]
    return Invalid(
        ProblemCode.IMPORT_COLUMN_MISSING,
        "registry.column_missing",
        missing="、".join(column.synonyms[0] for column in lacking),
        accepted={column.synonyms[0]: list(column.synonyms) for column in lacking},
        found=[cell[:60] for cell in header[:40]],
    )


OBJECT_COLUMNS = (
    Column(
        "code",
        (
            "统一社会信用代码",
            "社会信用代码",
            "统一社会信用代码/注册号",
            "统一代码",
            "信用代码",
            "注册号",
            "工商注册号",
            "检查对象编码",
            "对象编码",
            "uscc",
            "unified social credit code",
            "credit code",
            "code",
            "registration number",
            "regno",
        ),
        required=True,
    ),
    Column(
        "name",
        (
            "检查对象名称",
            "企业名称",
            "市场主体名称",
            "主体名称",
            "单位名称",
            "对象名称",
            "字号名称",
            "名称",
            "检查对象",
            "object name",
            "company name",
            "enterprise name",
            "name",
        ),
        required=True,
    ),
    Column(
        "kind",
        (
            "检查对象类型",
            "主体类型",
            "市场主体类型",
            "企业类型",
            "对象类型",
            "类型",
            "object kind",
            "kind",
            "type",
        ),
    ),
    Column(
        "area",
        (
            "地理区域",
            "所在区域",
            "区域",
            "行政区划",
            "所属区域",
            "辖区",
            "镇街",
            "街道",
            "area",
            "district",
            "region",
        ),
    ),
    Column("scale", ("经营规模", "企业规模", "规模", "scale", "size")),
    Column(
        "grade",
        (
            "信用风险分类",
            "信用风险等级",
            "信用等级",
            "风险等级",
            "信用分类",
            "credit grade",
            "grade",
            "risk grade",
        ),
    ),
    Column("status", ("登记状态", "经营状态", "企业状态", "状态", "status")),
    Column("address", ("住所", "经营场所", "住所（经营场所）", "地址", "企业住所", "注册地址", "address")),
    Column(
        "representative",
        ("法定代表人", "负责人", "法定代表人（负责人）", "经营者", "representative", "legal representative"),
    ),
    Column("phone", ("联系电话", "电话", "联系方式", "phone", "telephone")),
    Column("registrar", ("登记机关", "发证机关", "registrar", "registration authority")),
    Column("office", ("监管科室", "管辖单位", "监管所", "管辖所", "所属科室", "office", "section")),
    Column(
        "trades",
        (
            "行业",
            "经营类别",
            "行业类别",
            "所属行业",
            "专项名录",
            "专项库名称",
            "监管标签",
            "业态",
            "trade",
            "trades",
            "industry",
        ),
    ),
    Column("contact", ("联系人", "contact", "contact person")),
    Column("synthetic", ("合成数据", "synthetic")),
    Column("flags", ("重点监管标识", "监管标识", "免限情形", "flags", "exemptions")),
)

INSPECTOR_COLUMNS = (
    Column("name", ("姓名", "执法人员姓名", "检查人员", "name"), required=True),
    Column("post", ("职务", "担任职务", "具体职务", "岗位", "post", "position")),
    Column(
        "unit",
        ("工作单位", "所在单位", "所在业务部门（机构）", "单位", "所属科室", "科室", "unit", "employer"),
        required=True,
    ),
    Column(
        "number",
        ("执法证号", "执法证编号", "行政执法证号", "执法证件号", "证件号", "证号", "certificate number", "certificate"),
    ),
    Column("qualification", ("执法资质", "岗位资质资格", "资质", "执法类别", "qualification", "qualifications")),
    Column("specialty", ("业务专长", "专长", "业务特长", "specialty", "specialties")),
    Column("issuer", ("发证机关", "执法证发证机关", "发证单位", "issuer", "issued by")),
    Column("valid_from", ("有效期起", "发证日期", "有效期自", "valid from", "issued on")),
    Column("valid_until", ("有效期止", "有效期至", "执法证有效期", "有效期", "valid until", "expires", "valid to")),
    Column("category", ("人员类别", "人员类型", "category")),
    Column("leader_capable", ("可任组长", "leader capable")),
    Column("relations", ("回避对象", "利害关系对象", "relations")),
    Column("staff_no", ("工号", "单位工号", "人员编号", "staff number", "staff no")),
    Column("area", ("区域", "所属区域", "area")),
)

ITEM_COLUMNS = (
    Column("code", ("事项编码", "事项代码", "抽查事项编码", "code", "item code"), required=True),
    Column("name", ("抽查事项", "事项名称", "抽查事项名称", "name", "item", "item name"), required=True),
    Column("basis", ("抽查依据", "检查依据", "依据", "basis"), required=True),
    Column("subject", ("抽查主体", "检查主体", "实施主体", "subject")),
    Column("object", ("抽查对象", "检查对象", "对象", "object"), required=True),
    Column("content", ("抽查内容", "检查内容", "内容", "content"), required=True),
    Column("method", ("抽查方式", "检查方式", "方式", "method"), required=True),
    Column("ratio", ("抽查比例", "比例", "ratio"), required=True),
    Column("frequency", ("抽查频次", "频次", "frequency"), required=True),
    Column("checklist", ("检查要点表", "要点表编码", "检查表", "checklist", "checklist code")),
    Column("class", ("事项类别", "类别", "class", "item class")),
    Column("kinds", ("适用对象类型", "适用类型", "object kinds", "applies to")),
    Column("qualification", ("人员资质要求", "资质要求", "qualification", "inspector requirement")),
    Column("channel", ("公开途径", "公示途径", "channel")),
    Column("joint", ("部门联合", "可联合", "joint")),
)
