"""By which numbers a draw is made, task by task and as a whole; and how they are kept while it is a draft."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from inspection.draw.lot.frame import CellKey
from inspection.draw.lot.strata import Base, Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.rules import Continuity, MatchRules, Seat
from inspection.kernel.canonical import JSON, canonical_json

ALGORITHM = "SR-DRAW/1"

Window = tuple[date, date]
"""First and last day."""


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """The numbers of one task of the draw.

    `batches`: into how many batches the drawn objects are cut, each with its `windows` of days where these are set;
    `visit_cap`: visits a year after which an object is not drawn, `None` for no cap.
    """

    size: Size = field(default_factory=Size)
    strata: StrataRule = field(default_factory=StrataRule)
    batches: int = 1
    windows: tuple[Window, ...] = ()
    visit_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """When a drawn object may be replaced before its visit, and where the next ticket comes from once its cell has no
    more: from the next cell of the stratum, or nowhere (draw.md §4.10).
    """

    reasons: tuple[str, ...] = ("cancelled-before-freeze", "duplicate", "cap-race", "up-after-freeze", "merged-out")
    onward: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of the draw. `weights`: whole number by credit grade (empty: all objects alike)."""

    tasks: tuple[TaskTerms, ...] = (TaskTerms(),)
    match: MatchRules = field(default_factory=MatchRules)
    weights: Mapping[str, int] = field(default_factory=dict)
    hash_alg: str = "sha256"
    substitution: Substitution = field(default_factory=Substitution)

    def weight(self, grade: str | None) -> int:
        """The weight of a credit grade; grades that are not listed, and objects without one, weigh 1."""
        return self.weights.get(grade or "", 1)

    @property
    def batches(self) -> dict[int, int]:
        """How many batches each task has, by its index."""
        return {task: terms.batches for task, terms in enumerate(self.tasks)}


def allowed_cells(terms: Terms, names: Sequence[Sequence[str]]) -> set[CellKey]:
    """The cells that the terms allow: every weight in every stratum of every task (`names`: of its strata)."""
    weights = {1, *terms.weights.values()}
    return {
        (task, stratum, weight)
        for task in range(len(terms.tasks))
        for stratum in range(len(names[task]))
        for weight in weights
    }


def size_told(size: Size) -> dict[str, JSON]:
    """The size rule, as parameters and store tell it."""
    if size.count is not None:
        return {"rule": "count", "count": size.count}
    return {"rule": "ratio", "ratio": fraction_told(size.ratio), "base": size.base.value}


def fraction_told(value: Fraction) -> JSON:
    """Numerator and denominator."""
    return [value.numerator, value.denominator]


def window_told(window: Window) -> JSON:
    """First and last day, ISO 8601."""
    return [day.isoformat() for day in window]


def match_told(rules: MatchRules) -> dict[str, JSON]:
    """The rules of the match, as parameters and store tell them."""
    kept = rules.continuity
    return {
        "mode": rules.mode,
        "kind": rules.kind,
        "delta": rules.delta,
        "max_load": rules.max_load,
        "area": rules.area,
        "seats": [
            {**asdict(seat), "tasks": list(seat.tasks), "required": sorted(seat.required)} for seat in rules.seats
        ],
        "candidates": rules.candidates,
        "group_size": rules.group_size,
        "continuity": {"share": fraction_told(kept.share), "periods": kept.periods} if kept is not None else None,
    }


def substitution_told(rule: Substitution) -> dict[str, JSON]:
    """The rule of replacement, as parameters and store tell it."""
    return {"reasons": list(rule.reasons), "exhausted": "next-cell" if rule.onward else "none"}


def terms_text(terms: Terms) -> str:
    """The terms as they are stored while the draw is a draft."""
    return canonical_json(
        {
            "tasks": [_task_told(one) for one in terms.tasks],
            "match": match_told(terms.match),
            "weights": dict(terms.weights),
            "hash_alg": terms.hash_alg,
            "substitution": substitution_told(terms.substitution),
        }
    ).decode()


def _task_told(task: TaskTerms) -> JSON:
    rule = task.strata
    return {
        "size": size_told(task.size),
        "strata": {
            "rule": rule.rule.value,
            "by": rule.by.value if rule.by else None,
            "ratios": {name: fraction_told(ratio) for name, ratio in rule.ratios.items()},
            "floors": dict(rule.floors),
            # The ratio of strata without one of their own, beside a count.
            "ratio": fraction_told(task.size.ratio),
        },
        "batches": task.batches,
        "windows": [window_told(window) for window in task.windows],
        "visit_cap": task.visit_cap,
    }


def read_terms(text: str) -> Terms:
    """The terms that `terms_text` stored."""
    told = json.loads(text)
    substitution = told["substitution"]
    return Terms(
        tuple(map(_read_task, told["tasks"])),
        _read_match(told["match"]),
        told["weights"],
        told["hash_alg"],
        Substitution(tuple(substitution["reasons"]), substitution["exhausted"] == "next-cell"),
    )


def _read_task(told: Mapping[str, Any]) -> TaskTerms:
    size, strata = told["size"], told["strata"]
    ratio = Fraction(*strata["ratio"])
    return TaskTerms(
        Size(ratio, Base(size.get("base", Base.DIRECTORY)), size.get("count")),
        StrataRule(
            Rule(strata["rule"]),
            StrataBy(strata["by"]) if strata["by"] else None,
            {name: Fraction(*own) for name, own in strata["ratios"].items()},
            strata["floors"],
        ),
        told["batches"],
        tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in told["windows"]),
        told["visit_cap"],
    )


def _read_match(told: Mapping[str, Any]) -> MatchRules:
    kept = told["continuity"]
    seats = tuple(
        Seat(**{**seat, "tasks": tuple(seat["tasks"]), "required": tuple(seat["required"])}) for seat in told["seats"]
    )
    continuity = Continuity(Fraction(*kept["share"]), kept["periods"]) if kept else None
    return MatchRules(**{**told, "seats": seats, "continuity": continuity})
