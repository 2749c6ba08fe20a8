"""What a visit waits for, and whose turn it is: one next step each. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.visits.entries.admission import OUTSIDERS, UNCOUNTED
from inspection.visits.record import VisitRecord
from inspection.visits.record.model import Noted

_DOUBTFUL = frozenset(word.value for word in UNCOUNTED | OUTSIDERS)
_DECIDED = frozenset({"admitted", "excluded"})


class Step(StrEnum):
    """The step that comes next, in the order in which one hinders the other."""

    RETURNED = "returned"  # 退回更正中
    CONFLICT = "conflict"  # 结论不一致，待组长决定
    FLAGGED = "flagged"  # 存疑条目待采信或者排除
    SECOND_INSPECTOR = "second_inspector"  # 待另一名检查人员确认
    INCOMPLETE = "incomplete"  # 记录未确认完整（签字或者条目）
    GAP = "gap"  # 设备日志有缺口
    MEDIA = "media"  # 影像资料未到齐
    REVIEW = "review"  # 待审核
    LEGAL_REVIEW = "legal_review"  # 待法制审核
    OUTCOME = "outcome"  # 法制审核提出意见，结果待更正
    PUBLICATION = "publication"  # 待公示


OF_RECORDS = frozenset(Step) - {Step.LEGAL_REVIEW, Step.OUTCOME, Step.PUBLICATION}
"""What only the record tells: it is folded for that."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whom a step waits for: a role and, where it is known, the person (id; an inspector's, or an account's)."""

    role: Role
    person: UUID | None = None

    def is_of(self, actor: Actor) -> bool:
        """Whether this actor may take it."""
        return self.role is actor.role and self.person in {None, _id(actor)}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is looked at of a record to say what comes next.

    `team`: who goes there now; `missing_media`: digests whose bytes are not here; `returned_at`: when it was last sent
    back, `vouched_since`: whether an inspector has submitted it anew since then.
    """

    record: VisitRecord
    team: frozenset[str]
    missing_media: frozenset[str]
    returned_at: datetime | None = None
    vouched_since: bool = True
    correct_by: date | None = None

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Entries that do not count and on which nobody has decided."""
        return doubtful_of(self.record.flags)

    @property
    def silent(self) -> tuple[UUID, ...]:
        """Who of the team does not vouch for the record."""
        return tuple(sorted(UUID(one) for one in self.team - frozenset(self.record.quorum.inspectors)))


def doubtful_of(flags: Collection[Noted]) -> tuple[str, ...]:
    """The hashes of entries that count only when they are admitted, and neither are nor were excluded."""
    decided = {noted.hash for noted in flags if noted.why in _DECIDED}
    return tuple(sorted({noted.hash for noted in flags if noted.why in _DOUBTFUL} - decided))


def next_step(seen: Seen) -> Step | None:
    """What a record waits for; None while its inspectors are at work on it."""
    record, quorum = seen.record, seen.record.quorum
    vouched = bool(quorum.inspectors) or any(one.submits for one in record.attestations)
    if seen.returned_at is not None and not seen.vouched_since:
        return Step.RETURNED
    enough = len(quorum.inspectors) >= quorum.needed
    found = {
        # Before enough of them vouch, inspectors settle among themselves what they see differently.
        Step.CONFLICT: enough and bool(record.conflicts),
        Step.FLAGGED: bool(seen.doubtful),
        Step.SECOND_INSPECTOR: vouched and not enough,
        Step.INCOMPLETE: vouched and not quorum.met,
        Step.GAP: vouched and any(not gap.certified for gap in record.gaps),
        Step.MEDIA: vouched and bool(seen.missing_media),
        Step.REVIEW: vouched,
    }
    return next((step for step, stands in found.items() if stands), None)


def turn_of(step: Step, leader: UUID | None, silent: tuple[UUID, ...] = ()) -> Turn:
    """Whose turn a step is. A leader who is not named yet leaves it to the head of the section."""
    match step:
        case Step.RETURNED | Step.INCOMPLETE:
            return Turn(Role.INSPECTOR)
        case Step.SECOND_INSPECTOR:
            return Turn(Role.INSPECTOR, silent[0] if len(silent) == 1 else None)
        case Step.LEGAL_REVIEW:
            return Turn(Role.LEGAL)
        case Step.PUBLICATION:
            return Turn(Role.APPROVER)
        case _:
            return Turn(Role.LEADER, leader) if leader is not None else Turn(Role.SECTION_HEAD)


def _id(actor: Actor) -> UUID | None:
    try:
        return UUID(actor.id)
    except ValueError:
        return None
