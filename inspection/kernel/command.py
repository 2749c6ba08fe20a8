"""The circumstances of one command: who acts, for which authority, when, and where ids and randomness come from."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.entropy import Entropy
from inspection.kernel.ids import uuid7, uuid7s
from inspection.kernel.journal.kinds import Event, EventKind


class Role(StrEnum):
    """Who a person is towards the system. What each may do is one table: `api/permits.py`."""

    ADMIN = "admin"  # 系统管理员
    PLANNER = "planner"  # 经办人
    SECTION_HEAD = "section_head"  # 科室负责人
    APPROVER = "approver"  # 分管负责人
    LEADER = "leader"  # 检查组组长
    INSPECTOR = "inspector"  # 执法检查人员
    SUPERVISOR = "supervisor"  # 纪检监察等监督人员
    LEGAL = "legal"  # 法制机构
    SYSTEM = "system"  # background work
    DEVICE = "device"  # an enrolled tablet
    PUBLIC = "public"  # anybody


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` is the account's, device's or job's id; `name` is kept as it was at the time of the act."""

    id: str
    name: str
    role: Role


SYSTEM = Actor(id="system", name="system", role=Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Command:
    """Handed to every verb. Time, ids and randomness are arguments inside the domain."""

    actor: Actor
    now: datetime
    entropy: Entropy
    authority: UUID | None = None
    rule_set: str | None = None
    request_id: str | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("a command's instant must be UTC-aware")

    def new_id(self) -> UUID:
        """A fresh UUIDv7."""
        return uuid7(self.now, self.entropy)

    def new_ids(self, count: int) -> list[UUID]:
        """Fresh UUIDv7s that lie together in an index, for rows that are written together."""
        return uuid7s(self.now, self.entropy, count)

    def random(self, n: int) -> bytes:
        """`n` random bytes."""
        return self.entropy.bytes(n)

    def event(self, kind: EventKind, stream: str, /, *, lane: str | None = None, **payload: JSON) -> Event:
        """What happened, ready for `journal.append`. `lane` orders background work; the stream by default."""
        return Event(
            kind=kind,
            stream=stream,
            payload=payload,
            at=self.now,
            actor_id=self.actor.id,
            actor_name=self.actor.name,
            actor_role=self.actor.role.value,
            authority=self.authority,
            rule_set=self.rule_set,
            request_id=self.request_id,
            lane=lane or stream,
        )

    def under(self, rule_set: str) -> "Command":
        """The same command, judged by this rule-set (code and version)."""
        return replace(self, rule_set=rule_set)
