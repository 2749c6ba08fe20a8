"""The code blocks of the implementer's guide: each names a place in the vectors and shows what stands there.

A block opens with three backticks, `text`, and `file.json#/json/pointer` (RFC 6901); long values are broken into lines,
which are to be read as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

BLOCK: Final = re.compile(r"^```text ([a-z-]+\.json)#(/\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WIDTH: Final = 120


def refreshed(text: str, vectors: Mapping[str, Any]) -> str:
    """The guide with every block as the vectors (file name → content) have it; KeyError for a place that is not."""

    def shown(block: re.Match[str]) -> str:
        value = told(vectors[block[1]], block[2])
        return f"```text {block[1]}#{block[2]}\n{_wrapped(value)}\n```"

    return BLOCK.sub(shown, text)


def told(content: Any, pointer: str) -> str:
    """The text at this place; numbers, lists and objects as JSON. KeyError when there is none."""
    found = content
    for step in pointer.split("/")[1:]:
        try:
            found = found[int(step)] if isinstance(found, list) else found[step.replace("~1", "/").replace("~0", "~")]
        except (IndexError, ValueError, TypeError) as error:
            raise KeyError(pointer) from error
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _wrapped(value: str) -> str:
    # Cut anywhere: a text that is broken at spaces could not be put together again.
    lines = [value[at : at + _WIDTH] for at in range(0, len(value), _WIDTH)]
    return "\n".join(lines)
