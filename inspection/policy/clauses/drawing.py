"""随机抽取: ways of drawing and matching, who watches, the team, recusal and replacement."""

from typing import Literal

from pydantic import Field, model_validator

from inspection.policy.clauses.part import Named, refuse_repeats
from inspection.policy.flaws import wrong
from inspection.policy.terms import (
    Clause,
    Dimension,
    DrawMode,
    LeaderNamedBy,
    MatchKind,
    MatchMode,
    Ratio,
    RecusalWay,
    Substitute,
)


class DrawRule(Clause):
    """Permitted ways of drawing objects and matching inspectors.

    `weighted`: the probability may follow credit and risk (金凤 第十三条).
    """

    modes: tuple[DrawMode, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...]
    match_kinds: tuple[MatchKind, ...] = Field(min_length=1)
    match_modes: tuple[MatchMode, ...] = Field(min_length=1)
    weighted: bool


class SupervisionRule(Clause):
    """Who watches a draw: offices that must, and those that may be asked to."""

    required: tuple[Named, ...]
    may: tuple[Named, ...]


class TeamRule(Clause):
    """How many inspectors stand before an object, and who names their leader."""

    minimum_size: int = Field(ge=1, le=50)
    leaders: int = Field(ge=0, le=1)
    leader_named_by: LeaderNamedBy | None = None


class ContinuityRule(Clause):
    """The same team for the same object as far as possible (泉州 二(三)2), at most `most_share` of a draw's objects and
    `most_periods` times in a row: a limit on what it takes from chance."""

    preferred: bool
    most_share: Ratio | None = None
    most_periods: int | None = Field(default=None, ge=1, le=20)

    @model_validator(mode="after")
    def _limits_with_preference(self) -> "ContinuityRule":
        if self.preferred != (self.most_share is not None and self.most_periods is not None):
            raise wrong("continuity")
        return self


class RecusalRule(Clause):
    """An inspector with an interest must not inspect (回避)."""

    ways: tuple[RecusalWay, ...] = Field(min_length=1)


class ReplacementRule(Clause):
    """A drawn inspector (and where said, a drawn object) is replaced only for a listed reason, by lot (递补)."""

    reasons: tuple[Named, ...] = Field(min_length=1)
    substitutes: tuple[Substitute, ...]
    approval_by: Literal["approver", "section_head"] | None = None

    @model_validator(mode="after")
    def _codes_once(self) -> "ReplacementRule":
        refuse_repeats("reason", [reason.code for reason in self.reasons])
        return self
