"""What the office sends about plans."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.ratios import RatioText
from inspection.planning.plan_lines import LineChange, Party, Stratum
from inspection.policy.terms import Method
from mobile_contract.base import Wire

Year = Annotated[int, Field(ge=2000, le=2100)]
Code = Annotated[str, Field(min_length=1, max_length=80)]
Remarks = Annotated[str, Field(min_length=1, max_length=4000)]
Times = Annotated[int, Field(ge=1, le=366)]


class PartyNamed(Wire):
    """A department: by name, and by id where it is an authority or a unit here."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    authority: UUID | None = None
    unit: UUID | None = None

    def party(self) -> Party:
        """The party as planning takes it."""
        return Party(self.name, self.authority, self.unit)


class GradeSet(Wire):
    """Ratio and draws a year for the objects of one credit grade."""

    grade: Annotated[str, Field(pattern="^[A-D]$")]
    ratio: RatioText
    frequency: Times


class LineChanged(Wire):
    """What is set otherwise than the item list and the rule-set would; absent members keep it.

    `quantity` is the number of objects of one draw; given alone, it sets the ratio. `reason` is why a floor is not
    kept.
    """

    item: Code
    ratio: RatioText | None = None
    quantity: Annotated[int, Field(ge=0, le=10**9)] | None = None
    frequency: Times | None = None
    grades: Annotated[tuple[GradeSet, ...], Field(max_length=4)] | None = None
    methods: Annotated[tuple[Method, ...], Field(max_length=10)] | None = None
    object_text: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    content: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    lead: PartyNamed | None = None
    participants: Annotated[tuple[PartyNamed, ...], Field(max_length=50)] | None = None
    joint: bool | None = None
    reason: Annotated[str, Field(max_length=2000)] | None = None
    note: Annotated[str, Field(max_length=2000)] | None = None

    def change(self) -> LineChange:
        """The change as planning takes it."""
        return LineChange(
            ratio=Fraction(self.ratio) if self.ratio is not None else None,
            quantity=self.quantity,
            frequency=self.frequency,
            strata=_strata(self.grades),
            methods=self.methods,
            object_text=self.object_text,
            content=self.content,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            lead=self.lead.party() if self.lead else None,
            participants=tuple(one.party() for one in self.participants) if self.participants is not None else None,
            joint=self.joint,
            reason=self.reason,
            note=self.note,
        )


class WhyLeftOut(Wire):
    """Why the plan has no line of an item."""

    item: Code
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class DraftPlan(Wire):
    """A year's plan out of the published item list: one line for every item but those left out, for whose sake
    `left_out_why` says why. With `revise` a new
    version of the plan in force, for a `reason`."""

    year: Year
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    changes: Annotated[tuple[LineChanged, ...], Field(max_length=2000)] = ()
    left_out: Annotated[tuple[Code, ...], Field(max_length=2000)] = ()
    left_out_why: Annotated[tuple[WhyLeftOut, ...], Field(max_length=2000)] = ()
    revise: bool = False
    reason: Remarks | None = None


class ReturnPlan(Wire):
    """Why a draft goes back."""

    remarks: Remarks


class FilePlan(Wire):
    """With whom the plan is filed; the office that the rule-set names when absent."""

    filed_with: Annotated[str, Field(min_length=1, max_length=200)] | None = None


def changes_of(changed: Sequence[LineChanged]) -> Mapping[str, LineChange]:
    """The changes by item code."""
    return {line.item: line.change() for line in changed}


def reasons_of(told: Sequence[WhyLeftOut]) -> Mapping[str, str]:
    """Why items are left out, by item code."""
    return {one.item: one.reason for one in told}


def _strata(grades: Sequence[GradeSet] | None) -> tuple[Stratum, ...] | None:
    if grades is None:
        return None
    return tuple(Stratum(one.grade, Fraction(one.ratio), one.frequency) for one in grades)
