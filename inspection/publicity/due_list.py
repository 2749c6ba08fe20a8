from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.publicity import store, store_decisions
from inspection.publicity.clock import Due, is_late
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.objections.due import DueObjection, due_objections
from inspection.publicity.open_publications import clocks_of
from inspection.publicity.release import Hindrance, Standing, hindrances
from inspection.publicity.store import WaitingRow
from inspection.publicity.store_decisions import WithdrawalRow


@dataclass(frozen=True, slots=True)
class DueItem:
    """A result or penalty that is not out. `due_on` None: its clock has not started. `days_left` in calendar days,
    negative when it is overdue; `provisional` while the calendar it was counted with is not announced; `clocks`: all
    that run, the earliest first. `item_name` of a penalty: the number of its decision.
    """

    publication: UUID
    visit: UUID | None
    penalty: UUID | None
    object_name: str
    item_name: str
    standing: Standing
    due_on: date | None
    provisional: bool
    days_left: int | None
    overdue: bool
    why: tuple[Hindrance, ...]
    clocks: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class DueWithdrawal:
    """Something public that is to be taken back, and waits for a second person. `due_on`: the last day for it, where
    the law sets one (a penalty that was annulled); `asked_by`: the account that may not carry it out.
    """

    withdrawal: UUID
    publication: UUID
    visit: UUID | None
    penalty: UUID | None
    number: str
    object_name: str
    ground: WithdrawalGround
    reason: str
    asked_by: str
    due_on: date | None
    provisional: bool
    days_left: int | None
    overdue: bool


async def due_list(*, authority: UUID | None, on: date) -> tuple[DueItem | DueObjection | DueWithdrawal, ...]:
    """What is still to be published, which objections are still to be settled and what is to be taken back, the most
    urgent first, judged on the day `on`; of one authority or of all.
    """
    due: list[DueItem | DueObjection | DueWithdrawal] = [*await due_results(authority, on)]
    due += await due_objections(authority=authority, on=on)
    due += await due_withdrawals(authority, on)
    return tuple(sorted(due, key=lambda one: one.due_on or date.max))


async def due_withdrawals(authority: UUID | None, on: date) -> tuple[DueWithdrawal, ...]:
    """What somebody asked to take back and nobody has settled, judged on the day `on`."""
    return tuple(_withdrawal(row, on) for row in await store_decisions.open_withdrawals(authority))


def _withdrawal(row: WithdrawalRow, on: date) -> DueWithdrawal:
    return DueWithdrawal(
        withdrawal=row.id,
        publication=row.publication,
        visit=row.visit,
        penalty=row.penalty,
        number=row.number or "",
        object_name=row.object_name,
        ground=row.ground,
        reason=row.reason,
        asked_by=row.asked_by,
        due_on=row.due_on,
        provisional=row.due_provisional,
        days_left=(row.due_on - on).days if row.due_on else None,
        overdue=row.due_on is not None and is_late(row.due_on, on),
    )


async def due_results(authority: UUID | None, on: date) -> tuple[DueItem, ...]:
    """Results and penalties that are not out, judged on the day `on`."""
    return await due_items(await store.waiting(authority=authority), on)


async def due_items(rows: Sequence[WaitingRow], on: date) -> tuple[DueItem, ...]:
    """These publications with what hinders each, judged on the day `on`."""
    calendar = await load_calendar()
    return tuple(
        DueItem(
            publication=row.id,
            visit=row.visit,
            penalty=row.penalty,
            object_name=row.object_name,
            item_name=row.item_name,
            standing=row.standing,
            due_on=row.due_on,
            provisional=row.provisional,
            days_left=(row.due_on - on).days if row.due_on else None,
            overdue=row.due_on is not None and is_late(row.due_on, on),
            why=hindrances(row.readiness, on),
            clocks=clocks_of(row, calendar),
        )
        for row in rows
    )
