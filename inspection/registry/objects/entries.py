"""Special registers (专用名录、专项库) and tags (监管标签), and the rows of a file that fills them. Pure.

兴隆台 二(三): special registers are sifted out of the general one and serve several kinds of checks. The columns are
those of the import template in use (field-facts §c1.1).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import Column, ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.codes import read_code
from inspection.registry.objects.columns import CODE_COLUMN, NAME_COLUMN

NAME_LIMIT = 120


class RegisterSort(StrEnum):
    """What a named set of objects is."""

    REGISTER = "register"  # 专项名录
    TAG = "tag"  # 监管标签


ENTRY_COLUMNS = (
    Column(
        "register",
        ("专项库名称", "专项名录名称", "专项名录", "专用名录", "专项库", "special register", "register"),
        required=True,
    ),
    Column("tags", ("监管标签", "标签", "tags", "tag")),
    CODE_COLUMN,
    Column("name", NAME_COLUMN.synonyms),
    Column("licence_name", ("许可证名称", "许可名称", "证照名称", "licence name")),
    Column("licence_no", ("许可证编号", "许可证号", "证照编号", "licence number", "licence no")),
    Column("granted_on", ("许可批准日期", "批准日期", "发证日期", "granted on")),
    Column("valid_until", ("有效期至", "有效期止", "有效期", "valid until")),
    Column("issuer", ("许可发证机关", "发证机关", "issuer", "issuing authority")),
    Column("inspected_by", ("检查机关", "检查单位", "inspecting body")),
)


@dataclass(frozen=True, slots=True)
class Licence:
    """For what an object stands in a register. `number` '' when for no licence; 长期 is 9999-12-31."""

    number: str = ""
    name: str | None = None
    granted_on: date | None = None
    valid_until: date | None = None
    issuer: str | None = None
    inspected_by: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One row: an object, the register and tags it stands in, and the licence."""

    code: str
    name: str
    register: str
    tags: tuple[str, ...]
    licence: Licence

    @property
    def key(self) -> str:
        return "|".join((self.register, self.code, self.licence.number, *self.tags))

    @property
    def places(self) -> tuple[tuple[RegisterSort, str], ...]:
        """Where the object stands by this row."""
        own = ((RegisterSort.REGISTER, self.register),) if self.register else ()
        return (*own, *((RegisterSort.TAG, tag) for tag in self.tags))


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """A special register or tag. `entries`: how many stand in it on the day asked for."""

    id: UUID
    authority: UUID
    sort: RegisterSort
    name: str
    at: datetime
    entries: int = 0


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An object's place in a register; a removed one keeps its day and reason."""

    id: UUID
    register: UUID
    object: UUID
    code: str
    licence: Licence
    at: datetime
    by_name: str
    removed_on: date | None
    removed_reason: str | None
    removed_by_name: str | None
    removed_at: datetime | None

    def stands(self, day: date) -> bool:
        """Whether the entry counts on the day: not removed, its licence not run out. The last day counts."""
        removed = self.removed_on is not None and self.removed_on <= day
        return not removed and (self.licence.valid_until is None or self.licence.valid_until >= day)


def read_entry(columns: ColumnMap, row: RawRow) -> Good[EntryDraft] | Rejected:
    """One row of a special register's file; an expired licence goes in: it is kept, and does not count."""
    reader = RowReader(columns, row.cells)
    raw = reader.text("code", 80, one_line=True)
    reading = read_code(raw) if raw else remark(Reason.CODE_MISSING)
    if isinstance(reading, Remark):
        reader.reasons.append(reading)
    register = reader.text("register", NAME_LIMIT, one_line=True)
    tags = reader.list_of("tags", 500)
    if not register and not tags and not columns.value(row.cells, "register").strip():
        reader.reasons.append(remark(Reason.REGISTER_MISSING))
    reader.reasons += [
        remark(Reason.VALUE_TOO_LONG, column=reader.title("tags"), limit=NAME_LIMIT, length=len(tag))
        for tag in tags
        if len(tag) > NAME_LIMIT
    ]
    licence = Licence(
        reader.text("licence_no", 120, one_line=True),
        reader.optional("licence_name", 200),
        reader.day("granted_on"),
        reader.day("valid_until"),
        reader.optional("issuer", 200),
        reader.optional("inspected_by", 200),
    )
    if licence.granted_on and licence.valid_until and licence.valid_until < licence.granted_on:
        first, last = licence.granted_on.isoformat(), licence.valid_until.isoformat()
        reader.reasons.append(remark(Reason.DATES_REVERSED, first=first, last=last))
    name = reader.text("name", 300)
    if reader.reasons or isinstance(reading, Remark):
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    draft = EntryDraft(reading.code, name, register, tags, licence)
    return Good(row.number, row.cells, draft, digest_of(draft.key))
