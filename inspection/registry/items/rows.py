"""Rows of an item list (随机抽查事项清单) as drafts. Pure.

What a list may leave out differs between rule-sets, so a row goes in without it and carries a warning; whether it may
be published is another question (`publishing.py`).
"""

import re
from collections.abc import Collection

from inspection.policy.terms import ItemClass, ItemField
from inspection.registry.intake.cells import RowReader
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.draft import ItemDraft, derived_code
from inspection.registry.items.frequencies import FrequencyBound, read_frequency_bound
from inspection.registry.items.measures import read_methods
from inspection.registry.items.ratios import RatioBound, read_ratio_bound
from inspection.registry.items.wording import LEVEL_WORDS

LONGEST_NAME = 300
_YES = frozenset({"是", "yes", "true", "1"})
_NO = frozenset({"否", "无", "no", "none", "false", "0", "/", "-"})
_NO_NEED = re.compile(r"(?:无需|不需|无须|不须|不要求|无要求)")
_NEED = re.compile(r"^(?:需要?|须|应|应当)(?:具备|具有|取得|持有|有)?")
_UNNAMED = "专业岗位资格"  # what a bare 是 under "whether a qualification of the post is needed" stands for
_CLASSES = {"重点": ItemClass.KEY, "一般": ItemClass.GENERAL, "key": ItemClass.KEY, "general": ItemClass.GENERAL}
_TITLES = {column.field: column.synonyms[0] for column in ITEM_COLUMNS}
_MEASURED = frozenset({ItemField.RATIO, ItemField.FREQUENCY})


def read_item(
    columns: ColumnMap, row: RawRow, checklists: Collection[str], demanded: Collection[ItemField] = ()
) -> Good[ItemDraft] | Rejected:
    """One row of an item list. `checklists`: the codes an item may name; `demanded`: what the rule-set wants stated."""
    reader = _ItemReader(columns, row.cells)
    draft = reader.draft(coded="code" in columns.places)
    if draft.checklist_code is not None and draft.checklist_code not in checklists:
        reader.reasons.append(remark(Reason.CHECKLIST_UNKNOWN, value=draft.checklist_code))
    if reader.reasons:
        return Rejected(row.number, row.cells, tuple(reader.reasons))
    missing = [field for field in demanded if field not in _MEASURED and not reader.text(field.value, 4000)]
    empty = [remark(Oddity.FIELD_EMPTY, column=_TITLES[field.value]) for field in missing]
    return Good(row.number, row.cells, draft, draft.digest(), (*empty, *_warnings(draft)))


class _ItemReader(RowReader):
    """The cells of one row of an item list."""

    def draft(self, *, coded: bool) -> ItemDraft:
        name = self._name()
        ratio_text, frequency_text = self.text("ratio", 300), self.text("frequency", 300)
        ratio, frequency = _bounds(ratio_text, frequency_text)
        method_text, class_text = self.text("method", 300), self.optional("class", 40)
        lead, departments = self.optional("lead", 300), self.list_of("departments", 1000)
        return ItemDraft(
            code=self.text("code", 60, required=True, one_line=True) if coded else derived_code(name),
            name=name,
            basis=self.text("basis", 4000),
            subject=self.text("subject", 300),
            object_kinds=self.list_of("kinds", 500),
            object_text=self.text("object", 500),
            content=self.text("content", 4000),
            methods=read_methods(method_text),
            method_text=method_text,
            ratio_text=ratio_text,
            ratio_bound=ratio,
            frequency_text=frequency_text,
            frequency_bound=frequency,
            item_class=_class_of(class_text) or ItemClass.GENERAL,
            class_text=class_text,
            qualification=_qualification(self.optional("qualification", 120)),
            channel=self.text("channel", 500),
            joint_eligible=self.text("joint", 10).casefold() in _YES or bool(lead or departments),
            lead_department=lead,
            departments=departments,
            checklist_code=self.optional("checklist", 60),
            note=self.optional("note", 1000),
        )

    def _name(self) -> str:
        """The name, with the heading above it and the sub-item below it where the list has such columns."""
        heading = self.text("heading", LONGEST_NAME, one_line=True)
        name = self.text("name", LONGEST_NAME, required=True, one_line=True)
        sub = self.text("sub_item", LONGEST_NAME, one_line=True)
        whole = "/".join(dict.fromkeys(part for part in (heading, name, sub) if part))
        if len(whole) > LONGEST_NAME:
            title, length = self.title("name"), len(whole)
            self.reasons.append(remark(Reason.VALUE_TOO_LONG, column=title, limit=LONGEST_NAME, length=length))
        return whole


def _bounds(ratio_text: str, frequency_text: str) -> tuple[RatioBound, FrequencyBound]:
    """The bounds of both cells. Where one is empty, the other may state both: "100%，每月不少于1次"."""
    ratio = read_ratio_bound(ratio_text or (frequency_text if "%" in frequency_text else ""))
    frequency = read_frequency_bound(frequency_text or (ratio_text if "次" in ratio_text else ""))
    return ratio, frequency


def _class_of(text: str | None) -> ItemClass | None:
    found = [cls for word, cls in _CLASSES.items() if word in (text or "").casefold()]
    return found[0] if found else None


def _qualification(text: str | None) -> str | None:
    """The qualification that inspectors need: "需专业岗位资格" → "专业岗位资格", "无需专业岗位资格" → None."""
    if text is None or text.casefold() in _NO or _NO_NEED.search(text):
        return None
    return _UNNAMED if text.casefold() in _YES else _NEED.sub("", text) or text


def _warnings(draft: ItemDraft) -> tuple[Remark, ...]:
    found: list[Remark] = []
    if draft.ratio is None:
        found.append(remark(Oddity.RATIO_UNREAD, value=draft.ratio_text))
    if draft.frequency is None:
        found.append(remark(Oddity.FREQUENCY_UNREAD, value=draft.frequency_text))
    levels = ((draft.ratio_text, draft.ratio_bound.level), (draft.frequency_text, draft.frequency_bound.level))
    for text, level in levels:
        if level is not None:
            found.append(remark(Oddity.LEVEL_TAKEN, value=text, level=LEVEL_WORDS[level]))
    if draft.method_text and not draft.methods:
        found.append(remark(Oddity.METHOD_UNREAD, value=draft.method_text))
    if draft.class_text and _class_of(draft.class_text) is None:
        found.append(remark(Oddity.CLASS_UNREAD, value=draft.class_text))
    return tuple(found)
