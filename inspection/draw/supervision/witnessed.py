"""Who stands behind a draw on its ceremony sheet (摇号见证单): who opened and who approved it, and the offices that the
rule-set wants to watch (安岳 二(二), 泉州 二(二)3; draw.md §4.15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.draw.store import draw_row
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, read
from inspection.policy.load import rule_set_named


@dataclass(frozen=True, slots=True)
class Watching:
    """An office by language (`zh_CN`, `en`); `required`: it must watch, it is not merely invited."""

    name: Mapping[str, str]
    required: bool


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Names as the journal has them; `approver` is None before the freeze."""

    operator: str
    approver: str | None
    offices: Sequence[Watching]


async def witnessed(draw_id: UUID) -> Witnessed:
    """The people and offices of a draw.

    Raises:
        NotFound: no such draw.
    """
    row = await draw_row(draw_id)
    acted = {entry.kind: entry.actor_name for entry in await read(f"draw:{draw_id}")}
    return Witnessed(acted[EventKind.DRAW_PLANNED], acted.get(EventKind.DRAW_FROZEN), _offices(row.rule_set))


def _offices(rule_set: str) -> Sequence[Watching]:
    """Those of the rule-set; none when its text is not installed here any more."""
    try:
        rule = rule_set_named(rule_set).supervision
    except NotFound:
        return ()
    listed = [(office, True) for office in rule.required] + [(office, False) for office in rule.may]
    return [Watching({"zh_CN": office.text.zh, "en": office.text.en}, required) for office, required in listed]
