"""What fields of the registers are called, whatever list or file they stand in."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from api.language import Language
from inspection.kernel.catalogue import catalogue
from inspection.registry.intake.columns import Column

_ROOM: Final = "desk_registry"
_WORDS: Final[Mapping[str, str]] = {
    "kind": "policy.word.object_kinds",
    "category": "policy.word.staff_category",
    "item_class": "policy.word.item_class",
    "role": "desk_registry.person",
    "risk": "desk_registry.risk",
    "status": "desk_registry.status",
}
"""By field, the prefix of the words that its values have."""


def told_fields(lang: Language) -> dict[str, Any]:
    """What templates name the fields of a change by, and their values."""
    return {"field_title": partial(field_title, lang=lang), "field_value": partial(field_value, lang=lang)}


def field_value(name: str, value: object, lang: Language) -> object:
    """A value of a closed list as people say it; anything else as it is."""
    prefix = _WORDS.get(name)
    key = f"{prefix}_{value}"
    return catalogue(key.split(".", 1)[0], lang).get(key, value) if prefix and isinstance(value, str) else value


def field_title(name: str, lang: Language) -> str:
    """The title of a stored field; its own name where nobody gave it one."""
    return catalogue(_ROOM, lang).get(f"desk_registry.field_{name}", name)


def column_title(column: Column, lang: Language) -> str:
    """The title of a column of a file: the first header that it goes by in this language."""
    latin = lang == "en"
    fitting = (one for one in column.synonyms if one.isascii() is latin)
    told = next(fitting, column.synonyms[0])
    return told[:1].upper() + told[1:]
