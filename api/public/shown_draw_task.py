"""One task of a draw as its page and its sheet show it, out of the draw's parameters (docs/sr-draw-1.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from api.public.chance import percent


@dataclass(frozen=True, slots=True)
class Chance:
    """The one chance that every object of a task has."""

    fraction: str
    percent: str


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task that the draw is held for. `number` counts from 1; `excluded` are (code, rows); `size_key` with
    `size_facts` says how many are drawn; `strata` are (name, eligible rows, how many), empty for one whole.
    `chance` is given when it is the same for all of its objects.
    """

    number: int
    code: str
    item: str
    mode: str
    window: tuple[date, date]
    rows: int
    eligible: int
    excluded: tuple[tuple[str, int], ...]
    size_key: str
    size_facts: Mapping[str, str | int]
    wanted: int
    size: int
    strata: tuple[tuple[str, int, int], ...]
    batches: tuple[tuple[date, date], ...]
    focused: bool
    chance: Chance | None


def shown_task(position: int, task: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]) -> ShownTask:
    """The task at this index of the parameters; `cells` are those of the whole draw."""
    size_key, size_facts = _size(task["size"])
    first, last = task["window"]
    return ShownTask(
        number=position + 1,
        code=task["number"],
        item=task["item"]["name"],
        mode=task["mode"],
        window=(date.fromisoformat(first), date.fromisoformat(last)),
        rows=task["rows"],
        eligible=task["eligible"],
        excluded=tuple((code, rows) for code, rows in task["excluded"].items() if rows),
        size_key=size_key,
        size_facts=size_facts,
        wanted=task["sample"]["wanted"],
        size=task["sample"]["size"],
        strata=_strata(task["strata"]),
        batches=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in task["batches"]["windows"]),
        focused=task["focused"],
        chance=_chance([cell for cell in cells if cell["task"] == position]),
    )


def _size(size: Mapping[str, Any]) -> tuple[str, dict[str, str | int]]:
    if size["rule"] == "count":
        return "pages.draw_size_count", {"count": size["count"]}
    ratio = Fraction(*size["ratio"])
    return f"pages.draw_size_{size['base']}", {"percent": percent(ratio), "fraction": str(ratio)}


def _strata(strata: Mapping[str, Any]) -> tuple[tuple[str, int, int], ...]:
    if strata["rule"] == "whole":
        return ()
    return tuple((one["name"], one["eligible"], one["size"]) for one in strata["list"])


def _chance(cells: Sequence[Mapping[str, Any]]) -> Chance | None:
    found = {tuple(cell["probability"]) for cell in cells if cell["probability"]}
    if len(found) != 1:
        return None
    ((above, below),) = found
    return Chance(f"{above}/{below}", percent(Fraction(above, below)))
