"""What the office sends for a draw. Hex is lower case."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from inspection.draw.ceremony import VoidReason
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.lot.strata import StrataBy
from inspection.draw.plan_terms import Asked
from mobile_contract.base import Wire

Name = Annotated[str, Field(min_length=1, max_length=120)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){1,128}$")]
Point = Annotated[str, Field(pattern=r"^04[0-9a-f]{128}$")]
Grade = Annotated[str, Field(min_length=1, max_length=20)]
Weight = Annotated[int, Field(ge=1, le=1000)]
Most = Annotated[int, Field(ge=1, le=10_000_000)]


class ContributorAsked(Wire):
    """Who brings chance besides the operator: `DICE` with its witnesses, `SUPV` by a commitment, `LINK` by the name of
    a registered chain, `BEACON` by any name.
    """

    kind: ContributionKind
    name: Name
    commitment: Hex32 | None = None
    witnesses: Annotated[tuple[Name, ...], Field(max_length=20)] = ()

    def contributor(self) -> Contributor:
        return Contributor(self.kind, self.name, self.commitment, self.witnesses)


class TaskAsked(Wire):
    """How one task is drawn where the plan leaves it open: `count` objects instead of a share, strata `by` grade, area
    or trade with least numbers by name (`floors`), and how many `batches` the drawn objects are cut into.
    """

    task: UUID
    count: Most | None = None
    by: StrataBy | None = None
    floors: Annotated[dict[Name, Annotated[int, Field(ge=0, le=10_000_000)]], Field(max_length=200)] = Field(
        default_factory=dict
    )
    batches: Annotated[int, Field(ge=1, le=52)] = 1

    def asked(self) -> Asked:
        return Asked(self.count, self.by, self.floors, self.batches)


class PlanDraw(Wire):
    """The next attempt of a reviewed task, or of several `tasks` on shared tickets: either `task` or `tasks` is given.

    `weights`: whole numbers by credit grade; without: the rule-set's own. `area`: inspectors go to their areas only.
    """

    task: UUID | None = None
    tasks: Annotated[tuple[TaskAsked, ...], Field(max_length=20)] = ()
    contributors: Annotated[tuple[ContributorAsked, ...], Field(max_length=20)] = ()
    weights: Annotated[dict[Grade, Weight], Field(max_length=50)] | None = None
    delta: Annotated[int, Field(ge=0, le=1000)] = 1
    max_load: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    area: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> "PlanDraw":
        if (self.task is None) == (not self.tasks):
            raise ValueError("either `task` or `tasks`")
        return self

    @property
    def task_ids(self) -> list[UUID]:
        """The tasks in the order of the parameters."""
        return [self.task] if self.task is not None else [one.task for one in self.tasks]


class Commitment(Wire):
    """A supervisor's commitment (hex): S(0x31 ‖ ⟨label⟩ ‖ ⟨value⟩ ‖ ⟨nonce⟩), ⟨x⟩: x behind its length, two bytes."""

    name: Name
    commitment: Hex32


class Contribution(Wire):
    """A contribution revealed: `dice` for digits thrown, else `value`, with `nonce` for what was committed to, or the
    signature of a beacon's round.
    """

    name: Name
    dice: Annotated[str, Field(pattern=r"^[0-9]{1,100}$")] | None = None
    value: Hex | None = None
    nonce: Hex | None = None


class LinkAsked(Wire):
    """The name of the chain whose next link is asked for."""

    name: Name


class Match(Wire):
    """`load_cap` answers a shortage: the least load under which everybody is staffed."""

    load_cap: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class AskVoid(Wire):
    """Why an attempt is to be given up; the note stays inside."""

    reason: VoidReason
    note: Annotated[str, Field(min_length=1, max_length=2000)]


class Verified(Wire):
    """The supervisor's word: which `version` of the verifier, and whether every check held."""

    version: Annotated[str, Field(min_length=1, max_length=80)]
    good: bool


class KeyReturned(Wire):
    """K, as the supervisor's machine took it out of the escrow."""

    key: Hex32


class ObjectAsked(Wire):
    """The identifying code of the firm that asks."""

    oid: Annotated[str, Field(min_length=1, max_length=120)]


class NewChain(Wire):
    """The last link of a chain, under the name that draws call it by."""

    name: Name
    head: Hex32


class NewKey(Wire):
    """A supervisor's public key: uncompressed point of P-256."""

    public_key: Point
