"""一单两库 of a simulated year: the shipped item list as this authority has it, and invented registers."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from inspection.registry.items.seed_list import seed_items
from inspection.registry.objects.synthetic import (
    AREAS,
    INSPECTOR_HEADER,
    OBJECT_HEADER,
    synthetic_inspectors,
    synthetic_objects,
)

UNIT: Final = INSPECTOR_HEADER.index("工作单位")
OWNER: Final = "所属主体代码"
IDENTITY: Final = "人员身份"
GRADES: Final = ("A", "B", "A", "B", "C", "A", "B", "A", "D", "A", "B", "C")
EXPERTS: Final = (("E001", "何检测", "产品质量检验机构", "质量检测专家"), ("E002", "施评审", "高等院校", "行业专家"))


def item_list(stated: Mapping[str, Mapping[str, str]]) -> str:
    """The shipped list, those items alone that are `stated`, each with its own columns on top (CSV)."""
    rows = list(csv.DictReader(io.StringIO(seed_items().decode("utf-8-sig"))))
    wanted = [row | dict(stated[row["事项编码"]]) for row in rows if row["事项编码"] in stated]
    return _csv(sorted({column for row in wanted for column in row}), wanted)


def inspector_file(today: date, seed: int | str, count: int, units: Sequence[str], *, experts: bool) -> str:
    """`count` inspectors, shared out among the first two sections; `experts`: and two experts who assist (CSV)."""
    people = [dict(zip(INSPECTOR_HEADER, row, strict=True)) for row in synthetic_inspectors(today, seed, count)]
    for number, person in enumerate(people):
        person["工作单位"] = units[number % 2]
        person[IDENTITY] = "执法人员"
    if experts:
        told = ("工号", "姓名", "工作单位", "业务专长")
        blank = dict.fromkeys(INSPECTOR_HEADER, "") | {IDENTITY: "专家", "职务": "专家"}
        people += [blank | dict(zip(told, one, strict=True)) for one in EXPERTS]
    return _csv([*INSPECTOR_HEADER, IDENTITY], people)


def object_file(count: int, seed: int | str, trades: Sequence[str], things: int = 0) -> str:
    """`count` invented objects, shared out evenly among the trades and, within a trade, among the areas; then so many
    products of the first of them (CSV).
    """
    rows = [dict(zip(OBJECT_HEADER, row, strict=True)) for row in synthetic_objects(count, seed)]
    for number, row in enumerate(rows):
        row["行业"] = trades[number % len(trades)]
        row["区域"] = AREAS[number // len(trades) % len(AREAS)]
        row["信用风险分类"] = GRADES[number // len(trades) % len(GRADES)]
    products = [
        row
        | {
            "统一社会信用代码": f"P:{number}",
            "企业名称": f"{row['企业名称']}所售产品",
            "主体类型": "产品",
            OWNER: row["统一社会信用代码"],
        }
        for number, row in enumerate(rows[:things], start=1)
    ]
    return _csv([*OBJECT_HEADER, OWNER] if things else OBJECT_HEADER, rows + products)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A file of these columns (CSV)."""
    return _csv(columns, [dict(zip(columns, row, strict=True)) for row in rows])


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
