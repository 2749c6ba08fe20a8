"""What the monitoring reads of real draws, on both engines."""

from datetime import timedelta

import pytest

from inspection.draw.ceremony import VoidReason
from inspection.draw.tables import Draw, DrawChange, DrawTicket
from inspection.draw.told.monitoring import Share, monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.draw.void_draw import ask_void, confirm_void
from inspection.planning.tables import Task
from tests.inspection.draw.office import Office, frozen, open_office, sealed
from tests.inspection.publicity.world import insert

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def changed(office: Office, draw, kind: str, state: str, seq: int) -> None:
    ticket = (await DrawTicket.select(DrawTicket.id).where(DrawTicket.draw == draw).first())["id"]
    facts = {"reason": "recusal", "note": "", "asked_by": "x", "asked_at": office.cmd.now, "event": b"{}"}
    await insert(DrawChange, draw=draw, seq=seq, kind=kind, ticket=ticket, state=state, **facts)


async def test_t19_figures_of_a_draw_that_was_given_up_and_one_that_was_held(office: Office) -> None:
    first = await frozen(office)
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.SYSTEM_FAULT, note="断电")
    await confirm_void(office.approver, draw_id=first.draw)
    done = await sealed(office, weights={"A": 1, "B": 2, "C": 3, "D": 4})
    for seq, (kind, state) in enumerate(
        [("swap", "settled"), ("replace-object", "settled"), ("leave", "asked"), ("replace-inspector", "refused")], 1
    ):
        await changed(office, done.draw, kind, state, seq)
    told = monitor(await past_draws(office.authority))
    (quarter,) = told.quarters
    assert (quarter.quarter, quarter.draws, quarter.waiting) == ("2026Q1", 1, 0)
    assert (quarter.voided.count, quarter.voided.of) == (1, 2)
    assert (quarter.replaced.count, quarter.replaced.of) == (1, 6)
    assert (quarter.changed.count, quarter.changed.of) == (1, 12)
    assert quarter.designated == Share(0, 12)
    assert [one.weight for one in quarter.classes] == [1, 2, 3, 4]
    assert sum(one.drawn for one in quarter.classes) == 6
    assert sum(one.expected for one in quarter.classes) == pytest.approx(6, abs=0.01)
    assert told.missing == ()
    assert (quarter.once, quarter.focused) == (0, 0)  # the task has no condition


async def test_t19_a_condition_drawn_under_once_is_counted(cmd, db) -> None:
    few = await open_office(cmd, objects=12)
    await Task.update({Task.filter: '{"areas":[],"kinds":["enterprise"],"scales":[]}'}).where(Task.id == few.task)
    await sealed(few)
    (quarter,) = monitor(await past_draws(few.authority)).quarters
    assert (quarter.once, quarter.focused) == (1, 1)


async def test_t19_a_row_that_disappears_leaves_a_gap_in_the_sequence(office: Office) -> None:
    for _ in range(2):
        held = await frozen(office)
        await ask_void(office.operator, draw_id=held.draw, reason=VoidReason.SYSTEM_FAULT, note="断电")
        await confirm_void(office.approver, draw_id=held.draw)
    assert monitor(await past_draws(office.authority)).missing == ()
    await Draw.update({Draw.authority: await another(office)}).where(Draw.attempt == 1)
    assert monitor(await past_draws(office.authority)).missing == (1,)


async def another(office: Office):
    return (await open_office(office.by("x"), code="other")).authority


async def test_draws_of_another_unit_and_of_another_quarter_are_told_apart(office: Office) -> None:
    await sealed(office)
    other = await open_office(office.by("x"), code="other")
    done = await sealed(other)
    await Draw.update({Draw.frozen_at: office.cmd.now + timedelta(days=100)}).where(Draw.id == done.draw)
    for one, quarter in ((office, "2026Q1"), (other, "2026Q2")):
        assert [(q.quarter, q.draws) for q in monitor(await past_draws(one.authority)).quarters] == [(quarter, 1)]
