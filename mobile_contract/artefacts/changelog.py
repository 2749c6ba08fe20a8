"""The dated list of changes, and the digest that ties its newest entry to the contract it speaks of.

The digest covers what a client depends on: schemas and routes without their words. A reworded docstring needs no
entry; a limit that moved does.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from mobile_contract.artefacts.schemas import Schema

FILE: Final = Path(__file__).parent.parent / "CHANGELOG.md"
OPENAPI: Final = Path(__file__).parent.parent / "openapi.json"
_ENTRY: Final = re.compile(r"^## (\d{4}-\d{2}-\d{2}) · contract (\d+)$", re.MULTILINE)
_DIGEST: Final = re.compile(r"^Digest: `([0-9a-f]{64})`$", re.MULTILINE)
_WORDS: Final = {"description", "summary", "title", "x-members"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated entry."""

    day: date
    version: int
    digest: str
    """SHA-256, hex, of `contract_digest`."""


def entries(text: str) -> list[Entry]:
    """Every entry, the newest first; ValueError when one names no digest."""
    heads = list(_ENTRY.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        named = _DIGEST.search(text, head.end(), end)
        if named is None:
            raise ValueError(f"the entry of {head[1]} names no digest")
        found.append(Entry(date.fromisoformat(head[1]), int(head[2]), named[1]))
    return found


def named_anew(text: str, digest: str) -> str:
    """The list with this digest in its newest entry."""
    return _DIGEST.sub(f"Digest: `{digest}`", text, count=1)


def contract_digest(schemas: dict[str, Schema], openapi: Schema) -> str:
    """SHA-256 (hex) over the canonical JSON of schemas and routes, words left out."""
    told = {"schemas": schemas, "openapi": {name: openapi.get(name) for name in ("paths", "components")}}
    text = json.dumps(_without_words(told), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_words(part) for part in value]
    if not isinstance(value, dict):
        return value
    # A *member* called title has a schema there, not a text: only texts and the table of meanings are words.
    return {
        key: _without_words(part)
        for key, part in value.items()
        if not (key in _WORDS and (isinstance(part, str) or key == "x-members"))
    }
