"""What an alert is raised of: a rule each, facts in, what is to be raised out. Pure.

An alert is known by its key, so that finding the same again raises nothing. `subjects` are the ids of the people that
it is about, by account or, of an inspector, by inspector (an inspector's account bears the same id): none of them
settles it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.draw.told.monitoring import Alert as DrawSign
from inspection.kernel.canonical import JSON
from inspection.policy.clauses.measure import WarningRule
from inspection.visits.ledger.warn import DoorWarning
from inspection.visits.repeats.rules import Run


class AlertKind(StrEnum):
    """Each has a text in the catalogue under `oversight.alert_<value>`."""

    CLEAN_RUN = "clean_run"  # 同一人员对同一对象连续未发现问题
    CROWDED_DOOR = "crowded_door"  # 同一对象检查过于频繁
    DRAW_VOIDED = "draw_voided"  # 同一任务的抽取一再作废
    DRAW_SIGN = "draw_sign"  # 抽取监测指标异常
    SAME_PAIR = "same_pair"  # 记录审核与公示审批始终为同两人
    SAME_SIDE = "same_side"  # 争议始终裁决有利于同一人员
    PUBLICATION_LATE = "publication_late"  # 结果逾期公示
    OBJECTION_LATE = "objection_late"  # 异议逾期复核


OF_THE_HOUSE: Final = frozenset({AlertKind.SAME_PAIR, AlertKind.SAME_SIDE, AlertKind.DRAW_SIGN, AlertKind.DRAW_VOIDED})
"""About those who head and approve: not for them to be shown or settled first."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert to be raised. `about_on`: the day of what it is about; `facts`: what its text says."""

    kind: AlertKind
    key: str
    about_on: date
    subjects: tuple[str, ...] = ()
    facts: Mapping[str, JSON] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class VoidedTask:
    """A task with how many of its draws were given up: who asked for it and who gave them up; the last day of it."""

    task: UUID
    number: str
    voids: int
    last_on: date
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """How many results of the year one person approved the record of, and one the publication."""

    record: str
    publication: str
    results: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A conflict that somebody (an account) decided for one inspector, against others."""

    by: str
    won: str
    on: date


@dataclass(frozen=True, slots=True)
class Late:
    """A thing that is late, or was done late. `people`: who had it in hand, where somebody had."""

    id: UUID
    name: str
    due_on: date
    done_on: date | None = None
    people: tuple[str, ...] = ()


def clean_run(run: Run, name: str) -> Raised:
    """The same inspector (`name`) found nothing at the same door so many times in a row."""
    facts: dict[str, JSON] = {
        "inspector": str(run.inspector),
        "name": name,
        "code": run.code,
        "visits": [str(one) for one in run.visits],
        "count": len(run.visits),
        "since": run.first.isoformat(),
        "last": run.last.isoformat(),
    }
    key = f"clean_run:{run.inspector}:{run.through}"
    return Raised(AlertKind.CLEAN_RUN, key, run.last, (str(run.inspector),), facts)


def crowded_door(found: DoorWarning) -> Raised:
    """One door has more visits in a day, a week or a month than the rule-set lets pass without a word."""
    key = f"crowded_door:{found.code}:{found.period.value}:{found.first.isoformat()}"
    facts: dict[str, JSON] = {
        "code": found.code,
        "period": found.period.value,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "count": found.visits,
        "limit": found.limit,
    }
    return Raised(AlertKind.CROWDED_DOOR, key, found.first, (), facts)


def draws_voided(tasks: Iterable[VoidedTask], rule: WarningRule) -> Iterator[Raised]:
    """The draw of one task was given up again, and with each further time once more."""
    for one in tasks:
        if one.voids >= rule.voids_of_a_draw:
            facts: dict[str, JSON] = {"task": str(one.task), "number": one.number, "count": one.voids}
            key = f"draw_voided:{one.task}:{one.voids}"
            yield Raised(AlertKind.DRAW_VOIDED, key, one.last_on, one.people, facts)


def draw_signs(signs: Iterable[DrawSign], today: date) -> Iterator[Raised]:
    """What the monitoring of the draws finds conspicuous: replacements, changes, designations, quotas, gaps."""
    for one in signs:
        key = f"draw_sign:{one.sign.value}:{one.quarter}"
        yield Raised(AlertKind.DRAW_SIGN, key, today, (), {"sign": one.sign.value, "quarter": one.quarter})


def same_pairs(pairs: Iterable[Pair], year: int, rule: WarningRule, today: date) -> Iterator[Raised]:
    """Record and publication approved by the same two people, and by neither with anybody else, all the year."""
    held = [one for one in pairs if one.results]
    records, publications = Counter(one.record for one in held), Counter(one.publication for one in held)
    for one in held:
        alone = records[one.record] == 1 and publications[one.publication] == 1
        if alone and one.results >= rule.same_pair_least:
            key = f"same_pair:{one.record}:{one.publication}:{year}"
            facts: dict[str, JSON] = {"year": year, "count": one.results}
            yield Raised(AlertKind.SAME_PAIR, key, today, (one.record, one.publication), facts)


def same_sides(decided: Iterable[Decided], year: int, rule: WarningRule) -> Iterator[Raised]:
    """Somebody has decided every conflict of the year for the same inspector."""
    by_person: dict[str, list[Decided]] = defaultdict(list)
    for one in decided:
        by_person[one.by].append(one)
    for person, held in sorted(by_person.items()):
        winners = {one.won for one in held}
        if len(winners) == 1 and len(held) >= rule.same_side_least:
            (won,) = winners
            facts: dict[str, JSON] = {"year": year, "count": len(held), "inspector": won}
            key = f"same_side:{person}:{won}:{year}"
            yield Raised(AlertKind.SAME_SIDE, key, max(one.on for one in held), (person, won), facts)


def late(kind: AlertKind, found: Iterable[Late], today: date) -> Iterator[Raised]:
    """What is over its day and not done, and what was done after it."""
    for one in found:
        if (one.done_on or today) > one.due_on:
            facts: dict[str, JSON] = {"id": str(one.id), "name": one.name, "due_on": one.due_on.isoformat()}
            yield Raised(kind, f"{kind.value}:{one.id}:{one.due_on.isoformat()}", one.due_on, one.people, facts)
