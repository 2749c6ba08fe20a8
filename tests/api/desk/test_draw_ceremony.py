"""A draw held at the desk: each form taken or refused with a reason, and the projector beside it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from api.desk.draw.progress import looked_at, running
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from tests.api.conftest import Office
from tests.api.desk.ceremony import Table, seated
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import TO_THE_TASK, ComeTo


@pytest.fixture
async def table(come_to: ComeTo, sit_down: SitDown) -> Table:
    return await seated(await come_to(*TO_THE_TASK), sit_down)


async def test_a_draw_is_held_at_the_desk_from_the_plan_to_the_visits(table: Table) -> None:
    page = await table.planner.read(f"/desk/draws/new?task={table.walk.ids['task_id']}")
    assert [one["name"] for one in page.all("textarea")] == ["tasks.0.floors", "witnesses", "weights_own"]
    await table.plan()
    await table.planner.done(f"{table.path}/feasibility")
    assert await table.state() == "feasible"
    await table.head.read(table.path)
    await table.freeze()
    first = await table.projector()
    fingerprint = (await table.walk.get(Role.PLANNER, f"/office{table.path.removeprefix('/desk')}"))["fingerprint"]
    assert fingerprint in "".join(first[0].split())
    await table.throw()
    await table.seal()
    assert await table.state() == "sealed"
    assert all(await table.projector())
    kinds = {one.kind for one in await read(f"draw:{table.walk.ids['draw_id']}")}
    assert kinds >= {EventKind.DRAW_FEASIBLE, EventKind.DRAW_DICE_TYPED, EventKind.DRAW_SEALED}
    for seat in (table.planner, table.head, table.supervisor):
        await seat.read(table.path)
    made = await table.head.send(f"{table.path}/visits")
    assert "份检查" in well_made(made).text
    assert "成立" in (await table.supervisor.read(f"{table.path}/verification")).text
    assert (await table.head.ask(f"{table.path}/sheet.pdf")).content[:5] == b"%PDF-"
    assert (await table.head.ask(f"{table.path}/bundle.zip")).content[:2] == b"PK"
    assert table.path in str((await table.head.read("/desk/draws?standing=open")).all("a"))
    assert table.path not in str((await table.head.read("/desk/draws?standing=voided")).all("a"))


async def test_while_a_draw_runs_the_projector_tells_how_far_it_has_come(table: Table, clock: FixedClock) -> None:
    await table.plan()
    await table.freeze()
    await table.throw()
    draw, stage = UUID(table.walk.ids["draw_id"]), f"{table.path}/stage?step=4"
    assert (await table.head.read(stage)).all("progress") == []
    async with running(draw, clock):
        looked_at(draw)(7)
        (bar,) = (await table.head.read(stage)).all("progress")
    assert (bar["value"], int(bar["max"] or 0) > 7) == ("7", True)
    looked_at(draw)(9)
    assert (await table.head.read(stage)).all("progress") == []


async def test_what_a_refused_step_says_stands_on_the_page_it_was_sent_from(table: Table) -> None:
    await table.plan()
    early = await table.planner.send(f"{table.path}/execute", {"from": "stage"})
    assert early.status_code == 409
    assert 'role="alert"' in early.text
    assert "desk-stage.css" in early.text
    await table.freeze()
    few = await table.planner.send(f"{table.path}/contributions", {"name": "现场掷骰", "dice": "12345"})
    assert few.status_code == 422
    assert 'value="12345"' in few.text
    assert "20" in well_made(few).text
    assert await table.state() == "frozen"


async def test_a_draw_that_cannot_be_planned_says_why_and_keeps_what_was_typed(table: Table) -> None:
    task = table.walk.ids["task_id"]
    form = {"tasks.0.task": task, "tasks.0.count": "0", "witnesses": "公证处 张某", "dice": "true", "dice_name": "骰"}
    answer = await table.planner.send("/desk/draws/new", form)
    assert answer.status_code == 422
    page = well_made(answer)
    assert "公证处 张某" in page.text
    assert [one["value"] for one in page.all("input") if one.get("name") == "tasks.0.task"] == [task]
    assert [one["aria-invalid"] for one in page.all("input") if one.get("name") == "tasks.0.count"] == ["true"]


async def test_an_attempt_is_given_up_by_two_persons(table: Table, sit_down: SitDown) -> None:
    await table.plan()
    await table.freeze()
    reason = {"reason": "system-fault", "note": "断电，现场无法继续"}
    await table.planner.done(f"{table.path}/void-request", reason)
    assert (await table.planner.ask(f"{table.path}/void")).status_code == 405
    approver = await sit_down(Role.APPROVER)
    await approver.read(table.path)
    await approver.done(f"{table.path}/void")
    assert await table.state() == "voided"
    assert all(await table.projector())
    await table.plan()
    assert (await table.planner.read(table.path)).text


async def test_a_supervisor_signs_for_a_sealed_draw_and_takes_its_secrets_out(table: Table) -> None:
    await table.plan()
    await table.freeze()
    await table.throw()
    await table.seal()
    secrets = await table.supervisor.send(f"{table.path}/secrets")
    assert (secrets.content[:2], secrets.headers["cache-control"]) == (b"PK", "no-store")
    said = {"version": "fieldcheck-verify 1.0", "good": "true"}
    await table.supervisor.done(f"{table.path}/verified", said)
    assert "fieldcheck-verify 1.0" in (await table.head.read(table.path)).text
    refused = await table.head.send(f"{table.path}/close")
    assert refused.status_code == 409
    assert await table.state() == "sealed"


async def test_chains_and_keys_are_kept_by_supervisors_and_a_draw_waits_for_its_link(table: Table) -> None:
    place = "/desk/draws/supervision"
    wrong = await table.supervisor.send(f"{place}/chains", {"name": "监察室链", "head": "12"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    await table.supervisor.done(f"{place}/chains", {"name": "监察室链", "head": "ab" * 32})
    assert "监察室链" in (await table.planner.read(place)).text
    await table.plan(**{"chains[]": "监察室链", "dice": ""})
    await table.freeze()
    await table.planner.done(f"{table.path}/link-request", {"name": "监察室链"})
    assert "ab" * 32 in (await table.supervisor.read(table.path)).text
    link = await table.supervisor.send(f"{table.path}/contributions", {"name": "监察室链", "value": "cd" * 32})
    assert link.status_code == 422
    assert "下一链节" in link.text
    assert all(await table.projector())


async def test_another_authoritys_draw_is_not_there(
    table: Table, sit_down: SitDown, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    await table.plan()
    elsewhere = await sit_down(Role.SECTION_HEAD, await found_office("second"))
    for place in ("", "/stage", "/changes", "/verification", "/sheet.pdf", "/bundle.zip"):
        assert (await elsewhere.ask(table.path + place)).status_code == 404, place
    assert (await elsewhere.send(f"{table.path}/freeze")).status_code == 404
    assert table.path not in (await elsewhere.read("/desk/draws")).text
    assert await table.state() == "draft"
