"""An annulled penalty leaves the public register in five working days; its history stays in the office."""

from datetime import UTC, date, datetime

import pytest

from inspection.kernel.calendar import store as calendar_store
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight import clocks
from inspection.publicity.due_list import DueWithdrawal, due_list
from inspection.publicity.kinds import DocumentKind, WithdrawalGround
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.store import AnnulledBy
from inspection.publicity.publish import publish_due
from inspection.publicity.published import (
    published,
    published_page,
    published_versions,
    readable_version,
    withdrawn_page,
)
from inspection.publicity.release import Standing
from inspection.publicity.store_search import Wanted
from inspection.publicity.withdraw import approve_withdrawal, count_withdrawals_again, refuse_withdrawal
from tests.inspection.publicity.penalties.penal import END, Penal

PENALTY = DocumentKind.PENALTY
FIVE_DAYS = date(2026, 3, 17)


async def test_what_is_annulled_before_it_is_out_never_goes_out(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    done = await penal.annul(file.penalty.id)
    assert (done.standing, done.stands) == (Standing.WITHDRAWN, False)
    assert await due_list(authority=None, on=END) == ()
    assert (await publish_due(penal.by("经办人"), through=END)).published == ()
    assert (await withdrawn_page()).results == ()


async def test_the_removal_of_an_annulled_penalty_has_a_clock_of_its_own(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    out = await penal.publish(file.penalty.id)
    await penal.annul(file.penalty.id)
    (due,) = await due_list(authority=penal.world.authority, on=date(2026, 3, 18))
    assert isinstance(due, DueWithdrawal)
    assert (due.number, due.ground, due.due_on, due.overdue) == (
        out.number,
        WithdrawalGround.ANNULLED,
        FIVE_DAYS,
        True,
    )
    clock = clocks._withdrawal(due)
    assert clock.matter is clocks.Matter.WITHDRAWAL
    assert (clock.whose, clock.due_on, clock.late) == (Role.APPROVER, FIVE_DAYS, True)


async def test_another_person_removes_it_and_nothing_of_it_is_left_to_read(penal: Penal) -> None:
    visit = await penal.visit()
    file = await penal.enter(visit)
    out = await penal.publish(file.penalty.id)
    await penal.annul(file.penalty.id)
    (due,) = await due_list(authority=None, on=FIVE_DAYS)
    assert isinstance(due, DueWithdrawal)
    named = {"publication_id": out.publication, "withdrawal_id": due.withdrawal}
    with pytest.raises(Refused) as own:
        await approve_withdrawal(penal.by("法制人员", Role.LEGAL), **named)
    assert own.value.code == "same-person"
    with pytest.raises(Refused) as kept:
        await refuse_withdrawal(penal.by("分管负责人"), **named, answer="不撤")
    assert kept.value.message_key == "publicity.withdrawal_must"
    await approve_withdrawal(penal.by("分管负责人"), **named)
    left = await published(out.number, PENALTY)
    assert (left.withdrawn, left.ground) == (True, "annulled")
    assert not [told for told in ("某某石油", visit.object_code, "银金商罚", "台账") if told in left.document.decode()]
    assert (await published_page(wanted=Wanted(kind=PENALTY))).results == ()
    assert [one.number for one in (await withdrawn_page()).results] == [out.number]
    assert [one.gone for one in await published_versions(out.number, PENALTY)] == [True, False]
    with pytest.raises(NotFound) as gone:
        await readable_version(out.number, "1", PENALTY)
    assert gone.value.code.status == 410
    office = (await penal.annul(file.penalty.id)).penalty
    assert office.content == "罚款人民币五千元"
    kinds = [line.kind for line in await read(f"penalty:{file.penalty.id}")]
    assert kinds[-2:] == [EventKind.PENALTY_ANNULLED, EventKind.PUBLICATION_WITHDRAWN]
    with pytest.raises(Conflict):
        await approve_withdrawal(penal.by("分管负责人"), **named)


async def test_an_annulment_is_entered_once_and_on_a_day_that_can_be(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    for day in (date(2026, 3, 3), date(2026, 3, 12)):
        with pytest.raises(Invalid) as refused:
            await penal.annul(file.penalty.id, on=day)
        assert refused.value.message_key == "publicity.annulled_when"
    first = await penal.annul(file.penalty.id)
    assert await penal.annul(file.penalty.id) == first
    other = Annulled(AnnulledBy.RECONSIDERATION, "复决〔2026〕1号", "程序违法", date(2026, 3, 10))
    with pytest.raises(Conflict):
        late = penal.by("法制人员", Role.LEGAL, datetime(2026, 3, 11, tzinfo=UTC))
        await annul_penalty(late, penalty_id=file.penalty.id, annulled=other)


async def test_a_provisional_last_day_is_set_anew_when_the_calendar_is_known(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    await penal.publish(file.penalty.id)
    late = penal.by("法制人员", Role.LEGAL, datetime(2027, 12, 29, 2, tzinfo=UTC))
    said = Annulled(AnnulledBy.COURT, "判1号", "证据不足", date(2027, 12, 28))
    await annul_penalty(late, penalty_id=file.penalty.id, annulled=said)
    (first,) = await due_list(authority=None, on=END)
    assert (first.due_on, first.provisional) == (date(2028, 1, 4), True)
    async with unit_of_work():
        for year in (2027, 2028):
            closed = {date(2028, 1, 3): (False, "假日")} if year == 2028 else {}
            await calendar_store.replace_year(year, closed, "通知", late.now)
    assert await count_withdrawals_again() == 1
    (second,) = await due_list(authority=None, on=END)
    assert (second.due_on, second.provisional) == (date(2028, 1, 5), False)
    assert await count_withdrawals_again() == 0
