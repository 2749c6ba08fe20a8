"""Marks as they are told and as they are read from a file (行政处罚、投诉举报、异常名录…). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.policy.terms import Mark
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import Column, ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.codes import read_code
from inspection.registry.objects.columns import CODE_COLUMN, NAME_COLUMN
from inspection.registry.objects.rules import Marked

MarkKey: TypeAlias = tuple[UUID, Mark, date, str]

MARK_COLUMNS = (
    CODE_COLUMN,
    Column("name", NAME_COLUMN.synonyms),
    Column("mark", ("情形", "标识类型", "标识", "记录类型", "情形类型", "mark", "mark kind"), required=True),
    Column(
        "since",
        ("认定日期", "处罚决定日期", "决定日期", "列入日期", "发生日期", "起始日期", "since", "date", "decided on"),
        required=True,
    ),
    Column("until", ("截止日期", "有效期至", "到期日期", "until", "valid until")),
    Column("reference", ("文号", "决定书文号", "处罚决定书文号", "编号", "reference", "document number")),
    Column("source", ("认定机关", "处罚机关", "列入机关", "来源", "数据来源", "source", "decided by")),
    Column("note", ("备注", "说明", "事由", "列入原因", "note", "reason")),
    Column("lifted_on", ("移出日期", "撤销日期", "解除日期", "修复日期", "lifted on")),
    Column("lifted_reason", ("移出原因", "撤销原因", "解除原因", "修复说明", "lifting reason")),
)
_MARKS: Mapping[str, Mark] = MappingProxyType(
    {
        "行政处罚": Mark.PENALTY,
        "处罚": Mark.PENALTY,
        "投诉": Mark.COMPLAINT,
        "举报": Mark.COMPLAINT,
        "发现问题": Mark.PROBLEM_FOUND,
        "检查不合格": Mark.PROBLEM_FOUND,
        "经营异常": Mark.ABNORMAL_LIST,
        "异常名录": Mark.ABNORMAL_LIST,
        "失信": Mark.DISHONESTY,
        "黑名单": Mark.DISHONESTY,
        "严重违法": Mark.SERIOUS_VIOLATION,
        "重点领域": Mark.KEY_FIELD,
        "风险高": Mark.HIGH_RISK,
        "高风险": Mark.HIGH_RISK,
        "违法行为集中": Mark.HIGH_RISK,
    }
)
# The graver words first: 严重违法失信名单 is a record of serious violations.
_MARK_WORDS = sorted(_MARKS, key=lambda word: (word != "严重违法", -len(word)))


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """A mark as it is given. `reference` '' when no document has a number."""

    code: str
    mark: Mark
    since: date
    until: date | None = None
    reference: str = ""
    source: str | None = None
    note: str | None = None
    lifted_on: date | None = None
    lifted_reason: str | None = None

    @property
    def key(self) -> str:
        return "|".join((self.code, self.mark.value, self.since.isoformat(), self.reference))


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """A mark as it is kept, and its lifting when there is one."""

    id: UUID
    authority: UUID
    object: UUID
    code: str
    mark: Mark
    since: date
    until: date | None
    reference: str
    source: str | None
    note: str | None
    at: datetime
    by_name: str
    lifted_on: date | None
    lifted_reason: str | None
    lifted_reference: str | None
    lifted_by_name: str | None
    lifted_at: datetime | None

    @property
    def marked(self) -> Marked:
        """What the rules look at."""
        return Marked(self.mark, self.since, self.until, self.lifted_on)


def read_mark_word(word: str) -> Mark | None:
    """The mark that a word means: its code, or the Chinese words in use."""
    lowered = word.strip().casefold()
    if lowered in set(Mark):
        return Mark(lowered)
    return next((_MARKS[known] for known in _MARK_WORDS if known in word), None)


def read_mark(columns: ColumnMap, row: RawRow, today: date) -> Good[MarkDraft] | Rejected:
    """One row of a file of marks; `today` is the last day on which a mark can have begun."""
    reader = RowReader(columns, row.cells)
    raw = reader.text("code", 80, one_line=True)
    reading = read_code(raw) if raw else remark(Reason.CODE_MISSING)
    if isinstance(reading, Remark):
        reader.reasons.append(reading)
    reader.text("name", 300)
    word = reader.text("mark", 80, required=True)
    mark = read_mark_word(word)
    if word and mark is None:
        reader.reasons.append(remark(Reason.MARK_UNKNOWN, value=word, known=[one.value for one in Mark]))
    since, until, lifted = reader.day("since"), reader.day("until"), reader.day("lifted_on")
    if not columns.value(row.cells, "since"):
        reader.reasons.append(remark(Reason.VALUE_MISSING, column=reader.title("since")))
    facts = {
        "reference": reader.text("reference", 120),
        "source": reader.optional("source", 200),
        "note": reader.optional("note", 500),
        "lifted_reason": reader.optional("lifted_reason", 500),
    }
    if since is not None:
        reader.reasons += days_wrong(since, until, lifted, today)
    if reader.reasons or isinstance(reading, Remark) or mark is None or since is None:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    draft = MarkDraft(reading.code, mark, since, until, lifted_on=lifted, **facts)  # type: ignore[arg-type]
    return Good(row.number, row.cells, draft, digest_of(draft.key))


def days_wrong(since: date, until: date | None, lifted: date | None, today: date) -> list[Remark]:
    """What is wrong with the days of a mark."""
    wrong = []
    if since > today or (lifted is not None and lifted > today):
        wrong.append(remark(Reason.DAY_AHEAD, value=max(since, lifted or since).isoformat(), today=today.isoformat()))
    if until is not None and until < since:
        wrong.append(remark(Reason.DATES_REVERSED, first=since.isoformat(), last=until.isoformat()))
    if lifted is not None and lifted < since:
        wrong.append(remark(Reason.LIFTED_EARLIER, first=since.isoformat(), lifted=lifted.isoformat()))
    return wrong
