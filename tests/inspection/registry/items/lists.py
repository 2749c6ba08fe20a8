"""An item list laid out as provinces publish them: no codes, no content, name in two columns. Its items are invented,
its ratios and frequencies are worded as real ones are."""

from collections.abc import Sequence

from tests.inspection.registry.files import csv_of, xlsx_of

HEADER = (
    "no",
    "item",
    "sub_item",
    "basis",
    "subject",
    "object",
    "ratio",
    "frequency",
    "method",
    "inspector_requirement",
    "remark",
)
NEED, NO_NEED = "需专业岗位资格", "无需专业岗位资格"
PROVINCIAL: tuple[tuple[str, ...], ...] = (
    (
        "1",
        "获证企业监管",
        "获证生产企业监督",
        "《甲法》",
        "市、县级部门",
        "生产企业",
        "根据《甲规程（试行）》确定。",
        "市级局每年组织1次；县级局每月组织1次",
        "现场检查",
        NO_NEED,
        "",
    ),
    (
        "2",
        "出租单位监督检查",
        "",
        "《乙法》",
        "县级以上部门",
        "出租单位",
        "不超过10%/年",
        "一般不超过2次/年",
        "现场安全监督检查",
        NEED,
        "2018年开始实施",
    ),
    (
        "3",
        "公示信息抽查",
        "年度报告的检查",
        "《丙条例》第三条",
        "县级以上部门",
        "各类企业",
        "不低于3%或按专项计划确定",
        "每年不少于1次",
        "现场检查与网络系统、档案书式检查相结合",
        NO_NEED,
        "",
    ),
    (
        "4",
        "公示信息抽查",
        "即时信息的检查",
        "《丙条例》第十条",
        "县级以上部门",
        "各类企业",
        "100%",
        "1—2次/年",
        "书面检查",
        NO_NEED,
        "",
    ),
    ("5", "器械监督", "", "", "县部门（含基层所）", "使用单位", "33%", "每年1次33%；或者每年分次达到33%", "", NEED, ""),
)


def provincial(rows: Sequence[Sequence[str]] = PROVINCIAL, encoding: str = "utf-8") -> bytes:
    """The list as CSV."""
    return csv_of(rows, HEADER, encoding)


def provincial_workbook() -> bytes:
    """The list as XLSX, numbers as numbers."""
    return xlsx_of([(int(row[0]), *row[1:]) for row in PROVINCIAL], HEADER)
