"""An XLSForm (survey, choices, settings) as a checklist. Pure, after pyxform has checked the form.

- `begin group` is the group of its points (nested ones joined by " / "); `note` and `hint` are guidance.
- `select_one` of yes, no and optionally n/a (by name or label, in Chinese or English) is a check point.
- `integer` and `decimal` are numeric points; the constraint ". >= a and . <= b" are their limits.
- `image` and `text` after a point ask for its photo or note: required always, or only if `${point} = 'no'`.
- columns of ours: `fieldcheck::code`, `score`, `key`, `veto`, `policy` (any, each), `unit`, `decimals`, `tolerance`;
  on the settings sheet `fieldcheck::title_en` and `fieldcheck::source`.

Whatever a checklist cannot say is refused with its place, never dropped: conditions of any other kind (合理缺项 is the
answer to a point that does not apply), repeats, computed values, answers given in advance, other types.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from inspection.registry.items.xlsform.points import OURS, Question
from inspection.registry.items.xlsform.remarks import FormFault, FormRemark, form_remark, unusable
from inspection.registry.items.xlsform.workbook import FALLBACK, Form
from mobile_contract.checklist import Answer, Checklist

# What the record of a visit states by itself.
_ABOUT_THE_FILLING = frozenset(
    {"start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit"}
)
_IF = re.compile(r"\$\{\s*([^}\s]+)\s*\}\s*=\s*['\"]([^'\"]*)['\"]")
_CHOICE, _NUMBERS, _PHOTO, _TEXT = "select one", {"integer": 0, "decimal": 2}, ("photo", "image"), ("text", "string")


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    items: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Mapping[str, Answer]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    remarks: list[FormRemark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def checklist_of(name: str, form: Form) -> Checklist:
    """The checklist that a form describes. `name` is the file's, for messages.

    Raises:
        Invalid: `registry.form_unusable`; the fact `problems` tells every fault with its place, in both languages.
    """
    reading = _Reading()
    head = _head(form, reading.remarks)
    _walk(form.get("children") or (), (), reading)
    if reading.remarks:
        raise unusable(name, reading.remarks)
    try:
        return Checklist.model_validate_json(json.dumps({**head, "items": reading.items}))
    except ValidationError as error:
        raise unusable(name, _of_model(error, reading.items)) from error


def _head(form: Form, remarks: list[FormRemark]) -> dict[str, Any]:
    code, version, title = (str(form.get(key) or "").strip() for key in ("id_string", "version", "title"))
    if not code or code == FALLBACK:
        remarks.append(form_remark(FormFault.FORM_ID, "settings"))
    if not (version.isascii() and version.isdigit() and 0 < int(version) < 10**9):
        remarks.append(form_remark(FormFault.FORM_VERSION, "settings", value=version))
    if not title or not form.get("titled"):
        remarks.append(form_remark(FormFault.FORM_TITLE, "settings"))
    ours = form.get(OURS)
    ours = ours if isinstance(ours, Mapping) else {}
    unknown = sorted(set(ours) - {"title_en", "source"})
    remarks += [form_remark(FormFault.COLUMN, "settings", column=f"{OURS}::{column}") for column in unknown]
    number = int(version) if version.isascii() and version.isdigit() else 0
    text = {"zh": title, "en": ours.get("title_en")}
    return {"code": code, "version": number, "title": text, "source": ours.get("source")}


def _walk(
    rows: Iterable[Mapping[str, Any]], groups: Sequence[tuple[str | None, str | None]], reading: _Reading
) -> None:
    for row in rows:
        question = Question(row)
        if question.type == "group":
            _group(question, groups, reading)
        elif question.type == _CHOICE:
            _point(question, groups, reading, _judged(question))
        elif question.type in _NUMBERS:
            _point(question, groups, reading, _measured(question))
        elif question.type in _PHOTO or question.type in _TEXT:
            _companion(question, reading)
        elif question.type == "note":
            question.refuse_unspoken()
            _refuse_relevant(question)
            reading.notes += [text for text in question.texts()[:1] if text]
        elif question.type not in _ABOUT_THE_FILLING:
            question.fault(FormFault.TYPE, type=question.type)
        reading.remarks += question.remarks


def _group(question: Question, groups: Sequence[tuple[str | None, str | None]], reading: _Reading) -> None:
    if question.row.get("name") == "meta" and (question.row.get("control") or {}).get("bodyless"):
        return  # what pyxform adds by itself
    _refuse_relevant(question)
    label = question.texts()
    _walk(question.row.get("children") or (), (*groups, label) if any(label) else groups, reading)


def _point(
    question: Question, groups: Sequence[tuple[str | None, str | None]], reading: _Reading, more: dict[str, Any]
) -> None:
    question.refuse_unspoken(constraint="number" in more)
    _refuse_relevant(question)
    question.is_required()
    zh, en = question.texts()
    if not zh:
        question.fault(FormFault.LABEL)
    policy = question.ours("policy") or "any"
    if policy not in {"any", "each"}:
        question.fault(FormFault.SETTING, column=f"{OURS}::policy", value=policy)
    hint = question.texts("hint")
    guidance = "\n".join([*reading.notes, *(text for text in hint[:1] if text)])
    reading.notes.clear()
    reading.places[question.name] = len(reading.items)
    reading.answers[question.name] = question.answers() if "number" not in more else {}
    reading.items.append(
        {
            "code": question.ours("code") or question.name,
            "group": _group_text(groups),
            "text": {"zh": zh, "en": en},
            "guidance": guidance or None,
            "is_key": question.is_set("key"),
            "policy": policy,
            **more,
        }
    )


def _judged(question: Question) -> dict[str, Any]:
    points, tenths = question.score()
    named = Question(question.row).answers().values()  # its faults are told once, by `_point`
    answers = tuple(answer.value for answer in Answer if answer in named)
    return {"answers": answers, "score": points, "tenths": tenths, "is_veto": question.is_set("veto")}


def _measured(question: Question) -> dict[str, Any]:
    least, most = question.limits()
    decimals = question.ours("decimals") or str(_NUMBERS[question.type])
    if not (decimals.isascii() and decimals.isdigit()):
        question.fault(FormFault.SETTING, column=f"{OURS}::decimals", value=decimals)
        decimals = "0"
    for column in ("score", "veto"):
        if question.ours(column).casefold() not in {"", "0", "no", "否"}:
            question.fault(FormFault.SETTING, column=f"{OURS}::{column}", value=question.ours(column))
    number = {
        "unit": question.ours("unit") or None,
        "decimals": int(decimals),
        "least": least,
        "most": most,
        "tolerance": question.ours("tolerance") or "0",
    }
    return {"number": number}


def _companion(question: Question, reading: _Reading) -> None:
    """A photo or text that goes with a point: the one its condition names, else the one before it."""
    question.refuse_unspoken()
    required, relevant = question.is_required(), question.bind("relevant")
    condition = _IF.fullmatch(relevant)
    if relevant and (condition is None or reading.answers.get(condition[1], {}).get(condition[2]) is not Answer.NO):
        question.fault(FormFault.RELEVANT, value=relevant)
        return
    if not reading.items:
        question.fault(FormFault.COMPANION)
        return
    item = reading.items[reading.places[condition[1]] if condition else -1]
    if not required:
        return  # a photo or a note may be added to every point in any case
    if question.type in _PHOTO:
        item["photo_required_on_no" if condition else "photo_required"] = True
    elif condition:
        item["note_required_on_no"] = True
    else:
        question.fault(FormFault.TEXT_ALWAYS)


def _refuse_relevant(question: Question) -> None:
    if question.bind("relevant"):
        question.fault(FormFault.RELEVANT, value=question.bind("relevant"))


def _group_text(groups: Sequence[tuple[str | None, str | None]]) -> dict[str, str | None] | None:
    if not groups:
        return None
    zh = " / ".join(zh or en or "" for zh, en in groups)
    en = " / ".join(en for _, en in groups if en) if all(en for _, en in groups) else None
    return {"zh": zh, "en": en}


def _of_model(error: ValidationError, items: Sequence[Mapping[str, Any]]) -> Iterable[FormRemark]:
    """What the model of a checklist refuses, by the code of the point it is about."""
    for one in error.errors():
        place, *rest = one["loc"] or ("-",)
        if place == "items" and rest and isinstance(rest[0], int):
            place = str(items[rest[0]]["code"])
            rest = rest[1:]
        column = ".".join(map(str, rest)) or str(place)
        yield form_remark(FormFault.SETTING, str(place), column=column, value=one["msg"])
