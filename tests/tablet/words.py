"""What the app says, out of its own catalogues: a test names a text by its key, in whatever language the screen is."""

import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parents[2] / "tablet" / "src" / "i18n"
_GROUP = re.compile(r"export const (\w+) = group\(\s*(\{.*?\n  \}),\s*(\{.*?\n  \}),?\s*\)", re.DOTALL)
_ENTRY = re.compile(r'(?:^|[{,])\s*"?([\w-]+)"?:\s*((?:"(?:[^"\\]|\\.)*"\s*\+?\s*)+)', re.MULTILINE)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_GAP = re.compile(r"\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Every text of a language, `zh` or `en`, by its key."""
    found: dict[str, str] = {}
    for file in WORDS.glob("*.ts"):
        for name, zh, en in _GROUP.findall(file.read_text()):
            for key, value in _ENTRY.findall(zh if lang == "zh" else en):
                pieces = (
                    piece.encode().decode("unicode_escape").encode("latin-1") if "\\" in piece else piece.encode()
                    for piece in _PIECE.findall(value)
                )
                found[f"{name}.{key}"] = b"".join(pieces).decode()
    return found


def word(key: str, lang: str = "zh", **given: object) -> str:
    """The text of a key with what is filled in.

    Raises:
        KeyError: the app has no such text.
    """

    def filled(gap: re.Match[str]) -> str:
        name, one, many = gap.groups()
        if name not in given:
            return gap[0]
        return str(given[name]) if one is None else (one if given[name] == 1 else many)

    return _GAP.sub(filled, catalogue(lang)[key])


def pattern(key: str, lang: str = "zh") -> re.Pattern[str]:
    """A text with anything in its gaps."""
    text = catalogue(lang)[key]
    parts = [re.escape(part) for part in re.split(r"\{[^{}]*\}", text)]
    return re.compile("^" + ".+?".join(parts) + "$", re.DOTALL)
