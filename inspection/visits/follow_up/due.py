"""What follows results and still waits for somebody, over all visits of an authority."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from inspection.planning.task_states import TaskState
from inspection.registry import find as registry
from inspection.visits import store_cards
from inspection.visits.follow_up import store, store_rechecks
from inspection.visits.follow_up.read import files_of, receipts_due
from inspection.visits.follow_up.rows import FollowUpFile, MatterKind, OpenMatter, RecheckRow, ReferralState
from inspection.visits.follow_up.rules import open_matters_of


class NextStep(StrEnum):
    """What is to be done next."""

    REFER = "refer"  # 移送
    CHASE = "chase"  # 催办回执
    DECIDE = "decide"  # 被退回，另行处理
    ASK_RESULT = "ask_result"  # 跟踪办理结果
    AWAIT = "await"  # 等待当事人整改
    CHECK = "check"  # 整改期满，复核
    APPROVE = "approve"  # 审批复查任务
    ASSIGN = "assign"  # 指派复查人员
    VISIT = "visit"  # 实施复查


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """One matter that waits. `matter`: None for a case that its receiver took and has told no end of; `person`: who
    made the referral or ordered the re-check; `days` are left, negative when it is late.
    """

    matter: MatterKind | None
    visit: UUID
    subject: UUID
    name: str
    step: NextStep
    person: str | None
    due_on: date | None
    days: int | None

    @property
    def late(self) -> bool:
        return self.days is not None and self.days < 0


async def follow_ups_due(authority: UUID, today: date) -> list[FollowUpDue]:
    """All that waits, what has a day first by it, then the oldest first."""
    ids = await store.waiting_visits(authority) | await store_rechecks.unsettled_visits(authority)
    if not ids:
        return []
    files, rows = await files_of(ids), await store_cards.visits_by_id(ids)
    objects = await registry.objects({row.object for row in rows.values()})
    rule_sets = {key: row.rule_set for key, row in rows.items()}
    receipts = await receipts_due([one for file in files for one in file.referrals], rule_sets)
    names = {key: objects[row.object].name for key, row in rows.items()}
    found = [due for file in files for due in _due(file, names, receipts, today)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.subject))


def _due(
    file: FollowUpFile, names: Mapping[UUID, str], receipts: Mapping[UUID, date], today: date
) -> Iterator[FollowUpDue]:
    called = names[file.visit]
    for matter in open_matters_of(file, receipts):
        yield _matter(file, matter, called, today)
    for one in file.referrals:
        if one.state is ReferralState.ACCEPTED:
            name = f"{one.number} {one.addressee} {called}"
            yield FollowUpDue(None, one.visit, one.id, name, NextStep.ASK_RESULT, one.made_by_name, None, None)


def _matter(file: FollowUpFile, matter: OpenMatter, called: str, today: date) -> FollowUpDue:
    days = (matter.due_on - today).days if matter.due_on is not None else None
    step, name, person = _next(file, matter, days)
    told = f"{name} {called}" if name else called
    return FollowUpDue(matter.kind, matter.visit, matter.subject, told, step, person, matter.due_on, days)


def _next(file: FollowUpFile, matter: OpenMatter, days: int | None) -> tuple[NextStep, str, str | None]:
    """The step, the number by which people know it, and who began it."""
    if matter.kind is MatterKind.TO_REFER:
        return NextStep.REFER, "", None
    if matter.kind is MatterKind.PUT_RIGHT:
        return NextStep.AWAIT if days is not None and days >= 0 else NextStep.CHECK, "", None
    if matter.kind is MatterKind.RECHECK:
        (recheck,) = [one for one in file.rechecks if one.id == matter.subject]
        return _step(recheck), recheck.task_number, recheck.ordered_by_name
    (referral,) = [one for one in file.referrals if one.id == matter.subject]
    step = NextStep.CHASE if matter.kind is MatterKind.RECEIPT else NextStep.DECIDE
    return step, f"{referral.number} {referral.addressee}", referral.made_by_name


def _step(recheck: RecheckRow) -> NextStep:
    match recheck.task_state:
        case TaskState.PRESET | TaskState.RETURNED:
            return NextStep.APPROVE
        case TaskState.APPROVED:
            return NextStep.ASSIGN
        case _:
            return NextStep.VISIT
