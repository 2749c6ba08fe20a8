"""Single questions of a form as check points. Pure; every refusal is a remark."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.registry.items.xlsform.remarks import FormFault, FormRemark, form_remark
from mobile_contract.checklist import Answer

OURS = "fieldcheck"
COLUMNS = frozenset({"code", "score", "key", "veto", "policy", "unit", "decimals", "tolerance"})
_ANSWERS = {
    Answer.YES: ("yes", "y", "true", "1", "是", "有", "符合", "合格"),
    Answer.NO: ("no", "n", "false", "0", "否", "无", "不符合", "不合格"),
    Answer.NOT_APPLICABLE: ("na", "n_a", "n/a", "not_applicable", "not applicable", "合理缺项", "不适用"),
}
_ANSWER_OF = {word: answer for answer, words in _ANSWERS.items() for word in words}
_TRUE, _FALSE = frozenset({"yes", "true", "true()", "1", "是"}), frozenset({"", "no", "false", "false()", "0", "否"})
_LIMIT = re.compile(r"\s*\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")
_AND = re.compile(r"\band\b")
_ZH, _EN = re.compile(r"中文|汉语|\(zh|chinese", re.IGNORECASE), re.compile(r"\(en|english|英文|英语", re.IGNORECASE)
# What a checklist cannot say of a question: it has no conditions, no computed values and no answers given in advance.
_UNSPOKEN = ("default", "trigger", "choice_filter", "itemset_filter", "repeat_count")
_UNSPOKEN_BINDS = ("calculate", "readonly")


@dataclass(slots=True)
class Question:
    """One row of the survey, as pyxform understood it; faults are collected in `remarks`."""

    row: Mapping[str, Any]
    remarks: list[FormRemark] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.row.get("name") or self.row.get("type") or "-")

    @property
    def type(self) -> str:
        return str(self.row.get("type", ""))

    def fault(self, fault: FormFault, **facts: JSON) -> None:
        self.remarks.append(form_remark(fault, self.name, **facts))

    def bind(self, key: str) -> str:
        """A cell under `bind`, such as `relevant`; empty when there is none."""
        return str((self.row.get("bind") or {}).get(key) or "").strip()

    def ours(self, column: str) -> str:
        """A cell of a column of ours, `fieldcheck::…`."""
        value = self.row.get(OURS)
        return str(value.get(column) or "").strip() if isinstance(value, Mapping) else ""

    def is_set(self, column: str) -> bool:
        """A column of ours that says yes or no."""
        word = self.ours(column).casefold()
        if word not in _TRUE | _FALSE:
            self.fault(FormFault.SETTING, column=f"{OURS}::{column}", value=word)
        return word in _TRUE

    def is_required(self) -> bool:
        """Whether the answer is required; an expression cannot be represented."""
        word = self.bind("required").casefold()
        if word not in _TRUE | _FALSE:
            self.fault(FormFault.EXPRESSION, column="required", value=word)
        return word in _TRUE

    def texts(self, key: str = "label") -> tuple[str | None, str | None]:
        """The (Chinese, other) text of a label or hint. A label in no language is Chinese if it looks so, or alone."""
        value = self.row.get(key)
        if isinstance(value, Mapping):
            zh = next((str(text) for lang, text in value.items() if _ZH.search(lang) and text), None)
            en = next((str(text) for lang, text in value.items() if _EN.search(lang) and text), None)
            return zh or (str(value["default"]) if value.get("default") else None), en
        return (str(value), None) if value else (None, None)

    def refuse_unspoken(self, *, constraint: bool = False) -> None:
        """Refuse what a check point cannot carry, rather than lose it."""
        cells = {name: str(self.row[name]) for name in _UNSPOKEN if self.row.get(name)}
        cells |= {name: self.bind(name) for name in _UNSPOKEN_BINDS if self.bind(name) and self.bind(name) != "false()"}
        if self.row.get("_or_other") or self.row.get("or_other"):
            cells["or_other"] = "true"
        for name, value in cells.items():
            self.fault(FormFault.EXPRESSION, column=name, value=value)
        if self.bind("constraint") and not constraint:
            self.fault(FormFault.CONSTRAINT, value=self.bind("constraint"))
        known = self.row.get(OURS)
        for column in sorted(set(known) - COLUMNS) if isinstance(known, Mapping) else [OURS] if known else []:
            self.fault(FormFault.COLUMN, column=f"{OURS}::{column}")

    def score(self) -> tuple[int, int]:
        """(points, tenths): "1.5" → (1, 5)."""
        cell = self.ours("score")
        try:
            tenths = Decimal(cell or "0") * 10
            if tenths == tenths.to_integral_value() and 0 <= tenths < 10_010:  # noqa: PLR2004  1,000.9 points
                return divmod(int(tenths), 10)
        except InvalidOperation:
            pass
        self.fault(FormFault.SETTING, column=f"{OURS}::score", value=cell)
        return 0, 0

    def answers(self) -> dict[str, Answer]:
        """Choice name → answer, in the order of the choices; a choice that is none of ours is a fault."""
        found: dict[str, Answer] = {}
        for choice in self.row.get("choices") or ():
            name = str(choice.get("name", ""))
            label = choice.get("label") or ""
            words = [name, *(label.values() if isinstance(label, Mapping) else [label])]
            answer = next((_ANSWER_OF[spelled] for word in words if (spelled := _spelled(word)) in _ANSWER_OF), None)
            if answer is None or answer in found.values():
                self.fault(FormFault.CHOICE, choice=name, list=str(self.row.get("list_name", "")))
            else:
                found[name] = answer
        return found

    def limits(self) -> tuple[str | None, str | None]:
        """(least, most) of the constraint ". >= a and . <= b"; any other constraint is a fault."""
        least = most = None
        constraint = self.bind("constraint")
        for part in _AND.split(constraint) if constraint else ():
            limit = _LIMIT.fullmatch(part)
            if limit is None or (least if limit[1] == ">=" else most) is not None:
                self.fault(FormFault.CONSTRAINT, value=constraint)
                return None, None
            if limit[1] == ">=":
                least = limit[2]
            else:
                most = limit[2]
        return least, most


def _spelled(word: object) -> str:
    return unicodedata.normalize("NFKC", str(word)).strip().casefold()
