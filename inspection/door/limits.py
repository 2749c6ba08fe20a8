"""What a party may send through its door: sizes and numbers, and texts as they are kept. Pure."""

import unicodedata
from typing import Final

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

MIB: Final = 1024 * 1024
FILES_A_FORM: Final = 5
FILE_BYTES: Final = 10 * MIB
FILES_A_VISIT: Final = 60
NOTE: Final = 4_000
"""Characters of what is said to files that show that something was put right."""
REMARK: Final = 2_000

_KEPT_CONTROLS: Final = frozenset("\n\t")


def said(told: str) -> str:
    """A text as it is kept: one kind of line end, no controls, nothing that a database or a screen refuses."""
    lines = told.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in lines if char in _KEPT_CONTROLS or unicodedata.category(char) not in {"Cc", "Cs"})
    return kept.strip()


def bounded(told: str, longest: int, key: str) -> str:
    """The text as it is kept.

    Raises:
        Invalid: longer than `longest` characters, with the catalogue's `key` and how many it has.
    """
    text = said(told)
    if len(text) > longest:
        raise Invalid(ProblemCode.INVALID, key, longest=longest, length=len(text))
    return text
