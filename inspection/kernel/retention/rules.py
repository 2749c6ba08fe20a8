"""The rules of removal as dated data: pure."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class Ground(BaseModel):
    """Why something may go, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Rule(BaseModel):
    """From the day `since`, what is called `name` may go `days` days after its time; `ground`: why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    since: date
    days: int = Field(ge=1)
    ground: Ground

    def before(self, now: datetime) -> datetime:
        """What had its time before this instant may go."""
        return now - timedelta(days=self.days)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules of this version, as they stand in `rules.toml`."""
    told = tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
    return tuple(Rule.model_validate(one) for one in told["rule"])


def in_force(rules: Sequence[Rule], day: date) -> dict[str, Rule]:
    """By name, the rule that holds on that day."""
    held = sorted((one for one in rules if one.since <= day), key=lambda one: one.since)
    return {one.name: one for one in held}
