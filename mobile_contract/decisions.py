"""The entries of leader and server: authority, policy and decisions, in the same envelope."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from mobile_contract.base import EntryHash, Id, LongText, Position, ShortText
from mobile_contract.entries import BODY_OF, EntryBody, ItemCode
from mobile_contract.envelope import ChecklistRef


class DecisionType(StrEnum):
    """The types of entry a leader or the server writes."""

    LOG_GAP = "log.gap"
    ASSIGN = "assign"
    RECUSE = "recuse"
    SUBSTITUTE = "substitute"
    HANDOVER = "handover"
    DEVICE_BIND = "device.bind"
    DEVICE_REVOKE = "device.revoke"
    CK_PUBLISH = "ck.publish"
    CK_PIN = "ck.pin"
    VISIT_LINK = "visit.link"
    VISIT_UNLINK = "visit.unlink"
    RESOLVE = "resolve"
    ADMIT = "admit"
    EXCLUDE = "exclude"
    PUBLISH = "publish"
    AMEND = "amend"
    ERASE_BODY = "erase.body"


class LogGap(EntryBody):
    """Certifies that a stretch of a device log is lost, so that publication can go on."""

    dev: Id
    """Whose log."""
    ep: Position
    """Which incarnation of it."""
    first: Position
    """The first number that is lost."""
    last: Position
    """The last number that is lost."""
    reason: LongText
    """What became of them, e.g. that the device is destroyed."""


class Assign(EntryBody):
    """Gives a task or visit to an inspector; the version counts per assignment."""

    assignment: Id
    version: Position
    inspector: Id


class Recuse(EntryBody):
    """Takes an inspector off the visit (回避)."""

    inspector: Id
    reason: LongText


class Substitute(EntryBody):
    """Puts one inspector in another's place (递补)."""

    leaves: Id
    enters: Id
    reason: LongText


class Handover(EntryBody):
    """Passes the lead of the visit on."""

    leader: Id


class DeviceBind(EntryBody):
    """An inspector may act on a device from now on."""

    dev: Id
    inspector: Id


class DeviceRevoke(EntryBody):
    """A device may not act any more; what it wrote before stays."""

    dev: Id
    reason: LongText


class ChecklistDecision(EntryBody):
    """`ck.publish` or `ck.pin`: names an immutable checklist version."""

    ck: ChecklistRef


class VisitLink(EntryBody):
    """`visit.link` or `visit.unlink`: two visits of one object are one, or are not."""

    a: Id
    """One visit."""
    b: Id
    """The other visit of the same object."""
    reason: LongText | None = None
    """Why."""


class Resolve(EntryBody):
    """Decides a conflict; `over` in the header names every head that was considered."""

    item: ItemCode
    """The check point."""
    how: Literal["value", "choose", "both-stand", "re-inspect"]
    """A value of its own, one of the statements, both, or another inspection."""
    value: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    """The value, with `value`."""
    choose: EntryHash | None = None
    reason: LongText
    """Why."""

    @model_validator(mode="after")
    def _how_has_its_object(self) -> Self:
        if (self.how == "value") != (self.value is not None) or (self.how == "choose") != (self.choose is not None):
            raise ValueError("value needs value, choose needs choose")
        return self


class Admission(EntryBody):
    """`admit` or `exclude`: whether flagged statements count."""

    targets: Annotated[tuple[EntryHash, ...], Field(min_length=1, max_length=200)]
    """The statements."""
    reason: LongText
    """Why."""


class Publish(EntryBody):
    """Pins what was published: a set of entries and the way it was folded."""

    set: EntryHash
    fold: ShortText
    state: EntryHash


class Amend(EntryBody):
    """Changes a published result openly."""

    publication: ShortText
    reason: LongText


class EraseBody(EntryBody):
    """Removes bodies by law; headers stay."""

    targets: Annotated[tuple[EntryHash, ...], Field(min_length=1, max_length=200)]
    ground: LongText


DECISION_OF: Final[dict[str, type[EntryBody]]] = {
    DecisionType.LOG_GAP: LogGap,
    DecisionType.ASSIGN: Assign,
    DecisionType.RECUSE: Recuse,
    DecisionType.SUBSTITUTE: Substitute,
    DecisionType.HANDOVER: Handover,
    DecisionType.DEVICE_BIND: DeviceBind,
    DecisionType.DEVICE_REVOKE: DeviceRevoke,
    DecisionType.CK_PUBLISH: ChecklistDecision,
    DecisionType.CK_PIN: ChecklistDecision,
    DecisionType.VISIT_LINK: VisitLink,
    DecisionType.VISIT_UNLINK: VisitLink,
    DecisionType.RESOLVE: Resolve,
    DecisionType.ADMIT: Admission,
    DecisionType.EXCLUDE: Admission,
    DecisionType.PUBLISH: Publish,
    DecisionType.AMEND: Amend,
    DecisionType.ERASE_BODY: EraseBody,
}

KNOWN_TYPES: Final = frozenset(BODY_OF) | frozenset(DECISION_OF)
