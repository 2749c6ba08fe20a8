"""公开: channels, clocks, secrecy, objection, archive."""

from pydantic import Field, model_validator

from inspection.policy.clauses.part import Named
from inspection.policy.flaws import wrong
from inspection.policy.terms import Clause, ClockStart, Part


class PenaltyClock(Part):
    """A penalty is published within `working_days` of its decision."""

    working_days: int = Field(ge=1, le=250)
    starts: ClockStart


class PublicationRule(Clause):
    """Results are published within `working_days` of the start event; a penalty may have a clock of its own.

    `per_item_channel`: the item list names for each item where its results are published (公开途径).
    """

    working_days: int = Field(ge=1, le=250)
    starts: ClockStart
    channels: tuple[Named, ...]
    per_item_channel: bool
    penalty: PenaltyClock | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> "PublicationRule":
        if not self.channels and not self.per_item_channel:
            raise wrong("no_channel")
        return self


class ListPublicationRule(Clause):
    """Where the item list, the plan and their changes are published."""

    channels: tuple[Named, ...]


class SecrecyRule(Clause):
    """The drawn lists before the visit, and what may be withheld from publication.

    `lists_confidential`: nobody but the team learns whom it visits before the visit; `may_withhold`: results may be
    withheld, deferred or published in part on a recorded ground.
    """

    lists_confidential: bool
    may_withhold: bool


class ObjectionRule(Clause):
    """An objection is reviewed within `working_days` of its receipt."""

    working_days: int = Field(ge=1, le=250)
    starts: ClockStart


class ArchiveRule(Clause):
    """The dossier: its parts, and that nobody changes it once it is closed."""

    parts: tuple[Named, ...]
    immutable: bool


class RetentionRule(Clause):
    """How long a tablet keeps its own entries after their publication, in calendar days."""

    tablet_days_after_publication: int = Field(ge=0, le=3650)
