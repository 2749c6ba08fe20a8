"""Remove what had its time: once a day, in small steps, told in the journal by rule and number, never by content."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append, newest_of
from inspection.kernel.retention.rules import Rule, in_force, shipped_rules
from inspection.kernel.unit_of_work import in_unit, unit_of_work

STREAM: Final = "retention"
AT_ONCE: Final = 500
"""Rows a transaction: nobody waits long for one."""


@dataclass(frozen=True, slots=True)
class Remover:
    """What a rule removes. `count`: how many had their time before an instant; `remove`: at most so many of them, and
    how many it were. A remover of rows runs in a unit of work of its own.
    """

    count: Callable[[datetime], Awaitable[int]]
    remove: Callable[[datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Due:
    """A rule, and how many may go by it."""

    rule: Rule
    count: int


async def due(now: datetime, removers: Mapping[str, Remover], rules: Sequence[Rule] | None = None) -> list[Due]:
    """What may be removed now, by the rules in force; removes nothing."""
    held = in_force(shipped_rules() if rules is None else rules, local_day(now))
    return [Due(rule, await removers[name].count(rule.before(now))) for name, rule in held.items()]


async def retain(cmd: Command, removers: Mapping[str, Remover], rules: Sequence[Rule] | None = None) -> dict[str, int]:
    """Remove all of it; how many by each rule. Harmless to repeat and to do in several processes at once."""
    held = in_force(shipped_rules() if rules is None else rules, local_day(cmd.now))
    removed = {name: await _emptied(removers[name], rule.before(cmd.now)) for name, rule in held.items()}
    told: dict[str, JSON] = {
        name: {"removed": removed[name], "days": rule.days, "since": rule.since.isoformat()}
        for name, rule in held.items()
    }
    async with unit_of_work():
        await append(cmd.event(EventKind.RETENTION_RAN, STREAM, rules=told))
    return removed


async def retain_daily(cmd: Command, removers: Mapping[str, Remover]) -> None:
    """`retain`, unless it was done on this local day."""
    last = await newest_of(EventKind.RETENTION_RAN)
    if last is None or local_day(last.at) < local_day(cmd.now):
        await retain(cmd, removers)


async def _emptied(remover: Remover, before: datetime) -> int:
    total = 0
    while gone := await in_unit(remover.remove, before, AT_ONCE):
        total += gone
    return total
