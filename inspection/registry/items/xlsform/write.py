"""A checklist as an XLSForm workbook, for form authors to go on with; `read` makes the same checklist of it."""

import io
from collections.abc import Iterator
from itertools import groupby

from inspection.registry.items.xlsform.points import OURS
from mobile_contract.checklist import Answer, Checklist, ChecklistItem, Text

ZH, EN = "中文 (zh)", "English (en)"
SURVEY = (
    "type",
    "name",
    f"label::{ZH}",
    f"label::{EN}",
    f"hint::{ZH}",
    "required",
    "relevant",
    "constraint",
    *(f"{OURS}::{column}" for column in ("code", "score", "key", "veto", "policy", "unit", "decimals", "tolerance")),
)
CHOICES = ("list_name", "name", f"label::{ZH}", f"label::{EN}")
_LABELS = {
    Answer.YES: ("yes", "是", "Yes"),
    Answer.NO: ("no", "否", "No"),
    Answer.NOT_APPLICABLE: ("na", "合理缺项", "Not applicable"),
}
_NAMES = {answer: name for answer, (name, _, _) in _LABELS.items()}

Row = dict[str, str]


def xlsform_of(checklist: Checklist) -> bytes:
    """The workbook: survey, choices, settings."""
    # 16 MB that a server holds from its first workbook on
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.writer.excel import save_workbook  # noqa: PLC0415

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    survey = book.create_sheet("survey")
    survey.append(SURVEY)
    for row in _survey(checklist):
        survey.append([row.get(column) for column in SURVEY])
    choices = book.create_sheet("choices")
    choices.append(CHOICES)
    for answers in sorted({_sorted(item) for item in checklist.items if item.number is None}):
        for answer in answers:
            choices.append((_list_name(answers), *_LABELS[answer]))
    settings = book.create_sheet("settings")
    facts = {
        "form_id": checklist.code,
        "form_title": checklist.title.zh,
        "version": str(checklist.version),
        "default_language": ZH,
        f"{OURS}::title_en": checklist.title.en,
        f"{OURS}::source": checklist.source,
    }
    stated = {name: value for name, value in facts.items() if value}
    settings.append(list(stated))
    settings.append(list(stated.values()))
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()


def _survey(checklist: Checklist) -> Iterator[Row]:
    number = 0
    for place, (group, items) in enumerate(groupby(checklist.items, key=lambda item: item.group), start=1):
        if group is not None:
            yield {"type": "begin group", "name": f"group_{place}", **_label(group)}
        for item in items:
            number += 1
            yield from _point(f"point_{number}", item)
        if group is not None:
            yield {"type": "end group"}


def _point(name: str, item: ChecklistItem) -> Iterator[Row]:
    row = {"name": name, **_label(item.text), "required": "yes", f"{OURS}::code": item.code}
    row[f"{OURS}::policy"] = item.policy.value
    if item.guidance:
        row[f"hint::{ZH}"] = item.guidance
    if item.is_key:
        row[f"{OURS}::key"] = "yes"
    if item.number is None:
        row["type"] = f"select_one {_list_name(_sorted(item))}"
        row[f"{OURS}::score"] = str(item.points)
        row[f"{OURS}::veto"] = "yes" if item.is_veto else "no"
    else:
        row |= _measured(item)
    yield row
    on_no = f"${{{name}}} = '{_NAMES[Answer.NO]}'"
    if item.photo_required or item.photo_required_on_no:
        photo = {"type": "image", "name": f"{name}_photo", f"label::{ZH}": "照片", f"label::{EN}": "Photo"}
        yield {**photo, "required": "yes", "relevant": on_no if item.photo_required_on_no else ""}
    if item.note_required_on_no:
        note = {"type": "text", "name": f"{name}_note", f"label::{ZH}": "说明", f"label::{EN}": "Note"}
        yield {**note, "required": "yes", "relevant": on_no}


def _measured(item: ChecklistItem) -> Row:
    number = item.number
    if number is None:
        return {}
    limits = ((">=", number.least), ("<=", number.most))
    row = {
        "type": "decimal" if number.decimals else "integer",
        "constraint": " and ".join(f". {sign} {limit}" for sign, limit in limits if limit is not None),
        f"{OURS}::decimals": str(number.decimals),
        f"{OURS}::tolerance": number.tolerance,
    }
    return row | ({f"{OURS}::unit": number.unit} if number.unit else {})


def _label(text: Text) -> Row:
    return {f"label::{ZH}": text.zh} | ({f"label::{EN}": text.en} if text.en else {})


def _sorted(item: ChecklistItem) -> tuple[Answer, ...]:
    return tuple(answer for answer in Answer if answer in item.answers)


def _list_name(answers: tuple[Answer, ...]) -> str:
    return "_".join(_NAMES[answer] for answer in answers)
