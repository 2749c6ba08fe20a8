"""Before the ceremony: whether whatever is drawn can be staffed, on both engines."""

import json

import pytest

from inspection.draw.ceremony import DrawState
from inspection.draw.check_feasibility import check_feasibility
from inspection.draw.contribute import commit_contribution
from inspection.draw.freeze import freeze
from inspection.draw.plan_draw import plan_draw
from inspection.draw.tables import Draw
from inspection.kernel.catalogue import text
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, read
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import WITNESSED, Office, open_office, sealed, supervision

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def planned(office: Office, **terms: object):
    contributors = (WITNESSED, supervision())
    done = await plan_draw(office.operator, task_ids=[office.task], contributors=contributors, **terms)
    return done.draw


async def test_a_draft_that_can_be_staffed_is_kept_as_feasible_with_its_counts(office) -> None:
    draw = await planned(office, max_load=2)
    done = await check_feasibility(office.operator, draw_id=draw)
    assert done.state is DrawState.FEASIBLE
    row = await Draw.select(Draw.outlook, Draw.feasible_at).where(Draw.id == draw).first()
    told = json.loads(row["outlook"])
    assert (told["people"], told["doors"], told["places"], told["capacity"]) == (7, 6, 12, 14)
    assert told["bottlenecks"] == []
    assert row["feasible_at"] is not None
    (event,) = [one for one in await read(f"draw:{draw}") if one.kind is EventKind.DRAW_FEASIBLE]
    assert event.payload["places"] == 12


async def test_a_feasible_draft_is_still_a_draft(office) -> None:
    draw = await planned(office)
    await check_feasibility(office.operator, draw_id=draw)
    await check_feasibility(office.approver, draw_id=draw)
    commitment = bytes.fromhex(supervision(b"t" * 32).commitment)
    await commit_contribution(office.supervisor, draw_id=draw, name="监察室", commitment=commitment)
    done = await freeze(office.approver, draw_id=draw)
    assert done.state is DrawState.FROZEN
    with pytest.raises(Conflict) as error:
        await check_feasibility(office.operator, draw_id=draw)
    assert error.value.code is ProblemCode.DRAW_WRONG_STEP


async def test_too_small_a_load_is_told_before_the_ceremony_with_what_would_help(office) -> None:
    draw = await planned(office, max_load=1)
    with pytest.raises(Conflict) as error:
        await check_feasibility(office.operator, draw_id=draw)
    facts = error.value.facts
    assert (error.value.message_key, facts["cap_needed"], facts["fits"]) == ("draw.unstaffable_places", 2, 3)
    told = text(error.value.message_key, **facts)
    assert "把负荷上限提高到 2" in told
    assert "{" not in told
    assert "{" not in text(error.value.message_key, "en", **facts)
    assert await state(draw) is DrawState.DRAFT
    with pytest.raises(Conflict):
        await freeze(office.approver, draw_id=draw)  # which looks itself


async def state(draw) -> DrawState:
    row = await Draw.select(Draw.state).where(Draw.id == draw).first()
    return DrawState(row["state"])


async def test_a_draw_may_go_to_the_freeze_without_having_been_checked(office) -> None:
    assert (await sealed(office)).state is DrawState.SEALED
