"""Rows of an item list (随机抽查事项清单) as drafts. Pure."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction

from inspection.kernel.canonical import digest_of
from inspection.policy.terms import Method
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.items.measures import read_frequency, read_methods, read_ratio


class ItemClass(StrEnum):
    """一般 or 重点 (安岳 1.3b): a key item's ratio has no upper limit."""

    GENERAL = "general"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What the list says of one item (威海 第六条: 依据、对象、内容、方式、比例、频次).

    `ratio` and `frequency` are the least values that could be read out of the texts, or None: then the rule-set's
    minima apply. `object_kinds` are the kinds and trades of the objects it concerns; empty means every object.
    """

    code: str
    name: str
    basis: str
    subject: str
    object_kinds: tuple[str, ...]
    object_text: str
    content: str
    methods: tuple[Method, ...]
    method_text: str
    ratio_text: str
    ratio: Fraction | None
    frequency_text: str
    frequency: int | None
    item_class: ItemClass
    qualification: str | None
    channel: str
    joint_eligible: bool
    checklist_code: str | None

    @property
    def key(self) -> str:
        return self.code

    def digest(self) -> str:
        """SHA-256 (hex) of all facts."""
        facts = asdict(self)
        facts["ratio"] = str(self.ratio) if self.ratio is not None else None
        return digest_of(facts)


_YES = frozenset({"是", "yes", "true", "1"})


def read_item(columns: ColumnMap, row: RawRow, checklists: Collection[str]) -> Good[ItemDraft] | Rejected:
    """One row of an item list. `checklists` are the codes that an item may name."""
    reader = RowReader(columns, row.cells)
    warnings: list[Remark] = []
    ratio_text, frequency_text = reader.text("ratio", 300), reader.text("frequency", 300)
    ratio, frequency = read_ratio(ratio_text), read_frequency(frequency_text)
    if ratio is None:
        warnings.append(remark(Oddity.RATIO_UNREAD, value=ratio_text))
    if frequency is None:
        warnings.append(remark(Oddity.FREQUENCY_UNREAD, value=frequency_text))
    method_text = reader.text("method", 300, required=True)
    methods = read_methods(method_text)
    if not methods:
        warnings.append(remark(Oddity.METHOD_UNREAD, value=method_text))
    checklist = reader.optional("checklist", 60)
    if checklist is not None and checklist not in checklists:
        reader.reasons.append(remark(Reason.CHECKLIST_UNKNOWN, value=checklist))
    draft = ItemDraft(
        code=reader.text("code", 60, required=True, one_line=True),
        name=reader.text("name", 300, required=True, one_line=True),
        basis=reader.text("basis", 4000, required=True),
        subject=reader.text("subject", 300),
        object_kinds=reader.list_of("kinds", 500),
        object_text=reader.text("object", 500, required=True),
        content=reader.text("content", 4000, required=True),
        methods=methods,
        method_text=method_text,
        ratio_text=ratio_text,
        ratio=ratio,
        frequency_text=frequency_text,
        frequency=frequency,
        item_class=ItemClass.KEY if "重点" in reader.text("class", 40) else ItemClass.GENERAL,
        qualification=reader.optional("qualification", 120),
        channel=reader.text("channel", 500),
        joint_eligible=reader.text("joint", 10).casefold() in _YES,
        checklist_code=checklist,
    )
    if reader.reasons:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    return Good(row.number, row.cells, draft, draft.digest(), tuple(warnings))
