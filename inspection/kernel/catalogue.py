"""Texts for people, by key and language. zh-CN first, English second; one pair of gettext catalogues a room.

A key is `<room>.<name>`; its catalogues are `messages/zh_CN.po` and `messages/en.po` in the room, with the key as
msgid and `{fact}` marks.
The .po files are read as they are: no compiled copy that could be stale.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from inspection.kernel.canonical import JSON

LANGUAGES = ("zh_CN", "en")
DEFAULT_LANGUAGE = "zh_CN"
_ENTRY: Final = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"(?:\n|\Z))+)', re.MULTILINE)
_BETWEEN = {"zh_CN": "、", "en": ", "}

DESK_AREAS = ("registry", "planning", "draw", "review", "devices", "oversight", "admin")
"""The folders of the office's desk; each has texts of its own, `desk_<area>.<name>`."""
ROOMS = {
    "contract": "mobile_contract",
    "api": "api",
    "cli": "api.cli",
    "doctor": "api.doctor",
    "pages": "api.pages",
    "entity": "api.entity",
    "desk": "api.desk",
    **{f"desk_{area}": f"api.desk.{area}" for area in DESK_AREAS},
    "sync": "sync",
    "media": "media",
    **{
        room: f"inspection.{room}"
        for room in (
            "kernel",
            "policy",
            "authority",
            "registry",
            "planning",
            "draw",
            "visits",
            "publicity",
            "door",
            "documents",
            "archive",
            "oversight",
        )
    },
}


def text(key: str, /, lang: str = DEFAULT_LANGUAGE, **facts: JSON) -> str:
    """The sentence of `key` in `lang` with its facts put in.

    Raises:
        KeyError: an unknown key or language: always a programming error, caught by the catalogue test.
    """
    room = key.split(".", 1)[0]
    template = catalogue(room, lang)[key]
    return template.format_map(_Facts({name: _said(fact, lang) for name, fact in facts.items()}))


def _said(fact: JSON, lang: str) -> JSON:
    """A list as a person writes one, a fact told in every language in this one; anything else as it is."""
    if isinstance(fact, Mapping) and lang in fact:
        return _said(fact[lang], lang)
    return _BETWEEN[lang].join(str(one) for one in fact) if isinstance(fact, list | tuple) else fact


@cache
def catalogue(room: str, lang: str) -> dict[str, str]:
    """All texts of one room in one language; empty when the room has no catalogue."""
    folder = files(ROOMS[room]).joinpath("messages")
    file = folder.joinpath(f"{lang}.po")
    if not file.is_file():
        return {}
    return {key: said for key, said in map(_read, _ENTRY.finditer(file.read_text(encoding="utf-8"))) if key}


def _read(entry: re.Match[str]) -> tuple[str, str]:
    """(key, text) of an entry. Babel's reader would fetch all it knows of the language for plurals: 4 MB, and ours have
    none. Escapes are those of JSON; a test holds every catalogue against Babel's reading.
    """
    key, said = ("".join(json.loads(line) for line in lines.split("\n") if line) for lines in entry.groups())
    return key, said


class _Facts(dict[str, JSON]):
    def __missing__(self, key: str) -> str:
        # A text must never fail because a fact is missing: the reader still sees which one.
        return f"{{{key}}}"
