"""Rows of plans and drawn lists of higher authorities (上级抽查计划、抽取名单) as drafts. Pure."""

import re
from dataclasses import asdict, dataclass
from datetime import date

from inspection.kernel.canonical import digest_of
from inspection.registry.intake.cells import RowReader, read_day
from inspection.registry.intake.columns import Column, ColumnMap, plain
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.codes import CodeReading, read_code

HIGHER_COLUMNS = (
    Column("source", ("上级机关", "上级部门", "发起机关", "部署机关", "higher authority", "authority"), required=True),
    Column(
        "number",
        ("计划编号", "任务编号", "计划名称/编号", "计划名称", "任务名称", "plan", "plan number"),
        required=True,
    ),
    Column("item", ("抽查事项", "检查事项", "事项名称", "item", "item name"), required=True),
    Column("item_code", ("事项编码", "事项代码", "item code")),
    Column("year", ("年度", "计划年度", "year")),
    Column("window", ("起止日期", "检查日期", "抽查时间", "window")),
    Column("starts", ("开始日期", "起始日期", "start", "starts on")),
    Column("ends", ("结束日期", "截止日期", "end", "ends on")),
    Column("scope", ("抽查范围", "范围", "检查对象范围", "scope")),
    Column("code", ("统一社会信用代码", "信用代码/注册号", "注册号", "code", "credit code")),
    Column("name", ("企业名称", "检查对象名称", "检查对象", "主体名称", "名称", "object", "name")),
)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{8}"
_WINDOW = re.compile(rf"({_DAY})\s*(?:至|到|—+|–|-|~|～)\s*({_DAY})")


@dataclass(frozen=True, slots=True)
class HigherRow:
    """One item of a higher authority's plan, with one of the objects drawn there; without an object, the whole item.

    `code` is empty where the row has the object's name only.
    """

    source: str
    number: str
    item_text: str
    item_code: str | None
    scope: str
    year: int
    starts_on: date
    ends_on: date
    code: str
    name: str

    @property
    def plan(self) -> tuple[str, str, str]:
        """What makes it one plan and item."""
        return (self.source, self.number, self.item_text)

    @property
    def whole(self) -> bool:
        return not (self.code or self.name)

    @property
    def key(self) -> str:
        return "|".join((*self.plan, self.code or self.name))

    def digest(self) -> str:
        """SHA-256 (hex) of all facts."""
        days = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        return digest_of({**asdict(self), **days})


def read_higher(columns: ColumnMap, row: RawRow) -> Good[HigherRow] | Rejected:
    """One row. Without dates the plan holds for its whole year; a window may stand in one column or in two."""
    reader = RowReader(columns, row.cells)
    starts_on, ends_on = _window(reader)
    year = reader.number("year", _LAST_YEAR)
    if starts_on is None or ends_on is None:
        if year is None or year < _FIRST_YEAR:
            reader.reasons.append(remark(Reason.VALUE_MISSING, column=reader.title("year")))
            year = _FIRST_YEAR
        starts_on, ends_on = starts_on or date(year, 1, 1), ends_on or date(year, 12, 31)
    if ends_on < starts_on:
        facts = {"first": starts_on.isoformat(), "last": ends_on.isoformat()}
        reader.reasons.append(remark(Reason.PLAN_DAYS_REVERSED, **facts))
    code, odd = _code(reader)
    draft = HigherRow(
        source=reader.text("source", 200, required=True, one_line=True),
        number=reader.text("number", 120, required=True, one_line=True),
        item_text=reader.text("item", 300, required=True, one_line=True),
        item_code=reader.optional("item_code", 60),
        scope=reader.text("scope", 500),
        year=year or starts_on.year,
        starts_on=starts_on,
        ends_on=ends_on,
        code=code,
        name=reader.text("name", 300, one_line=True),
    )
    if reader.reasons:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    return Good(row.number, row.cells, draft, draft.digest(), odd)


def _code(reader: RowReader) -> tuple[str, tuple[Remark, ...]]:
    raw = reader.text("code", 60, one_line=True)
    if not raw:
        return "", ()
    reading = read_code(raw)
    if isinstance(reading, CodeReading):
        return reading.code, (reading.warning,) if reading.warning else ()
    reader.reasons.append(reading)
    return "", ()


def _window(reader: RowReader) -> tuple[date | None, date | None]:
    text = reader.text("window", 60)
    if not text:
        return reader.day("starts"), reader.day("ends")
    match = _WINDOW.fullmatch(text)
    days = (read_day(match[1]), read_day(match[2])) if match else (None, None)
    if None in days:
        reader.reasons.append(remark(Reason.DATE_SHAPE, column=reader.title("window"), value=text))
    return days


def same_item(text: str, name: str) -> bool:
    """Whether two names mean one item: width, spaces and punctuation do not count."""
    return plain(text) == plain(name)
