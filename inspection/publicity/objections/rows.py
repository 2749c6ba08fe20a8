"""What the store tells of an objection: frozen values, as of the moment they were read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ObjectionState(StrEnum):
    """The way of an objection through the house."""

    RECEIVED = "received"  # 已受理，待复核
    IN_REVIEW = "in_review"  # 复核中
    UPHELD = "upheld"  # 维持原结果
    CORRECTED = "corrected"  # 异议成立，予以更正
    WITHDRAWN = "withdrawn"  # 当事人撤回


OPEN = frozenset({ObjectionState.RECEIVED, ObjectionState.IN_REVIEW})
"""Still to be decided."""

DECIDED = frozenset({ObjectionState.UPHELD, ObjectionState.CORRECTED})
"""Reviewed: the party is to be told."""


class Channel(StrEnum):
    """How an objection came in."""

    DOOR = "door"  # through the party's own page
    COUNTER = "counter"  # 窗口
    POST = "post"  # 信函


class Told(StrEnum):
    """How a party learned of the decision."""

    DOOR = "door"  # it opened its page
    HANDED_OVER = "handed_over"  # 直接送达
    POST = "post"  # 邮寄送达
    ELECTRONIC = "electronic"  # 电子送达


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that came with it. `digest`: SHA-256 (hex); `name`: as the party called it."""

    digest: str
    name: str


@dataclass(frozen=True, slots=True)
class Against:
    """What is objected to: the result of one item. `outcome`: its first one; `number`: None until it is public."""

    publication: UUID
    visit: UUID
    outcome: UUID
    item_name: str
    number: str | None


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection. `publication` is None where it is against what was done on a visit rather than against a result.

    `due_on`: the last day on which it is decided and its party told in time; `corrected_by`: the outcome that took the
    place of the one objected to. What the party said of itself is in no print of it.
    """

    id: UUID
    authority: UUID
    visit: UUID
    publication: UUID | None
    number: str
    form: str = field(repr=False)
    channel: Channel
    grounds: str = field(repr=False)
    name: str = field(repr=False)
    contact: str = field(repr=False)
    received_at: datetime
    due_on: date
    due_provisional: bool
    state: ObjectionState
    files: tuple[HandedIn, ...] = ()
    reviewer: str | None = None
    reviewer_name: str | None = None
    facts: str | None = None
    reasons: str | None = None
    corrected_by: UUID | None = None
    decided_at: datetime | None = None
    told_at: datetime | None = None
    told_how: Told | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in OPEN

    @property
    def untold(self) -> bool:
        """Whether it is decided and its party does not know yet."""
        return self.state in DECIDED and self.told_at is None
