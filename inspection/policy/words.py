"""A rule-set in words for people: labels and values out of the catalogue, in either language. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from inspection.kernel.catalogue import catalogue, text
from inspection.policy.clauses.part import Named
from inspection.policy.stated import HEAD, NOTE, Stated
from inspection.policy.terms import Bilingual, Part

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_HUNDRED: Final = 100
# What an element of a list is told by besides its text; the rest are its particulars.
_TOLD_ELSEWHERE: Final = frozenset({"code", "text", "article", "note", "kind", "item_class", "grade"})


def label(stated: Stated, lang: str) -> str:
    """What a value is called: its clause, its field and, of a list, which element."""
    name = _name(stated, lang)
    told = name if stated.part == HEAD else text("policy.label", lang, part=part_name(stated.part, lang), field=name)
    return _with_element(told, stated, lang)


def field_name(stated: Stated, lang: str) -> str:
    """What a value is called within its clause: its field and, of a list, which element."""
    return _with_element(_name(stated, lang), stated, lang)


def part_name(part: str, lang: str) -> str:
    """What a clause is called."""
    return text(f"policy.part.{part}", lang)


def field_key(part: str, name: str) -> str:
    """The key of a field's label."""
    return f"policy.field.{part}_{name}"


def said(value: Any, name: str, lang: str) -> str:
    """A value of the field `name` in words."""
    match value:
        case None:
            return text("policy.unstated", lang)
        case bool():
            return text("policy.yes" if value else "policy.no", lang)
        case StrEnum():
            return text(word_key(type(value), value.value), lang)
        case Fraction():
            return _ratio(value)
        case Bilingual():
            return value.zh if lang.startswith("zh") else value.en
        case Part():
            return text("policy.between", lang).join(_particulars(value, lang)) or text("policy.yes", lang)
        case _:
            return _plain(value, name, lang)


def _plain(value: Any, name: str, lang: str) -> str:
    if isinstance(value, tuple | list):
        told = [said(one.text if type(one) is Named else one, name, lang) for one in value]
        return text("policy.list", lang, values=told) if told else text("policy.nothing", lang)
    if isinstance(value, Mapping):
        return text("policy.list", lang, values=[f"{key}={one}" for key, one in value.items()] or [_nothing(lang)])
    if isinstance(value, date):
        return value.isoformat()
    word = f"policy.word.{name}_{value}".replace("-", "_")
    return catalogue("policy", lang).get(word, str(value))


def _name(stated: Stated, lang: str) -> str:
    return text("policy.field.note" if stated.name == NOTE else field_key(stated.part, stated.name), lang)


def _with_element(told: str, stated: Stated, lang: str) -> str:
    return told if stated.element is None else text("policy.label_of", lang, label=told, element=_named(stated, lang))


def _nothing(lang: str) -> str:
    return text("policy.nothing", lang)


def word_key(kind: type[StrEnum], value: str) -> str:
    """The key of the word for a value of a closed list."""
    return f"policy.word.{_CAPITAL.sub('_', kind.__name__).lower()}_{value}".replace("-", "_")


def _ratio(ratio: Fraction) -> str:
    percent = ratio * _HUNDRED
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{ratio.numerator}/{ratio.denominator}"


def _named(stated: Stated, lang: str) -> str:
    held = getattr(stated.value, "text", None)
    if held is not None:
        return said(held, "text", lang)
    of_class, grade = (getattr(stated.value, name) for name in ("item_class", "grade"))
    return text("policy.class_and_grade", lang, item_class=said(of_class, "item_class", lang), grade=grade)


def _particulars(part: Part, lang: str) -> Iterator[str]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name not in _TOLD_ELSEWHERE and value is not None:
            yield text("policy.particular", lang, name=text(f"policy.of.{name}", lang), value=said(value, name, lang))
