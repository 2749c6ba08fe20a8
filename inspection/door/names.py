"""How a file is called that somebody hands in: kept readable, and harmless wherever it is shown. Pure.

The name is only ever shown and stored: nothing is looked up by it, and no path is made of it.
"""

import unicodedata
from typing import Final

LONGEST: Final = 120
"""Characters of a name that are kept; its ending is kept whatever is left out."""
LONGEST_ENDING: Final = 12
UNNAMED: Final = "file"

_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, marks of direction and other invisible ones, halves of characters, private and unassigned ones."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Invisible, but without them words of some scripts, and emoji, fall apart."""
_UNSAFE: Final = frozenset('<>:"|?*')
"""What Windows takes in no name."""
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)


def clean_name(told: str) -> str:
    """The name without path, controls and marks of direction, of at most `LONGEST` characters; never empty.

    Cleaning a clean name changes nothing.
    """
    last = unicodedata.normalize("NFC", told).replace("\\", "/").rstrip("/ .").rpartition("/")[2]
    kept = "".join(_shown(char) for char in last if _is_kept(char))
    name = unicodedata.normalize("NFC", " ".join(kept.split())).strip(". ")
    name = _shortened(name) or UNNAMED
    return f"_{name}" if name.partition(".")[0].strip().lower() in _DEVICES else name


def _is_kept(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _DROPPED


def _shown(char: str) -> str:
    if unicodedata.category(char) == "Zs":
        return " "
    return "_" if char in _UNSAFE else char


def _shortened(name: str) -> str:
    if len(name) <= LONGEST - 1:  # one is for the mark before a device's name
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or not 0 < len(ending) <= LONGEST_ENDING:
        return name[: LONGEST - 1].rstrip(". ")
    return f"{stem[: LONGEST - len(ending) - 3].rstrip('. ')}….{ending}"
