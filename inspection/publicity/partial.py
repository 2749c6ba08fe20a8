"""部分公开: which public fields of a result may be left out or masked, and what then goes out. Pure.

A result of which nothing may be told is withheld (`withhold.py`); here something is told, and it is told what is not.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from inspection.kernel.canonical import JSON
from inspection.publicity.masking import STAR, masked_name
from inspection.publicity.redaction import PublicFacts
from inspection.publicity.release import Ground

PICTURES: Final = "pictures"
KEYS: Final[dict[str, str]] = {
    "object_name": "entName",
    "object_code": "uniscId",
    "item_code": "raninsItemCode",
    "item_name": "raninsItemName",
    "result_detail": "raninsCheckResDetail",
    "plan_number": "raninsPlanId",
    "plan_name": "raninsPlaneName",
    "task_number": "raninsTaskId",
    "task_name": "raninsTaskName",
    "draw_id": "drawId",
    PICTURES: PICTURES,
}
"""What may be left out, by our name, and how the document calls it. Result, body, day and rules are always told."""
MASKABLE: Final = frozenset({"object_name", "object_code"})
_SHORT_CODE: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A decision to publish in part (金凤 article 17), by whom and when; with no field it ends an earlier one."""

    left_out: frozenset[str]
    masked: frozenset[str]
    ground: Ground
    reason: str
    by: str
    at: datetime

    @property
    def names_object(self) -> bool:
        """Whether the public still learns which object it is."""
        return not MASKABLE & (self.left_out | self.masked)


def wrong_fields(left_out: Collection[str], masked: Collection[str]) -> frozenset[str]:
    """The fields that may not be left out or masked, or that are to be both."""
    both = set(left_out) & set(masked)
    return frozenset(set(left_out) - set(KEYS)) | (set(masked) - MASKABLE) | both


def in_part(facts: PublicFacts, part: Part | None) -> PublicFacts:
    """The facts without what the decision keeps back; a field that is left out is empty."""
    if part is None:
        return facts
    changes: dict[str, Any] = dict.fromkeys(part.left_out - {PICTURES}, "")
    if "object_name" in part.masked:
        changes["object_name"] = masked_name(facts.object_name)
    if "object_code" in part.masked:
        changes["object_code"] = _masked_code(facts.object_code)
    return replace(facts, **changes)


def told_of_part(part: Part | None) -> dict[str, JSON]:
    """What the document says of it: which of its fields are empty or masked, and the ground; never the reason."""
    if part is None or not part.left_out | part.masked:
        return {}
    left_out: list[JSON] = [KEYS[name] for name in sorted(part.left_out)]
    masked: list[JSON] = [KEYS[name] for name in sorted(part.masked)]
    return {"partial": {"leftOut": left_out, "masked": masked, "ground": part.ground.value}}


def _masked_code(code: str) -> str:
    if len(code) <= _SHORT_CODE:
        return STAR * len(code)
    return f"{code[:4]}{STAR * (len(code) - _SHORT_CODE)}{code[-2:]}"
