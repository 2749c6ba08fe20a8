"""The plot of a year, read from data: who the authority is, what it does on which day, and what each clause of its
document is seen by afterwards.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

PACKAGE: Final = "api.simulation.year"


class Told(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return self.en if lang.startswith("en") else self.zh


class Step(Told):
    """What is done on a day. `act`: a name of `acts.ACTS`; `given`: what it is called with."""

    on: date
    act: str
    given: dict[str, Any] = Field(default_factory=dict)


class Wanted(BaseModel):
    """Lines of the journal: `kind`, by somebody in this `role`, with this in the payload; at least so many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    role: str | None = None
    where: dict[str, Any] = Field(default_factory=dict)
    least: int = 1


class Clause(Told):
    """A clause of the document and how its effect is seen. All that is stated must hold.

    `seen`: lines that are there; `unseen`: kinds or lines that are not; `others`: on each stream that has a line of
    every one of these kinds, no two were written by one person; `found`: what the year found out by reading routes, by
    name; `rule`: names of `rules.RULES`, each with what it is called with.
    """

    id: str
    seen: tuple[Wanted, ...] = ()
    unseen: tuple[Wanted, ...] = ()
    others: tuple[str, ...] = ()
    found: dict[str, Any] = Field(default_factory=dict)
    rule: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Plot(BaseModel):
    """The year of one authority. `begins`: the day of its founding; `items`: what the list says otherwise than the
    shipped one, by code and column; `units`: its sections, the first two of which have inspectors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_set: str
    name: str
    short_name: str
    begins: date
    year: int
    units: tuple[str, ...]
    items: dict[str, dict[str, str]]
    steps: tuple[Step, ...]
    clauses: tuple[Clause, ...]


def codes() -> tuple[str, ...]:
    """The rule-sets whose years can be lived, by code."""
    folder = files(PACKAGE).joinpath("plots")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


@cache
def plot_of(rule_set: str) -> Plot:
    """The plot of a rule-set of `codes()`."""
    text = files(PACKAGE).joinpath("plots", f"{rule_set}.toml").read_text(encoding="utf-8")
    return Plot.model_validate(tomllib.loads(text))
