"""Whether the effect of each clause is to be seen in the journal of a year that was lived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.simulation.year.plot import Clause, Plot, Wanted
from api.simulation.year.rules import Seen, Unseen
from api.simulation.year.rules_of_tasks import RULES
from api.simulation.year.world import Year
from inspection.kernel.calendar import load_calendar
from inspection.kernel.journal import read_all
from inspection.kernel.journal.kinds import JournalEntry
from inspection.kernel.journal.store import streams

ANY = "*"
"""In a payload: whatever it is, but not nothing."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One clause: the lines in which its effect is seen, or what was looked for and is not there."""

    clause: Clause
    lines: tuple[JournalEntry, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def visible(self) -> bool:
        return not self.missing and bool(self.lines or self.found)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its lines, in the order in which they were looked for."""
        return tuple(dict.fromkeys(line.kind.value for line in self.lines))


async def look_back(year: Year) -> Seen:
    """The whole journal of a year, and what routes told on the way."""
    told = await read_all(await streams())
    lines = sorted((line for part in told.values() for line in part), key=lambda line: (line.at, line.stream, line.seq))
    return Seen(lines, year.rules, await load_calendar(), year.found)


def effects(plot: Plot, seen: Seen) -> tuple[Effect, ...]:
    """What is seen of every clause of the year's document, in its order."""
    return tuple(effect_of(clause, seen) for clause in plot.clauses)


def effect_of(clause: Clause, seen: Seen) -> Effect:
    """One clause held against the journal."""
    lines: list[JournalEntry] = []
    missing: list[str] = []
    for wanted in clause.seen:
        there = matching(seen.lines, wanted)
        lines += there
        if len(there) < wanted.least:
            missing.append(_told(wanted))
    missing += [f"unwanted: {_told(one)}" for one in clause.unseen if matching(seen.lines, one)]
    if clause.others:
        pairs, clash = _of_others(clause.others, seen.lines)
        lines += pairs
        missing += clash
    for name, wanted_value in clause.found.items():
        value = seen.found.get(name)
        if not (value if wanted_value == ANY else value == wanted_value):
            missing.append(f"{name}: {value!r}")
    for rule, given in clause.rule.items():
        try:
            lines += RULES[rule](seen, **given)
        except Unseen as why:
            missing.append(f"{rule}: {why}")
    unique = {(line.stream, line.seq): line for line in lines}
    return Effect(clause, tuple(unique.values()), tuple(clause.found), tuple(missing))


def matching(lines: Iterable[JournalEntry], wanted: Wanted) -> list[JournalEntry]:
    """The lines of the kind, by somebody in the role, whose payload has what is wanted."""
    return [
        line
        for line in lines
        if line.kind.value == wanted.kind
        and wanted.role in {None, line.actor_role}
        and holds(line.payload, wanted.where)
    ]


def holds(payload: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Whether the payload has these values; of a list, that it holds the value. `a.b`: the member b of a."""
    for name, value in where.items():
        told: Any = payload
        for part in name.split("."):
            told = told.get(part) if isinstance(told, Mapping) else None
        if value == ANY:
            if not told:
                return False
        elif isinstance(told, list | tuple) and not isinstance(value, list):
            if value not in told:
                return False
        elif told != value:
            return False
    return True


def _of_others(kinds: Sequence[str], lines: Sequence[JournalEntry]) -> tuple[list[JournalEntry], list[str]]:
    """On each stream that has all of these kinds: by different people?"""
    by_stream: dict[str, dict[str, JournalEntry]] = {}
    for line in lines:
        if line.kind.value in kinds:
            by_stream.setdefault(line.stream, {})[line.kind.value] = line
    whole = [told for told in by_stream.values() if len(told) == len(kinds)]
    clash = [stream for stream, told in by_stream.items() if len({one.actor_id for one in told.values()}) < len(told)]
    missing = [f"one person: {stream}" for stream in clash]
    if not whole:
        missing.append(" + ".join(kinds))
    return [line for told in whole for line in told.values()], missing


def _told(wanted: Wanted) -> str:
    where = ", ".join(f"{name}={value}" for name, value in wanted.where.items())
    return f"{wanted.kind}{f' by {wanted.role}' if wanted.role else ''}{f' ({where})' if where else ''}"
