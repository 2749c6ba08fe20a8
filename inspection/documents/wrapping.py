"""Where a line may end inside a word that is longer than a field of a form: a Latin name, a digest. Pure."""

import re
from typing import Final

BREAK: Final = "\u200b"
"""Zero width space: seen by nobody, a place to end a line."""

_LONG: Final = re.compile(r"[^\s\-\u2010-\u2015/\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{19,}")
"""A stretch that the typesetter would never divide, longer than a field holds. Shorter ones stay: words, and
the 18 characters of a 统一社会信用代码, which is copied out of the file.
"""
_STEP: Final = 7


def wrappable(text: str) -> str:
    """The text with places to end a line in its long words."""
    return _LONG.sub(_divided, text)


def _divided(found: re.Match[str]) -> str:
    word = found[0]
    return BREAK.join(word[start : start + _STEP] for start in range(0, len(word), _STEP))
