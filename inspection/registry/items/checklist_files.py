"""Checklists (检查要点表) out of TOML or JSON files, or out of an XLSForm workbook. Pure.

In TOML a score may be written in half points or tenths (`score = 1.5`).
"""

import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Invalid
from inspection.registry.items.xlsform.read import checklist_of
from inspection.registry.items.xlsform.workbook import read_form
from mobile_contract.checklist import Checklist
from mobile_contract.problems import ProblemCode
from mobile_contract.strict_json import parse_strict_object

LARGEST = 4 * 1024 * 1024
MOST_PARTS = 200  # of a dotted TOML key
_PART = re.compile(r"[\w\"'-][ \t]*\.")
SUFFIXES = (".toml", ".json", ".xlsx")
# What the model says, as keys of our catalogue; the rest is told in the model's own words.
_KEYS = {
    "missing": "registry.member_missing",
    "extra_forbidden": "registry.member_unknown",
    "string_too_short": "registry.member_length",
    "string_too_long": "registry.member_length",
    "too_short": "registry.member_length",
    "too_long": "registry.member_length",
    "greater_than_equal": "registry.member_range",
    "less_than_equal": "registry.member_range",
    "enum": "registry.member_choice",
    "string_pattern_mismatch": "registry.member_shape",
}
_OTHER = "registry.member_invalid"


def parse_checklist(name: str, data: bytes) -> Checklist:
    """The checklist of a `.toml`, `.json` or `.xlsx` (XLSForm) file; the name's ending decides which.

    Raises:
        Invalid: `registry.file_too_large`, `registry.checklist_unreadable`; the fact `problems` tells every place and
            reason, in each language. For a workbook see `xlsform.workbook.read_form` and `xlsform.read.checklist_of`.
    """
    if len(data) > LARGEST:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.file_too_large", size=len(data), limit=LARGEST)
    if name.lower().endswith(".xlsx"):
        return checklist_of(name, read_form(name, data))
    problems: dict[str, str]
    try:
        if name.lower().endswith(".json"):
            facts: object = parse_strict_object(data)
        else:
            facts = _with_tenths(tomllib.loads(_shallow(data.decode("utf-8"))))
        return Checklist.model_validate_json(json.dumps(facts))
    except ValidationError as error:
        problems = {lang: " ".join(_told(one, lang) for one in error.errors()) for lang in LANGUAGES}
    except (ValueError, TypeError, RecursionError) as error:
        problems = dict.fromkeys(LANGUAGES, f"{type(error).__name__}: {error}")
    raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.checklist_unreadable", file=name, problems=problems)


def _shallow(toml: str) -> str:
    """The text, unless a key of it has so many parts that reading it takes hours: each part is looked up from the top.

    Raises:
        ValueError: which line.
    """
    for number, line in enumerate(toml.splitlines(), start=1):
        if any(len(_PART.findall(piece)) > MOST_PARTS for piece in line.split("=") if piece.count(".") > MOST_PARTS):
            raise ValueError(f"line {number}: more than {MOST_PARTS} parts in a key")
    return toml


def _told(error: Mapping[str, Any], lang: str) -> str:
    """One problem of the model: its place, and what is wrong."""
    place = ".".join(map(str, error["loc"])) or "-"
    limits = [str(value) for name, value in error.get("ctx", {}).items() if name != "error"]
    key = _KEYS.get(error["type"], _OTHER)
    return f"{place}: {text(key, lang, limit=' '.join(limits), detail=error['msg'])}"


def _with_tenths(facts: dict[str, Any]) -> dict[str, Any]:
    """Scores like 1.5 as whole points and tenths; any other fraction is left for the model to refuse."""
    for item in facts.get("items") or ():
        score = item.get("score") if isinstance(item, dict) else None
        tenths = Decimal(str(score)) * 10 if isinstance(score, float) else Decimal("0.5")
        if tenths.is_finite() and tenths >= 0 and tenths == tenths.to_integral_value():
            item["score"], item["tenths"] = divmod(int(tenths), 10)
    return facts
